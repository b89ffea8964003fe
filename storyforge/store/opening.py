"""How a story file comes open: what it is, who may write it, which way of reading still works."""

import errno
import os
import shutil
import sqlite3
import struct
import tempfile
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from storyforge import paths
from storyforge.borrowed import reason
from storyforge.domain.copies import rescued_name
from storyforge.errors import StoryFileError
from storyforge.i18n import _
from storyforge.store import disk, faults, foreign_logs, lock, recovery
from storyforge.store.database import Mode, check, connect, set_to_write
from storyforge.store.lock import Holder, Lock
from storyforge.store.migrations import APPLICATION_ID, MIGRATIONS, migrate, version_of
from storyforge.store.placing import beside, copy_database, drop_programs, is_unfolded, placed

_MAGIC = b"SQLite format 3\0"


@dataclass(slots=True)
class Opened:
    """An open file and what it took to open it.

    Attributes:
        lock: ours; None when it may only be read.
        holder: who else has it open.
        reason: why it may only be read; empty when it may be written.
        recovered: what was saved from a session that died, in one sentence.
        scratch: a temporary folder with the copy that is really read.
    """

    raw: sqlite3.Connection
    lock: Lock | None = None
    holder: Holder | None = None
    reason: str = ""
    recovered: str | None = None
    notes: list[str] = field(default_factory=list)
    scratch: Path | None = None


def open_file(path: Path, *, take_over: bool) -> Opened:
    """Open the story at `path` for writing, or for reading where it must be.

    Raises:
        StoryFileError: it is not there, not a story, damaged, or from a newer storyforge.
    """
    there = lock.peek(lock.lock_path(path))
    if there is not None and there.is_this_process():
        # Reading the bytes of a file that SQLite has open here would drop its system locks
        # (sqlite.org/howtocorrupt.html, 2.2), so it is not inspected again.
        return _to_read(path, holder=there)
    inspect(path)
    try:
        got = lock.acquire(lock.lock_path(path), take_over=take_over)
    except OSError as error:
        return _to_read(path, reason=_why_no_lock(path, error))
    if isinstance(got, Holder):
        return _to_read(path, holder=got)
    if not os.access(path, os.W_OK):
        got.release()
        return _to_read(path, reason=_("The file is write-protected."))
    try:
        return _to_write(path, got)
    except BaseException:
        got.release()
        raise


def look_at(path: Path) -> Opened:
    """Open the story at `path` only to read it: nothing there changes, no lock is asked for.

    Raises:
        StoryFileError: it is not there, not a story, damaged, or from a newer storyforge.
    """
    there = lock.peek(lock.lock_path(path))
    if there is not None and (there.is_this_process() or not (there.elsewhere or there.is_dead())):
        return _to_read(path, holder=there)
    inspect(path)
    return _to_read(path, reason=_("It is only looked at."))


def inspect(path: Path) -> None:
    """Raise `StoryFileError` unless `path` is a story this version can read. Changes nothing."""
    with faults.reported(path, doing="open"):
        _must_be_a_file(path)
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(100)
    if not head:
        raise StoryFileError(
            _("“{name}” is empty: it holds no story.").format(name=faults.shown(path.name)),
            title=_("Empty file"),
            hint=_("Open its newest dated copy from {folder}.").format(folder=paths.backups_dir()),
        )
    if not head.startswith(_MAGIC):
        raise faults.not_a_story(path)
    if len(head) < 100:
        raise _ends_early(path)
    # The database header: sqlite.org/fileformat2.html, 1.3.
    page_size, changes, pages = struct.unpack_from(">16xH6xII", head)
    version, application, valid_for = struct.unpack_from(">60xI4xI20xI", head)
    if application != APPLICATION_ID:
        raise faults.not_a_story(path)
    if is_unfolded(path):
        version = _version_in_log(path, version)
    elif changes == valid_for and size < pages * (65536 if page_size == 1 else page_size):
        raise _ends_early(path)
    if version > len(MIGRATIONS):
        raise StoryFileError(
            _("“{name}” was written by a newer storyforge; it was left untouched.").format(
                name=faults.shown(path.name)
            ),
            title=_("Newer story"),
            hint=_("Update storyforge, then open it again."),
        )


def _must_be_a_file(path: Path) -> None:
    if path.is_dir():
        raise StoryFileError(
            _("“{name}” is a folder, not a story.").format(name=faults.shown(path.name)),
            title=_("Not a story"),
            hint=_("Name a .forge file in it, or import the folder."),
        )
    if not path.exists():
        message = (
            _("There is no story at {path}.")
            if path.parent.is_dir()
            else _("There is no story at {path}: its folder is not there.")
        )
        raise StoryFileError(
            message.format(path=faults.shown(path)),
            title=_("Story not found"),
            hint=_("Look at the name, and whether the drive is there; “storyforge new” makes one."),
        )


def _ends_early(path: Path) -> StoryFileError:
    return faults.damaged(path, _("the file ends too early"))


def _version_in_log(path: Path, version: int) -> int:
    """The version with the log taken into account, read without folding it in."""
    try:
        with closing(connect(path, "ro")) as raw:
            return version_of(raw)
    except sqlite3.Error:
        return version  # unreadable so; opening it for real says why


