"""What is done to a picture after a server drew it: the engine's own passes, each drawing of which
the server makes.

A pass is written for a thread that waits for each drawing; here it waits for the server's answer.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, suppress
from dataclasses import replace

from storyforge.backends.pictures.base import Painted
from storyforge.backends.stopping import either
from storyforge.domain.picture.enlarging import is_too_large, size_before
from storyforge.domain.picture.orders import Drawing, Drawn, Order, PainterNote
from storyforge.engine.pictures.passes.base import Pass, bare, steps_over
from storyforge.engine.pictures.passes.faces import FACES
from storyforge.engine.pictures.passes.hires import HIRES
from storyforge.engine.pictures.passes.larger import LARGER
from storyforge.engine.pictures.passes.pixels import as_it_is
from storyforge.engine.sequence import Interrupted
from storyforge.images.rasters import image_of, raster_of

#: draws one order, without any pass behind it
Draw = Callable[[Order, asyncio.Event], AsyncGenerator[Painted, None]]
_Told = asyncio.Queue[Painted | None]


def passes_of(order: Order, *, own_hires: bool = True) -> tuple[Pass, ...]:
    """What is left to do when the server has drawn.

    Args:
        own_hires: the server's own hires fix is in the first drawing.
    """
    kinds = (FACES, LARGER) if own_hires and not order.is_kept else (HIRES, FACES, LARGER)
    return tuple(each for each in kinds if each.works(order))


async def finished(
    order: Order, draw: Draw, stop: asyncio.Event, *, own_hires: bool = True
) -> AsyncGenerator[Painted, None]:
    """The picture with all that is done to it; each drawing is told with what it is for.

    Args:
        own_hires: the server's own hires fix is in the first drawing.

    Raises:
        RemoteFault, EngineFault, ModelError: it cannot be drawn.
    """
    told: _Told = asyncio.Queue()
    gone = asyncio.Event()
    async with either(stop, gone) as ended:
        run = _Run(order, draw, ended, told, own_hires)
        working = asyncio.create_task(run.carry_out())
        working.add_done_callback(lambda _done: told.put_nowait(None))
        try:
            while (said := await told.get()) is not None:
                yield said
            drawn = working.result()
        finally:
            gone.set()
            # The thread hears of the end with the drawing that it waits for.
            with suppress(Exception):
                await working
    if drawn is not None:
        yield drawn


class _Run:
    """One picture."""

    def __init__(
        self, order: Order, draw: Draw, ended: asyncio.Event, told: _Told, own_hires: bool
    ) -> None:
        self._order = order
        self._draw = draw
        self._ended = ended
        self._told = told
        self._own_hires = own_hires
        self._passes = passes_of(order, own_hires=own_hires)
        first = 0 if order.is_kept else _first_steps(order)
        self._steps = first + sum(each.works(order) for each in self._passes)
        self._done = 0
        self._loop = asyncio.get_running_loop()

    async def carry_out(self) -> Drawn | None:
        """The picture; None when it was stopped."""
        order = self._order
        if order.is_kept:
            drawn: Drawn | None = await asyncio.to_thread(as_it_is, order)
        else:
            hires = order.hires if self._own_hires and order.redraw is None else None
            drawn = await self._one(replace(bare(order), hires=hires), None)
        if drawn is None:
            return None
        try:
            return await asyncio.to_thread(self._over, self._as_asked(drawn))
        except Interrupted:
            return None

    def _as_asked(self, drawn: Drawn) -> Drawn:
        """What came so large that it could not be enlarged any more, as large as asked for."""
        order, own = self._order, HIRES not in self._passes
        came = replace(order, width=drawn.raster.width, height=drawn.raster.height)
        if not is_too_large(replace(came, hires=None) if own else came):
            return drawn
        size = size_before(order) if own else (order.width, order.height)
        return replace(drawn, raster=raster_of(image_of(drawn.raster).resize(size)))

    def _over(self, drawn: Drawn) -> Drawn:
        """All passes, in a thread."""
        for each in self._passes:
            drawn = each.run(self._order, drawn, self._once, self._say)
        return drawn

    def _once(self, order: Order, doing: PainterNote | None = None) -> Drawn:
        drawn = asyncio.run_coroutine_threadsafe(self._one(order, doing), self._loop).result()
        if drawn is None:
            raise Interrupted
        return drawn

    async def _one(self, order: Order, doing: PainterNote | None) -> Drawn | None:
        drawn, steps = None, 0
        async with aclosing(self._draw(order, self._ended)) as events:
            async for said in events:
                if isinstance(said, Drawn):
                    drawn = said
                elif isinstance(said, Drawing):
                    steps = said.steps
                    self._told.put_nowait(self._within(said, doing))
                else:
                    self._told.put_nowait(said)
        self._done += steps
        return drawn

    def _within(self, drawing: Drawing, doing: PainterNote | None) -> Drawing:
        """A step of one drawing, as one of the whole picture."""
        step = self._done + drawing.step
        return replace(drawing, step=step, steps=max(self._steps, step), doing=doing)

    def _say(self, said: Drawing | Drawn | PainterNote) -> None:
        self._loop.call_soon_threadsafe(self._told.put_nowait, said)


def _first_steps(order: Order) -> int:
    return order.steps if order.redraw is None else steps_over(order, order.redraw.strength)
