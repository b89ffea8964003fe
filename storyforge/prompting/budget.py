"""Fits a story into a number of tokens: the oldest text goes first. Pure; counts are injected.

A model reads again whatever follows the first changed token, and reading is what an author waits
for. So the cut does not creep forward with every word: of the spots where between two thirds and
all of the room would be filled, it takes the roundest one, counted in characters from the story's
beginning (the one whose neighbourhood holds the multiple of the highest power of two). That spot
stays the roundest until the growing text pushes it out, which happens about once in a quarter of
the room; nothing needs to be remembered between calls, and it does not matter how many characters
a token has.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from storyforge.domain.generation import TokenCounter
from storyforge.domain.sentences import sentences
from storyforge.errors import BadInput
from storyforge.i18n import _

# White space stands at the head of a piece, as most tokenizers set it: the pieces' counts then add
# up to at least the count of the whole.
_PARAGRAPH = re.compile(r"\n*[^\n]+\n*\Z|\n*[^\n]+|\n+")
_WORD = re.compile(r"\s*\S+\s*\Z|\s*\S+|\s+")
# The last resort, for a "word" longer than the room; at most four tokens a character in UTF-8.
_CHUNK = 16


@dataclass(frozen=True, slots=True)
class Block:
    """A text to be fitted, one of several in a row.

    Attributes:
        start: the offset of `text` in the whole story, in characters.
        heading: tokens that are spent when the block's beginning is kept.
    """

    text: str
    start: int
    heading: int = 0


@dataclass(frozen=True, slots=True)
class Fitted:
    """Where the kept text begins.

    Attributes:
        block, offset: everything from this block's character `offset` on is kept; offset 0 keeps
            its heading too.
        wanted, given: tokens of each block, headings included, before and after the cut.
    """

    block: int
    offset: int
    wanted: tuple[int, ...]
    given: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Piece:
    block: int
    offset: int  # of its first visible character in the block; 0 for a block's first piece
    start: int  # the same in the whole story
    text: str
    tokens: int


def pieces_of(text: str) -> tuple[str, ...]:
    """`text` by its paragraphs, as they are counted."""
    return tuple(_PARAGRAPH.findall(text))


def words_of(text: str) -> list[str]:
    """`text` by its words, the white space at the head of each."""
    return _WORD.findall(text)


def chunks_of(text: str, size: int = _CHUNK) -> list[str]:
    """`text` by so many characters, where nothing better divides it."""
    return [text[at : at + size] for at in range(0, len(text), size)]


def tokens_of(text: str, count: TokenCounter) -> int:
    """The tokens of `text`, counted by paragraph so that a cache can know most of them."""
    return sum(count(pieces_of(text)))


def fit(blocks: Sequence[Block], room: int, count: TokenCounter, language: str = "en") -> Fitted:
    """Keep the end of `blocks` in at most `room` tokens.

    The cut falls at a paragraph; where one paragraph is larger than a third of the room, at a
    sentence of it; then at a word, then anywhere.
    """
    pieces = _measured(enumerate(blocks), pieces_of, count)
    wanted = _by_block(pieces, len(blocks))
    if sum(wanted) <= room:
        return Fitted(0, 0, wanted, wanted)
    at = _cut(pieces, room)
    for split in (partial(sentences, language=language), words_of, chunks_of):
        if at is not None:
            break
        pieces = _refined(pieces, room, split, count)
        at = _cut(pieces, room)
    if at is None:
        at = _last_resort(pieces, room)
    if at == len(pieces):
        last = len(blocks) - 1
        return Fitted(last, len(blocks[last].text), wanted, (0,) * len(blocks))
    kept = pieces[at:]
    return Fitted(kept[0].block, kept[0].offset, wanted, _by_block(kept, len(blocks)))


def _measured(
    blocks: Iterable[tuple[int, Block]], split: Callable[[str], Sequence[str]], count: TokenCounter
) -> list[_Piece]:
    """The blocks' texts in counted pieces; an empty block is one empty piece."""
    found = [(number, block, split(block.text) or [""]) for number, block in blocks]
    tokens = iter(count(tuple(text for _n, _block, texts in found for text in texts)))
    pieces = []
    for number, block, texts in found:
        at = 0
        for text in texts:
            visible = at + _lead(text) if at else 0
            cost = next(tokens) + (0 if at else block.heading)
            pieces.append(_Piece(number, visible, block.start + visible, text, cost))
            at += len(text)
    return pieces


def _lead(text: str) -> int:
    return len(text) - len(text.lstrip(" \t\n"))


def _by_block(pieces: Iterable[_Piece], blocks: int) -> tuple[int, ...]:
    sums = [0] * blocks
    for piece in pieces:
        sums[piece.block] += piece.tokens
    return tuple(sums)


def _suffixes(pieces: Sequence[_Piece]) -> list[int]:
    """The tokens from each piece to the end."""
    sums = [0]
    for piece in reversed(pieces):
        sums.append(sums[-1] + piece.tokens)
    return sums[:0:-1]


def _cut(pieces: Sequence[_Piece], room: int) -> int | None:
    """The piece with the roundest beginning among those that fill two thirds of `room` or more."""
    kept = _suffixes(pieces)
    lawful = [n for n in range(1, len(pieces)) if room * 2 // 3 <= kept[n] <= room]

    def roundness(n: int) -> int:
        # The highest power of two of which a multiple lies behind the piece before, up to this one.
        return (pieces[n - 1].start ^ pieces[n].start).bit_length()

    return max(lawful, key=roundness, default=None)


def _refined(
    pieces: Sequence[_Piece],
    room: int,
    split: Callable[[str], Sequence[str]],
    count: TokenCounter,
) -> list[_Piece]:
    """`pieces` from the one that straddles the room's edge on, that one split further."""
    kept = _suffixes(pieces)
    n = max((n for n in range(len(pieces)) if kept[n] > room), default=None)
    if n is None:
        # Only a heading was too large, and it went with an earlier split.
        return list(pieces)
    wide = pieces[n]
    text = wide.text[_lead(wide.text) :] if wide.offset else wide.text
    finer = _measured([(wide.block, Block(text, wide.start))], split, count)
    moved = (replace(piece, offset=wide.offset + piece.offset) for piece in finer)
    return [*moved, *pieces[n + 1 :]]


def _last_resort(pieces: Sequence[_Piece], room: int) -> int:
    """The first piece from which everything fits, however little that is."""
    kept = _suffixes(pieces)
    return next((n for n in range(1, len(pieces)) if kept[n] <= room), len(pieces))


def no_room(file: Path, window: int) -> BadInput:
    """What is said where a template's own words leave no room for the story."""
    return BadInput(
        _(
            "The prompt {file} leaves no room for the story in a window of {window:,} tokens."
        ).format(file=file, window=window),
        title=_("Prompt too long"),
        hint=_("Shorten it, or give the model a larger window."),
    )
