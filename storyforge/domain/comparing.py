"""Two versions of a text beside each other, paragraph by paragraph and word by word. Pure.

A `Comparison` is a list of `Pair`s, which put together give both texts whole: so a change can be
taken or left, one by one. It refuses to know what a version is called and how it is drawn.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from storyforge.domain.aligning import Same, same_parts
from storyforge.domain.counting import Counts, count
from storyforge.domain.origin import Provenance, cut
from storyforge.domain.story import Page

_LINE = re.compile(r".*\n|.+\Z")
# Words where there are spaces; katakana by the word, other scripts without spaces by the letter.
_TOKEN = re.compile(
    r"\n|[ \t]+|[ァ-ヺー-ヿｦ-ﾟ]+"
    r"|(?:(?![぀-ヿ㐀-鿿豈-﫿ｦ-ﾟ\U00020000-\U0003ffff\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff])"
    r"[\w'’\u0300-\u036f])+"
    r"|.",
    re.DOTALL,
)


class Part(StrEnum):
    """What became of a piece of text."""

    SAME = "same"
    GONE = "gone"
    CAME = "came"


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of text in one of the versions, or in both."""

    part: Part
    text: str


@dataclass(frozen=True, slots=True)
class Pair:
    """Paragraphs of the one version beside those that stand for them in the other.

    Attributes:
        then_at, now_at: where they begin in the two texts.
        pieces: in reading order; what went stands before what came in its place.
    """

    then_at: int
    now_at: int
    pieces: tuple[Piece, ...]

    @property
    def changed(self) -> bool:
        """Whether the two differ."""
        return any(piece.part is not Part.SAME for piece in self.pieces)

    @property
    def then(self) -> str:
        """The older version's text."""
        return "".join(piece.text for piece in self.pieces if piece.part is not Part.CAME)

    @property
    def now(self) -> str:
        """The newer version's text."""
        return "".join(piece.text for piece in self.pieces if piece.part is not Part.GONE)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two texts, pair by pair.

    Attributes:
        gone, came: how much only the older and only the newer version has.
    """

    pairs: tuple[Pair, ...]
    gone: Counts
    came: Counts

    @property
    def changes(self) -> tuple[int, ...]:
        """The pairs that differ, by their index."""
        return tuple(index for index, pair in enumerate(self.pairs) if pair.changed)


def compare(then: str, now: str) -> Comparison:
    """The older and the newer version beside each other; 200 KB take a fraction of a second."""
    old, new = _LINE.findall(then), _LINE.findall(now)
    pairs: list[Pair] = []
    at = behind = then_at = now_at = 0
    for a, b, length in (*same_parts(old, new), Same(len(old), len(new), 0)):
        if a > at or b > behind:
            fresh = _pairs("".join(old[at:a]), "".join(new[behind:b]), then_at, now_at)
            pairs += fresh
            then_at += sum(len(pair.then) for pair in fresh)
            now_at += sum(len(pair.now) for pair in fresh)
        for line in old[a : a + length]:
            pairs.append(Pair(then_at, now_at, (Piece(Part.SAME, line),)))
            then_at += len(line)
            now_at += len(line)
        at, behind = a + length, b + length
    return Comparison(tuple(pairs), _amount(pairs, Part.GONE), _amount(pairs, Part.CAME))


def _amount(pairs: Iterable[Pair], part: Part) -> Counts:
    pieces = (piece for pair in pairs for piece in pair.pieces if piece.part is part)
    return sum((count(piece.text) for piece in pieces), Counts())


def _pairs(then: str, now: str, then_at: int, now_at: int) -> list[Pair]:
    """Changed paragraphs, in pairs that end where both versions end a paragraph."""
    pairs: list[Pair] = []
    pieces: list[Piece] = []

    def close() -> None:
        nonlocal then_at, now_at, pieces
        if pieces:
            pairs.append(Pair(then_at, now_at, tuple(pieces)))
            then_at, now_at = then_at + len(pairs[-1].then), now_at + len(pairs[-1].now)
            pieces = []

    for piece in _woven(then, now):
        if piece.part is not Part.SAME:
            pieces.append(piece)
            continue
        for line in _LINE.findall(piece.text):
            pieces.append(Piece(Part.SAME, line))
            if line.endswith("\n"):
                close()
    close()
    return pairs


def _woven(then: str, now: str) -> list[Piece]:
    """The words of both, those that are the same only once."""
    old, new = _TOKEN.findall(then), _TOKEN.findall(now)
    blocks = _worth(same_parts(old, new), old, len(old), len(new))
    pieces: list[Piece] = []
    at = behind = 0
    for a, b, length in blocks:
        gone, came, same = old[at:a], new[behind:b], old[a : a + length]
        for part, words in ((Part.GONE, gone), (Part.CAME, came), (Part.SAME, same)):
            if words:
                pieces.append(Piece(part, "".join(words)))
        at, behind = a + length, b + length
    return pieces


def _worth(
    blocks: tuple[Same, ...], old: list[str], old_length: int, new_length: int
) -> list[Same]:
    """Without what is the same by chance: a lone space, comma or letter between two changes."""
    kept: list[Same] = []
    at = behind = 0
    for index, (a, b, length) in enumerate(blocks):
        follows = blocks[index + 1] if index + 1 < len(blocks) else Same(old_length, new_length, 0)
        text = "".join(old[a : a + length])
        changed_before = a - at + b - behind
        changed_behind = follows.a - a - length + follows.b - b - length
        lone = len(text.strip(" \t、。,.")) <= 1 and "\n" not in text
        if lone and min(changed_before, changed_behind) > 1:
            continue
        kept.append(Same(a, b, length))
        at, behind = a + length, b + length
    return [*kept, Same(old_length, new_length, 0)]


def taken(now: Page, then: Page, comparison: Comparison, indices: Collection[int]) -> Page:
    """`now` with the chosen pairs as they were `then`, their words by whoever wrote them.

    Args:
        comparison: of the two pages' texts.
        indices: pairs by their index.
    """
    page, text = now.provenance, now.text
    for index in sorted(indices, reverse=True):
        pair = comparison.pairs[index]
        for start, end, low, high in reversed(_changes(pair)):
            spans = cut(then.provenance.spans, low, high)
            page = page.replaced(start, end, spans)
            text = text[:start] + then.text[low:high] + text[end:]
    whole = Provenance(page.spans, page.places)
    return Page(now.scene_id, text, whole, min(now.caret, len(text)))


def _changes(pair: Pair) -> list[tuple[int, int, int, int]]:
    """(from, to) in the newer text and (from, to) in the older, of each change in a pair."""
    changes: list[tuple[int, int, int, int]] = []
    then_at, now_at = pair.then_at, pair.now_at
    open_then = open_now = -1
    for piece in (*pair.pieces, Piece(Part.SAME, "")):
        if piece.part is Part.SAME:
            if open_now >= 0:
                changes.append((open_now, now_at, open_then, then_at))
            open_then = open_now = -1
        elif open_now < 0:
            open_then, open_now = then_at, now_at
        then_at += len(piece.text) if piece.part is not Part.CAME else 0
        now_at += len(piece.text) if piece.part is not Part.GONE else 0
    return changes
