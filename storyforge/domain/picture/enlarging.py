"""How large a picture becomes, and the tiles that it is drawn over in. Pure.

The grid is that of AUTOMATIC1111's SD upscale (modules/images.py, split_grid): as few tiles as
cover the picture, evenly spread, so neighbours share at least the overlap.
"""

from storyforge.domain.picture.adapters import Share
from storyforge.domain.picture.orders import Order, Region
from storyforge.domain.picture.png_head import is_fair

Size = tuple[int, int]

# Sides that are drawn are multiples of it.
_GRID = 8
# Of less nothing can be drawn, and there would be a tile a pixel.
_LEAST_TILE = 64


def enlarged(size: Size, scale: float) -> Size:
    """So many times as wide and high, in multiples of 8."""
    width, height = (max(_GRID, round(side * scale / _GRID) * _GRID) for side in size)
    return width, height


def tiles(size: Size, tile: int, overlap: int) -> tuple[tuple[Region, ...], ...]:
    """The tiles of a picture, row by row."""
    columns = _stretches(size[0], tile, overlap)
    return tuple(
        tuple((left, top, right, bottom) for left, right in columns)
        for top, bottom in _stretches(size[1], tile, overlap)
    )


def _stretches(length: int, tile: int, overlap: int) -> tuple[tuple[int, int], ...]:
    """Where tiles begin and end along one side; the overlap is at most half of a tile."""
    tile = min(max(tile // _GRID * _GRID, _LEAST_TILE), length)
    step = max(tile - max(overlap, 0), tile // 2, 1)
    count = 1 + -(-(length - tile) // step)
    starts = (round(number * (length - tile) / max(count - 1, 1)) for number in range(count))
    return tuple((start, start + tile) for start in starts)


def size_before(order: Order) -> Size:
    """The size of what is enlarged: after hires fix, and before tiles."""
    size = (order.width, order.height)
    return size if order.hires is None else enlarged(size, order.hires.scale)


def final_size(order: Order) -> Size:
    """The size of the picture once all is done to it."""
    size = size_before(order)
    return size if order.larger is None else enlarged(size, order.larger.scale)


def is_too_large(order: Order) -> bool:
    """Whether the finished picture would have more pixels than one may have."""
    return not is_fair(*final_size(order))


def pixels_of(share: Share, size: Size) -> Region:
    """A part of a picture in its pixels, at least one wide and high, and within it."""
    left, top, right, bottom = (
        round(min(max(part, 0.0), 1.0) * size[at % 2]) for at, part in enumerate(share)
    )
    left, top = min(left, size[0] - 1), min(top, size[1] - 1)
    return left, top, max(right, left + 1), max(bottom, top + 1)


def share_of(region: Region, size: Size) -> Share:
    """A rectangle in pixels as parts of a picture."""
    left, top, right, bottom = region
    return left / size[0], top / size[1], right / size[0], bottom / size[1]
