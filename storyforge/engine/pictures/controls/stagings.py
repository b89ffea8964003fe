"""The staging of a picture: read from it, or given as it is, and fitted to what will be drawn."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from storyforge.domain.picture.orders import PainterNote
from storyforge.domain.picture.staging import Control, Staging
from storyforge.engine.faults import EngineFault, Fault, FaultKind
from storyforge.engine.pictures.canvases import Canvas, flat, opened
from storyforge.engine.pictures.controls import annotators
from storyforge.engine.pictures.controls.depth import depth
from storyforge.i18n import N_
from storyforge.images.readers import NEEDED

if TYPE_CHECKING:
    import torch
    from PIL.Image import Image

#: pixels of the shorter side that a staging is read at: smaller ones lose joints and lines
LEAST, MOST = 64, 1024
# Drawn in lines, light on dark: what somebody drew with a pencil is the other way round.
_LINES = frozenset((Staging.LINES, Staging.EDGES, Staging.SOFT_EDGES))
_MIDDLE = 127.5
_TURNED = N_(
    "The staging is dark on light; ControlNets want light on dark, so it was turned round."
)
_FILTERED = N_(
    "The lines were drawn by a filter, which is rough with paintings: sk_model.pth reads them "
    "better."
)
_WHITE, _BLACK = (255, 255, 255), (0, 0, 0)


def staging_of(
    control: Control,
    size: tuple[int, int],
    device: "torch.device",
    say: Callable[[PainterNote], None] = lambda _: None,
) -> "Image":
    """What `control` keeps, RGB, as a picture of about `size` shows it; not fitted to it yet.

    Args:
        say: hears what was not taken as it is.

    Raises:
        EngineFault: its picture or its reader cannot be used.
    """
    picture = opened(control.image, FaultKind.STAGING_SOURCE)
    if not control.ready:
        if control.kind is Staging.LINES and control.reader is None:
            say(PainterNote(_FILTERED))
        return read(control.kind, flat(picture, _WHITE), control.reader, size, device)
    drawn = flat(picture, _BLACK)
    if control.kind in _LINES and _is_light(drawn):
        say(PainterNote(_TURNED))
        return _turned(drawn)
    return drawn


def read(
    kind: Staging,
    picture: "Image",
    reader: Path | None,
    size: tuple[int, int],
    device: "torch.device",
) -> "Image":
    """The staging of `picture`, RGB."""
    import numpy
    from PIL import Image

    resolution = max(LEAST, min(*size, MOST))
    if reader is None and kind in NEEDED:
        raise EngineFault(Fault(FaultKind.READER_MISSING, NEEDED[kind]))
    if kind is Staging.DEPTH and reader is not None:
        return Image.fromarray(depth(picture, reader, device)).convert("RGB")
    pixels = numpy.array(picture, numpy.uint8)
    if kind is Staging.EDGES:
        found = annotators.edges(pixels, resolution)
    elif reader is None:
        found = annotators.plain_lines(pixels, resolution)
    else:
        reading = {
            Staging.POSE: annotators.poses,
            Staging.LINES: annotators.lines,
            Staging.SOFT_EDGES: annotators.soft_edges,
        }[kind]
        found = reading(pixels, resolution, reader, device)
    return Image.fromarray(found).convert("RGB")


def fitted(staging: "Image", size: tuple[int, int], canvas: Canvas | None) -> "Image":
    """`staging` as large as what is drawn: the part of it that is drawn over, where it is one.

    Of one of other proportions the middle counts, as with A1111's “crop and resize”.
    """
    from PIL import ImageOps
    from PIL.Image import Resampling

    if canvas is None or canvas.whole is None:
        return ImageOps.fit(staging, size, Resampling.BICUBIC)
    whole = ImageOps.fit(staging, canvas.whole.size, Resampling.BICUBIC)
    return whole.crop(canvas.box).resize(size, Resampling.BICUBIC)


def _is_light(drawn: "Image") -> bool:
    """Whether most of it is light."""
    from PIL import ImageStat

    return bool(ImageStat.Stat(drawn.convert("L")).mean[0] > _MIDDLE)


def _turned(drawn: "Image") -> "Image":
    from PIL import ImageOps

    return ImageOps.invert(drawn)
