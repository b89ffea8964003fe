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
