"""What a running model needs of a terminal: one line that comes and goes, signals that stop it."""

import asyncio
import contextlib
import signal
import sys
from collections.abc import Callable, Iterator
from typing import Any


class Progress:
    """One line on a terminal's stderr that comes and goes; nothing elsewhere."""

    def __init__(self, on: bool) -> None:
        self._on = on
        self._shown = False

    def show(self, line: str) -> None:
        """Put the line there, in the place of another."""
        if self._on:
            sys.stderr.write(f"\r\x1b[K{line}")
            sys.stderr.flush()
            self._shown = True

    def clear(self) -> None:
        """Take it away."""
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
            self._shown = False


@contextlib.contextmanager
def heeding_signals(end: Callable[[int], None]) -> Iterator[None]:
    """Ctrl+C, a kill and a closed terminal stop the model; a second one ends at once."""
    loop = asyncio.get_running_loop()
    earlier: dict[int, Any] = {}

    def heard(number: int, _frame: object) -> None:
        signal.signal(number, earlier[number])
        loop.call_soon_threadsafe(end, number)

    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None:
            earlier[number] = signal.signal(number, heard)
    try:
        yield
    finally:
        for number, handler in earlier.items():
            signal.signal(number, handler)
