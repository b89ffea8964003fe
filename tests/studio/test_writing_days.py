"""Days, streaks and charts of an author's writing."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from storyforge import paths
from storyforge.domain.counting import Counts
from storyforge.domain.writing import Day, Goals, Streak
from storyforge.settings import Settings
from storyforge.store.story_file import StoryFile
from storyforge.studio import shelf
from storyforge.studio.writing_charts import bar, shade, weeks
from storyforge.studio.writing_days import (
    day_of,
    days_on_the_shelf,
    goals_of,
    series,
    set_goal,
    streak,
)

TODAY = date(2026, 11, 23)


def days(*amounts: int, last: date = TODAY) -> tuple[Day, ...]:
    """Consecutive days up to `last`, with so many words each; 0 is a day without a session."""
    first = last - timedelta(days=len(amounts) - 1)
    return tuple(
        Day(first + timedelta(days=n), 60, Counts(amount, amount * 2))
        for n, amount in enumerate(amounts)
        if amount
    )


@pytest.mark.parametrize(
    ("hour", "starts_at", "expected"),
    [(3, 4, 22), (4, 4, 23), (23, 4, 23), (0, 0, 23), (12, 23, 22)],
)
def test_a_day_begins_at_its_hour(hour: int, starts_at: int, expected: int) -> None:
    assert day_of(datetime(2026, 11, 23, hour), starts_at) == date(2026, 11, expected)


@pytest.mark.parametrize(
    ("amounts", "goal", "expected"),
    [
        ((), 0, Streak(0, 0)),
        ((5, 5, 5), 0, Streak(3, 3)),
        ((5, 5, 0), 0, Streak(2, 2)),
        ((5, 5, 0, 0), 0, Streak(0, 2)),
        ((5, 5, 5, 0, 5), 0, Streak(1, 3)),
        ((500, 499, 500), 500, Streak(1, 1)),
        ((500, 500, 20), 500, Streak(2, 2)),
    ],
)
def test_days_in_a_row_make_a_streak(amounts: tuple[int, ...], goal: int, expected: Streak) -> None:
    assert streak(days(*amounts), TODAY, goal, "en") == expected


def test_a_goal_is_reached_in_the_unit_of_the_language() -> None:
    assert streak(days(300), TODAY, 500, "en").current == 0
    assert streak(days(300), TODAY, 500, "ja").current == 1


def test_a_series_has_the_days_without_writing_too() -> None:
    found = series(days(5, 0, 7), TODAY, 4)
    assert [day.own.words for day in found] == [0, 5, 0, 7]
    assert [day.day.day for day in found] == [20, 21, 22, 23]


def test_a_story_can_have_a_goal_of_its_own(tmp_path: Path) -> None:
    settings = Settings.model_validate({"goals": {"day_words": 500, "day_starts_at": 5}})
    with StoryFile.create(tmp_path / "light.forge", title="Light") as story:
        assert goals_of(story, settings) == Goals(500, 5, 90)
        set_goal(story, 1200)
        assert goals_of(story, settings).day == 1200
        set_goal(story, 0)
        assert goals_of(story, settings).day == 0
        set_goal(story, None)
        assert goals_of(story, settings).day == 500


def wrote(path: Path, words: int) -> None:
    with StoryFile.open(path) as story:
        key = story.sessions.begin(TODAY)
        story.sessions.grow(key, active_seconds=60, own=Counts(words, words), model=Counts(1, 1))


def test_the_shelf_sums_up_every_story_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    one, other = tmp_path / "one.forge", tmp_path / "other.forge"
    for path in (one, other):
        shelf.create_story(path, title=path.stem).close()
    wrote(one, 100)
    wrote(other, 20)
    copy = shelf.duplicate(one)
    shelf.remember_opened(copy, "copy")
    (tmp_path / "broken.forge").write_text("no story")
    shelf.remember_opened(tmp_path / "broken.forge", "broken")
    shelf.remember_opened(tmp_path / "gone.forge", "gone")
    before = {path: path.read_bytes() for path in (one, other, copy)}
    with StoryFile.open(other):  # written in elsewhere
        assert days_on_the_shelf() == (Day(TODAY, 120, Counts(120, 120), Counts(2, 2)),)
    assert {path: path.read_bytes() for path in before} == before
    assert "broken.forge" in caplog.text
    assert paths.data_dir().is_dir()


@pytest.mark.parametrize(
    ("own", "model", "drawn", "plain"),
    [
        (0, 0, "", ""),
        (100, 0, "██████████", "##########"),
        (50, 20, "█████░░", "#####--"),
        (1, 0, "▏", "#"),
        (25, 0, "██▌", "##"),
        (0, 30, "░░░", "---"),
        (90, 50, "█████████░", "#########-"),
    ],
)
def test_a_bar_shows_both_authors(own: int, model: int, drawn: str, plain: str) -> None:
    assert bar(own, model, 100, 10) == drawn
    assert bar(own, model, 100, 10, ascii_only=True) == plain
    assert bar(own, model, 0, 10) == ""


def test_a_little_is_not_nothing() -> None:
    assert (bar(1, 0, 9999, 10), bar(1, 0, 9999, 10, ascii_only=True)) == ("▏", "#")


def test_the_calendar_darkens_up_to_the_goal() -> None:
    assert (
        "".join(shade(amount, 300) for amount in (-1, 0, 1, 100, 200, 299, 300, 999)) == "··░▒▓▓██"
    )
    assert shade(300, 300, ascii_only=True) == "#"


def test_weeks_begin_on_monday_and_end_today() -> None:
    table = weeks(days(7, 8), TODAY + timedelta(days=1), 2)
    assert table[0][0] == Day(date(2026, 11, 16))
    assert [day.own.words if day else None for day in table[0]] == [0, 0, 0, 0, 0, 0, 7]
    assert [day.own.words if day else None for day in table[1]] == [8, 0, *(None,) * 5]
