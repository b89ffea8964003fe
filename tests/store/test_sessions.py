from datetime import date
from pathlib import Path

import pytest

from storyforge.domain.counting import Counts
from storyforge.domain.writing import Day
from storyforge.errors import BadInput
from storyforge.store.story_file import StoryFile
from tests.store.helpers import query

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)


def test_the_sessions_of_a_day_are_summed_up(story: StoryFile, path: Path) -> None:
    first, second, third = (story.sessions.begin(day) for day in (TUESDAY, MONDAY, TUESDAY))
    story.sessions.grow(first, active_seconds=60, own=Counts(90, 500), model=Counts(5, 30))
    story.sessions.grow(first, active_seconds=90, own=Counts(100, 600), model=Counts(9, 50))
    story.sessions.grow(second, active_seconds=10, own=Counts(-40, -200), model=Counts())
    story.sessions.grow(third, active_seconds=30, own=Counts(-25, -100), model=Counts(1, 5))
    story.close()
    with StoryFile.open(path) as again:
        assert again.sessions.days() == (
            Day(MONDAY, 10, Counts(), Counts()),
            Day(TUESDAY, 120, Counts(75, 500), Counts(10, 55)),
        )
        ones = again.sessions.all()
        assert [(one.id, one.own.words) for one in ones] == [
            (second, -40),
            (first, 100),
            (third, -25),
        ]
        assert all(one.began <= one.ended for one in ones)


def test_an_unknown_session_and_an_odd_row_are_no_trouble(story: StoryFile, path: Path) -> None:
    with pytest.raises(BadInput, match="session is not in the story"):
        story.sessions.grow("nothing", active_seconds=1, own=Counts(), model=Counts())
    for day in ("soon", "2026-11-24"):
        query(path, "INSERT INTO session VALUES (?, ?, 'x', 'y', 'z', 'a', 2, 'b', -9)", day, day)
    assert story.sessions.days() == (Day(TUESDAY, 0, Counts(0, 2), Counts()),)
    (one,) = story.sessions.all()
    assert (one.own, one.model, one.active_seconds) == (Counts(0, 2), Counts(0, -9), 0)
