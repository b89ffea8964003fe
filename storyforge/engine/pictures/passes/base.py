"""The contract of a pass over a picture."""

from dataclasses import replace
from typing import Any, Protocol

from storyforge.domain.picture.orders import Drawn, Order, PainterNote, Redraw
from storyforge.engine.pictures.painter import Say
from storyforge.images import png


class Once(Protocol):
    """Draws one order, without any pass behind it."""

    def __call__(self, order: Order, doing: PainterNote | None = None) -> Drawn:
        """The picture; `doing` is what the author reads meanwhile.

        Raises:
            EngineFault: it cannot be drawn.
            Interrupted: it was stopped.
        """
        ...


class Pass(Protocol):
    """Something that is done to a picture by drawing again."""

    def works(self, order: Order) -> int:
        """The steps that it will take, as far as that is known; 0 where it is not asked for."""
        ...

    def run(self, order: Order, drawn: Drawn, once: Once, say: Say) -> Drawn:
        """What becomes of `drawn`; `order` is the whole one.

        Raises:
            EngineFault: it cannot be done.
            Interrupted: it was stopped.
        """
        ...


def again(order: Order, drawn: Drawn, redraw: Redraw | None = None, **changes: Any) -> Order:
    """An order without passes that begins from `drawn`, as large as that unless said otherwise."""
    redraw = redraw or Redraw(png.encoded(drawn.raster))
    size = {"width": drawn.raster.width, "height": drawn.raster.height}
    usual = {**size, "redraw": redraw, "variation": None, "heat": False}
    return replace(bare(order), **{**usual, **changes})


def bare(order: Order) -> Order:
    """The order with no pass behind it."""
    return replace(order, people=(), hires=None, faces=None, larger=None)
