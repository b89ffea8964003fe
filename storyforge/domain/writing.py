"""Days and times of writing: what was added, and how long it took. Pure values."""

from dataclasses import dataclass, field
from datetime import date, datetime

from storyforge.domain.counting import Counts


@dataclass(frozen=True, slots=True)
class WritingSession:
    """One time of writing.

    Attributes:
        day: the author's own date; a night's writing belongs to the evening before.
        active_seconds: without idle time.
        own, model: how much the story grew by each; below zero where more was cut than written.
    """

    id: str
    day: date
    began: datetime
    ended: datetime
    active_seconds: int = 0
    own: Counts = field(default_factory=Counts)
    model: Counts = field(default_factory=Counts)


@dataclass(frozen=True, slots=True)
class Day:
    """What one day amounts to.

    Attributes:
        own, model: the net growth over the day, at least zero.
    """

    day: date
    active_seconds: int = 0
    own: Counts = field(default_factory=Counts)
    model: Counts = field(default_factory=Counts)


@dataclass(frozen=True, slots=True)
class Goals:
    """What an author sets out to do, and how a day is reckoned.

    Attributes:
        day: own words (characters in languages that count those) a day; 0 is no goal.
        day_starts_at: the hour at which a new day begins; before it the night belongs to yesterday.
        idle_seconds: a longer time without a key is no writing.
    """

    day: int = 0
    day_starts_at: int = 4
    idle_seconds: int = 90


@dataclass(frozen=True, slots=True)
class Today:
    """How far the day is.

    Attributes:
        own, model: the net growth so far, at least zero.
        goal: what `own` is to reach; 0 is no goal.
    """

    own: Counts = field(default_factory=Counts)
    model: Counts = field(default_factory=Counts)
    active_seconds: int = 0
    goal: int = 0


@dataclass(frozen=True, slots=True)
class Streak:
    """Days of writing in a row.

    Attributes:
        current: up to today, or up to yesterday while today is still to be written.
        longest: the most there ever were.
    """

    current: int = 0
    longest: int = 0
