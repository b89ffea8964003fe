"""The times of writing: how much a story grew, by whom, and how long it took."""

from datetime import date
from typing import Any

from sqlalchemy import func, select

from storyforge.domain.counting import Counts
from storyforge.domain.writing import Day, WritingSession
from storyforge.errors import BadInput
from storyforge.i18n import _
from storyforge.store.database import Database
from storyforge.store.side_tables import SessionRow
from storyforge.store.tables import table
from storyforge.store.values import calendar_day, identity, moment, new_id, now, number, whole

_SESSION = table(SessionRow)
_COUNTS = ("own_words", "own_characters", "model_words", "model_characters")


class Sessions:
    """The sessions of a story; a day's are summed up by `days`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, day: date) -> str:
        """A new session on the author's own date; its id."""
        key, moment_now = new_id(), now()
        row = SessionRow(id=key, day=day.isoformat(), began=moment_now, ended=moment_now)
        with self._database.write() as session:
            session.add(row)
        return key

    def grow(self, session_id: str, *, active_seconds: int, own: Counts, model: Counts) -> None:
        """Keep how far a session got: the whole of it, not what is new.

        Args:
            own, model: how much the story grew since the session began; below zero where more was
                cut than written.

        Raises:
            BadInput: there is no such session.
        """
        with self._database.write() as session:
            row = session.get(SessionRow, session_id)
            if row is None:
                raise BadInput(_("This session is not in the story."), title=_("No such session"))
            row.ended = now()
            row.active = whole(active_seconds)
            row.own_words, row.own_characters = own.words, own.characters
            row.model_words, row.model_characters = model.words, model.characters

    def all(self) -> tuple[WritingSession, ...]:
        """Every session, by day and beginning."""
        with self._database.read() as session:
            rows = session.scalars(
                select(SessionRow).order_by(_SESSION.c.day, _SESSION.c.began, _SESSION.c.id)
            )
            found = [_session(row) for row in rows]
        return tuple(one for one in found if one is not None)

    def days(self) -> tuple[Day, ...]:
        """What each day with a session amounts to, the earliest first."""
        with self._database.read() as session:
            rows = session.execute(
                select(
                    _SESSION.c.day,
                    func.sum(_SESSION.c.active),
                    *(func.sum(_SESSION.c[name]) for name in _COUNTS),
                )
                .group_by(_SESSION.c.day)
                .order_by(_SESSION.c.day)
            ).all()
        found = []
        for day, active, *counts in rows:
            own_words, own_characters, model_words, model_characters = map(whole, counts)
            if (known := calendar_day(day)) is not None:
                own = Counts(own_words, own_characters)
                model = Counts(model_words, model_characters)
                found.append(Day(known, whole(active), own, model))
        return tuple(found)


def _session(row: Any) -> WritingSession | None:
    day = calendar_day(row.day)
    if day is None:
        return None
    return WritingSession(
        identity(row.id),
        day,
        moment(row.began),
        moment(row.ended),
        whole(row.active),
        Counts(number(row.own_words), number(row.own_characters)),
        Counts(number(row.model_words), number(row.model_characters)),
    )
