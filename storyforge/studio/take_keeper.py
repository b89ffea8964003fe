"""Keeps a running take in the story file: it is begun, grows, and is finished whatever happens.

A crash of the program costs half a second of the model's words at most. Every write is made under
one lock, so a write that was under way in a thread cannot come after the last one.
"""

import asyncio
import threading
from typing import TYPE_CHECKING

from storyforge.domain.generation import Request, StopReason, Take, TakeState, Usage
from storyforge.studio.repeating import Repeating

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile

# Seconds between two writes; a commit costs some 10 ms on a slow disk.
_GROW_EVERY = 0.5


class TakeKeeper(Repeating):
    """One take's life. Use as an asynchronous context: the take grows inside it.

    Attributes:
        text: what the take holds so far; whoever streams sets it.
    """

    def __init__(
        self, story: "StoryFile", scene_id: str, place_id: str, model: str, request: Request
    ) -> None:
        super().__init__(_GROW_EVERY, self._grow)
        self._story = story
        self._scene_id = scene_id
        self._place_id = place_id
        self._model = model
        self._request = request
        self._lock = threading.Lock()
        self._take: Take | None = None
        self._over = False
        self._written = ""
        self.text = ""

    async def begin(self) -> Take:
        """Keep a snapshot of the scene and begin the take.

        Raises:
            StoryforgeError: the story refuses, or cannot be written.
        """
        try:
            return await asyncio.to_thread(self._begin)
        except asyncio.CancelledError:
            self.finish("", 0, TakeState.STOPPED, StopReason.STOPPED)
            raise

    def finish(
        self,
        text: str,
        kept: int,
        state: TakeState,
        reason: StopReason,
        usage: Usage | None = None,
    ) -> Take | None:
        """End the take; it blocks for a commit. None where no word came: then it is forgotten.

        Only the first call counts.

        Raises:
            StoryforgeError: the story cannot be written.
        """
        with self._lock:
            if self._over:
                return None
            self._over = True
            if self._take is None:
                return None
            takes = self._story.takes
            if not text:
                takes.discard(self._take.id)
                return None
            return takes.finish(
                self._take.id,
                text=text,
                kept=kept,
                state=state,
                reason=reason,
                usage=usage or Usage(seed=self._request.sampling.seed or 0),
            )

    def _begin(self) -> Take:
        with self._lock:
            page = self._story.scenes.load(self._scene_id)
            self._story.revisions.keep(page, reason="before continuation")
            take = self._story.takes.begin(
                self._scene_id,
                self._place_id,
                model=self._model,
                request_hash=self._request.hash,
                sampling=self._request.sampling,
            )
            self._take = take
            if self._over:
                # Cancelled before this thread got its turn.
                self._story.takes.discard(take.id)
        return take

    def _grow(self) -> None:
        with self._lock:
            text = self.text
            if self._over or self._take is None or text == self._written:
                return
            self._story.takes.grow(self._take.id, text)
            self._written = text
