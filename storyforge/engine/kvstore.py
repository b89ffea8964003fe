"""What a model has read, as files: one for each of its slots, checked before llama.cpp sees a byte.

What a file holds is `kvfile`'s; what a state means is `states`'.

The folder is a cache that several programs may share. A file is written under another name, put in
place in one step and never changed then; whatever goes wrong costs a line in the log and nothing
else.
"""

import contextlib
import hashlib
import logging
import os
import secrets
import shutil
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from storyforge.engine.kvfile import Broken, Heading, heading_of, put, state_of

if TYPE_CHECKING:
    from array import array

log = logging.getLogger(__name__)

_SUFFIX = ".state"
_NEW = ".new"
# A file that nobody has gone on writing for so long was left by a program that is dead.
_FORSAKEN = 600.0
_GIB = 1 << 30


def default_limit(folder: Path) -> int:
    """The smaller of 8 GiB and a tenth of what would be free without the files in `folder`."""
    there = folder
    while not there.exists() and there != there.parent:
        there = there.parent
    return min(8 * _GIB, (shutil.disk_usage(there).free + held(folder)[1]) // 10)


def held(folder: Path) -> tuple[int, int]:
    """(files, bytes) in `folder`."""
    sizes = [size for _path, size, _used in _files(folder)]
    return len(sizes), sum(sizes)


def clear(folder: Path) -> tuple[int, int]:
    """Delete every state in `folder`; (files, bytes) that are gone.

    Raises:
        OSError: one of them cannot be deleted.
    """
    files = freed = 0
    for path, size, _used in _files(folder):
        path.unlink(missing_ok=True)
        files, freed = files + 1, freed + size
    return files, freed


def forget(folder: Path, slots: Iterable[str]) -> int:
    """Delete what is kept for these slots, of any kind; how many files that were.

    Raises:
        OSError: one of them cannot be deleted.
    """
    names = {_named(slot) for slot in slots}
    mine = [path for path, _size, _used in _files(folder) if _slot_in(path) in names]
    for path in mine:
        path.unlink(missing_ok=True)
    return len(mine)


def all_headings(folder: Path) -> list[Heading]:
    """What can be told of every whole state in `folder`, of any kind; nothing is thrown away."""
    found = []
    for path, _size, _used in _files(folder):
        if path.suffix == _SUFFIX:
            with contextlib.suppress(Broken, OSError), path.open("rb") as file:
                found.append(heading_of(path, file, None))
    return found


class KvStore:
    """The files of one kind of state.

    Args:
        kind: everything that must be the same for a state to fit, in words.
        limit: how many bytes the folder may hold, all kinds together; asked before each write.
    """

    def __init__(self, folder: Path, kind: str, limit: Callable[[], int]) -> None:
        self._folder = folder
        self._kind = kind
        self._limit = limit
        self._name = hashlib.blake2b(kind.encode(), digest_size=8).hexdigest()

    def path(self, slot: str) -> Path:
        """Where the state of `slot` lies; the name tells nothing of the story."""
        return self._folder / f"{self._name}-{_named(slot)}{_SUFFIX}"

    def headings(self) -> list[Heading]:
        """What can be had; broken files are thrown away."""
        found = []
        for path, _size, _used in _files(self._folder):
            if path.suffix == _SUFFIX and path.name.startswith(self._name):
                heading = self._looked_at(path)
                if heading is not None:
                    found.append(heading)
        return found

    def heading(self, slot: str) -> Heading | None:
        """What the file of `slot` says now."""
        return self._looked_at(self.path(slot))

    def read(
        self, heading: Heading, given_up: Callable[[], bool] = lambda: False
    ) -> bytearray | None:
        """The state behind `heading`, whole and unharmed; None where it is not that any more.

        Args:
            given_up: asked between pieces; True gives None too.
        """
        try:
            with heading.path.open("rb") as file:
                if heading_of(heading.path, file, self._kind) != heading:
                    return None  # another program has put a newer one there
                data = state_of(file, heading, given_up)
            os.utime(heading.path)
        except FileNotFoundError:
            return None
        except Broken as error:
            _throw_away(heading.path, error)
            return None
        except (OSError, MemoryError) as error:
            log.warning("A saved state could not be read: %s", error)
            return None
        return data

    def write(
        self,
        slot: str,
        tokens: "array[int]",
        exact: int,
        data: memoryview,
        given_up: Callable[[], bool] = lambda: False,
    ) -> Heading | None:
        """Keep a state; None where that was not possible, which is in the log then.

        Args:
            given_up: asked between pieces; True leaves nothing behind.
        """
        path = self.path(slot)
        new = path.with_name(f"{path.stem}-{secrets.token_hex(4)}{_NEW}")
        size = data.nbytes
        heading = Heading(path, self._kind, tokens, exact, size, zlib.crc32(data))
        try:
            self._folder.mkdir(0o700, parents=True, exist_ok=True)
            if not self._make_room(heading.start + size, path):
                log.warning("A state of %d bytes is larger than its folder may grow", size)
                return None
            try:
                whole = put(new, heading, data, given_up)
                if whole:
                    new.replace(path)
                return heading if whole else None
            finally:
                new.unlink(missing_ok=True)
        except OSError as error:
            log.warning("A state could not be saved: %s", error)
            return None

    def _looked_at(self, path: Path) -> Heading | None:
        try:
            with path.open("rb") as file:
                return heading_of(path, file, self._kind)
        except FileNotFoundError:
            return None
        except Broken as error:
            _throw_away(path, error)
        except OSError as error:
            log.warning("A saved state could not be read: %s", error)
        return None

    def _make_room(self, size: int, instead: Path) -> bool:
        """Delete what was used longest ago until `size` more bytes may lie here.

        The file they replace counts as gone; it is there until they are whole.
        """
        room = self._limit() - size
        if room < 0:
            return False
        files = sorted(_files(self._folder), key=lambda file: file[2])
        total = sum(each for path, each, _used in files if path != instead)
        for path, each, used in files:
            forsaken = path.suffix == _NEW and time.time() - used > _FORSAKEN
            if forsaken or (total > room and path != instead and path.suffix == _SUFFIX):
                _remove(path)
                total -= each
        return True


def _named(slot: str) -> str:
    """What of a file's name tells its slot, to whoever knows the slot."""
    return hashlib.blake2b(slot.encode(), digest_size=8).hexdigest()


def _slot_in(path: Path) -> str:
    """The slot's part of a name: the second one; of what is being written there is a third."""
    return path.stem.partition("-")[2].partition("-")[0]


def _files(folder: Path) -> Iterator[tuple[Path, int, float]]:
    """(file, bytes, when it was last used) of everything that belongs to the store."""
    with contextlib.suppress(FileNotFoundError, NotADirectoryError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith((_SUFFIX, _NEW)):
                with contextlib.suppress(FileNotFoundError):
                    facts = entry.stat()
                    yield Path(entry.path), facts.st_size, facts.st_mtime


def _throw_away(path: Path, why: Broken) -> None:
    log.warning("The saved state %s is thrown away: %s", path.name, why)
    _remove(path)


def _remove(path: Path) -> None:
    """Delete a file; another program may have done so, or may be reading it on Windows."""
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        log.warning("A saved state could not be deleted: %s", error)
