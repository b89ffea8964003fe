"""Pictures drawn one after the other: with progress, previews, pause, stop, and for ever.

Orders lie in the story until they are drawn, so a kill costs the picture in hand at most; it is
drawn again when the author says so (`take_up`). One that fails says why and does not end the queue.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from storyforge.domain.picture.orders import Raster
from storyforge.domain.picture.pictures import Picture, QueuedPicture
from storyforge.studio.pausing import Pausable
from storyforge.studio.pictures.painters import Painters

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile


@dataclass(frozen=True, slots=True)
class Now:
    """The picture that is being drawn.

    Attributes:
        id: the order's.
        scene: its number in the story, from 1; 0 where it shows none. title: may be empty.
        step, steps: how far it is; step 0 before the first.
        loading: how much of the painter is loaded, 0 to 1; None once it is.
        preview: the latest; None before the first.
    """

    id: str
    scene_id: str
    scene: int
    title: str
    prompt: str
    seed: int
    step: int = 0
    steps: int = 0
    loading: float | None = None
    preview: Raster | None = None


@dataclass(frozen=True, slots=True)
class NotDrawn:
    """An order that failed, and why, in a sentence for the author. It stays in the queue."""

    id: str
    scene_id: str
    scene: int
    title: str
    why: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the queue is.

    Attributes:
        done, total: pictures of this run, those that failed included in both.
        now: None before, between and at the end.
        seconds_left: of all that waits; None until a speed is known, and for ever.
        drawn: the pictures of this run, the latest last.
        failed: those of this run.
        notes: sentences that the author should hear, the latest last.
        forever: it goes on until it is ended.
    """

    done: int = 0
    total: int = 0
    now: Now | None = None
    seconds_left: float | None = None
    paused: bool = False
    drawn: tuple[Picture, ...] = ()
    failed: tuple[NotDrawn, ...] = ()
    notes: tuple[str, ...] = ()
    forever: bool = False


class PictureQueue(Pausable):
    """Draws what was added, in turn. One run at a time; more can be added while it runs.

    Attributes:
        progress: the latest.
        forever: when all is drawn, the last order is drawn with another seed, again and again.
    """

    def __init__(self, story: "StoryFile", painters: Painters) -> None:
        super().__init__()
        self._story = story
        self._painters = painters
        self._wanted: list[QueuedPicture] = []
        self._running = False
        self._now: QueuedPicture | None = None
        self._more = asyncio.Event()
        self.forever = False
        self.progress = Progress()

    @property
    def running(self) -> bool:
        """Whether `run` is at work."""
        return self._running

    async def add(self, orders: Sequence[QueuedPicture]) -> None:
        """Have these drawn after what waits already; they are kept in the story first.

        Raises:
            StoryFileError: the story cannot be written.
        """
        raise NotImplementedError

    async def take_up(self) -> int:
        """Have drawn what an earlier run left, also what failed in it; how many those are."""
        raise NotImplementedError

    async def remove(self, order_id: str) -> None:
        """Take an order back; the one that is being drawn is stopped."""
        raise NotImplementedError

    async def run(self) -> AsyncIterator[Progress]:
        """Draw all that waits; yields at each step, and at the end.

        A failed picture stays in the queue with its reason.

        Raises:
            NotAllowed: the prompt may not go to that painter.
            StoryFileError: the story cannot be written; what is drawn stays.
        """
        raise NotImplementedError
        yield self.progress
