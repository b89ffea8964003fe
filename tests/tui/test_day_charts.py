"""Days drawn as characters."""

from datetime import date, datetime, timedelta

from storyforge.domain.counting import Counts
from storyforge.domain.day_names import day_name, moment, whole_day
from storyforge.domain.writing import Day
from storyforge.i18n import use_language
from storyforge.studio.writing_charts import weeks
from storyforge.tui.dialogs.writing_days import minutes
from storyforge.tui.widgets.day_charts import bucketed, columns, months_line, padded

TODAY = date(2026, 3, 15)


def days(count: int) -> list[Day]:
    return [Day(TODAY - timedelta(days=n), 0, Counts(n, n)) for n in reversed(range(count))]


def test_columns_stack_the_models_words_on_the_authors() -> None:
    assert columns([(8, 0), (4, 4), (0, 8), (0, 0), (1, 0)], 2, 1) == ["█░░  ", "██░ ▂"]
    assert columns([(8, 0), (4, 0)], 1, 3) == ["██ ▄▄ "]
    assert columns([(0, 0)], 2, 1) == [" ", " "]
    assert columns([], 2, 1) == ["", ""]


def test_a_little_is_not_nothing() -> None:
    assert columns([(1, 0), (10_000, 0)], 2, 1) == [" █", "▁█"]
    assert columns([(0, 1), (10_000, 0)], 1, 1) == ["░█"]


def test_long_periods_are_told_in_groups_of_days_that_lose_none() -> None:
    groups = bucketed(days(365), 70)
    assert len(groups) <= 70
    assert [day for group in groups for day in group] == days(365)
    assert len(groups[-1]) == 6
    assert [len(group) for group in bucketed(days(30), 70)] == [1] * 30


def test_months_stand_over_the_weeks_in_which_they_begin() -> None:
    line = months_line(weeks([], TODAY, 8), 2)
    assert line == "Jan Feb     Mar"
    use_language("en")
    assert day_name(TODAY) == "15 Mar"


def test_days_and_times_have_names_of_the_catalogue() -> None:
    assert whole_day(TODAY) == "Su 15 Mar 2026"
    assert moment(datetime(2026, 3, 15, 14, 2).astimezone()) == "15 Mar 14:02"


def test_a_text_of_wide_characters_takes_its_cells() -> None:
    assert padded("月", 4) == "月  "
    assert padded("3月", 4, right=True) == " 3月"
    assert padded("12 Nov", 4) == "12 Nov"


def test_minutes_grow_into_hours() -> None:
    assert [minutes(s) for s in (0, 59, 2520, 3600, 7500)] == [
        "0 min",
        "1 min",
        "42 min",
        "1 h 00 min",
        "2 h 05 min",
    ]
