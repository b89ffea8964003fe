"""Pixels between passes: rasters as pictures, parts as what is redrawn, and what came of it."""

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from storyforge.domain.picture.orders import Drawn, Flaw, Order, Raster, Redraw
from storyforge.engine.pictures.canvases import canvas_of
from storyforge.images import png

if TYPE_CHECKING:
    from PIL.Image import Image


def image_of(raster: Raster) -> "Image":
    """As Pillow has it."""
    from PIL import Image

    return Image.frombytes("RGB", (raster.width, raster.height), raster.rgb)


def raster_of(image: "Image") -> Raster:
    """As it is handed on."""
    return Raster(image.width, image.height, image.convert("RGB").tobytes())


def redraw_of(image: "Image", strength: float) -> Redraw:
    """How all of `image` is drawn over."""
    return Redraw(png.encoded(raster_of(image)), strength)


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
