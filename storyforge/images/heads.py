"""The head of a safetensors file: its tensors, their shapes, and what its maker wrote.

Only the head is read; whether the file is whole follows from its size.
"""

import json
import math
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from storyforge.images.wrong import Wrong, WrongFile

SUFFIX = ".safetensors"
# What the library itself takes; no file's head is nearly as large.
_LONGEST = 100_000_000
# Bits of a number, by the format's own names.
_BITS = {
    "F64": 64, "F32": 32, "F16": 16, "BF16": 16, "F8_E4M3": 8, "F8_E5M2": 8,
    "I64": 64, "I32": 32, "I16": 16, "I8": 8, "U64": 64, "U32": 32, "U16": 16, "U8": 8, "BOOL": 8,
}  # fmt: skip

_DAMAGE = (
    struct.error, ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tensor:
    """One tensor.

    Attributes:
        dtype: by the format's names: "F16", "BF16", "F32", …
        size: bytes it takes in the file.
    """

    dtype: str
    shape: tuple[int, ...]
    size: int

    @property
    def count(self) -> int:
        """How many numbers it has."""
        return math.prod(self.shape)


Tensors = Mapping[str, Tensor]


@dataclass(frozen=True, slots=True)
class Head:
    """What the head says.

    Attributes:
        start: the byte at which the tensors begin.
        end: the size of a whole file.
        metadata: what its maker wrote, by name.
    """

    tensors: Tensors
    start: int
    end: int
    metadata: Mapping[str, str] = field(default_factory=dict)


def read(path: Path) -> Head:
    """The head of the file at `path`, which is whole.

    Raises:
        OSError: it cannot be read.
        WrongFile: its head is damaged, or its end is missing.
    """
    head = peek(path)
    if path.stat().st_size < head.end:
        raise WrongFile(Wrong.NOT_WHOLE, path.name)
    return head


def peek(path: Path) -> Head:
    """The head of a file that may still lack its end.

    Raises:
        OSError: it cannot be read.
        WrongFile: its head is damaged.
    """
    try:
        with path.open("rb") as opened:
            (length,) = struct.unpack("<Q", opened.read(8))
            if length > _LONGEST:
                raise ValueError(length)
            told = json.loads(opened.read(length))
        tensors = {
            str(name): _tensor(each) for name, each in told.items() if name != "__metadata__"
        }
        ends = [each["data_offsets"][1] for name, each in told.items() if name != "__metadata__"]
        end = max(ends, default=0)
    except _DAMAGE as error:
        raise WrongFile(Wrong.NOT_WHOLE, path.name) from error
    said = told.get("__metadata__")
    pairs = said.items() if isinstance(said, dict) else ()
    metadata = {name: text for name, text in pairs if isinstance(text, str)}
    return Head(tensors, 8 + length, 8 + length + end, metadata)


def _tensor(told: dict[str, Any]) -> Tensor:
    dtype, shape = told["dtype"], tuple(told["shape"])
    begin, end = told["data_offsets"]
    if not all(isinstance(each, int) and each >= 0 for each in (*shape, begin, end)):
        raise ValueError(shape)
    bits = _BITS.get(dtype)
    if end < begin or (bits is not None and math.prod(shape) * bits != (end - begin) * 8):
        raise ValueError(dtype)
    return Tensor(str(dtype), shape, end - begin)
