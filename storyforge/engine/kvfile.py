"""One saved state as a file: a head of our own, then the bytes that llama.cpp gave.

llama.cpp ends the process over a short one and takes one of another model or another rope without a
word. So the head says all that must be the same (`kind`), the exact tokens, length and checksum of
the state, and all of it is checked first. It knows one file; which there are is `kvstore`'s.
"""

import os
import struct
import zlib
from array import array
from collections.abc import Callable
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path

_MAGIC = b"sf-state"
_VERSION = 1
# magic, version; bytes of kind, tokens, tokens read as whole blocks; bytes of state, its CRC-32.
# Behind it kind and tokens, the CRC-32 of all that, and the state. CRC-32 reads 6 GiB a second
# here, BLAKE2 1.3: it is to find accidents, and a state may have 3 GiB.
_HEAD = struct.Struct("<8sHIIIQI")
_SUM = struct.Struct("<I")
_PIECE = 1 << 24


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


def put(new: Path, heading: Heading, data: memoryview, given_up: Callable[[], bool]) -> bool:
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


def heading_of(path: Path, file: BufferedReader, kind: str | None) -> Heading:
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


def state_of(
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
