"""Keeps a variant in the story file while a model writes it, whatever ends it.

A crash of the program costs half a second of the model's words at most. Every write is made under
one lock, so a write that was under way in a thread cannot come after the last one.
"""

import threading
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from storyforge.domain.generation import StopReason, TakeState, Usage
from storyforge.domain.plan.proposals import Proposal
from storyforge.studio.repeating import Repeating

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile

# Seconds between two writes; a commit costs some 10 ms on a slow disk.
_GROW_EVERY = 0.5


class ProposalKeeper(Repeating):
    """The life of one variant. Use as an asynchronous context: it grows inside it.

    What is asked for in parts is one variant: its text has all that the model wrote, in order.

    Attributes:
        now: what it is at this moment.
    """

    def __init__(self, story: "StoryFile", proposal: Proposal) -> None:
        super().__init__(_GROW_EVERY, self._grow)
        self._story = story
        self._lock = threading.Lock()
        self._texts: dict[tuple[int, int], str] = {}
        self._thoughts: dict[tuple[int, int], str] = {}
        self._kept = proposal
        self._over = False
        self.now = proposal

    def begin(self) -> Proposal:
        """Put it into the file; it blocks for a commit."""
        with self._lock:
            self.now = self._kept = self._story.proposals.begin(self._kept)
            return self.now

    def grown(
        self, part: int, attempt: int, text: str, thinking: str | None, value: Mapping[str, Any]
    ) -> Proposal:
        """More has come: all of an attempt's text and thinking, and the whole value so far.

        Args:
            thinking: None where it is as it was.
        """
        self._texts[part, attempt] = text
        if thinking is not None:
            self._thoughts[part, attempt] = thinking
        self.now = replace(
            self.now, text=_joined(self._texts), thinking=_joined(self._thoughts), value=value
        )
        return self.now

    def paid(self, usage: Usage) -> None:
        """A part of it has cost so much."""
        self.now = replace(self.now, usage=self.now.usage + usage)

    def finish(self, state: TakeState, reason: StopReason, flaw: str = "") -> Proposal:
        """End it; it blocks for a commit. Where nothing came, the file forgets it.

        Only the first call counts, of those that did not fail.

        Raises:
            StoryforgeError: the story cannot be written; the variant is not over then.
        """
        with self._lock:
            if self._over:
                return self.now
            ended = replace(self.now, state=state, reason=reason, flaw=flaw)
            if ended.text or ended.thinking:
                ended = self._story.proposals.finish(ended)
            else:
                self._story.proposals.discard(ended.id)
            self._over = True
            self.now = ended
            return ended

    def _grow(self) -> None:
        with self._lock:
            now = self.now
            if self._over or now is self._kept:
                return
            self._story.proposals.grow(now.id, now.text, now.thinking, now.value)
            self._kept = now


def _joined(texts: Mapping[tuple[int, int], str]) -> str:
    return "\n\n".join(text for _at, text in sorted(texts.items()) if text)
