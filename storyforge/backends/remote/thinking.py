"""Thinking that stands in the answer itself, between tags at its very beginning. Pure."""

from collections.abc import Iterator

from storyforge.backends.remote.api import Decoder, Ended, Event, Piece
from storyforge.domain.generation import Text, Thought

_TAGS = {
    "<think>": "</think>",
    "<thinking>": "</thinking>",
    "<reasoning>": "</reasoning>",
    "[THINK]": "[/THINK]",
}


class ThinkingFilter:
    """Tells one answer's thinking from its text; holds back no more than what may be a tag."""

    def __init__(self) -> None:
        self._held = ""
        #: what ends the thinking; "" before it is known that there is any
        self._close = ""
        self._writes = False
        self._begun = False

    def feed(self, text: str) -> Iterator[Text | Thought]:
        """What is certain now that `text` has come."""
        self._held += text
        if not self._close and not self._writes:
            self._open()
        if self._close and not self._writes:
            yield from self._think()
        if self._writes:
            yield from self._write()

    def end(self) -> Iterator[Text | Thought]:
        """What was held back, once nothing follows."""
        if self._held:
            yield Thought(self._held) if self._close and not self._writes else Text(self._held)
        self._held = ""

    def _open(self) -> None:
        """Find out whether it begins by thinking."""
        start = self._held.lstrip()
        for tag, close in _TAGS.items():
            if start.startswith(tag):
                self._close, self._held = close, start[len(tag) :]
                return
        self._writes = bool(start) and not any(tag.startswith(start) for tag in _TAGS)
        self._begun = self._writes

    def _think(self) -> Iterator[Thought]:
        thought, close, rest = self._held.partition(self._close)
        if close:
            self._writes, self._held = True, rest
        else:
            keep = _beginning(self._close, thought)
            self._held = thought[len(thought) - keep :]
            thought = thought[: len(thought) - keep]
        if thought:
            yield Thought(thought)

    def _write(self) -> Iterator[Text]:
        if not self._begun:
            # The blank lines behind the thinking are none of the story's.
            self._held = self._held.lstrip()
            self._begun = bool(self._held)
        if self._held:
            yield Text(self._held)
        self._held = ""


class TaggedThinking:
    """Another decoder, whose text may begin with thinking between tags."""

    def __init__(self, decoder: Decoder) -> None:
        self._decoder = decoder
        self._filter = ThinkingFilter()

    def feed(self, event: Event) -> Iterator[Piece]:
        """What an event says."""
        for piece in self._decoder.feed(event):
            yield from self._passed(piece)

    def end(self) -> Iterator[Piece]:
        """The stream is over."""
        for piece in self._decoder.end():
            yield from self._passed(piece)
        yield from self._filter.end()

    def _passed(self, piece: Piece) -> Iterator[Piece]:
        if isinstance(piece, Text):
            yield from self._filter.feed(piece.text)
            return
        if isinstance(piece, Ended):
            yield from self._filter.end()
        yield piece


def _beginning(tag: str, text: str) -> int:
    """How many characters at the end of `text` may begin `tag`."""
    for length in range(min(len(tag) - 1, len(text)), 0, -1):
        if text.endswith(tag[:length]):
            return length
    return 0
