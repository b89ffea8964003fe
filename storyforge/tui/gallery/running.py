"""The one run of a story's picture queue. It is the story's: whichever screen is in front, it goes
on, and all who listen are told.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from storyforge.i18n import _
from storyforge.tui.gallery.asking_first import may_draw
from storyforge.tui.work import Idle, launch, lazily, stood_still

if TYPE_CHECKING:
    from storyforge.domain.picture.painters import PainterProfile
    from storyforge.domain.picture.pictures import Picture, QueuedPicture
    from storyforge.store.story_file import StoryFile
    from storyforge.studio.pictures.queue import PictureQueue, Progress
    from storyforge.tui.screens.desk import DeskScreen


class PictureRun:
    """Draws what is ordered, behind the author.

    Args:
        drawn: hears of each picture as it comes.
        ended: hears what a run has come to.

    Attributes:
        hears: each is told of a step of the run, and with None of its end.
    """

    def __init__(
        self,
        desk: "DeskScreen",
        story: "StoryFile",
        *,
        drawn: "Callable[[Picture], object]",
        ended: "Callable[[Progress, str], object]",
    ) -> None:
        self.desk = desk
        self.story = story
        self.hears: list[Callable[[Progress | None], object]] = []
        self._drawn = drawn
        self._ended = ended
        self._queue: PictureQueue | None = None
        self._idle = Idle()
        self._told: set[tuple[object, ...]] = set()
        self._heard = self._shown = 0

    # What is known.

    @property
    def running(self) -> bool:
        """Whether pictures are drawn, or a pause is made in it."""
        return not self._idle.is_set()

    @property
    def progress(self) -> "Progress | None":
        """How far it is; None where nothing is drawn."""
        return self._queue.progress if self._queue is not None and self.running else None

    async def queue(self) -> "PictureQueue":
        """The queue; made where it is not there yet."""
        studio = await lazily("storyforge.studio.pictures.queue")
        painters = await self.desk.house.modelling.painting.painters()
        if self._queue is None:
            self._queue = studio.PictureQueue(self.story, painters)
        return self._queue

    # What is asked.

    async def order(
        self, orders: "Sequence[QueuedPicture]", profile: "PainterProfile", *, forever: bool = False
    ) -> None:
        """Have these drawn after what waits already, if they may be."""
        queue = await self.queue()
        if not await may_draw(self.desk, self.story, orders):
            return
        await self._say_what_it_takes(profile, orders)
        queue.forever = forever
        await queue.add(orders)
        self._start(queue)

    async def go_on(self) -> None:
        """Have drawn what was left over, by a pause, a stop or the end of the program."""
        queue = await self.queue()
        if queue.paused and self.running:
            queue.resume()
        elif await self._left_may_go() and await queue.take_up():
            self._start(queue)

    async def _left_may_go(self) -> bool:
        studio = await lazily("storyforge.studio.pictures.queue")
        left = await asyncio.to_thread(studio.left_over, self.story)
        return await may_draw(self.desk, self.story, left)

    def stop(self) -> bool:
        """Within a step; what is left waits in the story. Whether there was anything to stop."""
        missed = self._idle.missed()
        if self._queue is None or not self.running:
            return missed
        self._queue.cancel()
        return True

    def stay_here(self) -> None:
        """The story leaves this machine no more: what another one draws ends, tiles and all."""
        progress = self.progress
        if progress is not None and progress.now is not None and progress.now.place:
            self.stop()

    async def close(self) -> None:
        """The story is about to be closed; what is left is offered the next time."""
        self.stop()
        await stood_still(self._idle)

    # The run.

    def _start(self, queue: "PictureQueue") -> None:
        if not self.running:
            self._idle.clear()
            launch(self.desk.house, self._run(queue), group="pictures")

    async def _run(self, queue: "PictureQueue") -> None:
        words = await lazily("storyforge.studio.pictures.progress")
        self._heard = self._shown = 0
        try:
            async for progress in queue.run():
                self._tell(progress, words.progress_words(progress))
        finally:
            self._idle.set()
            self.desk.say(picturing="")
            for hear in self.hears:
                hear(None)
        if self.desk.story is self.story:
            self._ended(queue.progress, words.ended_words(queue.progress))

    def _tell(self, progress: "Progress", told: str) -> None:
        self.desk.say(picturing=told)
        for note in progress.notes[self._heard :]:
            self.desk.house.tell(note, _("Pictures"))
        self._heard = len(progress.notes)
        for picture in progress.drawn[self._shown :]:
            self._drawn(picture)
        self._shown = len(progress.drawn)
        for hear in self.hears:
            hear(progress)

    async def _say_what_it_takes(
        self, profile: "PainterProfile", orders: "Sequence[QueuedPicture]"
    ) -> None:
        """The memory, before a painter draws for the first time, and where it takes another."""
        painting = self.desk.house.modelling.painting
        if not painting.chooses:
            return
        looking = await lazily("storyforge.studio.pictures.looking")
        order = looking.first_of(orders)
        memory = await lazily("storyforge.studio.pictures.graphics_memory")
        kind = (profile.name, None if order is None else memory.kind_of(order))
        if kind in self._told:
            return
        self._told.add(kind)
        takes = await looking.what_it_takes(await painting.painters(), profile, order)
        title = _("Painter “{name}”").format(name=profile.name)
        if profile.remote is not None and profile.remote.place:
            seen = looking.remote_look(profile, profile.remote)
            self.desk.house.tell("\n".join(seen.notes), title)
        if takes is not None:
            told = _("It takes {what}.").format(what=takes.told)
            self.desk.house.tell("\n".join((told, *takes.notes)), title)
