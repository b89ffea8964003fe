"""What was read from the file and is asked for again and again: read anew when it has changed."""

from collections.abc import Callable
from typing import Generic, TypeVar

from sqlalchemy.orm import Session

from storyforge.store.database import Database

T = TypeVar("T")


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
            if self._known is None or self._known[0] != version:
                with self._database.read() as session:
                    self._known = (version, self._read(session))
            return self._known[1]
