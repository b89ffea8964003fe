"""Maps what SQLite and the system say to one sentence an author can read; the one place for it."""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from sqlalchemy.exc import DBAPIError

from storyforge import paths
from storyforge.domain.text import one_line
from storyforge.errors import StoryFileError
from storyforge.i18n import N_, _
from storyforge.store import disk

#: what was going on: opening or reading a story, changing an open one, making a new file or a copy
Doing = Literal["open", "save", "make"]

_FULL = {
    "open": N_("The disk is too full to open “{name}”; the file itself is untouched."),
    "save": N_("The disk is full: the last change to “{name}” is not saved, all before it is."),
    "make": N_("The disk is too full for “{name}”; nothing was written there."),
}
_TROUBLE = {
    "open": N_("The disk did not give “{name}” back."),
    "save": N_("The disk did not take the last change to “{name}”; all before it is saved."),
    "make": N_("The disk did not take “{name}”; nothing was written there."),
}
_FORBIDDEN = {
    "open": N_("“{name}” cannot be opened: the system forbids it."),
    "save": N_(
        "“{name}” can no longer be written: the last change is not saved, all before it is."
    ),
    "make": N_("“{name}” cannot be written there: the system forbids it."),
}
_ROOM = {
    "open": N_("Make some room, then open it again."),
    "save": N_("Make some room; the next save holds everything that is on the page."),
    "make": N_("Make some room, or choose a folder on another disk."),
}
_DRIVE = {
    "open": N_("Look after room and the drive, then open it again."),
    "save": N_("Look after room and the drive; the next save holds everything on the page."),
    "make": N_("Look after room and the drive, or choose a folder on another disk."),
}
_FULL_ERRNOS = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_LITTLE_ROOM = 1 << 20


@contextmanager
def reported(path: Path, *, doing: Doing) -> Iterator[None]:
    """Every SQLite and system error inside leaves as a `StoryFileError` about `path`."""
    try:
        yield
    except DBAPIError as error:
        if isinstance(error.orig, sqlite3.Error):
            raise explain(path, error.orig, doing=doing) from error
        raise
    except (sqlite3.Error, OSError) as error:
        raise explain(path, error, doing=doing) from error


def explain(path: Path, error: sqlite3.Error | OSError, *, doing: Doing) -> StoryFileError:
    """The error for the author: what happened to the story at `path` and what is safe."""
    if not path.parent.is_dir():
        return vanished(path)
    if isinstance(error, OSError):
        return _of_the_system(path, error, doing=doing)
    # SQLITE_IOERR_WRITE is 10 | 3 << 8: the low byte is the family.
    family = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    if family == sqlite3.SQLITE_FULL or (family == sqlite3.SQLITE_IOERR and _is_full(path)):
        return full(path, doing=doing)
    if family == sqlite3.SQLITE_IOERR:
        return _bad_disk(path, doing=doing)
    if family in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return StoryFileError(
            _("Another program is using “{name}” just now.").format(name=shown(path.name)),
            title=_("Story busy"),
            hint=_("Close it there; storyforge tries again with the next save."),
        )
    if family in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM):
        return _forbidden(path, doing=doing)
    if family == sqlite3.SQLITE_NOTADB:
        return not_a_story(path)
    return damaged(path, str(error))


def shown(what: object) -> str:
    """A name or a foreign message as it may stand in a sentence: no control characters."""
    return one_line(str(what))


def vanished(path: Path) -> StoryFileError:
    """The story is no longer where it was opened."""
    return StoryFileError(
        _("“{name}” is no longer at {folder}: what was not saved stays on the screen.").format(
            name=shown(path.name), folder=shown(path.parent)
        ),
        title=_("The story file is gone"),
        hint=_("Put the folder or drive back and go on, or save a copy elsewhere."),
    )


def replaced(path: Path) -> StoryFileError:
    """Another file lies where the story lay, or another program wrote into it."""
    return StoryFileError(
        _("Another program put a different file in the place of “{name}”.").format(
            name=shown(path.name)
        ),
        title=_("Story replaced"),
        hint=_("Nothing is written over it; what you wrote is kept in a copy of its own."),
    )


def rescued(path: Path, copy: Path) -> StoryFileError:
    """A story that was closed after its file had been taken from under it."""
    return StoryFileError(
        _(
            "Another program took “{name}” away or put a different file in its place. What you "
            "wrote is whole in {copy}."
        ).format(name=shown(path.name), copy=shown(copy)),
        title=_("Story replaced"),
        hint=_("“storyforge merge” puts the two together."),
    )


def not_rescued(path: Path, error: Exception) -> StoryFileError:
    """The same, where not even a copy could be written."""
    return StoryFileError(
        _(
            "Another program took “{name}” away or put a different file in its place, and what "
            "you wrote could not be kept in a copy: {why}."
        ).format(name=shown(path.name), why=shown(str(error).rstrip("."))),
        title=_("Story replaced"),
        hint=_("Open its newest dated copy from {folder}.").format(folder=paths.backups_dir()),
    )


def full(path: Path, *, doing: Doing) -> StoryFileError:
    """The disk took no more."""
    return StoryFileError(
        _(_FULL[doing]).format(name=shown(path.name)),
        title=_("Disk full"),
        hint=_(_ROOM[doing]),
    )


def not_a_story(path: Path) -> StoryFileError:
    """Some other kind of file."""
    return StoryFileError(
        _("“{name}” is not a storyforge story; it was left untouched.").format(
            name=shown(path.name)
        ),
        title=_("Not a story"),
        hint=_("Text and Markdown come in with “storyforge import {name}”.").format(
            name=shown(path.name)
        ),
    )


def damaged(path: Path, what: str) -> StoryFileError:
    """A story whose inside is broken; `what` is for whoever looks for the fault."""
    return StoryFileError(
        _("“{name}” is damaged and cannot be read ({what}).").format(
            name=shown(path.name), what=shown(what)
        ),
        title=_("Story damaged"),
        hint=_("Open its newest dated copy from {folder}.").format(folder=paths.backups_dir()),
    )


def _of_the_system(path: Path, error: OSError, *, doing: Doing) -> StoryFileError:
    if error.errno in _FULL_ERRNOS:
        return full(path, doing=doing)
    if isinstance(error, PermissionError) or error.errno == errno.EROFS:
        return _forbidden(path, doing=doing)
    if isinstance(error, FileNotFoundError):
        return vanished(path)
    return _bad_disk(path, doing=doing)


def _is_full(path: Path) -> bool:
    left = disk.room(path)
    return left is not None and left < _LITTLE_ROOM


def _bad_disk(path: Path, *, doing: Doing) -> StoryFileError:
    return StoryFileError(
        _(_TROUBLE[doing]).format(name=shown(path.name)),
        title=_("Disk trouble"),
        hint=_(_DRIVE[doing]),
    )


def _forbidden(path: Path, *, doing: Doing) -> StoryFileError:
    return StoryFileError(
        _(_FORBIDDEN[doing]).format(name=shown(path.name)),
        title=_("No access"),
        hint=_("Look at the permissions of the file and of the folder {folder}.").format(
            folder=shown(path.parent)
        ),
    )
