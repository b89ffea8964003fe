"""The head of a GGUF file, read without llama.cpp: what the model is and how large it will be.

Only the key-value part is read, never a tensor. The format: https://github.com/ggml-org/ggml,
docs/gguf.md. A file is read by nobody else before this has accepted it.
"""

import re
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from storyforge.engine.faults import EngineFault, Fault, FaultKind

_MAGIC = b"GGUF"
# The file's value types: 0 uint8 … 12 float64; 8 is a string, 9 an array.
_SCALARS = {
    0: struct.Struct("<B"),
    1: struct.Struct("<b"),
    2: struct.Struct("<H"),
    3: struct.Struct("<h"),
    4: struct.Struct("<I"),
    5: struct.Struct("<i"),
    6: struct.Struct("<f"),
    7: struct.Struct("<?"),
    10: struct.Struct("<Q"),
    11: struct.Struct("<q"),
    12: struct.Struct("<d"),
}
_STRING, _ARRAY = 8, 9
_U32, _U64 = _SCALARS[4], _SCALARS[10]
# Nothing in a head is longer; a length beyond it means damage, not a model.
_SANE = 1 << 26
_SPLIT = re.compile(r"^(?P<stem>.*)-(?P<number>\d{5})-of-(?P<count>\d{5})\.gguf$")

Value = str | int | float | bool | tuple[int | float | bool, ...]


@dataclass(frozen=True, slots=True)
class GgufHead:
    """What a model file says of itself.

    Attributes:
        values: every scalar and text, and arrays of numbers; arrays of texts (the vocabulary) are
            passed over.
        size: bytes on disk, all parts of a split model together.
    """

    path: Path
    values: dict[str, Value]
    tensors: int
    size: int

    @property
    def architecture(self) -> str:
        """Such as "llama"; empty when the file does not tell."""
        return str(self.values.get("general.architecture", ""))

    def number(self, key: str, default: int = 0) -> int:
        """A number of this architecture, such as `context_length`; of an array the largest."""
        value = self.values.get(f"{self.architecture}.{key}", default)
        if isinstance(value, tuple):
            return int(max(value, default=default))
        return default if isinstance(value, str) else int(value)


def read_head(path: Path) -> GgufHead:
    """What the file at `path` says of itself; 50 ms for a vocabulary of 50,000 tokens.

    Raises:
        EngineFault: it is missing, a folder, unreadable, no GGUF file, or ends too early.
    """
    if path.is_dir():
        raise EngineFault(Fault(FaultKind.NOT_A_FILE, str(path)))
    try:
        size = _size_of_parts(path)
        with path.open("rb") as file:
            if file.read(len(_MAGIC)) != _MAGIC:
                raise EngineFault(Fault(FaultKind.NOT_GGUF, path.name))
            values, tensors = _read_values(file)
    except FileNotFoundError as error:
        raise EngineFault(Fault(FaultKind.NO_FILE, str(error.filename or path))) from error
    except OSError as error:
        raise EngineFault(Fault(FaultKind.UNREADABLE, str(error.strerror or error))) from error
    except (_EndsEarly, UnicodeDecodeError) as error:
        raise EngineFault(Fault(FaultKind.TRUNCATED, path.name)) from error
    return GgufHead(path, values, tensors, size)


class _EndsEarly(Exception):
    """The file ends, or makes no sense, within its head."""


def _size_of_parts(path: Path) -> int:
    """Bytes of the file, and of its siblings when the model is split over several."""
    split = _SPLIT.match(path.name)
    if split is None:
        return path.stat().st_size
    stem, count = split["stem"], int(split["count"])
    parts = (path.with_name(f"{stem}-{at:05}-of-{count:05}.gguf") for at in range(1, count + 1))
    return sum(part.stat().st_size for part in parts)


def _read_values(file: BinaryIO) -> tuple[dict[str, Value], int]:
    version = _scalar(file, _U32)
    if version not in (2, 3):
        raise _EndsEarly(f"version {version}")
    tensors, count = int(_scalar(file, _U64)), int(_scalar(file, _U64))
    if count > _SANE or tensors > _SANE:
        raise _EndsEarly("counts beyond reason")
    values: dict[str, Value] = {}
    for _ in range(count):
        key = _bytes(file, int(_scalar(file, _U64))).decode()
        value = _value(file, int(_scalar(file, _U32)))
        if value is not None:
            values[key] = value
    return values, tensors


def _value(file: BinaryIO, kind: int) -> Value | None:
    if kind == _STRING:
        return _bytes(file, int(_scalar(file, _U64))).decode("utf-8", "replace")
    if kind == _ARRAY:
        return _array(file)
    if kind not in _SCALARS:
        raise _EndsEarly(f"value of type {kind}")
    return _scalar(file, _SCALARS[kind])


def _array(file: BinaryIO) -> tuple[int | float | bool, ...] | None:
    kind, count = int(_scalar(file, _U32)), int(_scalar(file, _U64))
    if count > _SANE:
        raise _EndsEarly("array beyond reason")
    if kind in _SCALARS:
        one = _SCALARS[kind]
        data = _bytes(file, count * one.size)
        return tuple(each[0] for each in one.iter_unpack(data))
    if kind != _STRING:
        raise _EndsEarly(f"array of type {kind}")
    for _ in range(count):
        _bytes(file, int(_scalar(file, _U64)))
    return None


def _scalar(file: BinaryIO, one: struct.Struct) -> int | float | bool:
    value: int | float | bool = one.unpack(_bytes(file, one.size))[0]
    return value


def _bytes(file: BinaryIO, count: int) -> bytes:
    if count > _SANE:
        raise _EndsEarly("length beyond reason")
    data = file.read(count)
    if len(data) < count:
        raise _EndsEarly("end of file")
    return data
