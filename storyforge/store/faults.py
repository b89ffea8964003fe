"""Maps what SQLite and the system say to one sentence an author can read; the one place for it."""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from storyforge.errors import StoryFileError
from storyforge.i18n import _
from storyforge.store import disk

_FULL_ERRNOS = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_LITTLE_ROOM = 1 << 20


@contextmanager
def reported(path: Path, *, saving: bool) -> Iterator[None]:
    """Every SQLite and system error inside leaves as a `StoryFileError` about `path`."""
    try:
        yield
    except DBAPIError as error:
        if isinstance(error.orig, sqlite3.Error):
            raise explain(path, error.orig, saving=saving) from error
        raise
    except (sqlite3.Error, OSError) as error:
        raise explain(path, error, saving=saving) from error


def explain(path: Path, error: sqlite3.Error | OSError, *, saving: bool) -> StoryFileError:
    """The error for the author: what happened to the story at `path` and what is safe."""
    if not path.parent.is_dir():
        return vanished(path)
    if isinstance(error, OSError):
        return _of_the_system(path, error, saving=saving)
    # SQLITE_IOERR_WRITE is 10 | 3 << 8: the low byte is the family.
    family = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    if family == sqlite3.SQLITE_FULL or (family == sqlite3.SQLITE_IOERR and _is_full(path)):
        return full(path, saving=saving)
    if family == sqlite3.SQLITE_IOERR:
        return _bad_disk(path, saving=saving)
    if family in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return StoryFileError(
            _("Another program is using “{name}” just now.").format(name=path.name),
            title=_("Story busy"),
            hint=_("Close it there; storyforge tries again with the next save."),
        )
    if family in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM):
        return _forbidden(path, saving=saving)
    if family == sqlite3.SQLITE_NOTADB:
        return not_a_story(path)
    return damaged(path, str(error))


def vanished(path: Path) -> StoryFileError:
    """The story is no longer where it was opened."""
    return StoryFileError(
        _("“{name}” is no longer at {folder}: what was not saved stays on the screen.").format(
            name=path.name, folder=path.parent
        ),
        title=_("The story file is gone"),
        hint=_("Put the folder or drive back and go on, or save a copy elsewhere."),
    )


def full(path: Path, *, saving: bool) -> StoryFileError:
    """The disk took no more."""
    message = (
        _("The disk is full: the last change to “{name}” is not saved, all before it is.")
        if saving
        else _("The disk is too full to open “{name}”; the file itself is untouched.")
    )
    return StoryFileError(
        message.format(name=path.name),
        title=_("Disk full"),
        hint=_("Make some room; the next save holds everything that is on the page."),
    )


def not_a_story(path: Path) -> StoryFileError:
    """Some other kind of file."""
    return StoryFileError(
        _("“{name}” is not a storyforge story; it was left untouched.").format(name=path.name),
        title=_("Not a story"),
        hint=_("Text and Markdown come in with “storyforge import {name}”.").format(name=path.name),
    )


def damaged(path: Path, what: str) -> StoryFileError:
    """A story whose inside is broken; `what` is for whoever looks for the fault."""
    return StoryFileError(
        _("“{name}” is damaged and cannot be read ({what}).").format(name=path.name, what=what),
        title=_("Story damaged"),
        hint=_(
            "Open the newest dated copy from the backups folder; docs/file-format.md tells how."
        ),
    )


def _of_the_system(path: Path, error: OSError, *, saving: bool) -> StoryFileError:
    if error.errno in _FULL_ERRNOS:
        return full(path, saving=saving)
    if isinstance(error, PermissionError) or error.errno == errno.EROFS:
        return _forbidden(path, saving=saving)
    if isinstance(error, FileNotFoundError):
        return vanished(path)
    return _bad_disk(path, saving=saving)


def _is_full(path: Path) -> bool:
    left = disk.room(path)
    return left is not None and left < _LITTLE_ROOM


def _bad_disk(path: Path, *, saving: bool) -> StoryFileError:
    message = (
        _("The disk did not take the last change to “{name}”; all before it is saved.")
        if saving
        else _("The disk did not give “{name}” back.")
    )
    return StoryFileError(
        message.format(name=path.name),
        title=_("Disk trouble"),
        hint=_("Look after room and the drive; the next save holds everything on the page."),
    )


def _forbidden(path: Path, *, saving: bool) -> StoryFileError:
    message = (
        _("“{name}” can no longer be written: the last change is not saved, all before it is.")
        if saving
        else _("“{name}” cannot be opened: the system forbids it.")
    )
    return StoryFileError(
        message.format(name=path.name),
        title=_("No access"),
        hint=_("Look at the permissions of the file and of the folder {folder}.").format(
            folder=path.parent
        ),
    )
