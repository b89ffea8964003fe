"""Where sentences end. Pure; good enough to trim a continuation, in European and CJK punctuation.

A rule of thumb in three parts: punctuation that may end a sentence with the quotes that close
behind it, what such a point does not end ("Mr.", a list's "1."), and what follows (a small letter
goes on).
"""

import re
from collections.abc import Iterator
from itertools import pairwise

_CLOSERS = "\"'”’»)\\]*_"
_CJK_CLOSERS = "」』）”’〉》】〕〗"
# Points to look at. A European stop counts only before white space or at the end ("3.14", "a.b").
_CANDIDATE = re.compile(
    rf"""
      (?P<european> (?:\.+|[!?‽؟۔।॥]+\.*|…+[!?.]*)[{_CLOSERS}]*(?=\s|$) )
    | (?P<cjk> [。！？｡]+[{_CJK_CLOSERS}]* )           # no space needed behind these
    | (?P<closing> (?:…+|―+|─+|[」』])(?=\n|$) )        # and these close a paragraph
    """,
    re.VERBOSE,
)
_ABBREVIATION = re.compile(
    r"\b(?:Mr|Mrs|Ms|Mx|Dr|St|Jr|Sr|Prof|Rev|Hon|Capt|Col|Gen|Lt|Maj|Sgt|Mme|Mlle|Mt|vs|cf"
    r"|e\.g|i\.e|[A-HJ-Z])$"
)
# What may stand between a stop and the word that tells whether the sentence goes on.
_NEXT = re.compile(rf"[^\S\n]*[{_CLOSERS}“‘«(\[]*")
# 「…！」と言った: a particle behind the closing bracket goes on with the sentence.
_CJK_GOES_ON = "とっのがはをにでもへや、，"


def _goes_on(text: str, match: re.Match[str]) -> bool:
    """Whether the sentence goes on behind `match` in spite of its stop."""
    end = match.end()
    if match.lastgroup == "cjk":
        return text[end - 1] in _CJK_CLOSERS and text[end : end + 1] in tuple(_CJK_GOES_ON)
    if match.lastgroup == "closing":
        return False
    stop = match.group()
    if stop[0] == "." and stop[1:2] != ".":
        start = match.start()
        opened = text.rfind("\n", 0, start) + 1
        # The number of a list's entry: "1. The keeper".
        if start - opened <= 3 and text[opened:start].isdecimal():
            return True
        if _ABBREVIATION.search(text[max(start - 8, 0) : start]):
            return True
    return _next_letter(text, end).islower()


def _next_letter(text: str, end: int) -> str:
    """The first character behind `end` that is neither white space nor a quote; or nothing yet."""
    gap = _NEXT.match(text, end)
    at = gap.end() if gap else end
    return text[at : at + 1]


def _ends(text: str) -> Iterator[int]:
    """The offsets behind each whole sentence, in order."""
    for match in _CANDIDATE.finditer(text):
        if not _goes_on(text, match):
            yield match.end()


def last_sentence_end(text: str) -> int | None:
    """The offset behind the last whole sentence of `text`, closing quotes included; or None."""
    return max(_ends(text), default=None)


def first_sentence_end(text: str) -> int | None:
    """The offset behind the first sentence of `text`, once what follows shows that it ended.

    A full stop at the very end may still grow into an ellipsis, gain a quote or be an
    abbreviation's, so a stream waits for the next word's first character (or a newline). Stops with
    no letter before them close an earlier sentence and are passed over.
    """
    for end in _ends(text):
        if any(character.isalnum() for character in text[:end]):
            return end if _next_letter(text, end) else None
    return None


def sentences(text: str) -> tuple[str, ...]:
    """`text` in pieces of one sentence each; white space stands at the head of the next one."""
    ends = [0, *_ends(text), len(text)]
    return tuple(text[low:high] for low, high in pairwise(ends) if low < high)
