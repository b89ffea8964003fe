"""A rectangle on a picture: moved, sized, typed, and told in pixels. Pure."""

import re

from storyforge.domain.picture.orders import Region

#: what a latent stands for: a smaller part cannot be drawn by itself
LEAST = 8
_NUMBERS = re.compile(
    r"\s*(\d{1,5})\s*[, x×]\s*(\d{1,5})\s*[, x×]\s*(\d{1,5})\s*[, x×]\s*(\d{1,5})\s*"
)

Size = tuple[int, int]


def middle(size: Size) -> Region:
    """The middle half of a picture, to begin with."""
    width, height = size
    return fitted((width // 4, height // 4, width - width // 4, height - height // 4), size)


def fitted(region: Region, size: Size) -> Region:
    """Within the picture, not smaller than `LEAST`, left before right and top before bottom."""
    left, right = _fitted(region[0], region[2], size[0])
    top, bottom = _fitted(region[1], region[3], size[1])
    return left, top, right, bottom


def moved(region: Region, across: int, down: int, size: Size) -> Region:
    """Moved by so many pixels, and no further than the picture's edges; its size stays."""
    left = max(0, min(region[0] + across, size[0] - (region[2] - region[0])))
    top = max(0, min(region[1] + down, size[1] - (region[3] - region[1])))
    return left, top, left + region[2] - region[0], top + region[3] - region[1]


def sized(region: Region, across: int, down: int, size: Size) -> Region:
    """Its right and lower edges moved; never past the others or out of the picture."""
    left, top, right, bottom = region
    right = max(left + LEAST, min(right + across, size[0]))
    bottom = max(top + LEAST, min(bottom + down, size[1]))
    return fitted((left, top, right, bottom), size)


def grown(region: Region, by: int, size: Size) -> Region:
    """Larger on all sides, or smaller where `by` is negative."""
    left, top, right, bottom = region
    by = max(by, -((right - left - LEAST) // 2), -((bottom - top - LEAST) // 2))
    return fitted((left - by, top - by, right + by, bottom + by), size)


def typed(text: str, size: Size) -> Region | None:
    """`left, top, width, height` in pixels; None where it is none, or lies outside."""
    found = _NUMBERS.fullmatch(text)
    if found is None:
        return None
    left, top, width, height = map(int, found.groups())
    if left >= size[0] or top >= size[1] or not width or not height:
        return None
    return fitted((left, top, left + width, top + height), size)


def told(region: Region) -> str:
    """As it is typed."""
    left, top, right, bottom = region
    return f"{left}, {top}, {right - left}, {bottom - top}"


def _fitted(start: int, end: int, most: int) -> tuple[int, int]:
    start, end = sorted((max(0, min(start, most)), max(0, min(end, most))))
    if end - start < LEAST:
        start = max(0, min(start, most - LEAST))
        end = min(start + LEAST, most)
    return start, end
