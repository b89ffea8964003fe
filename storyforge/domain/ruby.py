"""Readings over words (ruby) and emphasis dots, as Japanese authors type them. Pure.

- `｜小さな灯《ともしび》` or `|小さな灯《ともしび》`: the bar says where the word begins;
- `灯台《とうだい》`: without a bar it is the run of kanji in front;
- `《《だけ》》`: 傍点, a dot at each character;
- `魔法｜《火》`: a bar right before 《 keeps it a mere bracket.

The page keeps the marks as text; this module says where they stand and spells them anew for the
places where a story is published. The notation is the one of 小説家になろう (its manual on ruby)
and of カクヨム (its help page "notation"), which go back to Aozora Bunko's.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

#: what 小説家になろう takes at most, in characters; longer ones stay on the page as typed
NAROU_LIMIT = 10
#: what カクヨム takes at most: characters of the word, of its reading
KAKUYOMU_LIMITS = (20, 50)

# What counts as kanji before a bare 《, as Aozora Bunko's rules have it: iteration marks, the round
# zero, 〆 and the small ヶ of 霞ヶ関 too.
_KANJI = "々〆〇〻ヶ仝\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
# Longer than any site allows; a stray bar far in front thus takes no half line for its word.
_LONGEST = 50
# The patterns are plain text: `re` compiles and keeps each when a page first needs it, which most
# pages never do; compiled here they took 4 ms of every start.
_MARK = rf"""(?x)
      (?P<bar> [｜|] ) (?=《) 《+                       # a bracket that is none of ours
    | 《《 (?P<dotted> [^《》\n]+ ) 》》
    | [｜|] (?P<word> [^｜|《》\n]{{1,{_LONGEST}}} ) 《 (?P<over> [^《》\n]{{1,{_LONGEST}}} ) 》
    | (?<![{_KANJI}]) (?P<kanji> [{_KANJI}]+ ) 《 (?P<reading> [^《》\n]{{1,{_LONGEST}}} ) 》
    """
# What stands over a character for emphasis where there is no notation for dots.
_DOTTING = "・﹅﹆●○•、"
# A character with the accents, voicing marks and variation selectors that sit on it.
_GLYPH = "(?s:.)[\u0300-\u036f\u3099\u309a\ufe00-\ufe0f\U000e0100-\U000e01ef]*"
# Sure kanji on every site; 小説家になろう takes 々 and its like for signs, so they need a bar.
_PLAIN_KANJI = "[\u4e00-\u9fff]+"
# （かな） behind kanji becomes ruby there too, unless a bar stands between.
_NAROU_KANA = f"[\u3041-\u3096\u30a1-\u30fc・…　]{{1,{NAROU_LIMIT}}}"


@dataclass(frozen=True, slots=True)
class Ruby:
    """A word with its reading.

    Attributes:
        start, end: of the whole, marks included: `text[start:end]`.
        base, reading: the word and what stands over it; neither is empty.
        base_start, base_end: of the word: `text[base_start:base_end] == base`.
    """

    start: int
    end: int
    base: str
    reading: str
    base_start: int
    base_end: int

    @property
    def barred(self) -> bool:
        """Whether a bar says where the word begins."""
        return self.base_start > self.start

    @property
    def only_dots(self) -> bool:
        """Whether the reading is but dots, as 小説家になろう has them for emphasis."""
        return not self.reading.strip(_DOTTING)


@dataclass(frozen=True, slots=True)
class Dots:
    """A text with a dot at each character.

    Attributes:
        start, end: of the whole, marks included.
        text: what is dotted; never empty.
        text_start, text_end: of it: `line[text_start:text_end] == text`.
    """

    start: int
    end: int
    text: str
    text_start: int
    text_end: int


def annotations(line: str) -> tuple[Ruby | Dots, ...]:
    """The readings and dots in `line` (or in a whole text), in order; none reaches over a line."""
    if "《" not in line:
        return ()
    return tuple(
        _annotation(match) for match in re.finditer(_MARK, line) if match.lastgroup != "bar"
    )


def bars(line: str) -> tuple[int, ...]:
    """Where a bar stands that only keeps the 《 behind it from being ruby; readers see no bar."""
    if "《" not in line:
        return ()
    return tuple(match.start() for match in re.finditer(_MARK, line) if match.lastgroup == "bar")


def _annotation(match: re.Match[str]) -> Ruby | Dots:
    if match.lastgroup == "dotted":
        return Dots(match.start(), match.end(), match["dotted"], *match.span("dotted"))
    word, over = ("word", "over") if match["word"] else ("kanji", "reading")
    return Ruby(match.start(), match.end(), match[word], match[over], *match.span(word))


def respelled(
    text: str, ruby: Callable[[Ruby], str], dots: Callable[[Dots], str], *, bar: str = ""
) -> str:
    """`text` with each reading and each dotted piece as the functions spell them.

    Args:
        bar: what takes the place of a bar that only protects a bracket.
    """

    def spell(match: re.Match[str]) -> str:
        if match.lastgroup == "bar":
            return bar + match[0][1:]
        found = _annotation(match)
        return ruby(found) if isinstance(found, Ruby) else dots(found)

    return re.sub(_MARK, spell, text) if "《" in text else text


def without_readings(text: str) -> str:
    """`text` as it reads aloud by its words alone: no readings, no dots, no marks of either."""
    return respelled(text, lambda ruby: ruby.base, lambda dots: dots.text)


def in_brackets(text: str) -> str:
    """`text` for readers without ruby: 灯台（とうだい）; dots are left out."""
    return respelled(text, _in_brackets, lambda dots: dots.text)


def _in_brackets(ruby: Ruby) -> str:
    return ruby.base if ruby.only_dots else f"{ruby.base}（{ruby.reading}）"


def for_narou(text: str) -> str:
    """`text` as 小説家になろう reads it.

    It has no dots: each character gets a ・ for its reading. A word or a reading of more than ten
    characters would stay there with its marks, so it becomes a bracket behind the word.
    """
    return respelled(text, _narou_ruby, _narou_dots, bar="｜")


def _narou_ruby(ruby: Ruby) -> str:
    if max(len(ruby.base), len(ruby.reading)) > NAROU_LIMIT:
        bar = "｜" if re.fullmatch(_NAROU_KANA, ruby.reading) else ""
        return f"{ruby.base}{bar}（{ruby.reading}）"
    bar = "｜" if ruby.barred or not re.fullmatch(_PLAIN_KANJI, ruby.base) else ""
    return f"{bar}{ruby.base}《{ruby.reading}》"


def _narou_dots(dots: Dots) -> str:
    return "".join(
        f"｜{glyph}《・》" if glyph[0].isalnum() else glyph
        for glyph in re.findall(_GLYPH, dots.text)
    )


def for_kakuyomu(text: str) -> str:
    """`text` as カクヨム reads it: our own notation, but for what is too long for it."""
    return respelled(text, _kakuyomu_ruby, lambda dots: f"《《{dots.text}》》", bar="｜")


def _kakuyomu_ruby(ruby: Ruby) -> str:
    longest_word, longest_reading = KAKUYOMU_LIMITS
    if len(ruby.base) > longest_word or len(ruby.reading) > longest_reading:
        return _in_brackets(ruby)
    bar = "｜" if ruby.barred or not re.fullmatch(_PLAIN_KANJI, ruby.base) else ""
    return f"{bar}{ruby.base}《{ruby.reading}》"
