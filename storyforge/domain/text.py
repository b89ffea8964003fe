"""What may stand on a page: text without control characters, one newline a paragraph end.

Every text that comes from a file or a model passes `clean` before it is kept or shown, so nothing
of it can reach the terminal as a control sequence and every room agrees where a line ends.
"""

import re

# Everything that str.splitlines (and so Textual's document) takes for a line end.
_LINE_ENDS = re.compile(r"\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
# C0 but for tab and newline, DEL, C1, and lone surrogates, which no file can hold as UTF-8.
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")


def clean(text: str) -> str:
    """`text` with every line end as `\\n` and control characters left out.

    U+3000, zero-width joiners and direction marks are text and stay.
    """
    # A title is looked at in a tenth of the time: a long story has a thousand of them.
    if text.isprintable():
        return text
    return _CONTROLS.sub("", _LINE_ENDS.sub("\n", text))


def one_line(text: str) -> str:
    """`text` cleaned and folded to one line, for titles and names."""
    return " ".join(clean(text).replace("\t", " ").split("\n")).strip(" ")


def count_controls(text: str) -> int:
    """How many control characters `clean` would leave out of `text`."""
    return len(_CONTROLS.findall(_LINE_ENDS.sub("\n", text)))


class Cleaner:
    """Cleans a stream piece by piece, as `clean` would clean the whole."""

    def __init__(self) -> None:
        self._held = ""

    def feed(self, piece: str) -> str:
        """The cleaned text of `piece`; a carriage return waits for what follows it."""
        piece = self._held + piece
        self._held = "\r" if piece.endswith("\r") else ""
        return clean(piece.removesuffix(self._held) if self._held else piece)

    def end(self) -> str:
        """What was held back when the stream is over."""
        held, self._held = self._held, ""
        return clean(held)
