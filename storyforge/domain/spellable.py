"""Which words of a text a spelling checker is asked about. Pure; it knows no dictionary."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from storyforge.domain.counting import counts_characters
from storyforge.domain.tags import base_language

#: longer runs are no words, and compounds of this length cost a checker tens of milliseconds
LONGEST = 60

_LETTER = "(?:[^\\W\\d_]|[\u0300-\u036f\u0591-\u05bd\u064b-\u065f\u0900-\u0963\u200c\u200d])"
# Addresses first, so that their pieces are not taken for words; then words with inner apostrophes.
_TOKEN = re.compile(
    rf"(?P<skip>\S+://\S+|\S+@\S+\.\S+|\w*\d\w*)|(?P<word>{_LETTER}+(?:['’]{_LETTER}+)*)"
)
_SCRIPTS = {
    "ar": "ARABIC",
    "be": "CYRILLIC",
    "bg": "CYRILLIC",
    "el": "GREEK",
    "fa": "ARABIC",
    "he": "HEBREW",
    "hi": "DEVANAGARI",
    "hy": "ARMENIAN",
    "ka": "GEORGIAN",
    "kk": "CYRILLIC",
    "ko": "HANGUL",
    "mk": "CYRILLIC",
    "mn": "CYRILLIC",
    "ru": "CYRILLIC",
    "sr": "CYRILLIC",
    "ta": "TAMIL",
    "te": "TELUGU",
    "uk": "CYRILLIC",
    "ur": "ARABIC",
}


@dataclass(frozen=True, slots=True)
class Word:
    """A word where it stands.

    Attributes:
        start, end: offsets in the text that was looked at.
        text: as it stands there, a typographic apostrophe included.
    """

    start: int
    end: int
    text: str


def has_spelling(language: str) -> bool:
    """Whether texts of the language can be checked word by word."""
    return not counts_characters(language)


def script_of(language: str) -> str:
    """The script of a language, by the first word of its letters' Unicode names."""
    return _SCRIPTS.get(base_language(language), "LATIN")


def words_between(text: str, start: int, end: int, script: str) -> Iterator[Word]:
    """The words of `text` that reach into `start` to `end` and can be checked.

    Left out are words of another script, in capitals throughout, with digits, and addresses.
    """
    low = start
    while low > max(start - LONGEST, 0) and not text[low - 1].isspace():
        low -= 1
    high = end
    while high < min(end + LONGEST, len(text)) and not text[high].isspace():
        high += 1
    for match in _TOKEN.finditer(text, low, high):
        word = match["word"]
        if not word or match.end() <= start or match.start() >= end or len(word) > LONGEST:
            continue
        if len(word) > 1 and word.isupper():
            continue
        if unicodedata.name(word[0], "").split(" ", 1)[0] == script:
            yield Word(match.start(), match.end(), word)


def word_at(text: str, at: int, script: str) -> Word | None:
    """The word that the offset is in or directly behind."""
    low, high = max(at - 1, 0), min(at + 1, len(text))
    near = [word for word in words_between(text, low, high, script) if word.start <= at <= word.end]
    return near[-1] if near else None


def spelled_plainly(word: str) -> str:
    """A word as dictionaries spell it: with the straight apostrophe."""
    return word.replace("’", "'")


def is_among(word: str, known: frozenset[str] | set[str]) -> bool:
    """Whether an author's own words cover this one.

    A known word in small letters also stands for its capitalised form, and any for its possessive.
    """
    plain = spelled_plainly(word)
    forms = {plain, plain.lower()}
    for ending in ("'s", "'"):
        if plain.endswith(ending):
            forms |= {plain[: -len(ending)], plain[: -len(ending)].lower()}
    return not forms.isdisjoint(known)
