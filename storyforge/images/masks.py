"""Masks for redrawing: white where a picture is drawn anew; made of what was painted over it."""

import io

from storyforge.errors import BadInput
from storyforge.i18n import _
from storyforge.images import png

# A program that saves a picture may change each pixel a little.
_NOTICED = 24
# What was painted with a soft brush reaches further than its strong part: pixels.
_WIDER = 5


def mask_of(picture: bytes, painted: bytes) -> bytes:
    """The mask of what was painted over a copy of `picture`: a PNG of the same size.

    A copy that is black and white only is the mask itself.

    Raises:
        BadInput: it cannot be read, has another size, or nothing was painted.
    """
    from PIL import Image, ImageChops, ImageFilter

    with png.opened(picture) as before, png.opened(painted) as after:
        if before.size != after.size:
            raise BadInput(
                _("The painted picture has another size than the one it is for."),
                title=_("No mask"),
                hint=_("Paint on the copy without cutting or scaling it."),
            )
        try:
            first, seen = before.convert("RGB"), after.convert("RGBA")
        except (OSError, ValueError, SyntaxError) as error:
            raise png.not_a_picture() from error
    # What was rubbed out, or never painted, is black.
    ground = Image.new("RGBA", seen.size, (0, 0, 0, 255))
    second = Image.alpha_composite(ground, seen).convert("RGB")
    colours = second.getcolors(2)
    if colours is not None and {colour for _n, colour in colours} == {(0, 0, 0), (255, 255, 255)}:
        mask = second.convert("L")
    else:
        red, green, blue = ImageChops.difference(first, second).split()
        changed = ImageChops.lighter(ImageChops.lighter(red, green), blue)
        mask = changed.point([255 if value > _NOTICED else 0 for value in range(256)])
        mask = mask.filter(ImageFilter.MaxFilter(_WIDER))
    if mask.getbbox() is None:
        raise BadInput(
            _("Nothing was painted: the picture is as it was."),
            title=_("No mask"),
            hint=_("Paint over what is to be drawn anew, and save the file."),
        )
    out = io.BytesIO()
    mask.save(out, "PNG")
    return out.getvalue()
