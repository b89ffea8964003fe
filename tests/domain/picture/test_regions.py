"""Rectangles on a picture."""

from hypothesis import given
from hypothesis import strategies as st

from storyforge.domain.picture import regions
from storyforge.domain.picture.orders import Region

_SIZE = st.tuples(st.integers(8, 2048), st.integers(8, 2048))
_BY = st.integers(-3000, 3000)


def _lies_within(region: Region, size: tuple[int, int]) -> bool:
    left, top, right, bottom = region
    return left >= 0 and right <= size[0] and right - left >= 8 and top >= 0 and bottom <= size[1]


@given(_SIZE, st.tuples(_BY, _BY, _BY, _BY), _BY, _BY)
def test_whatever_is_done_it_lies_within_the_picture(
    size: tuple[int, int], corners: Region, across: int, down: int
) -> None:
    region = regions.fitted(corners, size)
    assert _lies_within(region, size)
    for other in (
        regions.moved(region, across, down, size),
        regions.sized(region, across, down, size),
        regions.grown(region, across, size),
    ):
        assert _lies_within(other, size)
        assert other[3] - other[1] >= 8
    moved = regions.moved(region, across, down, size)
    assert moved[2] - moved[0] == region[2] - region[0]


@given(_SIZE, st.tuples(_BY, _BY, _BY, _BY))
def test_what_is_told_can_be_typed(size: tuple[int, int], corners: Region) -> None:
    region = regions.fitted(corners, size)
    assert regions.typed(regions.told(region), size) == region


def test_what_is_no_rectangle_is_none() -> None:
    for text in ("", "1,2,3", "a,b,c,d", "600,0,10,10", "0,0,0,10", "-1,0,5,5"):
        assert regions.typed(text, (512, 512)) is None
    assert regions.typed("500, 10, 400, 20", (512, 512)) == (500, 10, 512, 30)
