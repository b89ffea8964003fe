"""A log beside a story that belongs to another state of it: told apart, put aside, never folded in.

A sync tool that puts another file in a story's place, or that brings the log of another machine,
leaves a log whose pages belong to a file that is not there. SQLite cannot see that and would read
them into the file. So every commit notes, on one page of its own, which commit it followed; a log
goes with a file only if it tells of the file's own last commit.
"""

import re
import shutil
import sqlite3
import struct
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path

from storyforge import paths
from storyforge.store.database import check, connect
from storyforge.store.holding import held_name
from storyforge.store.placing import beside, copy_database, is_unfolded, placed

# What `Database.write` notes: session, the commit before, this commit.
_MARK = re.compile(rb"[0-9a-f]{8}<([0-9T:.+-]{29})>([0-9T:.+-]{29})\|")
_STAMP = "%Y%m%d-%H%M%S"
# So many other copies are tried to find the file that a log belongs to.
_TRIED = 40


def belongs(path: Path) -> bool:
    """Whether the log beside the story at `path`, if there is one, goes with it.

    A log that tells nothing (an older storyforge wrote it) and a file that cannot be read alone
    count as belonging: SQLite's own checks decide then.
    """
    if not is_unfolded(path):
        return True
    told = _last_commit(path)
    if told is None:
        return True
    journal, log = beside(path, "-journal"), beside(path, "-wal")
    marks = set(_marks(_wal_pages(log)))
    if marks:
        return any(told[1] in mark for mark in marks)
    marks = set(_MARK.findall(_read(journal)))
    return not marks or any(one in mark for mark in marks for one in told if one)


def put_aside(path: Path) -> Path:
    """Take a foreign log away from beside `path`; where it lies then."""
    stamp = datetime.now().strftime(_STAMP)
    aside = path
    for suffix in ("-wal", "-journal"):
        log = beside(path, suffix)
        if log.exists() and log.stat().st_size:
            aside = path.with_name(f"{path.name}{suffix}.aside-{stamp}")
            log.replace(aside)
    with suppress(OSError):
        beside(path, "-shm").unlink(missing_ok=True)
    return aside


def joined(path: Path, aside: Path, target: Path) -> bool:
    """Find the file that the log put aside belongs to and put the two together at `target`.

    Looked for under its second name, beside `path` and among the dated copies. False where it is
    not found.
    """
    return any(_join(candidate, aside, target) for candidate in _candidates(path))


def _join(candidate: Path, aside: Path, target: Path) -> bool:
    scratch = Path(tempfile.mkdtemp(prefix="storyforge-"))
    try:
        copy = scratch / "story.forge"
        shutil.copyfile(candidate, copy)
        shutil.copyfile(aside, beside(copy, "-wal"))
        told = _last_commit(copy)
        marks = set(_marks(_wal_pages(beside(copy, "-wal"))))
        if told is None or not any(told[1] in mark for mark in marks):
            return False
        with copy.open("rb+") as file:
            # A copy that was made as one plain file says that it has no log
            # (sqlite.org/fileformat2.html, 1.3.3).
            file.seek(18)
            file.write(b"\x02\x02")
        with closing(connect(copy, "rw")) as raw:
            check(raw, candidate)
            with placed(target) as building:
                copy_database(raw, building)
        return True
    except (sqlite3.Error, OSError):
        return False
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _candidates(path: Path) -> Iterator[Path]:
    """Files that may be what the log was written for, the newest first."""
    beside_it = (p for p in path.parent.glob("*.forge") if p != path)
    dated = paths.backups_dir().glob("*/*.forge")
    found = sorted((*beside_it, *dated), key=_age, reverse=True)
    yield from (p for p in (held_name(path), *found[:_TRIED]) if not is_unfolded(p))


def _age(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def last_mark(path: Path) -> str | None:
    """What the file alone, without its log, tells of its last commit; None where it cannot."""
    try:
        with closing(connect(path, "immutable")) as raw:
            row = raw.execute("SELECT value FROM setting WHERE key = 'commit'").fetchone()
    except sqlite3.Error:
        return None
    return "" if row is None else str(row[0])


def _last_commit(path: Path) -> tuple[bytes, bytes] | None:
    """(the commit before, the last one) of the file alone; None where it cannot be read."""
    try:
        with closing(connect(path, "immutable")) as raw:
            changed = str(raw.execute("SELECT changed FROM story").fetchone()[0]).encode()
    except (sqlite3.Error, TypeError):
        return None
    mark = _MARK.fullmatch((last_mark(path) or "").encode())
    return (mark[1] if mark else b"", changed)


def _marks(pages: Iterable[bytes]) -> Iterator[tuple[bytes, bytes]]:
    for page in pages:
        yield from _MARK.findall(page)


def _wal_pages(log: Path) -> Iterator[bytes]:
    """The pages of a log that are in force (sqlite.org/fileformat2.html, 4)."""
    data = _read(log)
    if len(data) < 32:
        return
    size, salts = struct.unpack_from(">I", data, 8)[0], data[16:24]
    for at in range(32, len(data) - 24 - size + 1, size + 24):
        if data[at + 8 : at + 16] != salts:
            return
        yield data[at + 24 : at + 24 + size]


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""
