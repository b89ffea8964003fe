"""Where faces are in a picture.

They are found by the boosted cascade of local binary patterns that scikit-image brings: it knows
faces that look out of the picture, drawn ones as far as they are like photographed ones.
"""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from storyforge.domain.picture.orders import Region

if TYPE_CHECKING:
    from PIL.Image import Image

# Looked for in a picture of so many pixels a side at most, from so many on: half a second.
_LOOKED_AT, _LEAST = 640, 24
# With so many neighbours 95 of 100 faces of scikit-image's own photographs are found, and none in
# its eighteen pictures without any; with six, 98, and five that are none.
_NEIGHBOURS, _FINER = 8, 1.1
# The cascade's squares end at chin and brows: hair and jaw are drawn with them.
_GROWN = 0.15


def found_in(image: "Image") -> list[Region]:
    """Faces, the largest first, each with the hair and the jaw around it."""
    import numpy

    small = image.convert("RGB")
    small.thumbnail((_LOOKED_AT, _LOOKED_AT))
    if min(small.size) < _LEAST:
        return []
    squares = cascade().detect_multi_scale(
        img=numpy.asarray(small),
        scale_factor=_FINER,
        step_ratio=1,
        min_size=(_LEAST, _LEAST),
        max_size=small.size[::-1],
        min_neighbor_number=_NEIGHBOURS,
    )
    squares.sort(key=lambda each: -each["width"])
    faces: list[Region] = []
    for square in squares:
        face = _grown(square, image.width / small.width, image.size)
        if not any(_holds(other, face) for other in faces):
            faces.append(face)
    return faces


def _holds(face: Region, other: Region) -> bool:
    """Whether the middle of `other` lies in `face`: they are one, found at two sizes."""
    across, down = (other[0] + other[2]) / 2, (other[1] + other[3]) / 2
    return face[0] <= across < face[2] and face[1] <= down < face[3]


def _grown(square: dict[str, int], scale: float, size: tuple[int, int]) -> Region:
    side = square["width"]
    more = side * _GROWN
    left, top = square["c"] - more, square["r"] - more
    edges = (left, top, left + side + 2 * more, top + side + 2 * more)
    left, top, right, bottom = (round(edge * scale) for edge in edges)
    return max(left, 0), max(top, 0), min(right, size[0]), min(bottom, size[1])


@cache
def cascade() -> Any:
    """The detector, read once: a tenth of a second."""
    import skimage
    from skimage.feature import Cascade

    data = Path(skimage.__file__).with_name("data")
    return Cascade(str(data / "lbpcascade_frontalface_opencv.xml"))