def _why_no_lock(path: Path, error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return _("The disk is full.")
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return _("The folder {folder} cannot be written to.").format(
            folder=faults.shown(path.parent)
        )
    return _("No lock can be set in {folder} ({error}).").format(
        folder=faults.shown(path.parent), error=reason(error)
    )


def _to_write(path: Path, ours: Lock) -> Opened:
    notes = []
    with faults.reported(path, doing="open"):
        if not foreign_logs.belongs(path):
            notes.append(_without_log(path))
    crashed = ours.inherited or is_unfolded(path)
    with faults.reported(path, doing="open"):
        raw = connect(path, "rw")
        try:
            check(raw, path)
            drop_programs(raw)
            opened = Opened(raw, lock=ours, notes=notes)
            if version_of(raw) < len(MIGRATIONS):
                opened.notes.append(_copy_aside(raw, path))
                migrate(raw, MIGRATIONS)
            set_to_write(raw, network=disk.is_network(path))
            opened.recovered = recovery.recover(raw, crashed=crashed)
        except BaseException:
            raw.close()
            raise
    return opened


def _without_log(path: Path) -> str:
    """Put a log aside that belongs to another state of the story; the sentence for the author."""
    aside = foreign_logs.put_aside(path)
    target = path.with_name(rescued_name(path.name, datetime.now()))
    if foreign_logs.joined(path, aside, target):
        return _(
            "Another program had put a different file in the place of “{name}” before the last "
            "session was saved in it. What that session wrote is whole in “{copy}”."
        ).format(name=faults.shown(path.name), copy=faults.shown(target.name))
    return _(
        "Beside “{name}” lay the log of another state of this story. It was not read into the "
        "file; it is kept as “{aside}”."
    ).format(name=faults.shown(path.name), aside=faults.shown(aside.name))


def _copy_aside(raw: sqlite3.Connection, path: Path) -> str:
    """Keep the file as it was before it is migrated; the sentence for the author."""
    version = version_of(raw)
    number = 1
    while True:
        mark = f".version-{version}" if number == 1 else f".version-{version}-{number}"
        aside = path.with_name(f"{path.stem}{mark}{path.suffix}")
        if not aside.exists():
            break
        number += 1
    with placed(aside) as building:
        copy_database(raw, building)
    return _(
        "The story was brought to this version's form; the file as it was is “{name}”."
    ).format(name=faults.shown(aside.name))


def _to_read(path: Path, *, holder: Holder | None = None, reason: str = "") -> Opened:
    if holder is not None:
        reason = _("It is open elsewhere: {holder}.").format(holder=holder.describe())
    with faults.reported(path, doing="open"):
        opened = _way_to_read(path, holder, reason)
        if version_of(opened.raw) < len(MIGRATIONS) and opened.scratch is None:
            opened = _migrated_in_scratch(opened)
    opened.raw.execute("PRAGMA query_only = ON")
    return opened


def _way_to_read(path: Path, holder: Holder | None, reason: str) -> Opened:
    unfolded = is_unfolded(path)
    if holder is None:
        # Immutable leaves nothing behind and needs no folder, but it reads no log: what a session
        # that died left in one is joined in a copy, as it cannot be here.
        if unfolded:
            return _in_scratch(path, holder, reason)
        return Opened(_readable(path, "immutable"), reason=reason)
    try:
        return Opened(_readable(path, "ro"), holder=holder, reason=reason)
    except sqlite3.Error:
        if not unfolded:
            return Opened(_readable(path, "immutable"), holder=holder, reason=reason)
        if holder.elsewhere:  # it may have died there, with something to roll back
            return _in_scratch(path, holder, reason)
        raise


def _readable(path: Path, mode: Mode) -> sqlite3.Connection:
    raw = connect(path, mode)
    try:
        raw.execute("SELECT count(*) FROM story").fetchone()
    except BaseException:
        raw.close()
        raise
    return raw


def _in_scratch(path: Path, holder: Holder | None, reason: str) -> Opened:
    scratch = Path(tempfile.mkdtemp(prefix="storyforge-"))
    try:
        copy = scratch / path.name
        logs = ("-wal", "-journal") if foreign_logs.belongs(path) else ()
        for suffix in ("", *logs):
            source = beside(path, suffix)
            if source.exists():
                shutil.copyfile(source, beside(copy, suffix))
        raw = connect(copy, "rw")
        try:
            check(raw, path)
            migrate(raw, MIGRATIONS)
            recovered = recovery.recover(raw, crashed=True) if holder is None else None
        except BaseException:
            raw.close()
            raise
        return Opened(raw, None, holder, reason, recovered, scratch=scratch)
    except BaseException:
        shutil.rmtree(scratch, ignore_errors=True)
        raise


def _migrated_in_scratch(opened: Opened) -> Opened:
    scratch = Path(tempfile.mkdtemp(prefix="storyforge-"))
    try:
        copy = scratch / "story.forge"
        with closing(opened.raw) as raw:
            copy_database(raw, copy)
        opened.raw = connect(copy, "rw")
        opened.scratch = scratch
        migrate(opened.raw, MIGRATIONS)
    except BaseException:
        opened.raw.close()
        shutil.rmtree(scratch, ignore_errors=True)
        raise
    return opened
