"""A program under a real pseudo-terminal: keys in, painted frames out, each with its time.

Owns the terminal's side: it answers what Textual asks (synchronised output and the kitty keyboard
protocol are granted), so a frame ends where the program says it ends. Knows no program.
"""

import codecs
import fcntl
import os
import re
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil

from benchmarks.screen import Screen

COLUMNS, ROWS = 120, 32

_SYNC_START, _SYNC_END = "\x1b[?2026h", "\x1b[?2026l"
_CURSOR = re.compile(r"\x1b\[(\d+);(\d+)H(?:\x1b\[\?2026l)?$")
#: what a program asks → what a modern terminal answers
_ANSWERS = {
    "\x1b[?2026$p": "\x1b[?2026;2$y",
    "\x1b[?2048$p": "\x1b[?2048;0$y",
    "\x1b[?u": "\x1b[?1u",
    "\x1b[c": "\x1b[?62;22c",
}
_ASKED = re.compile("|".join(re.escape(question) for question in _ANSWERS))

KEYS = {
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "pageup": "\x1b[5~",
    "pagedown": "\x1b[6~",
    "home": "\x1b[H",
    "end": "\x1b[F",
    "ctrl+home": "\x1b[1;5H",
    "ctrl+end": "\x1b[1;5F",
    "enter": "\r",
    "escape": "\x1b[27u",
    "f5": "\x1b[15~",
    "alt+i": "\x1bi",
    "ctrl+b": "\x02",
    "ctrl+q": "\x11",
}


class NotSeen(Exception):
    """What was waited for did not come onto the screen."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One painted frame (or, before frames are marked, one piece of output).

    Attributes:
        at: `time.perf_counter()` when its last byte was read.
        cursor: (row, column) from 0 where it leaves the cursor; None if it does not say.
    """

    at: float
    data: str

    @property
    def cursor(self) -> tuple[int, int] | None:
        """Where Textual put the terminal's cursor, which is where the caret stands."""
        found = _CURSOR.search(self.data)
        return (int(found[1]) - 1, int(found[2]) - 1) if found else None


class PtyApp:
    """A child process under a pty of 120×32.

    Attributes:
        born: `time.perf_counter()` just before it was started.
    """

    def __init__(
        self, argv: Sequence[str], environ: Mapping[str, str], cwd: Path | None = None
    ) -> None:
        self.screen = Screen(COLUMNS, ROWS)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._pending = ""
        self._undrawn: list[Frame] = []
        self._master, slave = os.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        self.born = time.perf_counter()
        self._process = subprocess.Popen(
            argv,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=dict(environ),
            cwd=cwd,
            start_new_session=True,
        )
        os.close(slave)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.kill()

    @property
    def pid(self) -> int:
        """The program's own process."""
        return self._process.pid

    def rss(self) -> int:
        """Bytes the program's own process holds in memory; its children are not counted."""
        held = int(psutil.Process(self.pid).memory_info().rss)
        if not held:
            raise NotSeen(self._told("its memory", "cannot be told: the program ended"))
        return held

    def send(self, *keys: str) -> float:
        """Type names from `KEYS` or plain text; returns when the last byte was handed over."""
        at = time.perf_counter()
        for key in keys:
            at = time.perf_counter()
            os.write(self._master, KEYS.get(key, key).encode())
        return at

    def wait(self, wanted: Callable[[Frame], bool], seconds: float, what: str) -> Frame:
        """The first frame from now on that `wanted` accepts; draws none of them.

        Raises:
            NotSeen: it did not come in time, or the program ended.
        """
        deadline = time.perf_counter() + seconds
        while True:
            for frame in self._frames(deadline, what):
                if wanted(frame):
                    return frame

    def wait_for_screen(self, wanted: Callable[[Screen], bool], seconds: float, what: str) -> float:
        """When the screen first looked as `wanted`; what is drawn already counts as now."""
        self._draw()
        if wanted(self.screen):
            return time.perf_counter()
        deadline = time.perf_counter() + seconds
        while True:
            for frame in self._frames(deadline, what):
                self._draw()
                if wanted(self.screen):
                    return frame.at

    def rest(self, seconds: float) -> None:
        """Read along for so long; what is already there is read even when that is no time."""
        deadline = time.perf_counter() + max(seconds, 0.001)
        with suppress(NotSeen):
            while True:
                self._frames(deadline, "")
        self._draw()

    def quit(self, key: str, seconds: float = 15.0) -> None:
        """Ask the program to leave, and wait until it has."""
        self.send(key)
        with suppress(NotSeen):
            self.wait(lambda _frame: False, seconds, "the program to leave")
        self.kill()

    def kill(self) -> None:
        """End the program and whatever it started; safe to call twice."""
        if self._master < 0:
            return
        children = []
        with suppress(psutil.NoSuchProcess):
            children = psutil.Process(self.pid).children(recursive=True)
        for child in children:
            with suppress(psutil.NoSuchProcess):
                child.kill()
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        self._process.wait()
        os.close(self._master)
        self._master = -1

    def _frames(self, deadline: float, what: str) -> list[Frame]:
        """What one more read brings; may be no whole frame yet."""
        left = deadline - time.perf_counter()
        ready = left > 0 and select.select([self._master], [], [], left)[0]
        if not ready:
            raise NotSeen(self._told(what, "did not come in time"))
        try:
            data = os.read(self._master, 65536)
        except OSError as error:
            raise NotSeen(self._told(what, "did not come: the program ended")) from error
        at = time.perf_counter()
        text = self._pending + self._decoder.decode(data)
        for asked in _ASKED.finditer(text):
            if asked.end() > len(self._pending):
                os.write(self._master, _ANSWERS[asked[0]].encode())
        frames, self._pending = split_frames(text, at)
        self._undrawn += frames
        return frames

    def _draw(self) -> None:
        for frame in self._undrawn:
            self.screen.feed(frame.data)
        self._undrawn.clear()

    def _told(self, what: str, how: str) -> str:
        self._draw()
        seen = " / ".join(line.strip() for line in self.screen.lines() if line.strip())
        return f"{what} {how}; the screen ends: …{seen[-300:]}"


def split_frames(text: str, at: float) -> tuple[list[Frame], str]:
    """(the frames that are whole, what is left for the next read)."""
    frames = []
    while text:
        start = text.find(_SYNC_START)
        if start < 0:
            # Outside of frames a sequence may still be cut in two: keep it for the next read.
            cut = text.rfind("\x1b")
            whole = cut < 0 or re.match(r"\x1b(?:\[[0-9;:?<=>$]*[@-~]|[^\[])", text[cut:])
            keep = len(text) if whole else cut
            if keep:
                frames.append(Frame(at, text[:keep]))
            return frames, text[keep:]
        if start:
            frames.append(Frame(at, text[:start]))
        end = text.find(_SYNC_END, start)
        if end < 0:
            return frames, text[start:]
        end += len(_SYNC_END)
        frames.append(Frame(at, text[start:end]))
        text = text[end:]
    return frames, ""
