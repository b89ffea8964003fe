"""Files that appear whole or not at all: written beside their place, then moved onto it."""

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from uuid import uuid4

from storyforge.errors import Refused
from storyforge.i18n import _
from storyforge.store import faults


@contextmanager
def placed(target: Path) -> Iterator[Path]:
    """A path to build a file at; on leaving it replaces `target`, on an error it goes.

    Raises:
        OSError: it cannot be put there.
    """
    building = target.with_name(f".{target.name}.{uuid4().hex[:8]}.new")
    try:
        yield building
        with building.open("rb+") as file:
            os.fsync(file.fileno())
        building.replace(target)
    finally:
        for left in (building, beside(building, "-wal"), beside(building, "-journal")):
            with contextlib.suppress(OSError):
                left.unlink(missing_ok=True)
    if os.name == "posix":  # the name is on the disk only when its folder is
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def copy_database(raw: sqlite3.Connection, target: Path) -> None:
    """A sound copy of an open database as one plain file, without a write-ahead log."""
    with closing(sqlite3.connect(target, isolation_level=None)) as copy:
        raw.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")
        drop_programs(copy)


def drop_programs(raw: sqlite3.Connection) -> None:
    """Take triggers and views out of a file that is to be written: no story of ours has any.

    A file from a stranger may. `trusted_schema` keeps them from calling functions, but a trigger
    may still delete with one save what was never touched.
    """
    found = "SELECT type, name FROM sqlite_schema WHERE type IN ('trigger', 'view')"
    for kind, name in raw.execute(found).fetchall():
        quoted = str(name).replace('"', '""')
        raw.execute(f'DROP {kind} IF EXISTS "{quoted}"')  # a view takes its triggers along


def beside(path: Path, suffix: str) -> Path:
    """SQLite's own file next to a database: "-wal" or "-journal"."""
    return path.with_name(path.name + suffix)


def is_unfolded(path: Path) -> bool:
    """Whether a log beside the file holds what is not in the file yet: nobody closed it."""
    for log in (beside(path, "-wal"), beside(path, "-journal")):
        with contextlib.suppress(OSError):
            if log.stat().st_size > 0:
                return True
    return False


def refuse_leftovers(path: Path) -> None:
    """Refuse to put a new file beside another's log, which SQLite would read into it."""
    if is_unfolded(path):
        raise Refused(
            _("Beside “{name}” lies the log of a story that was not closed.").format(
                name=faults.shown(path.name)
            ),
            title=_("Name taken"),
            hint=_("Choose another name, or open and close that story first."),
        )
