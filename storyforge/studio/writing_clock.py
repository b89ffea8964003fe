"""The clock over a desk: how long the author really writes, and what the day has grown by.

It never blocks the page: keys and counts only add up; `keep` brings them into the file, from a
thread, and at most every ten seconds, so a program that is killed loses that much of the reckoning
and no word of the text.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

from storyforge.domain.counting import Counts
from storyforge.domain.writing import Day, Goals, Today
from storyforge.errors import StoryforgeError
from storyforge.studio.writing_days import at_least_zero, day_of, sums_of

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile

log = logging.getLogger(__name__)

#: seconds between two writes into the file
KEEP_EVERY = 10
# Seconds of silence after which the author has sat down anew: another session.
_PAUSE = 30 * 60


def local_now() -> datetime:
    """This moment in the author's own time."""
    return datetime.now().astimezone()


@dataclass(slots=True)
class _Session:
    """A session under way; `id` is empty until the file knows it."""

    day: date
    id: str = ""
    active: float = 0.0
    own: Counts = field(default_factory=Counts)
    model: Counts = field(default_factory=Counts)
    dirty: bool = False


class WritingClock:
    """One story's clock. Make it in a thread: it reads the day so far.

    Args:
        now: tells the author's own time.
    """

    def __init__(
        self,
        story: "StoryFile",
        *,
        goals: Goals | None = None,
        now: Callable[[], datetime] = local_now,
    ) -> None:
        self.goals = goals or Goals()
        self._story = story
        self._now = now
        self._earlier = sums_of(story.sessions.all())
        self._known: dict[str, tuple[Counts, Counts]] = {}
        self._sessions: list[_Session] = []
        self._last: datetime | None = None
        self._kept: datetime | None = None
        self._state = threading.Lock()
        self._file = threading.Lock()

    def touched(self) -> None:
        """The author pressed a key: the time since the last one counts, unless it was idle."""
        with self._state:
            now = self._now()
            gap = (now - self._last).total_seconds() if self._last is not None else 0.0
            session = self._session(now, anew=gap > _PAUSE)
            if 0 < gap <= self.goals.idle_seconds:
                session.active += gap
                session.dirty = True
            self._last = now

    def baseline(self, scene_id: str, own: Counts, model: Counts) -> None:
        """What a scene holds now is no writing: it was opened, imported, split or joined."""
        with self._state:
            self._known[scene_id] = own, model

    def counts_changed(self, scene_id: str, own: Counts, model: Counts) -> None:
        """What a scene holds now; its growth counts for today.

        Of a scene it never heard of this is the baseline.
        """
        with self._state:
            before = self._known.get(scene_id)
            self._known[scene_id] = own, model
            if before is None or before == (own, model):
                return
            session = self._session(self._now())
            session.own = _grown(session.own, before[0], own)
            session.model = _grown(session.model, before[1], model)
            session.dirty = True

    def today(self) -> Today:
        """How far the day is, earlier sessions included; looks at no file."""
        with self._state:
            today = day_of(self._now(), self.goals.day_starts_at)
            day = self._earlier.get(today, Day(today))
            own, model, active = day.own, day.model, float(day.active_seconds)
            for session in self._sessions:
                if session.day == today:
                    own, model = own + session.own, model + session.model
                    active += session.active
        return Today(at_least_zero(own), at_least_zero(model), int(active), self.goals.day)

    def keep(self, *, at_once: bool = False) -> None:
        """Bring what came since into the file, if the last time is ten seconds ago; it blocks.

        What cannot be written stays and is tried again: the page's own save says what is wrong.

        Args:
            at_once: whenever the last time was; before the story is closed.
        """
        with self._file:
            due = self._due(at_once)
            if self._story.read_only:
                return
            for session in due:
                try:
                    self._write(session)
                except StoryforgeError as error:
                    log.warning("The session was not kept: %s", error.message)
                    return

    def _due(self, at_once: bool) -> list[_Session]:
        with self._state:
            now = self._now()
            waited = None if self._kept is None else (now - self._kept).total_seconds()
            if not at_once and waited is not None and 0 <= waited < KEEP_EVERY:
                return []
            self._kept = now
            return [session for session in self._sessions if session.dirty]

    def _write(self, session: _Session) -> None:
        with self._state:
            active, own, model = int(session.active), session.own, session.model
            session.dirty = False
        try:
            if not session.id:
                session.id = self._story.sessions.begin(session.day)
            self._story.sessions.grow(session.id, active_seconds=active, own=own, model=model)
        except StoryforgeError:
            session.dirty = True
            raise

    def _session(self, now: datetime, anew: bool = False) -> _Session:
        """The session of this moment; a new day or a long pause begins another."""
        day = day_of(now, self.goals.day_starts_at)
        if anew or not self._sessions or self._sessions[-1].day != day:
            self._sessions.append(_Session(day))
        return self._sessions[-1]


@contextmanager
def reckoned(story: "StoryFile", scene_id: str, goals: Goals) -> Iterator[None]:
    """What a scene grows by inside counts for today: for work without a desk; it blocks."""
    clock = WritingClock(story, goals=goals)
    clock.baseline(scene_id, *story.scenes.counts_by_author(scene_id))
    try:
        yield
    finally:
        # A file in trouble was told of already.
        with suppress(StoryforgeError):
            clock.counts_changed(scene_id, *story.scenes.counts_by_author(scene_id))
        clock.keep(at_once=True)


def _grown(sum_so_far: Counts, before: Counts, after: Counts) -> Counts:
    return Counts(
        sum_so_far.words + after.words - before.words,
        sum_so_far.characters + after.characters - before.characters,
    )
