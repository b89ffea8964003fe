"""T5's vocabulary out of a `spiece.model`: folders of DeepFloyd IF bring no other.

The file is a message of protobuf. Two of its fields are wanted, so neither protobuf nor
SentencePiece is needed (sentencepiece_model.proto: 1 pieces {1 piece, 2 score}, 3 normalizer
{2 precompiled_charsmap}).
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from storyforge.images.wrong import Wrong, WrongFile

# T5's is 800 KB.
_LONGEST = 32 << 20
_VARINT, _EIGHT, _BYTES, _FOUR = 0, 1, 2, 5
_PIECES, _NORMALIZER, _PIECE, _SCORE, _CHARSMAP = 1, 3, 1, 2, 2


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Its pieces with their scores, by their numbers, and how letters are made the same first."""

    pieces: tuple[tuple[str, float], ...]
    charsmap: bytes


def read(path: Path) -> Vocabulary:
    """The vocabulary in the file at `path`.

    Raises:
        OSError: it cannot be read.
        WrongFile: it is none.
    """
    with path.open("rb") as opened:
        data = opened.read(_LONGEST + 1)
    try:
        return _vocabulary(data)
    except (struct.error, IndexError, ValueError) as error:
        raise WrongFile(Wrong.NOT_WHOLE, f"{path.parent.name}/{path.name}") from error


def _vocabulary(data: bytes) -> Vocabulary:
    pieces, charsmap = list[tuple[str, float]](), b""
    for field, value in _fields(data):
        if field == _PIECES:
            told = dict(_fields(value))
            (score,) = struct.unpack("<f", told.get(_SCORE, bytes(4)))
            pieces.append((told.get(_PIECE, b"").decode("utf-8"), score))
        elif field == _NORMALIZER:
            charsmap = dict(_fields(value)).get(_CHARSMAP, b"")
    if not pieces or len(data) > _LONGEST:
        raise ValueError(len(pieces))
    return Vocabulary(tuple(pieces), charsmap)


def _fields(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The fields of a message, by their numbers; numbers of variable length are left out."""
    at = 0
    while at < len(data):
        key, at = _number(data, at)
        kind, length = key & 7, 0
        if kind == _VARINT:
            _, at = _number(data, at)
            continue
        if kind == _BYTES:
            length, at = _number(data, at)
        elif kind in (_EIGHT, _FOUR):
            length = 8 if kind == _EIGHT else 4
        else:
            raise ValueError(kind)
        if at + length > len(data):
            raise ValueError(length)
        yield key >> 3, data[at : at + length]
        at += length


def _number(data: bytes, at: int) -> tuple[int, int]:
    """(a number of variable length, where it ends)."""
    found = shift = 0
    while True:
        byte = data[at]
        at += 1
        found |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return found, at
        if shift > 63:
            raise ValueError(shift)
