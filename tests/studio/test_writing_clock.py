"""The clock over a desk: idle time is left out, growth counted, and a kill costs ten seconds."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from storyforge.domain.counting import Counts
from storyforge.domain.writing import Day, Goals, Today
from storyforge.errors import StoryFileError
from storyforge.store.story_file import StoryFile
from storyforge.studio.writing_clock import WritingClock, local_now

TOKYO = timezone(timedelta(hours=9))
NONE = Counts()


class Time:
    """The author's time; it moves when it is told to."""

    def __init__(self, hour: int = 20) -> None:
        self.now = datetime(2026, 11, 23, hour, tzinfo=TOKYO)

    def __call__(self) -> datetime:
        return self.now

    def on(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def story(tmp_path: Path) -> Iterator[StoryFile]:
    with StoryFile.create(tmp_path / "light.forge", title="Light") as story:
        yield story


def words(count: int) -> Counts:
    return Counts(count, count * 5)


def test_the_time_between_keys_counts_and_idle_time_does_not(story: StoryFile) -> None:
    time = Time()
    clock = WritingClock(story, now=time)
    for pause in (0, 30, 90, 91, 20, 4000, 10):
        time.on(pause)
        clock.touched()
    time.on(500)
    assert clock.today().active_seconds == 30 + 90 + 20 + 10


def test_a_clock_that_is_set_back_takes_nothing_away(story: StoryFile) -> None:
    time = Time()
    clock = WritingClock(story, now=time)
    for pause in (0, 30, -3600, 40):
        time.on(pause)
        clock.touched()
    assert clock.today().active_seconds == 70


def test_growth_counts_by_author_over_all_scenes(story: StoryFile) -> None:
    clock = WritingClock(story, goals=Goals(day=500), now=Time())
    clock.baseline("a", words(1000), words(10))
    clock.baseline("b", words(50), NONE)
    clock.counts_changed("a", words(1100), words(10))
    clock.counts_changed("a", words(1080), words(40))
    clock.counts_changed("b", words(45), NONE)
    assert clock.today() == Today(words(75), words(30), 0, 500)


def test_what_a_scene_brings_along_is_no_writing(story: StoryFile) -> None:
    clock = WritingClock(story, now=Time())
    clock.counts_changed("imported", words(90_000), NONE)
    clock.counts_changed("imported", words(90_010), NONE)
    clock.baseline("imported", words(40_000), NONE)  # it was split
    clock.counts_changed("imported", words(40_005), NONE)
    assert clock.today().own == words(15)


def test_a_day_is_never_below_zero_and_cuts_are_not_forgotten(
    story: StoryFile, tmp_path: Path
) -> None:
    time = Time()
    clock = WritingClock(story, now=time)
    clock.baseline("a", words(1000), NONE)
    clock.counts_changed("a", words(700), NONE)
    assert clock.today().own == NONE
    clock.keep(at_once=True)
    again = WritingClock(story, now=time)
    again.baseline("a", words(700), NONE)
    again.counts_changed("a", words(1100), NONE)
    assert again.today().own == words(100)
    again.keep(at_once=True)
    assert story.sessions.days() == (Day(date(2026, 11, 23), 0, words(100), NONE),)


def test_the_night_belongs_to_the_evening_before(story: StoryFile) -> None:
    time = Time(hour=23)
    clock = WritingClock(story, goals=Goals(day_starts_at=4), now=time)
    clock.baseline("a", NONE, NONE)
    for hours, count in ((0, 100), (4.5, 200), (2, 350)):
        time.on(hours * 3600)
        clock.touched()
        clock.counts_changed("a", words(count), NONE)
    assert clock.today().own == words(150)
    clock.keep(at_once=True)
    assert [(day.day.day, day.own) for day in story.sessions.days()] == [
        (23, words(200)),
        (24, words(150)),
    ]


def test_a_long_pause_begins_another_session_of_the_same_day(story: StoryFile) -> None:
    time = Time()
    clock = WritingClock(story, now=time)
    for pause in (0, 60, 3600, 60):
        time.on(pause)
        clock.touched()
    clock.keep(at_once=True)
    assert [one.active_seconds for one in story.sessions.all()] == [60, 60]
    assert clock.today().active_seconds == 120


def test_the_file_is_written_every_ten_seconds_and_at_the_end(story: StoryFile) -> None:
    time = Time()
    clock = WritingClock(story, now=time)
    clock.baseline("a", NONE, NONE)

    def kept() -> int:
        return sum(day.own.words for day in story.sessions.days())

    clock.keep()
    assert story.sessions.all() == ()
    for count in range(1, 13):
        time.on(1)
        clock.touched()
        clock.counts_changed("a", words(count), NONE)
        clock.keep()
    assert kept() == 10
    clock.keep(at_once=True)
    assert kept() == 12
    assert len(story.sessions.all()) == 1


def test_what_cannot_be_written_now_is_written_later(
    story: StoryFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    time = Time()
    clock = WritingClock(story, now=time)
    clock.baseline("a", NONE, NONE)
    clock.counts_changed("a", words(7), NONE)
    with monkeypatch.context() as trouble:

        def full(*_: object, **__: object) -> None:
            raise StoryFileError("The disk is full.", title="Full")

        trouble.setattr(story.sessions, "grow", full)
        clock.keep(at_once=True)
    assert clock.today().own == words(7)
    clock.keep(at_once=True)
    assert [one.own for one in story.sessions.all()] == [words(7)]


def test_nothing_is_written_into_a_story_that_may_only_be_read(
    story: StoryFile, tmp_path: Path
) -> None:
    with StoryFile.open(story.path) as reader:
        assert reader.read_only
        clock = WritingClock(reader, now=Time())
        clock.baseline("a", NONE, NONE)
        clock.counts_changed("a", words(7), NONE)
        clock.keep(at_once=True)
        assert clock.today().own == words(7)
    assert story.sessions.all() == ()


def test_the_authors_time_has_a_zone() -> None:
    assert local_now().tzinfo is not None


_WRITER = """
import sys
from datetime import datetime, timedelta
from pathlib import Path
from storyforge.domain.counting import Counts
from storyforge.store.story_file import StoryFile
from storyforge.studio.writing_clock import WritingClock

moment = datetime(2026, 11, 23, 20).astimezone()
story = StoryFile.open(Path(sys.argv[1]))
clock = WritingClock(story, now=lambda: moment)
clock.baseline("a", Counts(), Counts())
for second in range(95):
    moment += timedelta(seconds=1)
    clock.touched()
    clock.counts_changed("a", Counts(second + 1, second + 1), Counts())
    clock.keep()
print("written", flush=True)
sys.stdin.read()
"""


def test_a_kill_costs_ten_seconds_at_most(story: StoryFile) -> None:
    story.close()
    with subprocess.Popen(
        [sys.executable, "-c", _WRITER, str(story.path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    ) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "written\n"
        os.kill(writer.pid, getattr(signal, "SIGKILL", signal.SIGTERM))
    with StoryFile.open(story.path) as again:
        (day,) = again.sessions.days()
        assert 85 <= day.own.words <= 95
        assert 84 <= day.active_seconds <= 94
