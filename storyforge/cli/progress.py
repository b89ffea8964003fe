"""What a running model needs of a terminal: one line that comes and goes, signals that stop it."""

import asyncio
import contextlib
import signal
import sys
from collections.abc import Callable, Iterator
from math import ceil
from typing import Any

import typer

from storyforge.domain.generation import Loading, Reading, Thought, Waiting
from storyforge.i18n import _, listed, ngettext


def doing(event: Loading | Reading | Waiting | Thought) -> str:
    """What a model does before and between its words."""
    if isinstance(event, Loading):
        if event.done:
            return _("waiting for the answer")
        if not event.fraction:
            return _("the engine starts")
        return _("loading the model {share}").format(share=f"{event.fraction:.0%}")
    if isinstance(event, Reading):
        return _("reading {done} of {total} tokens").format(
            done=f"{event.done:,}", total=f"{event.total:,}"
        )
    if isinstance(event, Thought):
        return _("thinking")
    told = [event.why]
    if event.ahead:
        ahead = ngettext("{count:,} before it", "{count:,} before it", event.ahead)
        told.append(ahead.format(count=event.ahead))
    if event.seconds:
        told.append(_("about {seconds} s").format(seconds=ceil(event.seconds)))
    return listed(told)


def left(seconds: float) -> str:
    """How long it still takes, for a reader."""
    if seconds < 90:
        whole = max(1, round(seconds))
        return ngettext("{n} second left", "{n} seconds left", whole).format(n=whole)
    minutes = round(seconds / 60)
    return ngettext("{n} minute left", "{n} minutes left", minutes).format(n=minutes)


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


def leave(ended_by: int, *, failed: bool = False) -> None:
    """End the command as what it did wants it: by the signal that stopped it, or as failed."""
    if ended_by:
        # 128 and the signal's number, as a shell would say it; Ctrl+C gives 130.
        raise typer.Exit(128 + ended_by)
    if failed:
        raise typer.Exit(1)
