"""Pictures drawn one after the other: with progress, previews, pause, stop, and for ever.

Orders lie in the story until they are drawn, so a kill costs the picture in hand at most; it is
drawn again when the author says so (`take_up`). One that fails says why and does not end the queue.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from storyforge.backends.pictures.base import NotReady, Painted
from storyforge.domain.generation import Loading
from storyforge.domain.picture.orders import Drawn, Flaw, PainterCard, PainterNote
from storyforge.domain.picture.pictures import QueuedPicture
from storyforge.errors import BadInput, ModelError, StoryforgeError
from storyforge.i18n import _
from storyforge.studio.pausing import Pausable
from storyforge.studio.permission import check_painter
from storyforge.studio.pictures import estimates, order_files
from storyforge.studio.pictures.drawing import keep, with_new_seed
from storyforge.studio.pictures.pace import Pace
from storyforge.studio.pictures.painters import Painters
from storyforge.studio.pictures.progress import NotDrawn, Now, Progress, flaw_words
from storyforge.studio.spending import LimitReached, note_spent

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile

__all__ = ["NotDrawn", "Now", "PictureQueue", "Progress", "left_over"]

# States of an order in the story.
_WAITING, _DRAWING, _FAILED = "waiting", "drawing", "failed"


def left_over(story: "StoryFile") -> tuple[QueuedPicture, ...]:
    """The orders that were not drawn yet, what failed and what a kill cut short included."""
    return tuple(story.picture_queue.all())


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
        self._drawing: QueuedPicture | None = None
        self._last: QueuedPicture | None = None
        # What nobody ordered: drawn since it is to go on for ever.
        self._more: set[str] = set()
        self._pace = Pace()
        self._running = False
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
        for order in orders:
            await asyncio.to_thread(self._story.picture_queue.add, order)
        self._want(orders)

    async def take_up(self) -> int:
        """Have drawn what an earlier run left, also what failed in it; how many those are."""
        known = {order.id for order in self._wanted}
        known |= {self._drawing.id} if self._drawing is not None else set()
        orders = await asyncio.to_thread(left_over, self._story)
        left = [order for order in orders if order.id not in known]
        for order in left:
            await asyncio.to_thread(self._story.picture_queue.state, order.id, _WAITING, "")
        self._want([replace(order, state=_WAITING, why="") for order in left])
        return len(left)

    async def remove(self, order_id: str) -> None:
        """Take an order back; one that is being drawn is stopped."""
        self._take_out(order_id)
        await asyncio.to_thread(self._story.picture_queue.remove, order_id)
        if self._drawing is not None and self._drawing.id == order_id:
            self._drawing = None
            self._stop.set()

    async def move(self, order_id: str, steps: int) -> None:
        """Have an order drawn so many places later; sooner where it is negative."""
        ids = [order.id for order in await asyncio.to_thread(left_over, self._story)]
        if order_id not in ids:
            return  # it is drawn, or was taken back elsewhere
        place = min(max(ids.index(order_id) + steps, 0), len(ids) - 1)
        await asyncio.to_thread(self._story.picture_queue.move, order_id, place)
        ids.remove(order_id)
        ids.insert(place, order_id)
        self._wanted.sort(key=lambda order: ids.index(order.id) if order.id in ids else len(ids))

    def cancel(self) -> None:
        """End the run; what is left stays in the story, and can be taken up."""
        self.forever = False
        self._wanted = []
        super().cancel()

    async def run(self) -> AsyncIterator[Progress]:
        """Draw all that waits; yields at each step, and at the end.

        Raises:
            NotAllowed: the prompt may not go to that painter.
            LimitReached: a picture would pass the day's limit; it waits.
            StoryFileError: the story cannot be written; what is drawn stays, the rest waits.
        """
        if self._running:
            return
        self._running = True
        try:
            while not self._ended.is_set():
                if self.paused:
                    yield self._tell(now=None, paused=True)
                    await self._may_go.wait()
                elif (order := await self._next()) is None:
                    break
                else:
                    async for progress in self._one(order):
                        yield progress
        finally:
            self._running, self._drawing = False, None
        yield self._tell(now=None, paused=False, seconds_left=None)

    def _want(self, orders: Sequence[QueuedPicture]) -> None:
        self._ended.clear()
        if not self._running:
            self.progress = Progress()
        self._take_on(orders)

    def _take_on(self, orders: Sequence[QueuedPicture]) -> None:
        self._wanted.extend(orders)
        self._pace.expect(orders)
        self._tell(total=self.progress.total + len(orders))

    async def _next(self) -> QueuedPicture | None:
        """What is drawn now; for ever, the last one with another seed."""
        if not self._wanted and self.forever and self._last is not None:
            more = with_new_seed(self._last)
            await asyncio.to_thread(self._story.picture_queue.add, more)
            if self._ended.is_set():  # meanwhile: nobody asked for this one
                await asyncio.to_thread(self._story.picture_queue.remove, more.id)
                return None
            self._more.add(more.id)
            self._take_on([more])
        return self._wanted[0] if self._wanted else None

    async def _one(self, order: QueuedPicture) -> AsyncIterator[Progress]:
        """Draw one picture, or say why not."""
        self._stop, self._drawing = asyncio.Event(), order
        scene, title = await asyncio.to_thread(self._scene, order.scene_id)
        now = Now(order.id, order.scene_id, scene, title)
        try:
            sources = self._story.picture_sources.read
            told = await asyncio.to_thread(order_files.read, order.order, sources)
            now = replace(now, prompt=told.order.prompt, seed=told.order.seed)
            yield self._tell(now=now, paused=False)
            profile = await self._painters.profile(told.painter)
            painter = await self._painters.of(profile)
            await check_painter(self._story, painter.card)
            by_server = profile.remote is not None
            self._tell(now=replace(now, place=painter.card.place, by_server=by_server))
            if not await self._mark(order, _DRAWING):  # it was taken back, here or elsewhere
                self._take_out(order.id)
                self._done(order)
                yield self._tell(now=None)
                return
            await asyncio.to_thread(self._pace.remember, painter.card)
            own = await self._painters.own(told.order)
            source = cast("AsyncGenerator[Painted, None]", painter.paint(own, self._stop))
            self._pace.begin()
            async with aclosing(source) as events:
                async for event in events:
                    if isinstance(event, Drawn):
                        await self._keep(order, told, event, painter.card)
                    yield self._heard(event)
            if self._drawing is not None and not self._stop.is_set():
                raise _no_picture(painter.card)  # else it would be asked for the same for ever
        except NotReady as error:
            alike = [one for one in self._wanted if _painter(one) == _painter(order)]
            await self._pass_over(error, alike)
        except (ModelError, BadInput) as error:
            await self._pass_over(error, [order])
        except LimitReached:
            await self._put_back(order)
            raise
        if self._drawing is not None:
            await self._put_back(order)
        yield self._tell(now=None)

    async def _put_back(self, order: QueuedPicture) -> None:
        """It was stopped: it waits, unless the end of what was drawn for ever has come."""
        if order.id in self._more and self._ended.is_set():
            await asyncio.to_thread(self._story.picture_queue.remove, order.id)
            self._tell(total=self.progress.total - 1)
        else:
            await self._mark(order, _WAITING)

    def _heard(self, event: Painted) -> Progress:
        """What a painter said, as progress."""
        now = self.progress.now
        if now is None or isinstance(event, Drawn):
            return self.progress
        if isinstance(event, PainterNote):
            return self._note(_(event.text).format_map(event.values))
        if isinstance(event, Loading):
            share = event.fraction if event.fraction < 1 else None
            return self._tell(now=replace(now, loading=share))
        if now.step == 0:
            self._pace.begin()
        doing = event.doing
        now = replace(
            now,
            step=event.step,
            steps=event.steps,
            preview=event.preview or now.preview,
            doing="" if doing is None else _(doing.text).format_map(doing.values),
            loading=None,
        )
        left = None if self.forever else self._pace.left(now, self._wanted)
        return self._tell(now=now, seconds_left=left)

    async def _keep(
        self, order: QueuedPicture, told: order_files.Ticket, drawn: Drawn, card: PainterCard
    ) -> None:
        """A picture is drawn: into the story with it, and out of the queue."""
        took = self._pace.end(told.order, self.progress.now)
        picture = await asyncio.to_thread(keep, self._story, order, drawn, card)
        await asyncio.to_thread(estimates.note, card, told.order, took)
        if drawn.usage is not None:
            await asyncio.to_thread(note_spent, self._story, drawn.usage)
        self._done(order)
        self._last = order
        self._tell(drawn=(*self.progress.drawn, picture), done=self.progress.done + 1)
        if drawn.flaw is not Flaw.NONE:
            self._note(flaw_words(drawn.flaw))

    async def _pass_over(self, error: StoryforgeError, orders: Sequence[QueuedPicture]) -> None:
        """These cannot be drawn; they stay in the story with the reason."""
        for order in orders:
            scene, title = await asyncio.to_thread(self._scene, order.scene_id)
            await self._mark(order, _FAILED, str(error))
            self._done(order)
            self._last = None  # drawn for ever, it would fail for ever
            one = NotDrawn(order.id, order.scene_id, scene, title, str(error))
            self._tell(failed=(*self.progress.failed, one), done=self.progress.done + 1)

    async def _mark(self, order: QueuedPicture, state: str, why: str = "") -> bool:
        return await asyncio.to_thread(self._story.picture_queue.state, order.id, state, why)

    def _take_out(self, order_id: str) -> None:
        """An order is not wanted any more; it is counted out once, whoever says so first."""
        before = len(self._wanted)
        self._wanted = [order for order in self._wanted if order.id != order_id]
        self._tell(total=self.progress.total - before + len(self._wanted))

    def _done(self, order: QueuedPicture) -> None:
        self._wanted = [one for one in self._wanted if one.id != order.id]
        self._pace.let_go(order.id)
        if self._drawing is not None and self._drawing.id == order.id:
            self._drawing = None

    def _scene(self, scene_id: str) -> tuple[int, str]:
        """A scene's number and title; 0 where it is gone, or none was meant."""
        for number, head in enumerate(self._story.outline().scenes, start=1):
            if head.id == scene_id:
                return number, head.title
        return 0, ""

    def _note(self, note: str) -> Progress:
        if note in self.progress.notes:
            return self.progress
        return self._tell(notes=(*self.progress.notes, note))

    def _tell(self, **changes: object) -> Progress:
        self.progress = replace(self.progress, forever=self.forever, **changes)  # type: ignore[arg-type]
        return self.progress


def _no_picture(card: PainterCard) -> ModelError:
    return ModelError(
        _("“{painter}” ended without a picture; the order is kept.").format(painter=card.name),
        title=_("No picture"),
        hint=_("Draw it again; if this returns, check the painter."),
    )


def _painter(order: QueuedPicture) -> str | None:
    """The profile of an order; None where it cannot be read."""
    try:
        return order_files.outline(order.order).painter
    except BadInput:
        return None
