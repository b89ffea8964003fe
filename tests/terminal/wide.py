"""A small terminal that draws ambiguous characters over two cells, as East Asian set-ups do.

It keeps the grid that an author would see, and answers where its cursor is. tmux cannot be told to
draw so.
"""

import codecs
import fcntl
import os
import re
import struct
import subprocess
import sys
import termios
import threading
import unicodedata
from types import TracebackType
from typing import Self

from benchmarks.screen import Screen
from tests.terminal.terminal import wait_for

_ASKED = "\x1b[6n"
_CUT = re.compile(r"\x1b(\[[0-9;:?<=>]*[ !\"$']*|\][^\x07\x1b]*\x1b?|P[^\x1b]*\x1b?)?\Z")


class WideScreen(Screen):
    """A grid on which ambiguous characters take two cells."""

    def _put(self, run: str) -> None:
        for character in run:
            row, column = self.cursor
            wide = unicodedata.east_asian_width(character) in "FWA"
            if column < self.columns:
                self._grid[row][column] = character
                if wide and column + 1 < self.columns:
                    self._grid[row][column + 1] = ""
            self.cursor = (row, min(column + 1 + wide, self.columns - 1))


class WideTerminal:
    """One storyforge in it; a context manager."""

    def __init__(self, *arguments: str, columns: int = 100, lines: int = 30) -> None:
        self.seen = WideScreen(columns, lines)
        self._arguments = arguments
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._lock = threading.Lock()
        self._rest = ""

    def __enter__(self) -> Self:
        self._end, slave = os.openpty()
        size = struct.pack("HHHH", self.seen.rows, self.seen.columns, 0, 0)
        fcntl.ioctl(slave, termios.TIOCSWINSZ, size)
        left_out = ("NO_COLOR", "TMUX", "COLUMNS", "LINES")
        environment = {name: text for name, text in os.environ.items() if name not in left_out}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "storyforge", *self._arguments],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=environment | {"TERM": "xterm-256color", "LANG": "C.UTF-8"},
            start_new_session=True,
        )
        os.close(slave)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.terminate()
        self._process.wait()
        self._reader.join()
        os.close(self._end)

    def send(self, text: str) -> None:
        """Press keys."""
        os.write(self._end, text.encode())

    def screen(self) -> list[str]:
        """What stands on the screen now."""
        with self._lock:
            return self.seen.lines()

    def see(self, *texts: str) -> None:
        """Wait until all `texts` stand on the screen."""
        wait_for(
            lambda: all(any(text in line for line in self.screen()) for text in texts),
            lambda: f"not seen: {texts}\n" + "\n".join(self.screen()),
        )

    def column_of(self, text: str) -> int:
        """The cell at which `text` begins on the screen."""
        for line in self.seen._grid:
            at = "".join(line).find(text)
            if at >= 0:
                # The second cell of a wide character holds nothing: the last one counts.
                return max(n for n in range(len(line)) if len("".join(line[:n])) == at)
        raise AssertionError(f"not seen: {text}")

    def _read(self) -> None:
        while True:
            try:
                data = os.read(self._end, 65536)
            except OSError:
                return
            if not data:
                return
            with self._lock:
                self._take(self._rest + self._decoder.decode(data))

    def _take(self, text: str) -> None:
        # A sequence that is cut at the end waits for its rest.
        cut = _CUT.search(text)
        self._rest = cut[0] if cut else ""
        *asked, rest = text[: len(text) - len(self._rest)].split(_ASKED)
        for part in asked:
            self.seen.feed(part)
            row, column = self.seen.cursor
            self.send(f"\x1b[{row + 1};{column + 1}R")
        self.seen.feed(rest)
