"""Keeps a running take in the story file: it is begun, grows, and is finished whatever happens.

A crash of the program costs half a second of the model's words at most. Every write is made under
one lock, so a write that was under way in a thread cannot come after the last one.
"""

import asyncio
import threading
from types import TracebackType
from typing import TYPE_CHECKING

from storyforge.domain.generation import Request, StopReason, Take, TakeState, Usage
from storyforge.errors import StoryforgeError

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile

# Seconds between two writes; a commit costs some 10 ms on a slow disk.
_GROW_EVERY = 0.5


class TakeKeeper:
    """One take's life. Use as an asynchronous context: the take grows inside it.

    Attributes:
        text: what the take holds so far; whoever streams sets it.
    """

    def __init__(
        self, story: "StoryFile", scene_id: str, place_id: str, model: str, request: Request
    ) -> None:
        self._story = story
        self._scene_id = scene_id
        self._place_id = place_id
        self._model = model
        self._request = request
        self._lock = threading.Lock()
        self._take: Take | None = None
        self._over = False
        self._written = ""
        self._growing: asyncio.Task[None] | None = None
        self._failure: StoryforgeError | None = None
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

    def check(self) -> None:
        """Raise what went wrong with the last write, if something did."""
        if self._failure is not None:
            raise self._failure

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

    async def __aenter__(self) -> "TakeKeeper":
        self._growing = asyncio.create_task(self._grow_on())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._growing is not None:
            self._growing.cancel()

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

    async def _grow_on(self) -> None:
        while self._failure is None:
            await asyncio.sleep(_GROW_EVERY)
            if self.text != self._written:
                await asyncio.to_thread(self._grow)

    def _grow(self) -> None:
        with self._lock:
            if self._over or self._take is None:
                return
            text = self.text
            try:
                self._story.takes.grow(self._take.id, text)
                self._written = text
            except StoryforgeError as error:
                self._failure = error
