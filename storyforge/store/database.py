"""One open SQLite file: one connection, one lock, short sessions. Knows nothing of stories.

A single connection under a re-entrant lock is what is safe here: sessions come from several
threads, one at a time. Sessions are short, so SQLAlchemy's identity map never keeps a text alive,
and texts go in as parameters, so its statement cache does not either.
"""

import logging
import os
import re
import secrets
import sqlite3
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Literal, TypeVar
from urllib.parse import quote

from sqlalchemy import Connection, create_engine, event, update
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from storyforge.errors import BadInput, StoryFileError
from storyforge.i18n import _
from storyforge.store import faults
from storyforge.store.migrations import missing_tables
from storyforge.store.tables import StoryRow
from storyforge.store.values import now

log = logging.getLogger(__name__)

Mode = Literal["rw", "ro", "immutable"]
T = TypeVar("T")

# Long enough for a reader in another process to finish; SQLite itself waits that long.
_BUSY_SECONDS = 5.0

# Every commit notes the one before it, so that a log that came from elsewhere is known for one
# (`foreign_logs`). The row never changes its length: SQLite then writes it in its place.
_MARK = (
    "INSERT INTO setting (key, value) SELECT 'commit', ? || changed || ? FROM story WHERE true "
    "ON CONFLICT (key) DO UPDATE SET value = excluded.value"
)
_CHANGE = re.compile(r'(?:INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM) "?(\w+)')


def connect(path: Path, mode: Mode) -> sqlite3.Connection:
    """A bare connection to an existing file.

    Args:
        mode: "rw"; "ro", which still needs room for WAL's own files beside it; "immutable", which
            touches nothing and reads no write-ahead log, for files nobody is writing.

    Raises:
        sqlite3.Error: the file cannot be opened.
    """
    slashed = path.resolve().as_posix()
    # Three slashes before a path, four before a Windows share: "file:////server/share".
    # As bytes: a name that is no text has none that could be encoded.
    place = quote(os.fsencode(slashed if slashed.startswith("/") else "/" + slashed), safe="/:")
    how = "immutable=1" if mode == "immutable" else f"mode={mode}"
    raw = sqlite3.connect(
        f"file://{place}?{how}",
        uri=True,
        timeout=_BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
    )
    # Text that is not UTF-8 must not make a story unreadable.
    raw.text_factory = partial(str, encoding="utf-8", errors="replace")
    # A file from a stranger may bring views and triggers: they get no say (`drop_programs`).
    raw.execute("PRAGMA trusted_schema = OFF")
    return raw


def set_to_write(raw: sqlite3.Connection, *, network: bool) -> None:
    """Settle the pragmas of a connection that will write."""
    raw.execute("PRAGMA foreign_keys = ON")
    if network:
        # Exclusive while it is read for the first time: WAL then needs no shared memory.
        raw.execute("PRAGMA locking_mode = EXCLUSIVE")
        raw.execute("PRAGMA journal_mode = TRUNCATE")
        raw.execute("PRAGMA locking_mode = NORMAL")
        raw.execute("SELECT count(*) FROM sqlite_schema").fetchone()  # lets the exclusive lock go
    else:
        raw.execute("PRAGMA journal_mode = WAL")
    raw.execute("PRAGMA synchronous = FULL")


def check(raw: sqlite3.Connection, path: Path) -> None:
    """Raise `StoryFileError` when the file's inside is broken; 12 ms for a million words."""
    with faults.reported(path, doing="open"):
        said = str(raw.execute("PRAGMA quick_check(1)").fetchone()[0])
        if said != "ok":
            raise faults.damaged(path, said)
        for name in sorted(missing_tables(raw)):
            raise faults.damaged(path, _("its table “{name}” is gone").format(name=name))


