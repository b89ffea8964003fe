"""The ends nobody planned: a fault of our own, a terminal that is gone.

Owns what is said and done then. An author reads one sentence; the traceback is in the log.
"""

import asyncio
import contextlib
import logging
import os
import queue
import signal
import sys
import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from storyforge import paths
from storyforge.errors import StoryforgeError
from storyforge.i18n import _

if TYPE_CHECKING:
    from textual.app import App

# A farewell is some hundred bytes: a terminal that has not taken them by now is gone or stuck.
_FAREWELL = 5.0
# Seconds that a full queue is waited for before its thread is looked at.
_LOOK_AFTER = 0.2
# Seconds between two looks whether the terminal is still there.
_LOOK_FOR_TERMINAL = 3.0
# As a shell says it of a program that a hang-up (signal 1) has ended.
_HUNG_UP = 128 + 1


def heed_signals(app: "App[None]", act: Callable[[], object] | None) -> None:
    """Let SIGTERM and SIGHUP (the window was closed) call `act`; None lets go of all signals.

    SIGTSTP does what Textual lets it do, but between two steps of the loop: its handler writes to
    its own queue wherever the signal strikes, and hung where that held the queue's lock.
    """
    suspend = getattr(app._driver, "_sigtstp_application", None)
    loop = asyncio.get_running_loop()
    for name, call in (("SIGTERM", act), ("SIGHUP", act), ("SIGTSTP", act and suspend)):
        number = getattr(signal, name, None)
        if number is None:
            continue
        # Windows, and an app that runs outside the main thread, have no such handlers.
        with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
            if call is not None:
                loop.add_signal_handler(number, call)
            else:
                loop.remove_signal_handler(number)


def _watch_terminal(app: "App[None]", act: Callable[[], object]) -> None:
    """Call `act` when the terminal is gone, though nobody has said so.

    Where `make` or another program leads the session, it alone gets the hang-up, and it waits for
    this program to end. A terminal need not be the one that controls the process: some hosts give
    only its lines.
    """
    if sys.__stdin__ is None or not os.isatty(terminal := sys.__stdin__.fileno()):
        return

    def look() -> None:
        if not os.isatty(terminal):
            timer.stop()
            act()

    timer = app.set_interval(_LOOK_FOR_TERMINAL, look)


def outlive_terminal(app: "App[None]", act: Callable[[], object]) -> None:
    """Let nobody wait for a terminal that is gone: what is drawn goes nowhere, and `act` is called.

    Textual hands its output to a thread by a queue of 30. The thread dies with the terminal; who
    puts into the full queue would wait for ever, and would never hear that the window was closed.
    """
    driver: Any = app._driver

    def hand_over(text: str) -> None:
        thread = driver._writer_thread
        while thread is not None and thread.is_alive():
            with contextlib.suppress(queue.Full):
                thread._queue.put(text, timeout=_LOOK_AFTER)
                return

    driver.write = hand_over
    _watch_terminal(app, act)


def say_last_words(words: Iterable[StoryforgeError]) -> None:
    """Print what closing the story left to say; the screen is gone, the terminal may be too."""
    with contextlib.suppress(OSError):
        for error in words:
            print(error, file=sys.stderr, flush=True)


class Farewell:
    """Ends the process if the terminal does not take the last bytes.

    Textual hands its output to a thread. Once the terminal is gone that thread is dead, its queue
    fills, and whoever writes waits for ever. Start this when everything is kept and closed.
    """

    def __init__(self) -> None:
        self._timer = threading.Timer(_FAREWELL, os._exit, (_HUNG_UP,))
        self._timer.daemon = True

    def start(self) -> None:
        """From now on the terminal has some seconds; the first call counts."""
        if not self._timer.is_alive():
            self._timer.start()

    def taken(self) -> None:
        """The terminal took everything."""
        self._timer.cancel()


def explain_crash(app: "App[None]") -> str:
    """Save what the screens hold, log the exception being handled, and say what happened."""
    logger = logging.getLogger(__name__)
    logger.exception("The screen ended by a fault of its own")
    safe = True
    for screen in app.screen_stack:
        rescue = getattr(screen, "rescue", None)
        if rescue is None:
            continue
        try:
            rescue()
        except (StoryforgeError, OSError):
            logger.exception("The page could not be saved")
            safe = False
    kept = (
        _("Your text is saved.")
        if safe
        else _("Your text up to the last saved second is in the story file.")
    )
    return _(
        "storyforge ended by a fault of its own. {kept} Open the story again and write on; "
        "what happened is in {log}"
    ).format(kept=kept, log=paths.log_file())
