"""What was read from the file and is asked for again and again: read anew when it has changed."""

from collections.abc import Callable
from typing import Any, Generic, TypeAlias, TypeVar

from sqlalchemy import Select
from sqlalchemy.orm import Session

from storyforge.store.database import Database

T = TypeVar("T")
Values: TypeAlias = list[tuple[Any, ...]]


def values_of(session: Session, what: Select[Any]) -> Values:
    """Rows as SQLite gives them: those of 500 scenes take half the time, at every request."""
    cursor = session.connection().execute(what).cursor
    return [] if cursor is None else list(cursor.fetchall())


class Remembered(Generic[T]):
    """Something that is made of the rows of a few tables; safe to use from any thread.

    5,000 entries of lore take 60 ms to read, and every request asks for them: asking whether they
    changed takes 10 µs.
    """

    def __init__(
        self, database: Database, tables: tuple[str, ...], read: Callable[[Session], T]
    ) -> None:
        self._database = database
        self._tables = tables
        self._read = read
        self._known: tuple[tuple[int, ...], T] | None = None

    def value(self) -> T:
        """What the tables say; the very same object as long as they say the same."""
        with self._database.lock:
            version = self._database.version_of(*self._tables)
            known = self._known
            if known is None or known[0] != version:
                with self._database.read() as session:
                    found = self._read(session)
                # Every saved page touches the rows of its scene and of the story.
                if known is not None and known[1] == found:
                    found = known[1]
                self._known = known = version, found
            return known[1]
