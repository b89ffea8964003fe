"""Pixels as they are handed on, and as Pillow has them."""

from typing import TYPE_CHECKING

from storyforge.domain.picture.orders import Raster

if TYPE_CHECKING:
    from PIL.Image import Image


def image_of(raster: Raster) -> "Image":
    """As Pillow has it."""
    from PIL import Image

    return Image.frombytes("RGB", (raster.width, raster.height), raster.rgb)


def raster_of(image: "Image") -> Raster:
    """As it is handed on."""
    return Raster(image.width, image.height, image.convert("RGB").tobytes())
