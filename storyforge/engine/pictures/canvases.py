"""What is redrawn of a picture: the part that the painter sees, and how it comes back into it.

Outside the mask not a byte changes: the edge is blended inwards. Only pixels; no painter is known.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from storyforge.domain.picture.orders import Redraw, Region
from storyforge.domain.picture.png_head import DRAWN_ON, is_fair
from storyforge.engine.faults import EngineFault, Fault, FaultKind
from storyforge.images import png

if TYPE_CHECKING:
    from PIL.Image import Image

_WHITE = 128
# A wider edge would cost a second, and is none.
_WIDEST = 64


@dataclass(frozen=True, slots=True)
class Canvas:
    """What a painter begins from.

    Attributes:
        seen: RGB, as large as will be drawn.
        mask: L, as large, 255 where it is redrawn; None for all of it.
        whole, box, edge: the picture, the part of it that is seen, and how much of each pixel
            there is replaced; None where the drawing is the picture.
    """

    seen: "Image"
    mask: "Image | None" = None
    whole: "Image | None" = None
    box: Region = (0, 0, 0, 0)
    edge: "Image | None" = None

    def finished(self, drawn: "Image") -> "Image":
        """The picture with `drawn` in its place."""
        from PIL.Image import Resampling

        if self.whole is None or self.edge is None:
            return drawn
        left, top, right, bottom = self.box
        part = drawn.resize((right - left, bottom - top), Resampling.LANCZOS)
        picture = self.whole.copy()
        picture.paste(part, (left, top), self.edge)
        return picture


def canvas_of(redraw: Redraw, width: int, height: int) -> Canvas:
    """The canvas of `redraw`, `width` × `height` pixels as drawn.

    Raises:
        EngineFault: picture or mask cannot be used.
    """
    from PIL.Image import Resampling

    whole = flat(opened(redraw.image), (255, 255, 255))
    if not redraw.is_inpaint:
        return Canvas(whole.resize((width, height), Resampling.LANCZOS))
    mask = _mask(redraw, whole.size)
    marked = mask.getbbox()
    if marked is None:
        raise EngineFault(Fault(FaultKind.MASK_EMPTY))
    box = (0, 0, *whole.size)
    if redraw.only_masked:
        box = around(marked, whole.size, (width, height), max(0, redraw.padding))
    return Canvas(
        whole.crop(box).resize((width, height), Resampling.LANCZOS),
        mask.crop(box).resize((width, height), Resampling.NEAREST),
        whole,
        box,
        inner_edge(mask, redraw.blur).crop(box),
    )


def around(marked: Region, size: tuple[int, int], drawn: tuple[int, int], padding: int) -> Region:
    """The part of a picture of `size` that is seen when only `marked` is redrawn.

    It is padded, and widened to the proportions of `drawn` as far as the picture reaches.
    """
    (left, right), (top, bottom) = (
        (max(0, marked[at] - padding), min(size[at], marked[at + 2] + padding)) for at in (0, 1)
    )
    ratio = drawn[0] / drawn[1]
    wide = max(right - left, min(size[0], round((bottom - top) * ratio)))
    high = max(bottom - top, min(size[1], round((right - left) / ratio)))
    left, right = _widened(left, right, wide, size[0])
    top, bottom = _widened(top, bottom, high, size[1])
    return (left, top, right, bottom)


def _widened(start: int, end: int, length: int, most: int) -> tuple[int, int]:
    """A stretch of `length` with the same middle, within 0 and `most`."""
    start -= (length - (end - start)) // 2
    start = max(0, min(start, most - length))
    return start, start + length


def inner_edge(mask: "Image", blur: int) -> "Image":
    """`mask` with a ramp of `blur` pixels inside its border; zero outside it, as before."""
    # Pillow's own sums: who draws on another machine has no numpy.
    from PIL import Image, ImageFilter, ImageMath

    blur = max(0, min(blur, _WIDEST))
    total: Image.Image = Image.new("I", mask.size, 0)
    eroded = mask
    for _layer in range(blur + 1):
        total = ImageMath.lambda_eval(
            lambda of: of["total"] + of["eroded"], total=total, eroded=eroded
        )
        eroded = eroded.filter(ImageFilter.MinFilter(3))
    edge: Image.Image = ImageMath.lambda_eval(
        lambda of: of["convert"](of["total"] / (blur + 1), "L"), total=total
    )
    return edge


def _mask(redraw: Redraw, size: tuple[int, int]) -> "Image":
    """Black and white: white where the mask is, and where the region is."""
    from PIL import Image

    mask = Image.new("L", size, 0)
    if redraw.mask is not None:
        given = flat(opened(redraw.mask), (0, 0, 0)).convert("L")
        if given.size != size:
            sizes = ["{}×{}".format(*each) for each in (given.size, size)]
            raise EngineFault(Fault(FaultKind.MASK_UNFIT, sizes[0], more=sizes[1]))
        mask = given.point([255 if grey >= _WHITE else 0 for grey in range(256)])
    if redraw.region is not None:
        left, top = (max(0, edge) for edge in redraw.region[:2])
        right, bottom = (min(*pair) for pair in zip(redraw.region[2:], size, strict=True))
        if left < right and top < bottom:
            mask.paste(255, (left, top, right, bottom))
    return mask


def opened(data: bytes, fault: FaultKind = FaultKind.NO_SOURCE) -> "Image":
    """A picture file, unpacked and the right way up.

    Raises:
        EngineFault: of this kind, where it is none.
    """
    from PIL import Image, ImageOps

    try:
        picture = png.looked_at(data, DRAWN_ON)
        if not is_fair(*picture.size):
            raise ValueError(picture.size)
        picture.load()
        return ImageOps.exif_transpose(picture)
    # a damaged file may raise any of them, whatever its kind
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError) as error:
        raise EngineFault(Fault(fault)) from error


def flat(picture: "Image", behind: tuple[int, int, int]) -> "Image":
    """RGB, with `behind` where the picture lets it through."""
    from PIL import Image

    if not picture.has_transparency_data:
        return picture.convert("RGB")
    ground = Image.new("RGBA", picture.size, (*behind, 255))
    return Image.alpha_composite(ground, picture.convert("RGBA")).convert("RGB")
