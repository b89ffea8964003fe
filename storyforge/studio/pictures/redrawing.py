"""Pictures to begin from, and the parts of them that are redrawn: read, looked at, refused.

Pillow opens them, 0.05 s at its first import: nothing here is imported before a picture is.
"""

import io
from pathlib import Path

from storyforge.borrowed import reason
from storyforge.domain.picture.orders import Redraw, Region
from storyforge.domain.picture.png_head import DRAWN_ON, LARGEST_FILE, is_fair
from storyforge.errors import BadInput
from storyforge.i18n import _
from storyforge.images import png

#: denoising strengths: AUTOMATIC1111's for whole pictures, and less where a part is mended
WHOLE_STRENGTH, PART_STRENGTH = 0.75, 0.4
# Sides are multiples of it.
_STEP = 8


def read_picture(path: Path) -> bytes:
    """The file at `path`, of any kind that Pillow knows, as a PNG without anything but pixels.

    Raises:
        BadInput: it cannot be read, or is no picture.
    """
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise _unusable(path.name, _("it is larger than any picture of a story"))
        data = path.read_bytes()
    except OSError as error:
        raise _unusable(path.name, reason(error)) from error
    return _as_png(data, path.name)


def size_of_picture(data: bytes) -> tuple[int, int]:
    """Pixels across and down.

    Raises:
        BadInput: it is no picture.
    """
    from PIL import Image

    try:
        with png.looked_at(data, DRAWN_ON) as image:
            return image.size
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise _unusable(_("This file"), reason(error)) from error


def redraw(
    image: bytes,
    *,
    strength: float | None = None,
    region: Region | None = None,
    mask: bytes | None = None,
    only_masked: bool = True,
) -> Redraw:
    """How a picture is begun from `image`.

    Raises:
        BadInput: the region lies outside of it, or the mask has another size.
    """
    width, height = size_of_picture(image)
    if region is not None:
        left, top, right, bottom = region
        region = (max(left, 0), max(top, 0), min(right, width), min(bottom, height))
        if region[0] >= region[2] or region[1] >= region[3]:
            raise BadInput(
                _(
                    "This part lies outside of the picture, which has {width}×{height} pixels."
                ).format(width=width, height=height),
                title=_("Which part?"),
            )
    if mask is not None and size_of_picture(mask) != (width, height):
        raise BadInput(
            _("The mask has another size than the picture ({width}×{height} pixels).").format(
                width=width, height=height
            ),
            title=_("Mask not usable"),
            hint=_("Make it of the picture itself: white where it is redrawn, black elsewhere."),
        )
    usual = WHOLE_STRENGTH if region is None and mask is None else PART_STRENGTH
    return Redraw(
        image,
        strength=usual if strength is None else strength,
        mask=mask,
        region=region,
        only_masked=only_masked,
    )


def drawable_size(image: bytes) -> tuple[int, int]:
    """The size of a picture, rounded to what can be drawn.

    Raises:
        BadInput: it is no picture.
    """
    width, height = size_of_picture(image)
    return max(width // _STEP, 1) * _STEP, max(height // _STEP, 1) * _STEP


def _as_png(data: bytes, name: str) -> bytes:
    from PIL import Image, ImageOps

    try:
        with png.looked_at(data, DRAWN_ON) as image:
            if not is_fair(*image.size):
                raise _unusable(name, _("it has more pixels than can be redrawn"))
            upright = ImageOps.exif_transpose(image)
            # White on nothing is a mask, too.
            kind = "RGBA" if upright.has_transparency_data else "RGB"
            out = io.BytesIO()
            upright.convert(kind).save(out, "PNG")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise _unusable(name, reason(error)) from error
    return out.getvalue()


def _unusable(name: str, why: str) -> BadInput:
    return BadInput(
        _("{name} cannot be used as a picture: {why}.").format(name=name, why=why),
        title=_("No picture"),
        hint=_("PNG, JPEG and WebP can be read."),
    )
