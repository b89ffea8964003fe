"""Numbers as authors type them."""

import pytest

from storyforge.tui.typed import amount, whole_number


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


@pytest.mark.parametrize(
    ("given", "cost"),
    [
        ("3", 3.0),
        (" 0.25 ", 0.25),
        ("0,25", 0.25),
        ("0,125", 0.125),
        ("12,5", 12.5),
        ("1250", 1250.0),
        ("1,250", None),
        ("１．５", 1.5),
        ("", None),
        (".", None),
        ("1.2.3", None),
        ("-3", None),
        ("free", None),
        ("1e3", None),
    ],
)
def test_amounts_are_read_with_a_point_or_a_comma_where_that_is_one_amount(
    given: str, cost: float | None
) -> None:
    assert amount(given) == cost
