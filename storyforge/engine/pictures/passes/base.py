"""The contract of a pass over a picture."""

from dataclasses import replace
from typing import Any, Protocol

from storyforge.domain.picture.orders import Drawn, Order, PainterNote, Redraw
from storyforge.engine.pictures.drawing import steps_of
from storyforge.engine.pictures.painter import Say


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


def again(order: Order, drawn: Drawn, redraw: Redraw, **changes: Any) -> Order:
    """An order without passes that begins from `drawn`, as large as that unless said otherwise."""
    size = {"width": drawn.raster.width, "height": drawn.raster.height}
    usual = {**size, "redraw": redraw, "variation": None, "heat": False}
    return replace(bare(order), **{**usual, **changes})


def bare(order: Order) -> Order:
    """The order with no pass behind it, and no LoRA of people who are drawn apart in it."""
    theirs = {use.path for person in order.people for use in person.loras}
    loras = tuple(use for use in order.loras if use.path not in theirs)
    return replace(order, loras=loras, people=(), hires=None, faces=None, larger=None)


def usual(order: Order, side: int) -> Order:
    """The order with the sizes that it leaves open: what is drawn by itself has `side` pixels."""
    faces, larger = order.faces, order.larger
    if faces is not None:
        faces = replace(faces, size=faces.size or side)
    if larger is not None:
        larger = replace(larger, tile=larger.tile or side)
    return replace(order, faces=faces, larger=larger)


def steps_over(order: Order, strength: float, steps: int = 0) -> int:
    """The steps of one drawing over, by so many of the whole; 0 takes the order's."""
    return steps_of(replace(order, steps=steps or order.steps, redraw=Redraw(b"", strength)))
