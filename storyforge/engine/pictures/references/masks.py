"""Where a reference counts: its region, as what is drawn shows it. Only pixels."""

from typing import TYPE_CHECKING

from storyforge.domain.picture.adapters import Share
from storyforge.engine.pictures.canvases import Canvas

if TYPE_CHECKING:
    import torch

_EVERYWHERE: Share = (0.0, 0.0, 1.0, 1.0)


def mask_of(
    region: Share | None, size: tuple[int, int], canvas: Canvas | None
) -> "torch.Tensor | None":
    """(1, 1, height, width), 1 within the region; None where it is all that is drawn.

    Args:
        size: width and height of what is drawn.
        canvas: what is drawn over; of a picture of which a part is seen, regions are of the whole.
    """
    import torch

    left, top, right, bottom = _seen(region or _EVERYWHERE, canvas)
    if left <= 0 and top <= 0 and right >= 1 and bottom >= 1:
        return None
    width, height = size
    mask = torch.zeros(1, 1, height, width)
    across = slice(max(0, round(left * width)), max(0, round(right * width)))
    down = slice(max(0, round(top * height)), max(0, round(bottom * height)))
    mask[:, :, down, across] = 1
    return mask


def _seen(region: Share, canvas: Canvas | None) -> Share:
    """A region of the whole picture, as shares of the part that is seen."""
    if canvas is None or canvas.whole is None:
        return region
    (wide, high), (left, top, right, bottom) = canvas.whole.size, canvas.box
    return (
        (region[0] * wide - left) / (right - left),
        (region[1] * high - top) / (bottom - top),
        (region[2] * wide - left) / (right - left),
        (region[3] * high - top) / (bottom - top),
    )
