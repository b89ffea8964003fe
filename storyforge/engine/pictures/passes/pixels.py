"""Pictures between passes: what is redrawn of one, and what came of it."""

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from storyforge.domain.picture.orders import Drawn, Flaw, Order, Redraw
from storyforge.engine.pictures.canvases import canvas_of
from storyforge.images import png
from storyforge.images.rasters import raster_of

if TYPE_CHECKING:
    from PIL.Image import Image


def redraw_of(image: "Image", strength: float, **more: Any) -> Redraw:
    """How `image` is drawn over; all of it where nothing more is said."""
    return Redraw(png.encoded(raster_of(image)), strength, **more)


def as_it_is(order: Order) -> Drawn:
    """The picture that an order begins from, as large as ordered, and untouched.

    Raises:
        EngineFault: it cannot be read.
    """
    if order.redraw is None:
        raise ValueError("an order that begins from noise")
    whole = replace(order.redraw, mask=None, region=None)
    return Drawn(raster_of(canvas_of(whole, order.width, order.height).seen), order.seed)


def done(drawn: Drawn, made: Iterable[Drawn], image: "Image", **facts: str) -> Drawn:
    """What became of `drawn`: `image`, put together of what was `made`.

    A flaw of any of them is one of the whole; what they were drawn with is told, as far as `drawn`
    does not tell it.
    """
    flaw, told = drawn.flaw, dict[str, str]()
    for each in made:
        flaw = flaw if flaw is not Flaw.NONE else each.flaw
        told |= each.facts
    return replace(
        drawn, raster=raster_of(image), flaw=flaw, facts={**told, **drawn.facts, **facts}
    )
