"""What a model has read, as files: one for each of its slots, checked before llama.cpp sees a byte.

llama.cpp ends the process over a short file and takes one of another model or another rope without
a word. So a file opens with a head of our own: all that must be the same (`kind`), the exact
tokens, length and checksum of the state. Knows no llama.cpp; what a state means is `states`'.

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
import struct
import time
import zlib
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path

log = logging.getLogger(__name__)

_MAGIC = b"sf-state"
_VERSION = 1
# magic, version; bytes of kind, tokens, tokens read as whole blocks; bytes of state, its CRC-32.
# Behind it kind and tokens, the CRC-32 of all that, and the state. CRC-32 reads 6 GiB a second
# here, BLAKE2 1.3: it is to find accidents, and a state may have 3 GiB.
_HEAD = struct.Struct("<8sHIIIQI")
_SUM = struct.Struct("<I")
_PIECE = 1 << 24
_SUFFIX = ".state"
_NEW = ".new"
# A file that nobody has gone on writing for so long was left by a program that is dead.
_FORSAKEN = 600.0
_GIB = 1 << 30


@dataclass(frozen=True, slots=True)
class Heading:
    """What a file says of its state, checked.

    Attributes:
        tokens: what was read, from the beginning of the prompt.
        exact: the first so many of them were read as whole blocks.
        size: bytes of the state.
    """

    path: Path
    kind: str
    tokens: "array[int]"
    exact: int
    size: int
    checksum: int

    @property
    def start(self) -> int:
        """Where in the file the state begins."""
        return _HEAD.size + len(self.kind.encode()) + 4 * len(self.tokens) + _SUM.size


class Broken(Exception):
    """A file that is not what it should be; the message is for the log."""


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


def all_headings(folder: Path) -> list[Heading]:
    """What can be told of every whole state in `folder`, of any kind; nothing is thrown away."""
    found = []
    for path, _size, _used in _files(folder):
        if path.suffix == _SUFFIX:
            with contextlib.suppress(Broken, OSError), path.open("rb") as file:
                found.append(_heading(path, file, None))
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
        named = hashlib.blake2b(slot.encode(), digest_size=8).hexdigest()
        return self._folder / f"{self._name}-{named}{_SUFFIX}"

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
                if _heading(heading.path, file, self._kind) != heading:
                    return None  # another program has put a newer one there
                data = _taken(file, heading, given_up)
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
                whole = _put(new, heading, data, given_up)
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
                return _heading(path, file, self._kind)
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


def _files(folder: Path) -> Iterator[tuple[Path, int, float]]:
    """(file, bytes, when it was last used) of everything that belongs to the store."""
    with contextlib.suppress(FileNotFoundError, NotADirectoryError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith((_SUFFIX, _NEW)):
                with contextlib.suppress(FileNotFoundError):
                    facts = entry.stat()
                    yield Path(entry.path), facts.st_size, facts.st_mtime


def _put(new: Path, heading: Heading, data: memoryview, given_up: Callable[[], bool]) -> bool:
    """Write the file `new` whole; False where it was given up."""
    # O_BINARY is Windows' own.
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(new, flags, 0o600), "wb", buffering=0) as file:
        for part in (_head(heading), data.cast("B")):
            rest = memoryview(part)
            while rest:
                if given_up():
                    return False
                rest = rest[file.write(rest[:_PIECE]) :]
    return True


def _head(heading: Heading) -> bytes:
    kind = heading.kind.encode()
    head = _HEAD.pack(
        _MAGIC,
        _VERSION,
        len(kind),
        len(heading.tokens),
        heading.exact,
        heading.size,
        heading.checksum,
    )
    head += kind + heading.tokens.tobytes()
    return head + _SUM.pack(zlib.crc32(head))


def _heading(path: Path, file: BufferedReader, kind: str | None) -> Heading:
    """The head of an open file, which stands at the state then.

    Args:
        kind: what it must be; None takes any.

    Raises:
        Broken: it is no whole state of that kind.
    """
    fixed = file.read(_HEAD.size)
    if len(fixed) < _HEAD.size:
        raise Broken("it ends within its head")
    magic, version, kind_size, count, exact, size, checksum = _HEAD.unpack(fixed)
    if magic != _MAGIC or version != _VERSION:
        raise Broken("it is not of this version")
    length = os.fstat(file.fileno()).st_size
    if length != _HEAD.size + kind_size + 4 * count + _SUM.size + size:
        raise Broken(f"it is {length} bytes long, which is not what its head says")
    said, tokens, told = file.read(kind_size), file.read(4 * count), file.read(_SUM.size)
    if _SUM.unpack(told)[0] != zlib.crc32(fixed + said + tokens):
        raise Broken("its head is not the one that was written")
    if kind is not None and said != kind.encode():
        raise Broken("it was made with another model or other settings")
    return Heading(path, said.decode(), array("i", tokens), exact, size, checksum)


def _taken(
    file: BufferedReader, heading: Heading, given_up: Callable[[], bool]
) -> bytearray | None:
    """The state itself, from a file that stands there; None where it was given up."""
    data = bytearray(heading.size)
    rest, checksum = memoryview(data), 0
    while rest:
        if given_up():
            return None
        count = file.readinto(rest[:_PIECE])
        if not count:
            raise Broken("it ends before its state does")
        checksum = zlib.crc32(rest[:count], checksum)
        rest = rest[count:]
    if checksum != heading.checksum:
        raise Broken("the state is not the one that was written")
    return data


def _throw_away(path: Path, why: Broken) -> None:
    log.warning("The saved state %s is thrown away: %s", path.name, why)
    _remove(path)


def _remove(path: Path) -> None:
    """Delete a file; another program may have done so, or may be reading it on Windows."""
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        log.warning("A saved state could not be deleted: %s", error)
