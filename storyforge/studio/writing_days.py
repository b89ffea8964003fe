"""The author's days: when one begins, what it amounts to, streaks, and the days of every story.

A day counts the net growth of the author's own text and is never below zero. Sessions know their
day from when they were written: a changed `day_starts_at` moves nothing that is past.
"""

import contextlib
import logging
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from storyforge.domain.counting import Counts
from storyforge.domain.writing import Day, Goals, Streak, WritingSession
from storyforge.errors import StoryforgeError
from storyforge.store.story_file import StoryFile
from storyforge.studio import shelf

if TYPE_CHECKING:
    from storyforge.settings import Settings

log = logging.getLogger(__name__)

_OWN_GOAL = "day_goal"


def day_of(moment: datetime, starts_at: int) -> date:
    """The author's date at a moment of their own time."""
    return (moment - timedelta(hours=starts_at)).date()


def goals_of(story: StoryFile, settings: "Settings") -> Goals:
    """The goals as they hold for a story: its own day's goal, else the settings'."""
    goals = settings.goals
    told = story.recall(_OWN_GOAL)
    own = int(told) if told.isdecimal() else goals.day_words
    return Goals(own, goals.day_starts_at, goals.idle_seconds)


def set_goal(story: StoryFile, goal: int | None) -> None:
    """Give a story a day's goal of its own; None lets it follow the settings again."""
    story.remember(_OWN_GOAL, None if goal is None else str(max(goal, 0)))


def days_of(sessions: Iterable[WritingSession]) -> tuple[Day, ...]:
    """What each day of these sessions amounts to, the earliest first."""
    return tuple(
        replace(day, own=at_least_zero(day.own), model=at_least_zero(day.model))
        for _, day in sorted(sums_of(sessions).items())
    )


def sums_of(sessions: Iterable[WritingSession]) -> dict[date, Day]:
    """The plain sums of each day, below zero where more was cut than written.

    A session that two copies of a story share is counted once, as long as the longer one says.
    """
    known: dict[str, WritingSession] = {}
    for session in sessions:
        other = known.get(session.id)
        if other is None or other.active_seconds < session.active_seconds:
            known[session.id] = session
    sums: dict[date, Day] = {}
    for session in known.values():
        day = sums.get(session.day, Day(session.day))
        sums[session.day] = Day(
            day.day,
            day.active_seconds + session.active_seconds,
            day.own + session.own,
            day.model + session.model,
        )
    return sums


def at_least_zero(counts: Counts) -> Counts:
    """`counts`, where more was cut than written as nothing."""
    return Counts(max(counts.words, 0), max(counts.characters, 0))


def days_on_the_shelf() -> tuple[Day, ...]:
    """The days of every story that was opened here, together; opens each only to read it."""
    found: list[WritingSession] = []
    for one in shelf.recent():
        if not one.exists:
            continue
        try:
            with contextlib.closing(StoryFile.look(one.path)) as story:
                found.extend(story.sessions.all())
        except StoryforgeError as error:
            log.warning("The days of %s could not be read: %s", one.path, error.message)
    return days_of(found)


def series(days: Iterable[Day], last: date, count: int) -> tuple[Day, ...]:
    """The `count` days up to `last`, those without writing too, the earliest first."""
    known = {day.day: day for day in days}
    dates = (last - timedelta(days=back) for back in reversed(range(count)))
    return tuple(known.get(one, Day(one)) for one in dates)


def reached(day: Day, goal: int, language: str) -> bool:
    """Whether a day counts for the streak: the goal is reached, or without one, something is."""
    return day.own.of(language) >= max(goal, 1)


def streak(days: Sequence[Day], today: date, goal: int, language: str) -> Streak:
    """How many days in a row counted."""
    good = {day.day for day in days if reached(day, goal, language)}
    longest = 0
    for one in good:
        if one - timedelta(days=1) not in good:
            longest = max(longest, _run(good, one, 1))
    end = today if today in good else today - timedelta(days=1)
    return Streak(_run(good, end, -1), longest)


def _run(good: set[date], start: date, step: int) -> int:
    length = 0
    while start + timedelta(days=step * length) in good:
        length += 1
    return length
