"""The head of a GGUF file, versions 2 and 3: its keys, its number of weights, where it must end.

The `gguf` package's reader takes 2.0 s for SmolLM2, because it makes an object of each of its
49,000 tokens, and it needs NumPy; this one skips what it does not want (0.03 s) and needs nothing.
It reads no weights and judges no architecture: that is for llama.cpp.

Layout: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
"""

import stat
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import BinaryIO

from storyforge.borrowed import reason
from storyforge.errors import BadInput
from storyforge.i18n import _

Value = str | int | float | bool

MAGIC = b"GGUF"
VERSIONS = (2, 3)
_DEFAULT_ALIGNMENT = 32

# Codes of the values, as `struct` reads them.
_SCALARS = {
    0: "<B",
    1: "<b",
    2: "<H",
    3: "<h",
    4: "<I",
    5: "<i",
    6: "<f",
    7: "<?",
    10: "<Q",
    11: "<q",
    12: "<d",
}
_STRING = 8
_ARRAY = 9
# An array of arrays of arrays is in the format, but in no model.
_DEEPEST = 4
_MOST_DIMENSIONS = 8
# There are some 180 two-letter codes.
_MOST_LANGUAGES = 500

#: Weights by type: how many make a block, and its bytes. Types not listed are newer than this.
BLOCKS: Mapping[int, tuple[int, int]] = {
    0: (1, 4),
    1: (1, 2),
    2: (32, 18),
    3: (32, 20),
    6: (32, 22),
    7: (32, 24),
    8: (32, 34),
    9: (32, 40),
    10: (256, 84),
    11: (256, 110),
    12: (256, 144),
    13: (256, 176),
    14: (256, 210),
    15: (256, 292),
    16: (256, 66),
    17: (256, 74),
    18: (256, 98),
    19: (256, 50),
    20: (32, 18),
    21: (256, 110),
    22: (256, 82),
    23: (256, 136),
    24: (1, 1),
    25: (1, 2),
    26: (1, 4),
    27: (1, 8),
    28: (1, 8),
    29: (256, 56),
    30: (1, 2),
    34: (256, 54),
    35: (256, 66),
    39: (32, 17),
}

#: How `general.file_type` calls what most weights are stored as.
FILE_TYPES: Mapping[int, str] = {
    0: "F32",
    1: "F16",
    2: "Q4_0",
    3: "Q4_1",
    7: "Q8_0",
    8: "Q5_0",
    9: "Q5_1",
    10: "Q2_K",
    11: "Q3_K_S",
    12: "Q3_K_M",
    13: "Q3_K_L",
    14: "Q4_K_S",
    15: "Q4_K_M",
    16: "Q5_K_S",
    17: "Q5_K_M",
    18: "Q6_K",
    19: "IQ2_XXS",
    20: "IQ2_XS",
    21: "Q2_K_S",
    22: "IQ3_XS",
    23: "IQ3_XXS",
    24: "IQ1_S",
    25: "IQ4_NL",
    26: "IQ3_S",
    27: "IQ3_M",
    28: "IQ2_S",
    29: "IQ2_M",
    30: "IQ4_XS",
    31: "IQ1_M",
    32: "BF16",
    36: "TQ1_0",
    37: "TQ2_0",
    38: "MXFP4_MOE",
}


@dataclass(frozen=True, slots=True)
class Header:
    """What stands before the weights.

    Attributes:
        keys: every key but the arrays (vocabularies, most of all).
        weights: how many numbers the tensors hold.
        needed: bytes the file must have for its last tensor to be whole.
        size: bytes it has.
        languages: what `general.languages` names; empty when it does not tell.
    """

    version: int
    keys: Mapping[str, Value]
    weights: int
    needed: int
    size: int
    languages: tuple[str, ...] = ()

    def text(self, key: str) -> str:
        """A key's text; empty when it has none."""
        value = self.keys.get(key)
        return value if isinstance(value, str) else ""

    def number(self, key: str, default: int = 0) -> int:
        """A key's whole number; `default` when it has none."""
        value = self.keys.get(key)
        return value if isinstance(value, int) and not isinstance(value, bool) else default


class _Damaged(Exception):
    """The bytes contradict the layout."""


def read(path: Path) -> Header:
    """The head of the file at `path`.

    Raises:
        BadInput: it is missing, a folder, unreadable, not GGUF, of an unknown version, cut short.
    """
    title = _("Model not usable")
    try:
        if path.is_dir():
            raise BadInput(
                _("{file} is a folder, not a model.").format(file=path),
                title=title,
                hint=_("Name the .gguf file inside it."),
            )
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            # A pipe would never answer.
            raise _not_gguf(path.name)
        size = status.st_size
        with path.open("rb") as stream:
            header = _decode(_Cursor(stream, size), path.name)
    except FileNotFoundError as error:
        raise BadInput(
            _("There is no file {file}.").format(file=path),
            title=title,
            hint=_("“storyforge models list” shows the models that were found."),
        ) from error
    except OSError as error:
        raise BadInput(
            _("{file} cannot be read: {why}.").format(file=path, why=reason(error)),
            title=title,
            hint=_("Check that the file and its folder may be read."),
        ) from error
    except (_Damaged, UnicodeDecodeError) as error:
        raise _cut_short(path.name) from error
    if header.needed > header.size:
        raise _cut_short(path.name)
    return header


