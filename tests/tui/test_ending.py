"""A terminal that is gone: nobody waits for it."""

import os
import sys
import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import IO, Any, cast

import pytest
from textual.app import App
from textual.drivers._writer_thread import MAX_QUEUED_WRITES, WriterThread

from storyforge.tui.ending import outlive_terminal


class Gone:
    """A terminal whose window was closed in the middle of a frame."""

    def __init__(self) -> None:
        self.closed = threading.Event()

    def write(self, text: str) -> int:
        self.closed.wait()
        raise OSError(5, "Input/output error")

    def flush(self) -> None:
        raise OSError(5, "Input/output error")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_nobody_waits_for_a_terminal_that_is_gone() -> None:
    terminal = Gone()
    thread = WriterThread(cast(IO[str], terminal))
    driver = SimpleNamespace(_writer_thread=thread)
    app = SimpleNamespace(_driver=driver, set_interval=lambda _seconds, _look: None)
    outlive_terminal(cast("App[Any]", app), lambda: None)
    thread.start()
    drawn = threading.Event()

    def draw() -> None:
        for _frame in range(MAX_QUEUED_WRITES + 5):
            driver.write("frame")
        drawn.set()

    screen = threading.Thread(target=draw, daemon=True)
    screen.start()
    while not thread._queue.full():
        thread.join(0.01)
    terminal.closed.set()
    assert drawn.wait(20)
    driver.write("what nobody sees")
    driver._writer_thread = None
    driver.write("nor this")


def test_a_terminal_that_only_lends_its_lines_is_there_until_it_is_closed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    master, lines = os.openpty()
    looks: list[Callable[[], None]] = []
    ends: list[str] = []

    def set_interval(_seconds: float, look: Callable[[], None]) -> SimpleNamespace:
        looks.append(look)
        return SimpleNamespace(stop=lambda: ends.append("looks no more"))

    app = SimpleNamespace(_driver=SimpleNamespace(), set_interval=set_interval)
    with os.fdopen(lines) as stdin:
        monkeypatch.setattr(sys, "__stdin__", stdin)
        outlive_terminal(cast("App[Any]", app), lambda: ends.append("ends"))
        looks[0]()
        assert ends == []
        os.close(master)
        looks[0]()
    assert ends == ["looks no more", "ends"]
