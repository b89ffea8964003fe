"""The seam between a model's text and the page around it. Pure.

No doubled space, no doubled newline, no word glued to the next. Only the space U+0020 and the
newline are ever taken away: U+3000 is text.
"""

import re

# Scripts that set no space between words: CJK punctuation, kana, ideographs, full-width, Thai.
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]")


def for_the_model(before: str) -> str:
    """`before` without trailing spaces: most tokenizers set the space at the head of a word."""
    return before.rstrip(" ")


class Head:
    """Fits the beginning of a stream to what stands before it."""

    def __init__(self, before: str) -> None:
        if not before or before.endswith("\n"):
            self._drop = " \n"
        elif before.endswith((" ", "\u3000")):
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
    doubled; before a word one space is set, unless the script needs none.
    """
    if not text:
        return text
    if not after:
        return text.rstrip(" ")
    if after[0] == "\n":
        return text.rstrip(" \n")
    if after[0] == " ":
        return text.rstrip(" ")
    needs_space = (
        (after[0].isalnum() or after[0] in "\"'“‘(«")
        and not text[-1].isspace()
        and not _UNSPACED.match(after[0])
        and not _UNSPACED.match(text[-1])
    )
    return text + " " if needs_space else text