def _not_gguf(name: str) -> BadInput:
    return BadInput(
        _("{name} is not a GGUF model.").format(name=name),
        title=_("Model not usable"),
        hint=_("storyforge runs models in the GGUF format; their names end in .gguf."),
    )


def _cut_short(name: str) -> BadInput:
    return BadInput(
        _("The model {name} is cut short or damaged.").format(name=name),
        title=_("Model not usable"),
        hint=_("Fetch the file again; a download may have been interrupted."),
    )


class _Cursor:
    """Reads forward through the head and never past the file's end."""

    def __init__(self, stream: BinaryIO, size: int) -> None:
        self._stream = stream
        self.size = size

    def tell(self) -> int:
        return self._stream.tell()

    def take(self, count: int) -> bytes:
        if count > self.size:
            raise _Damaged
        data = self._stream.read(count)
        if len(data) < count:
            raise _Damaged
        return data

    def skip(self, count: int) -> None:
        if count > self.size or self._stream.seek(count, 1) > self.size:
            raise _Damaged

    def number(self, layout: str) -> int:
        return int(struct.unpack(layout, self.take(struct.calcsize(layout)))[0])

    def string(self) -> str:
        return self.take(self.number("<Q")).decode("utf-8")

    def skip_strings(self, count: int) -> None:
        # The hot loop: 100,000 tokens and merges, half a microsecond each.
        read, seek, length = self._stream.read, self._stream.seek, struct.Struct("<Q").unpack
        try:
            for _each in range(count):
                seek(length(read(8))[0], 1)
        except (struct.error, OSError, ValueError) as error:
            raise _Damaged from error
        self.skip(0)


def _decode(cursor: _Cursor, name: str) -> Header:
    if cursor.size < len(MAGIC) or cursor.take(len(MAGIC)) != MAGIC:
        raise _not_gguf(name)
    version = cursor.number("<I")
    if version not in VERSIONS:
        raise BadInput(
            _("{name} is in a version of GGUF that storyforge does not know.").format(name=name),
            title=_("Model not usable"),
            hint=_("Versions 2 and 3, little-endian, can be used."),
        )
    tensors = cursor.number("<Q")
    keys, languages = _keys(cursor, cursor.number("<Q"))
    alignment = keys.get("general.alignment", _DEFAULT_ALIGNMENT)
    if not isinstance(alignment, int) or alignment <= 0:
        raise _Damaged
    weights, end = _tensors(cursor, tensors)
    start = -(-cursor.tell() // alignment) * alignment
    needed = start + end if tensors else 0
    return Header(version, keys, weights, needed, cursor.size, languages)


def _keys(cursor: _Cursor, count: int) -> tuple[dict[str, Value], tuple[str, ...]]:
    """Every key but the arrays, and the one short array that is wanted."""
    keys: dict[str, Value] = {}
    languages: tuple[str, ...] = ()
    for _each in range(count):
        key = cursor.string()
        kind = cursor.number("<I")
        if kind == _STRING:
            keys[key] = cursor.string()
        elif kind == _ARRAY and key == "general.languages":
            languages = _strings(cursor)
        elif kind == _ARRAY:
            _skip_array(cursor)
        else:
            keys[key] = _scalar(cursor, kind)
    return keys, languages


def _strings(cursor: _Cursor) -> tuple[str, ...]:
    """An array of texts; an empty one where it holds something else."""
    start = cursor.tell()
    kind, count = cursor.number("<I"), cursor.number("<Q")
    if kind == _STRING and count <= _MOST_LANGUAGES:
        return tuple(cursor.string() for _each in range(count))
    cursor.skip(start - cursor.tell())
    _skip_array(cursor)
    return ()


def _scalar(cursor: _Cursor, kind: int) -> Value:
    layout = _SCALARS.get(kind)
    if layout is None:
        raise _Damaged
    value: int | float | bool = struct.unpack(layout, cursor.take(struct.calcsize(layout)))[0]
    return value


def _skip_array(cursor: _Cursor, depth: int = 0) -> None:
    kind = cursor.number("<I")
    count = cursor.number("<Q")
    if kind == _STRING:
        cursor.skip_strings(count)
    elif kind in _SCALARS:
        cursor.skip(count * struct.calcsize(_SCALARS[kind]))
    elif kind == _ARRAY and depth < _DEEPEST:
        for _each in range(count):
            _skip_array(cursor, depth + 1)
    else:
        raise _Damaged


def _tensors(cursor: _Cursor, count: int) -> tuple[int, int]:
    """All weights, and where the last tensor ends, counted from the start of the weights."""
    weights = end = 0
    for _each in range(count):
        cursor.string()
        dimensions = cursor.number("<I")
        if dimensions > _MOST_DIMENSIONS:
            raise _Damaged
        numbers = prod(cursor.number("<Q") for _each in range(dimensions))
        kind = cursor.number("<I")
        offset = cursor.number("<Q")
        per_block, size = BLOCKS.get(kind, (1, 0))
        weights += numbers
        end = max(end, offset + numbers // per_block * size)
    return weights, end
