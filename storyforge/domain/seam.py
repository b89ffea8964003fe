"""The seam between a model's text and the page around it. Pure.

No doubled space, no doubled newline, no word glued to the next. Only the space U+0020 and the
newline are ever taken away: U+3000 is text.
"""

import re

# Scripts that set no space between words: Thai to Khmer, CJK punctuation, kana, ideographs,
# full-width forms. Hangul sets spaces and is not among them.
_UNSPACED = (
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef"
    "\U00020000-\U0003ffff]"
)
_OPENING_QUOTES = "“‘(«["
# Behind these a word follows at once: "word—word", "(word".
_HOLDS_THE_NEXT = "—–-/(“‘«["


def for_the_model(before: str) -> str:
    """`before` without trailing spaces: most tokenizers set the space at the head of a word."""
    return before.rstrip(" ")


class Head:
    """Fits the beginning of a stream to what stands before it."""

    def __init__(self, before: str) -> None:
        if not before.strip(" ") or before.rstrip(" ").endswith("\n"):
            self._drop = " \n"
        elif before.endswith((" ", "\t", "\u3000")):
            self._drop = " "
        else:
            self._drop = ""

    def feed(self, text: str) -> str:
        """The part of `text` that belongs on the page; the next call continues it."""
        if self._drop:
            text = text.lstrip(self._drop)
            if text:
                self._drop = ""
        return text


def fit_tail(text: str, after: str) -> str:
    """`text` as it should stand when `after` follows it.

    At a page's end newlines stay (they open the next paragraph); before a newline no white space is
    doubled; before a word one space is set, unless the script needs none. The answer is `text`
    shortened at its end, or `text` and one space.
    """
    if not text:
        return text
    if not after:
        return text.rstrip(" ")
    if after[0] == "\n":
        return text.rstrip(" \n")
    if after[0] == " ":
        return text.rstrip(" ")
    return text + " " if _needs_space(text[-1], after) else text


def _needs_space(last: str, after: str) -> bool:
    first = after[0]
    if first in "\"'":
        # A straight quote opens when a word follows it at once, and closes otherwise.
        begins_word = after[1:2].isalnum()
    else:
        begins_word = first.isalnum() or first in _OPENING_QUOTES
    return (
        begins_word
        and not last.isspace()
        and last not in _HOLDS_THE_NEXT
        and not re.match(_UNSPACED, first)
        and not re.match(_UNSPACED, last)
    )