class Database:
    """An open file and the way to read and write it, safe to use from any thread."""

    def __init__(self, path: Path, raw: sqlite3.Connection, may_write: Callable[[], None]) -> None:
        """Take over `raw`; `may_write` raises when a change must not begin."""
        self.path = path
        self.lock = threading.RLock()
        self._raw: sqlite3.Connection | None = raw
        self._may_write = may_write
        self._begin = "BEGIN"
        self._shared: Session | None = None
        self._owed: dict[str, Callable[[Session], object]] = {}
        #: this opening, as every commit of it is marked
        self.session = secrets.token_hex(4)
        # An error goes to the log: what it was about, the author's text, does not.
        self._engine = create_engine(
            "sqlite://", creator=lambda: raw, poolclass=NullPool, hide_parameters=True
        )
        # How often this opening changed each table, "" for a change that was taken back.
        self._changes: Counter[str] = Counter()
        event.listen(self._engine, "begin", self._begun)
        event.listen(self._engine, "before_cursor_execute", self._executes)
        event.listen(self._engine, "rollback", self._taken_back)
        self._connection = self._engine.connect()

    def _begun(self, connection: Connection) -> None:
        connection.exec_driver_sql(self._begin)

    def _executes(self, _connection: object, _cursor: object, told: str, *_more: object) -> None:
        if told != _MARK and (change := _CHANGE.match(told)) is not None:
            self._changes[change[1]] += 1

    def _taken_back(self, _connection: object) -> None:
        self._changes[""] += 1

    def version_of(self, *tables: str) -> tuple[int, ...]:
        """Another value than before, where the rows of these tables may have changed since.

        Of other openings SQLite only tells that they changed something.
        """
        with self.lock:
            (others,) = self.raw.execute("PRAGMA data_version").fetchone()
            return (int(others), *(self._changes[name] for name in ("", *tables)))

    def require(self) -> None:
        """Raise when a change must not begin, for what is done to files before a `write`."""
        with self.lock:
            self.raw  # noqa: B018 - raises when the story is closed
            self._may_write()

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that sees one state of the file."""
        with self._session("BEGIN", "open") as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction: all of it is on the disk afterwards, or none."""
        with self.lock:
            self.raw  # noqa: B018 - raises when the story is closed
            self._may_write()
            nested = self._shared is not None
            if self._owed and not nested:
                self.settle()  # first: this change may be one of the author's to the same
            with self._session("BEGIN IMMEDIATE", "save") as session:
                yield session
                session.flush()
                if not nested:
                    moment = now()
                    rows = session.connection()
                    rows.exec_driver_sql(_MARK, (f"{self.session}<", f">{moment}|"))
                    rows.execute(update(StoryRow).values(changed=moment))

    def surely(self, name: str, change: Callable[[Session], T]) -> T:
        """Make a change that nobody would make again; one that the disk does not take is made
        before the next that it takes.

        Raises:
            StoryFileError: it is not made yet.
        """
        self._owed.pop(name, None)
        try:
            with self.write() as session:
                return change(session)
        except StoryFileError:
            self._owed[name] = change
            raise

    @property
    def owed(self) -> tuple[Callable[[Session], object], ...]:
        """The changes that the disk did not take."""
        with self.lock:
            return tuple(self._owed.values())

    def settle(self) -> None:
        """Make the changes that the disk did not take, where it does now."""
        with self.lock:
            # Taken out meanwhile: each of these writes would settle the others once more.
            left, self._owed = self._owed, {}
            try:
                while left:
                    name = next(iter(left))
                    with suppress(BadInput):  # what it is about went for good
                        self.surely(name, left.pop(name))
            except StoryFileError as error:
                log.info("“%s” still does not take what came late: %s", self.path.name, error)
            finally:
                self._owed |= left

    @contextmanager
    def together(self) -> Iterator[None]:
        """Every `read` and `write` inside shares one transaction; this thread's only.

        Inside another `together` it is a part of that one.
        """
        with self.write() as session:
            outer, self._shared = self._shared, session
            try:
                yield
            finally:
                self._shared = outer

    @contextmanager
    def _session(self, begin: str, doing: faults.Doing) -> Iterator[Session]:
        with self.lock, faults.reported(self.path, doing=doing):
            self.raw  # noqa: B018 - raises when the story is closed
            if self._shared is not None:
                yield self._shared
                return
            self._begin = begin
            with Session(self._connection, autoflush=False) as session, session.begin():
                yield session

    @property
    def raw(self) -> sqlite3.Connection:
        """The bare connection, for what SQLAlchemy has no word for; hold `lock` while using it."""
        if self._raw is None:
            raise StoryFileError(
                _("“{name}” is closed.").format(name=self.path.name), title=_("Story closed")
            )
        return self._raw

    def vacuum(self) -> None:
        """Write the file anew without its freed pages; nothing inside `together`.

        Raises:
            sqlite3.Error: there is no room for it, or somebody reads the file.
        """
        with self.lock:
            if self._shared is None:
                self.raw.execute("VACUUM")

    def fold(self) -> None:
        """Bring the write-ahead log into the file and empty it; a reader may put it off."""
        with self.lock, faults.reported(self.path, doing="save"):
            self.raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()

    def close(self) -> None:
        """Let the file go; safe to call twice."""
        with self.lock:
            if self._raw is not None:
                self._raw = None
                self._connection.close()
                self._engine.dispose()
