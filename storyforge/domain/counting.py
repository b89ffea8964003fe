"""Counts of a text: words where a language has spaces, characters where it has none. Pure."""

import re
from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate

from storyforge.domain.origin import Origin, Span

# A word is a run of letters and digits, with inner apostrophes and hyphens ("don't", "half-lit").
_WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")
_NOT_SPACE = re.compile(r"\S")
_UNSPACED = ("ja", "zh", "th", "lo", "km", "my")


def counts_characters(language: str) -> bool:
    """Whether authors of `language` (a BCP 47 tag) count characters, not words."""
    return language.lower().split("-")[0].split("_")[0] in _UNSPACED


@dataclass(frozen=True, slots=True)
class Counts:
    """What a text amounts to.

    Attributes:
        words: runs of letters and digits.
        characters: code points that are not white space.
    """

    words: int = 0
    characters: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(self.words + other.words, self.characters + other.characters)

    def of(self, language: str) -> int:
        """The number an author of `language` looks at."""
        return self.characters if counts_characters(language) else self.words


def count(text: str) -> Counts:
    """Count `text`."""
    return Counts(sum(1 for _ in _WORD.finditer(text)), sum(1 for _ in _NOT_SPACE.finditer(text)))


def count_by_author(text: str, spans: tuple[Span, ...]) -> tuple[Counts, Counts]:
    """(the author's own counts, the model's) of a page; a word belongs to who began it."""
    ends = list(accumulate(span.length for span in spans))

    def tally(pattern: re.Pattern[str]) -> tuple[int, int]:
        own = model = 0
        for match in pattern.finditer(text):
            index = bisect_right(ends, match.start())
            if index < len(spans) and spans[index].origin is Origin.MODEL:
                model += 1
            else:
                own += 1
        return own, model

    own_words, model_words = tally(_WORD)
    own_characters, model_characters = tally(_NOT_SPACE)
    return Counts(own_words, own_characters), Counts(model_words, model_characters)
