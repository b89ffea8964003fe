"""Pickled files of weights (.ckpt, .pt, .bin), read without running anything.

The value comes with the tensors' places; who has torch reads the numbers from there.
"""

import errno
import logging
import struct
import warnings
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from storyforge.images.pickle_machine import Machine
from storyforge.images.pickle_values import ALLOWED, Damaged, ForbiddenName, Name, Stored, width
from storyforge.images.wrong import Wrong, WrongFile

SUFFIXES = frozenset((".ckpt", ".pt", ".pth", ".bin"))
# What is not numbers in a file; a checkpoint's is 5 MB at most.
_LONGEST = 64 << 20
# picklescan keeps a hundred bytes for each of the pickle's.
_LONGEST_SCANNED = 4 << 20
_MOST_NAMED = 5
# An IP-Adapter's halves: pickled they are tables of their own, else names before a point.
_HALVES = ("image_proj", "ip_adapter")
# Tensors may lie in each other; a file whose tensors are so much larger than itself is a trap.
_SHARED = 8
# torch.serialization's own numbers for files older than its zipped ones.
_MAGIC, _PROTOCOL = 0x1950A86A20F9469CFC6C, 1001
_COUNT = struct.Struct("<q")
_LOCAL = struct.Struct("<26xHH")
_UNREADABLE = (
    Damaged, zipfile.BadZipFile, struct.error, ValueError, LookupError, TypeError, EOFError,
    NotImplementedError, RuntimeError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pickled:
    """What a file says.

    Attributes:
        value: plain values, with a `Stored` for each tensor.
        places: where each storage begins in the file, in bytes.
    """

    path: Path
    value: Any
    places: Mapping[str, int]

    def place(self, tensor: Stored) -> tuple[int, int]:
        """(where its numbers begin in the file, how many bytes they are)."""
        each = width(tensor.storage.dtype)
        return self.places[tensor.storage.key] + tensor.offset * each, tensor.span * each


def is_pickled(path: Path) -> bool:
    """Whether a file of weights is a pickle, by its first bytes.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as opened:
        start = opened.read(9)
    # A safetensors file begins with the length of its head.
    return start[8:] != b"{" and start.startswith((b"PK\x03\x04", b"\x80"))


def read(path: Path) -> Pickled:
    """What the file at `path` says.

    Raises:
        OSError: it cannot be read.
        WrongFile: it is damaged, or names what would have to be run; nothing was.
    """
    try:
        with path.open("rb") as opened:
            zipped = opened.read(4) == b"PK\x03\x04"
        found = _zipped(path) if zipped else _older(path)
        size, reached = path.stat().st_size, 0
        for tensor in _stored(found.value):
            start, length = found.place(tensor)
            reached += length
            if start + length > size or reached > _SHARED * size:
                raise Damaged
    except _UNREADABLE as error:
        raise WrongFile(Wrong.NOT_WHOLE, path.name) from error
    except OSError as error:
        if error.errno != errno.EINVAL:  # a place before the file's beginning
            raise
        raise WrongFile(Wrong.NOT_WHOLE, path.name) from error
    return found


def tensors(found: Pickled) -> dict[str, Stored]:
    """The tensors of a checkpoint by their names, whatever its trainer kept beside them."""
    value = found.value
    for _ in range(4):
        inner = value.get("state_dict") if isinstance(value, dict) else None
        if not isinstance(inner, dict):
            break
        value = inner
    pairs = dict(value) if isinstance(value, dict) else {}
    for half in _HALVES:
        if isinstance(inner := pairs.get(half), dict):
            pairs |= {f"{half}.{name}": each for name, each in inner.items()}
    return {
        key: each
        for key, each in pairs.items()
        if isinstance(key, str) and isinstance(each, Stored)
    }


def _stored(value: Any) -> list[Stored]:
    """All tensors in a value, each collection visited once."""
    found, seen, left = [], set[int](), [value]
    while left:
        each = left.pop()
        if isinstance(each, Stored):
            found.append(each)
        elif isinstance(each, (dict, list, tuple)) and id(each) not in seen:
            seen.add(id(each))
            left.extend(each.values() if isinstance(each, dict) else each)
    return found


def _zipped(path: Path) -> Pickled:
    with zipfile.ZipFile(path) as packed, path.open("rb") as opened:
        names = [name for name in packed.namelist() if name.rpartition("/")[2] == "data.pkl"]
        root = min(names, key=len).removesuffix("data.pkl")
        order = f"{root}byteorder"
        if order in packed.namelist() and packed.read(order) != b"little":
            raise Damaged
        with packed.open(f"{root}data.pkl") as pickled:
            data = pickled.read(_LONGEST)
        value = _run(path, BytesIO(data))
        places = {}
        for entry in packed.infolist():
            if entry.filename.startswith(f"{root}data/"):
                if entry.compress_type != zipfile.ZIP_STORED:
                    raise Damaged
                opened.seek(entry.header_offset)
                name, extra = _LOCAL.unpack(opened.read(_LOCAL.size))
                key = entry.filename.removeprefix(f"{root}data/")
                places[key] = entry.header_offset + _LOCAL.size + name + extra
    return Pickled(path, value, places)


def _older(path: Path) -> Pickled:
    """As torch wrote files before 1.6: five pickles, then the storages one behind the other."""
    with path.open("rb") as opened:
        data = BytesIO(opened.read(_LONGEST))
        magic, protocol, told = (_run(path, data) for _ in range(3))
        if magic != _MAGIC or protocol != _PROTOCOL or not told["little_endian"]:
            raise Damaged
        value, keys = _run(path, data), _run(path, data)
        widths = {each.storage.key: width(each.storage.dtype) for each in _stored(value)}
        places, at = {}, data.tell()
        for key in keys:
            opened.seek(at)
            (count,) = _COUNT.unpack(opened.read(_COUNT.size))
            if count < 0:
                raise Damaged
            places[key] = at + _COUNT.size
            at = places[key] + count * widths[key]
    return Pickled(path, value, places)


def _run(path: Path, data: BytesIO) -> Any:
    start = data.tell()
    with warnings.catch_warnings():
        # Python's reader warns of a damaged name's escapes as if they stood in a program.
        warnings.simplefilter("ignore", DeprecationWarning)
        try:
            return Machine().run(data)
        except ForbiddenName as error:
            named = _named(data.getvalue()[start:], str(error))
            raise WrongFile(Wrong.FORBIDDEN_PICKLE, path.name, named) from error


def _named(data: bytes, first: str) -> str:
    """What a pickle would run, as picklescan lists it; `first` is what it was stopped at."""
    names = [first]
    if len(data) <= _LONGEST_SCANNED:
        try:
            from picklescan import scanner
        except ModuleNotFoundError:
            return first
        logging.getLogger("picklescan").setLevel(logging.CRITICAL)
        try:
            told = scanner.scan_pickle_bytes(BytesIO(data), "", multiple_pickles=False).globals
        except (ValueError, LookupError, TypeError, AttributeError):
            told = []
        dangerous = scanner.SafetyLevel.Dangerous
        told.sort(key=lambda each: (each.safety is not dangerous, each.module, each.name))
        known = [Name(each.module, each.name) for each in told]
        names = [str(each) for each in known if each not in ALLOWED] or names
    more = ", …" if len(names) > _MOST_NAMED else ""
    return ", ".join(names[:_MOST_NAMED]) + more
