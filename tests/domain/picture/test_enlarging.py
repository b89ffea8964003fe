"""Sizes and tiles."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyforge.domain.picture.enlarging import (
    enlarged,
    final_size,
    is_too_large,
    pixels_of,
    share_of,
    tiles,
)
from storyforge.domain.picture.orders import Order
from storyforge.domain.picture.passes import Hires, Larger

SIDES = st.integers(1, 200).map(lambda each: each * 8)


@pytest.mark.parametrize(
    ("size", "tile", "overlap", "count"),
    [
        ((1024, 1024), 512, 64, 9),
        ((1024, 512), 512, 64, 3),
        ((960, 960), 512, 64, 4),
        ((512, 512), 512, 64, 1),
        ((256, 320), 512, 64, 1),
        ((1536, 1024), 1024, 64, 2),
    ],
)
def test_as_few_tiles_as_cover_a_picture(
    size: tuple[int, int], tile: int, overlap: int, count: int
) -> None:
    assert sum(map(len, tiles(size, tile, overlap))) == count


@given(SIDES, SIDES, st.integers(8, 64).map(lambda each: each * 8), st.integers(0, 700))
def test_tiles_cover_a_picture_and_share_what_they_should(
    width: int, height: int, tile: int, overlap: int
) -> None:
    rows = tiles((width, height), tile, overlap)
    shared = min(overlap, tile // 2)
    for row in rows:
        assert (row[0][0], row[-1][2]) == (0, width)
        assert {box[1] for box in row} == {row[0][1]}
        assert all(one[2] - other[0] >= shared - 1 for one, other in pairwise(row))
        assert {box[2] - box[0] for box in row} == {min(tile, width)}
    assert (rows[0][0][1], rows[-1][0][3]) == (0, height)


def test_hires_fix_comes_before_the_tiles_and_sides_stay_multiples_of_8() -> None:
    assert enlarged((512, 768), 1.3) == (664, 1000)
    order = Order("", width=512, height=640, hires=Hires(1.5), larger=Larger(2))
    assert final_size(order) == (1536, 1920)
    assert not is_too_large(order)
    assert is_too_large(Order("", width=2048, height=2048, hires=Hires(4), larger=Larger(2)))


def test_a_part_of_a_picture_is_never_nothing_and_never_outside() -> None:
    assert pixels_of((0.25, 0.5, 0.5, 1.0), (64, 128)) == (16, 64, 32, 128)
    assert pixels_of((0.5, 0.5, 0.5, 0.5), (10, 10)) == (5, 5, 6, 6)
    assert pixels_of((1.5, 2.0, 3.0, 4.0), (10, 10)) == (9, 9, 10, 10)
    assert share_of((16, 64, 32, 128), (64, 128)) == (0.25, 0.5, 0.5, 1.0)
