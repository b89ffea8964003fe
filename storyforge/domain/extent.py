"""How long a Japanese text is in the author's own measures: readings apart, and manuscript pages.

`Counts.characters` counts what was typed, the marks of ruby and dots too: it is what is kept with a
scene and adds up by author. Readers, and the sites where authors publish, take the readings for
annotations; so here the characters are counted without the marks, once with the readings and once
without them.
"""

import re
from dataclasses import dataclass

from storyforge.domain import ruby
from storyforge.domain.hidden import visible
from storyforge.domain.tags import base_language

#: a page of manuscript paper: columns, and squares a column
COLUMNS = SQUARES = 20

# Two to a square: Latin letters, digits, signs and half-width kana. Marks that sit on a letter or a
# kana take none.
_HALF = re.compile("[\u0020-\u007e\u00a0-\u02ff｡-ﾟ]")
_NONE = re.compile("[\u0300-\u036f\u200b-\u200f\u3099\u309a\ufe00-\ufe0f\U000e0100-\U000e01ef]")


@dataclass(frozen=True, slots=True)
class Extent:
    """How long a text is; those of scenes add up to the story's.

    Attributes:
        with_readings: characters but white space, readings counted, their marks not.
        without_readings: the same without the readings: what a site shows as a work's length.
        columns: of manuscript paper.
    """

    with_readings: int = 0
    without_readings: int = 0
    columns: int = 0

    def __add__(self, other: "Extent") -> "Extent":
        return Extent(
            self.with_readings + other.with_readings,
            self.without_readings + other.without_readings,
            self.columns + other.columns,
        )

    @property
    def pages(self) -> int:
        """Manuscript pages of 400 squares, the last one begun."""
        return -(-self.columns // COLUMNS)


def measures_pages(language: str) -> bool:
    """Whether authors of `language` (a BCP 47 tag) reckon in manuscript pages."""
    return base_language(language) == "ja"


def extent(text: str) -> Extent:
    """Measure `text`.

    The pages are 原稿用紙, 20 columns of 20 squares, counted as the text would lie on the paper and
    not by dividing its characters: so competitions reckon 400字詰め換算枚数 (set the story at
    20 by 20 and count the pages). Each line of the text begins a column and an empty one takes a
    whole; a character takes a square, an indent of U+3000 and a stop too; half-width letters and
    digits share one in pairs, as upright paper is written. Readings and dots stand beside the
    column and take no square. Stops that hang below a full column, and 。」 in one square, are left
    out of account. What in-text commands hide is no part of the story.
    """
    text = visible(text)
    words = ruby.without_readings(text)
    spelled = ruby.respelled(text, _aloud, lambda dots: dots.text)
    return Extent(_visible(spelled), _visible(words), _columns(words))


def _aloud(one: ruby.Ruby) -> str:
    return one.base if one.only_dots else one.base + one.reading


def _visible(text: str) -> int:
    return sum(map(len, text.split()))


def _columns(text: str) -> int:
    text = text.strip("\n")
    if not text.strip(" \t\n\u3000"):
        return 0
    return sum(max(1, -(-_squares(line) // SQUARES)) for line in text.split("\n"))


def _squares(line: str) -> int:
    half, none = len(_HALF.findall(line)), len(_NONE.findall(line))
    return len(line) - none - half + -(-half // 2)
