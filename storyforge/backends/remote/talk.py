"""A reply of a model that is talked to becomes text: refusals apart, joined to the page. Pure.

Models that go on with a text by themselves get no filter, nor does an answer that keeps a schema.
"""

from collections.abc import Iterator

from storyforge.domain.echo import Echo
from storyforge.domain.generation import Refusal, Request, Text
from storyforge.domain.refusals import Refusals


class Talk:
    """One reply to `request`."""

    def __init__(self, request: Request) -> None:
        self._plain = not request.messages or bool(request.schema)
        self._refusals = Refusals(request.prompt)
        self._echo = Echo(request.prompt)
        self._told = 0

    def feed(self, piece: str) -> Iterator[Text | Refusal]:
        """What of the reply is certain now that `piece` has come."""
        if self._plain:
            yield Text(piece)
            return
        text = self._refusals.feed(piece)
        yield from self._said()
        if text and (text := self._echo.feed(text)):
            yield Text(text)

    def end(self, *, whole: bool) -> Iterator[Text | Refusal]:
        """What was held back.

        Args:
            whole: the reply ended by itself.
        """
        if self._plain:
            return
        text = self._refusals.end(whole=whole)
        yield from self._said()
        if text := self._echo.feed(text) + self._echo.end(whole=whole):
            yield Text(text)

    def _said(self) -> Iterator[Refusal]:
        """What has come of a refusal since it was last asked."""
        said = self._refusals.said[self._told :]
        self._told += len(said)
        if said:
            yield Refusal(said)
