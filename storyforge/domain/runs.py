"""A text as runs of words, of characters where a script sets no spaces: what repetition is. Pure.

Prose repeats hardly any run of four words; a small model that goes round in circles little else.
"""

import re
from collections.abc import Sequence

WIDE = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_PIECE = re.compile(rf"[{WIDE}\U00020000-\U0003ffff]|[^\W{WIDE}]+")
_IS_WIDE = re.compile(f"[{WIDE}]")
#: lengths of a run that tells: of words, and of characters of a script without spaces
RUN, WIDE_RUN = 4, 8


def pieces(text: str) -> list[str]:
    """The words of a text, or its characters, in small letters."""
    return _PIECE.findall(text.lower())


def is_wide(words: Sequence[str]) -> bool:
    """Whether most of them are characters of a script without spaces."""
    return 2 * sum(_IS_WIDE.match(word) is not None for word in words) > len(words)


def runs(words: Sequence[str], length: int = 0) -> list[tuple[str, ...]]:
    """Every run of `length` pieces in a row; 0 is the length that tells of repetition."""
    length = length or (WIDE_RUN if is_wide(words) else RUN)
    return [tuple(words[at : at + length]) for at in range(len(words) - length + 1)]


def repeated_share(text: str) -> float:
    """How much of a text it has said before, 0 to 1: the share of runs that came earlier in it."""
    found = runs(pieces(text))
    return 1 - len(set(found)) / len(found) if found else 0.0
