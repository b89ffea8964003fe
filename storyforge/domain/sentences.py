"""Where sentences end. Pure; good enough to trim a continuation, in any language with stops.

A rule in three parts: punctuation that may end a sentence with the quotes that close behind it,
what such a point does not end ("Mr.", a list's "1.", what `abbreviations` knows of the story's
language), and what follows (a small letter goes on). Japanese and Chinese need the first part only:
。！？ with the brackets that close behind them, and …… ―― 」 where they close a paragraph.
"""

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise

from storyforge.domain.abbreviations import REACH, abbreviates, needs_the_word
from storyforge.domain.tags import base_language

# Right behind a stop “ and « close too, as in German.
_CLOSERS = "\"'”’»“‘«›‹)\\]*_"
_CJK_CLOSERS = "」』）”’〉》】〕〗｣"
# What ends a sentence before white space: Latin, Arabic, Urdu, Devanagari, Armenian, Ethiopic.
_STOPS = "!?‽؟۔।॥։።፧"
# And what does so anywhere: CJK, Burmese, Khmer.
_WIDE_STOPS = "。！？｡။។"


def _candidates(stops: str = _STOPS, spaced: str = "") -> re.Pattern[str]:
    """The points to look at. A European stop counts only before white space or at the end.

    Args:
        spaced: a pattern of what closes behind a space.
    """
    return re.compile(
        rf"""
          (?P<european> (?:\.+|[{stops}]+\.*|…+[!?.]*)[{_CLOSERS}]*{spaced}(?=\s|$) )
        | (?P<cjk> [{_WIDE_STOPS}]+[{_CJK_CLOSERS}]* )       # no space needed behind these
        | (?P<closing> (?:…+|―+|─+|—{{2,}}|[」』｣])(?=\n|$) | ）(?=\n) )  # these close a paragraph
        """,
        re.VERBOSE,
    )


@cache
def _candidates_in(language: str) -> re.Pattern[str]:
    """The points to look at in a language, by its base tag."""
    if language == "el":  # Greek asks with what looks like a semicolon
        return _candidates(_STOPS + ";\u037e")
    if language == "fr":
        return _candidates(spaced="(?:[\\ \u00a0\u202f]+»)?")
    return _candidates()


# What may stand between a stop and the word that tells whether the sentence goes on.
_NEXT = re.compile(rf"[^\S\n]*[{_CLOSERS}„‚(\[]*")
_WORD = re.compile(r"\w+")
# 「…！」と言った: a particle behind the closing bracket goes on with the sentence.
_CJK_GOES_ON = "とっのがはをにでもへや、，"


def _goes_on(text: str, match: re.Match[str], language: str) -> bool:
    """Whether the sentence goes on behind `match` in spite of its stop."""
    end = match.end()
    if match.lastgroup == "cjk":
        return text[end - 1] in _CJK_CLOSERS and text[end : end + 1] in tuple(_CJK_GOES_ON)
    if match.lastgroup == "closing":
        return False
    following = _next_letter(text, end)
    if following.islower():
        return True
    stop = match.group()
    if stop[0] != "." or stop[1:2] == ".":
        return False
    start = match.start()
    opened = text.rfind("\n", 0, start) + 1
    # The number of a list's entry: "1. The keeper".
    if start - opened <= 3 and text[opened:start].isdecimal():
        return True
    before = text[max(start - REACH, opened) : start]
    if needs_the_word(before, language):
        following = _next_word(text, end)
    return abbreviates(before, following, language)


def _next_at(text: str, end: int) -> int:
    gap = _NEXT.match(text, end)
    return gap.end() if gap else end


def _next_letter(text: str, end: int) -> str:
    """The first character behind `end` that is neither white space nor a quote; or nothing yet."""
    at = _next_at(text, end)
    return text[at : at + 1]


def _next_word(text: str, end: int) -> str:
    at = _next_at(text, end)
    word = _WORD.match(text, at)
    return word[0] if word else text[at : at + 1]


def _open_word(text: str, end: int) -> bool:
    """Whether the word behind `end` reaches the text's end, so that it may still grow."""
    return _next_at(text, end) + len(_next_word(text, end)) == len(text)


def _matches(text: str, language: str) -> Iterator[re.Match[str]]:
    return _candidates_in(base_language(language)).finditer(text)


def _ends(text: str, language: str) -> Iterator[int]:
    """The offsets behind each whole sentence, in order."""
    for match in _matches(text, language):
        if not _goes_on(text, match, language):
            yield match.end()


def last_sentence_end(text: str, language: str = "en") -> int | None:
    """The offset behind the last whole sentence of `text`, closing quotes included; or None.

    Args:
        language: the story's, as a BCP 47 tag.
    """
    return max(_ends(text, language), default=None)


def first_sentence_end(text: str, language: str = "en") -> int | None:
    """The offset behind the first sentence of `text`, once what follows shows that it ended.

    A full stop at the very end may still grow into an ellipsis, gain a quote or be an
    abbreviation's, so a stream waits for the next word's first character (or a newline); where a
    language needs the whole word ("am 3. Mai"), for its end. Stops with no letter before them close
    an earlier sentence and are passed over.
    """
    for match in _matches(text, language):
        end = match.end()
        if needs_the_word(text[: match.start()], language) and _open_word(text, end):
            return None
        if _goes_on(text, match, language):
            continue
        if any(character.isalnum() for character in text[:end]):
            return end if _next_letter(text, end) else None
    return None


def sentences(text: str, language: str = "en") -> tuple[str, ...]:
    """`text` in pieces of one sentence each; white space stands at the head of the next one."""
    ends = [0, *_ends(text, language), len(text)]
    return tuple(text[low:high] for low, high in pairwise(ends) if low < high)
