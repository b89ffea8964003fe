"""Pictures as they come from a server, and as they go to one.

What comes is a stranger's: it is bounded before it is unpacked, and what cannot be read is a fault.
"""

import base64
import binascii
import io
from typing import TYPE_CHECKING

from storyforge.backends.remote.faults import Fault, FaultKind, RemoteFault
from storyforge.domain.picture.orders import Order, Raster
from storyforge.domain.picture.png_head import LARGEST_FILE, MOST_PIXELS, is_fair
from storyforge.engine.pictures.canvases import Canvas, canvas_of
from storyforge.images import png
from storyforge.images.rasters import raster_of

if TYPE_CHECKING:
    from PIL.Image import Image

_FORMATS = ("PNG", "JPEG", "WEBP")
# Pixels of a preview's longer side: no terminal shows more of one.
_PREVIEW = 128
# They come every few steps: one may not take seconds.
_PREVIEW_FILE, _PREVIEW_PIXELS = 1 << 24, 1 << 23
#: bytes of an answer with one picture in it: base64 is a third longer
ANSWER_LIMIT = LARGEST_FILE * 4 // 3 + (1 << 20)


def decoded(told: object) -> bytes:
    """The bytes of a picture in base64, with or without a data URL's head.

    Raises:
        RemoteFault: it is none.
    """
    if not isinstance(told, str):
        raise _damaged()
    if told.startswith("data:"):
        told = told.partition(",")[2]
    try:
        return base64.b64decode(told)
    except (binascii.Error, ValueError):
        raise _damaged() from None


def encoded(data: bytes) -> str:
    """The bytes of a picture in base64."""
    return base64.b64encode(data).decode("ascii")


def opened(data: bytes, most: int = MOST_PIXELS) -> "Image":
    """A picture of no more than so many pixels, unpacked, RGB.

    Raises:
        RemoteFault: it is none that can be read, or larger than any.
    """
    from PIL import Image

    try:
        with png.looked_at(data, _FORMATS) as picture:
            fair = is_fair(*picture.size) and picture.width * picture.height <= most
            if len(data) > LARGEST_FILE or not fair:
                raise ValueError(picture.size)
            return picture.convert("RGB")
    # a damaged file may raise any of them, whatever its kind
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError) as error:
        raise _damaged() from error


def preview(data: bytes) -> Raster | None:
    """A small picture of one that is not finished; None where it cannot be read."""
    if len(data) > _PREVIEW_FILE:
        return None
    try:
        picture = opened(data, _PREVIEW_PIXELS)
    except RemoteFault:
        return None  # half written: the next one will be whole
    picture.thumbnail((_PREVIEW, _PREVIEW))
    return raster_of(picture)


def canvas_for(order: Order) -> Canvas | None:
    """What a picture begins from; None where it begins from noise.

    Raises:
        EngineFault: picture or mask cannot be used.
    """
    return canvas_of(order.redraw, order.width, order.height) if order.redraw else None


def file_of(picture: "Image") -> bytes:
    """A picture as a PNG file."""
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def _damaged() -> RemoteFault:
    return RemoteFault(Fault(FaultKind.MALFORMED))
