"""Counts of a text: words where a language has spaces, characters where it has none. Pure."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

from storyforge.domain.origin import Origin, Span
from storyforge.domain.tags import base_language

# Letters and digits with the marks that Python's \w leaves out: combining accents, Hebrew and
# Arabic vowel points, the Indic blocks (without the danda) and the joiners.
_LETTER = (
    "(?:[^\\W_]|[\u0300-\u036f\u0591-\u05bd\u064b-\u065f\u0900-\u0963\u0966-\u0dff\u200c\u200d])"
)
# A word is a run of them, with inner apostrophes, hyphens, points and commas ("don't", "3.14").
_WORD = re.compile(rf"{_LETTER}+(?:['’\-]{_LETTER}+|(?<=\d)[.,](?=\d){_LETTER}+)*")
_UNSPACED = ("ja", "zh", "th", "lo", "km", "my")


def counts_characters(language: str) -> bool:
    """Whether authors of `language` (a BCP 47 tag) count characters, not words."""
    return base_language(language) in _UNSPACED


@dataclass(frozen=True, slots=True)
class Counts:
    """What a text amounts to.

    Attributes:
        words: runs of letters and digits.
        characters: code points that are not white space, as typed: the marks of emphasis and
            ruby, and readings, too. `extent` counts a Japanese text without them.
    """

    words: int = 0
    characters: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(self.words + other.words, self.characters + other.characters)

    def of(self, language: str) -> int:
        """The number an author of `language` looks at."""
        return self.characters if counts_characters(language) else self.words


def _characters(text: str) -> int:
    # Splitting is eight times faster than matching \S one by one (200 KB: 2 ms against 16).
    return sum(map(len, text.split()))


def count(text: str) -> Counts:
    """Count `text`."""
    return Counts(len(_WORD.findall(text)), _characters(text))


def count_by_author(text: str, spans: tuple[Span, ...]) -> tuple[Counts, Counts]:
    """(the author's own counts, the model's) of a page; a word belongs to who began it."""
    ends = list(accumulate(span.length for span in spans))

    def by_model(at: int) -> bool:
        index = bisect_right(ends, at)
        return index < len(spans) and spans[index].origin is Origin.MODEL

    def model_pieces() -> Iterator[str]:
        for span, end in zip(spans, ends, strict=True):
            if span.origin is Origin.MODEL:
                yield text[end - span.length : end]

    whole = count(text)
    if not any(span.origin is Origin.MODEL for span in spans):
        return whole, Counts()
    model = Counts(
        sum(by_model(match.start()) for match in _WORD.finditer(text)),
        sum(map(_characters, model_pieces())),
    )
    return Counts(whole.words - model.words, whole.characters - model.characters), model
