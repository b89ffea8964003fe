"""A terminal's grid, just enough to see what an author sees. Pure: bytes in, text out.

It understands what Textual writes: cursor moves, text, erasing, the alternate screen. Colours are
passed over. It answers nothing; `pty_app` does.
"""

import re

_PIECE = re.compile(
    r"\x1b\[(?P<args>[0-9;:?<=>]*)[ !\"$']*(?P<final>[@-~])"
    r"|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)"
    r"|\x1bP.*?\x1b\\"
    r"|\x1b[()#][0-9A-Za-z]|\x1b[=>78A-Z]"
    r"|(?P<control>[\x00-\x1f\x7f])"
    r"|(?P<text>[^\x00-\x1f\x7f]+)",
    re.DOTALL,
)


def _columns(character: str) -> int:
    code = ord(character)
    wide = 0x1100 <= code <= 0x115F or 0x2E80 <= code <= 0xA4CF or 0xAC00 <= code <= 0xD7A3
    return 2 if wide or 0xF900 <= code <= 0xFAFF or 0xFF00 <= code <= 0xFF60 else 1


class Screen:
    """What stands on a terminal of `columns` × `rows` characters.

    Attributes:
        cursor: (row, column), from 0.
    """

    def __init__(self, columns: int, rows: int) -> None:
        self.columns, self.rows = columns, rows
        self._grid = [[" "] * columns for _ in range(rows)]
        self.cursor = (0, 0)

    def feed(self, text: str) -> None:
        """Draw `text`; a sequence must not be cut at its end."""
        for piece in _PIECE.finditer(text):
            if (run := piece["text"]) is not None:
                self._put(run)
            elif piece["final"]:
                self._sequence(piece["args"], piece["final"])
            elif piece["control"] == "\n":
                self.cursor = (min(self.cursor[0] + 1, self.rows - 1), 0)
            elif piece["control"] == "\r":
                self.cursor = (self.cursor[0], 0)

    def lines(self) -> list[str]:
        """The rows, without trailing blanks."""
        return ["".join(row).rstrip() for row in self._grid]

    def text(self) -> str:
        """The rows, one a line."""
        return "\n".join(self.lines())

    def shows(self, wanted: str) -> bool:
        """Whether `wanted` stands on some row."""
        return any(wanted in line for line in self.lines())

    def _put(self, run: str) -> None:
        row, column = self.cursor
        for character in run:
            if column < self.columns:
                self._grid[row][column] = character
                if _columns(character) == 2 and column + 1 < self.columns:
                    self._grid[row][column + 1] = ""
            column += _columns(character)
        self.cursor = (row, min(column, self.columns - 1))

    def _sequence(self, args: str, final: str) -> None:
        if final in "Hf":
            down, _, right = args.partition(";")
            self.cursor = (
                min(int(down or 1), self.rows) - 1,
                min(int(right or 1), self.columns) - 1,
            )
        elif (final == "J" and args == "2") or (final == "h" and args == "?1049"):
            self._grid = [[" "] * self.columns for _ in range(self.rows)]
        elif final == "K" and args in ("", "0"):
            row, column = self.cursor
            self._grid[row][column:] = [" "] * (self.columns - column)
