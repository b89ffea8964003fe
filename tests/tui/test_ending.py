"""A terminal that is gone: nobody waits for it."""

import threading
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
