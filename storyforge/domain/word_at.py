"""The word at a spot of a text. Pure.

Where a script sets no spaces a word is one character: about what a model has as a token there.
"""

import re

_WORD = re.compile(
    r"(?:(?![\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u3005-\u30ff\u3400-\u9fff\uf900-\ufaff\uff66-\uff9f"
    r"\U00020000-\U0003ffff])[\w'’\u0300-\u036f])+|\S"
)


def word_at(text: str, caret: int) -> tuple[int, int] | None:
    """(start, end) of the word that the caret is in or directly behind; None in white space.

    Before a word, with white space behind the caret, it is the word that begins there.
    """
    start = text.rfind("\n", 0, caret) + 1
    end = text.find("\n", caret)
    behind: tuple[int, int] | None = None
    for match in _WORD.finditer(text, start, len(text) if end < 0 else end):
        if match.start() <= caret < match.end():
            return match.span()
        if match.end() == caret:
            behind = match.span()
        if match.start() > caret:
            break
    return behind
