"""Keeps running takes in the story file: they are begun, grow, and are finished whatever happens.

A crash of the program costs half a second of the model's words at most. Every write is made under
one lock, so a write that was under way in a thread cannot come after the last one; all takes of a
request grow in one commit.
"""

import asyncio
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

from storyforge.domain.generation import Asked, Request, StopReason, Take, TakeState, Usage
from storyforge.domain.sampling import Sampling
from storyforge.studio.repeating import Repeating

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile

# Seconds between two writes; a commit costs some 10 ms on a slow disk.
_GROW_EVERY = 0.5


class TakeKeeper(Repeating):
    """The life of one request's takes. Use as an asynchronous context: they grow inside it.

    Attributes:
        texts: what each take holds so far; whoever streams sets it.
        thoughts: what the model has thought for each.

    Args:
        model, place: who writes the takes, and the host it does so on.
    """

    def __init__(
        self,
        story: "StoryFile",
        scene_id: str,
        place_id: str,
        model: str,
        request: Request,
        asked: Asked | None = None,
        *,
        place: str = "",
    ) -> None:
        super().__init__(_GROW_EVERY, self._grow)
        self._story = story
        self._scene_id = scene_id
        self._place_id = place_id
        self._model = model
        self._place = place
        self._request = request
        self._asked = asked or Asked()
        self._lock = threading.Lock()
        self._takes: tuple[Take, ...] = ()
        self._over: set[int] = set()
        self._written = [("", "")] * request.takes
        self.texts = [""] * request.takes
        self.thoughts = [""] * request.takes

    async def begin(self) -> tuple[Take, ...]:
        """Keep a snapshot of the scene and begin the takes.

        Raises:
            StoryforgeError: the story refuses, or cannot be written.
        """
        try:
            return await asyncio.to_thread(self._begin)
        except asyncio.CancelledError:
            for index in range(self._request.takes):
                self.finish(index, "", 0, TakeState.STOPPED, StopReason.STOPPED)
            raise

    @property
    def running(self) -> tuple[int, ...]:
        """The takes that are not over yet, by index."""
        return tuple(n for n in range(self._request.takes) if n not in self._over)

    def finish(
        self,
        index: int,
        text: str,
        kept: int,
        state: TakeState,
        reason: StopReason,
        usage: Usage | None = None,
    ) -> Take | None:
        """End a take; it blocks for a commit. None where nothing came: then it is forgotten.

        What was only thought is kept, too.

        Only the first call for a take counts, of those that did not fail.

        Raises:
            StoryforgeError: the story cannot be written; the take is not over then.
        """
        with self._lock:
            if index in self._over:
                return None
            ended = self._ended(index, text, kept, state, reason, usage) if self._takes else None
            self._over.add(index)
            return ended

    def _ended(
        self,
        index: int,
        text: str,
        kept: int,
        state: TakeState,
        reason: StopReason,
        usage: Usage | None,
    ) -> Take | None:
        take, takes = self._takes[index], self._story.takes
        thinking = self.thoughts[index]
        if not (text or thinking):
            takes.discard(take.id)
            return None
        return takes.finish(
            take.id,
            text=text,
            kept=kept,
            state=state,
            reason=reason,
            usage=usage or Usage(seed=self._sampling(index).seed or 0),
            thinking=thinking,
        )

    def _begin(self) -> tuple[Take, ...]:
        with self._lock:
            page = self._story.scenes.load(self._scene_id)
            # Exact: going back to a take needs the anchor that it stands at, too.
            kept = self._story.revisions.keep(page, reason="before continuation", exact=True)
            asked = replace(self._asked, revision_id=kept.id)
            with self._story.together():
                self._takes = tuple(
                    self._story.takes.begin(
                        self._scene_id,
                        self._place_id,
                        model=self._model,
                        place=self._place,
                        request_hash=self._request.hash,
                        sampling=self._sampling(index),
                        asked=asked,
                    )
                    for index in range(self._request.takes)
                )
            for index in self._over:
                # Cancelled before this thread got its turn.
                self._story.takes.discard(self._takes[index].id)
        return self._takes

    def _sampling(self, index: int) -> Sampling:
        told = self._request.sampling
        return told if told.seed is None else replace(told, seed=told.seed + index)

    def _grow(self) -> None:
        with self._lock:
            grown = [
                (index, now)
                for index in self.running
                if self._takes
                and (now := (self.texts[index], self.thoughts[index])) != self._written[index]
            ]
            if not grown:
                return
            with self._story.together():
                for index, now in grown:
                    self._story.takes.grow(self._takes[index].id, *now)
                    self._written[index] = now
