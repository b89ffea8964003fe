"""The head of a GGUF file, versions 2 and 3: its keys, its number of weights, where it must end.

The `gguf` package's reader takes 2.0 s for SmolLM2, because it makes an object of each of its
49,000 tokens, and it needs NumPy; this one skips what it does not want (0.03 s) and needs nothing.
It reads no weights and judges no architecture: that is for llama.cpp.

Layout: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
"""

import stat
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from math import prod
from pathlib import Path
from typing import BinaryIO

from storyforge.borrowed import reason
from storyforge.engine.gguf_types import BLOCKS
from storyforge.errors import BadInput
from storyforge.i18n import _

Value = str | int | float | bool

MAGIC = b"GGUF"
VERSIONS = (2, 3)
_DEFAULT_ALIGNMENT = 32
#: one row for each token
EMBEDDING = "token_embd.weight"

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
#: No model has so many layers, and no vocabulary so few tokens.
MOST_LAYERS = 1024


@dataclass(frozen=True, slots=True)
class Header:
    """What stands before the weights.

    Attributes:
        keys: every key but the arrays (vocabularies, most of all).
        weights: how many numbers the tensors hold.
        needed: bytes the file must have for its last tensor to be whole.
        size: bytes it has.
        languages: what `general.languages` names; empty when it does not tell.
        tensors: bytes of each tensor by its name.
        arrays: whole numbers by layer, where a key has them.
        vocabulary: how many tokens it has embeddings for.
    """

    version: int
    keys: Mapping[str, Value]
    weights: int
    needed: int
    size: int
    languages: tuple[str, ...] = ()
    tensors: Mapping[str, int] = field(default_factory=dict)
    arrays: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    vocabulary: int = 0

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
    count = cursor.number("<Q")
    keys = _keys(cursor, cursor.number("<Q"))
    alignment = keys.values.get("general.alignment", _DEFAULT_ALIGNMENT)
    if not isinstance(alignment, int) or alignment <= 0:
        raise _Damaged
    weights, end, tensors, columns = _tensors(cursor, count)
    start = -(-cursor.tell() // alignment) * alignment
    needed = start + end if count else 0
    return Header(
        version,
        keys.values,
        weights,
        needed,
        cursor.size,
        keys.languages,
        tensors,
        keys.arrays,
        columns,
    )


@dataclass
class _Keys:
    """What the keys told; of the arrays only languages and numbers by layer are wanted."""

    values: dict[str, Value] = field(default_factory=dict)
    languages: tuple[str, ...] = ()
    arrays: dict[str, tuple[int, ...]] = field(default_factory=dict)


def _keys(cursor: _Cursor, count: int) -> _Keys:
    found = _Keys()
    for _each in range(count):
        key = cursor.string()
        kind = cursor.number("<I")
        if kind == _STRING:
            found.values[key] = cursor.string()
        elif kind == _ARRAY and key == "general.languages":
            found.languages = _strings(cursor)
        elif kind == _ARRAY and (numbers := _numbers(cursor)):
            found.arrays[key] = numbers
        elif kind != _ARRAY:
            found.values[key] = _scalar(cursor, kind)
    return found


def _numbers(cursor: _Cursor) -> tuple[int, ...]:
    """A short array of whole numbers; any other is skipped and gives nothing."""
    start = cursor.tell()
    kind, count = cursor.number("<I"), cursor.number("<Q")
    layout = _SCALARS.get(kind, "<f")
    if count <= MOST_LAYERS and layout not in ("<f", "<d"):
        return struct.unpack(f"<{count}{layout[1]}", cursor.take(count * struct.calcsize(layout)))
    cursor.skip(start - cursor.tell())
    _skip_array(cursor)
    return ()


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


def _tensors(cursor: _Cursor, count: int) -> tuple[int, int, dict[str, int], int]:
    """All weights, where the last tensor ends from their start, bytes by name, the vocabulary.

    A tensor of a type that is newer than the table reaches to the next one.
    """
    weights = end = vocabulary = 0
    sizes: dict[str, int] = {}
    unknown: dict[int, str] = {}
    starts = []
    for _each in range(count):
        name = cursor.string()
        dimensions = cursor.number("<I")
        if dimensions > _MOST_DIMENSIONS:
            raise _Damaged
        shape = [cursor.number("<Q") for _each in range(dimensions)]
        numbers = prod(shape)
        kind = cursor.number("<I")
        offset = cursor.number("<Q")
        per_block, size = BLOCKS.get(kind, (1, 0))
        weights += numbers
        starts.append(offset)
        if name == EMBEDDING and shape:
            vocabulary = shape[-1]
        sizes[name] = numbers // per_block * size
        end = max(end, offset + sizes[name])
        if not size:
            unknown[offset] = name
    starts.sort()
    for offset, following in pairwise([*starts, max(end, cursor.size - cursor.tell())]):
        if offset in unknown:
            sizes[unknown[offset]] = following - offset
    return weights, end, sizes, vocabulary
