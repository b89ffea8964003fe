"""Numbers as authors type them."""

import pytest

from storyforge.tui.typed import whole_number


@pytest.mark.parametrize(
    ("given", "number"),
    [
        ("800", 800),
        (" 1,200 ", 1200),
        ("", 0),
        ("８００", 800),
        ("25 %", 25),
        ("many", None),
        ("-3", None),
        ("9" * 9, None),
    ],
)
def test_numbers_are_read_as_they_are_typed(given: str, number: int | None) -> None:
    assert whole_number(given) == number


def test_below_zero_only_where_that_is_meant() -> None:
    assert [whole_number(given, signed=True) for given in ("-3", "−3", "3", "-")] == [
        -3,
        -3,
        3,
        None,
    ]
