"""A real terminal for the tests: storyforge in a tmux pane of a private tmux server.

Keys go in as a terminal sends them and the screen is read as an author sees it. tmux answers the
program's queries and turns keys into the escape sequences that reach a program under tmux.
"""

import itertools
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil

#: Longer than any wait should be on a busy machine of two cores; a wait ends when its event comes.
PATIENCE = 60.0
_ROOT = Path(__file__).parents[2]
_numbers = itertools.count(1)


def wait_for(
    what: Callable[[], object], why: Callable[[], str], patience: float = PATIENCE
) -> None:
    """Poll until `what()` is true.

    Raises:
        AssertionError: it did not come in `patience` seconds; says `why()`.
    """
    deadline = time.monotonic() + patience
    while not what():
        if time.monotonic() > deadline:
            raise AssertionError(why())
        time.sleep(0.02)


class Terminal:
    """One storyforge in one pane; a context manager."""

    def __init__(
        self,
        folder: Path,
        *arguments: str,
        columns: int = 120,
        lines: int = 32,
        environment: dict[str, str] | None = None,
        module: str = "storyforge",
    ) -> None:
        if shutil.which("tmux") is None:
            raise RuntimeError("the terminal tests need tmux on PATH (apt-get install tmux)")
        # One server a terminal: the one before may still be going down.
        self._socket = folder / f"tmux-{next(_numbers)}.sock"
        self._size = (columns, lines)
        self._folder = folder
        # COVERAGE_… variables are handed on so that the program in the pane is measured too.
        kept = {k: v for k, v in os.environ.items() if k.startswith(("COVERAGE", "STORYFORGE_"))}
        kept |= {"HOME": os.environ["HOME"], "PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
        kept |= environment or {}
        pairs = [f"{name}={value}" for name, value in kept.items()]
        self._command = shlex.join(
            ["env", "-u", "NO_COLOR", *pairs, sys.executable, "-m", module, *arguments]
        )

    def __enter__(self) -> Self:
        columns, lines = map(str, self._size)
        config = self._folder / "tmux.conf"
        config.write_text(
            "set -s extended-keys on\n"
            "set -as terminal-features 'tmux*:extkeys'\n"
            "set -g remain-on-exit on\n"
            "set -g status off\n"
            "set -s escape-time 0\n"
            "set -g default-terminal tmux-256color\n",
            "utf-8",
        )
        self.tmux(
            *("-f", str(config), "new-session", "-d", "-x", columns, "-y", lines),
            *("-c", str(_ROOT), self._command),
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.vanish()

    def vanish(self) -> None:
        """The window is closed, the terminal gone."""
        subprocess.run(
            ["tmux", "-S", str(self._socket), "kill-server"], check=False, capture_output=True
        )

    def tmux(self, *arguments: str) -> str:
        """What tmux answers to a command."""
        done = subprocess.run(
            ["tmux", "-S", str(self._socket), *arguments],
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout

    def keys(self, *names: str) -> None:
        """Press keys by tmux's names: "C-j", "F6", "Escape", "M-Up", "S-Enter"."""
        self.tmux("send-keys", *names)

    def type(self, text: str) -> None:
        """Type `text` letter by letter."""
        self.tmux("send-keys", "-l", text)

    def raw(self, *characters: str) -> None:
        """Send bytes just as given, as hexadecimal pairs."""
        self.tmux("send-keys", "-H", *characters)

    def paste(self, text: str) -> None:
        """Paste, bracketed where the program asked for it."""
        self.tmux("set-buffer", "--", text)
        self.tmux("paste-buffer", "-p")

    def resize(self, columns: int, lines: int) -> None:
        """Give the window another size."""
        self.tmux("resize-window", "-x", str(columns), "-y", str(lines))

    def screen(self) -> str:
        """What stands on the screen now."""
        return self.tmux("capture-pane", "-p")

    def printed(self) -> str:
        """The screen and what has scrolled off its top."""
        return self.tmux("capture-pane", "-p", "-S", "-")

    def see(self, *texts: str, patience: float = PATIENCE) -> None:
        """Wait until all `texts` stand on the screen."""
        wait_for(
            lambda: all(text in self.screen() for text in texts),
            lambda: f"not seen: {texts}\n{self.screen()}",
            patience,
        )

    def see_no(self, text: str) -> None:
        """Wait until `text` is gone from the screen."""
        wait_for(lambda: text not in self.screen(), lambda: f"still there: {text}\n{self.screen()}")

    @property
    def process(self) -> psutil.Process:
        """The program itself."""
        return psutil.Process(int(self.tmux("display-message", "-p", "#{pane_pid}").strip()))

    def engine(self) -> psutil.Process:
        """The engine's child process, once there is one."""

        def children() -> list[psutil.Process]:
            return [c for c in self.process.children() if "engine.child" in " ".join(c.cmdline())]

        wait_for(children, lambda: f"no engine process\n{self.screen()}")
        return children()[0]

    def ended(self) -> int:
        """Wait for the program to end; its exit status (negative: the signal that ended it)."""

        def facts() -> list[str]:
            shape = "#{pane_dead} #{pane_dead_status} #{pane_dead_signal}"
            return self.tmux("display-message", "-p", shape).rstrip("\n").split(" ")

        wait_for(lambda: facts()[0] == "1", lambda: f"still running\n{self.screen()}")
        # The pane is dead when its end is closed; how the program ended is known a little later.
        # tmux 3.3 may miss the signal that says so and is told again. Of a program that was killed
        # it never says more.
        server = int(self.tmux("display-message", "-p", "#{pid}"))
        deadline = time.monotonic() + 1
        _, status, killed_by = facts()
        while not (status or killed_by) and time.monotonic() < deadline:
            os.kill(server, signal.SIGCHLD)
            time.sleep(0.02)
            _, status, killed_by = facts()
        return int(status) if status else -int(killed_by or 0)
