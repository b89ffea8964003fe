"""A terminal outside the screen is asked for widths, and nothing typed is lost."""

import os
import select
import sys
import termios
import threading
from collections.abc import Iterator

import pytest

from storyforge.studio import terminal_facts, terminal_widths
from storyforge.studio.diagnosis import terminal
from storyforge.studio.diagnosis.finding import Finding


class Pty:
    """A terminal's two ends; `answer` is what it says to the four questions."""

    def __init__(self) -> None:
        self.outside, self.inside = os.openpty()
        self.written = b""
        self._answering: threading.Thread | None = None

    def answer(self, text: bytes) -> None:
        def listen() -> None:
            while self.written.count(b"\x1b[6n") < 4:
                self.written += os.read(self.outside, 1024)
            os.write(self.outside, text)
            while not self.written.endswith(b"\r\x1b[K"):
                self.written += os.read(self.outside, 1024)

        self._answering = threading.Thread(target=listen)
        self._answering.start()

    def close(self) -> None:
        if self._answering is not None:
            self._answering.join()
        os.close(self.outside)
        os.close(self.inside)


@pytest.fixture
def pty() -> Iterator[Pty]:
    terminal = Pty()
    yield terminal
    terminal.close()


def test_the_cells_of_each_character_and_a_blank_line(pty: Pty) -> None:
    before = termios.tcgetattr(pty.inside)
    pty.answer(b"\x1b[7;3R\x1b[7;3R\x1b[7;3R\x1b[7;2R")
    assert terminal_widths.ask(pty.inside) == {"…": 2, "―": 2, "●": 2, "│": 1}
    assert termios.tcgetattr(pty.inside) == before
    assert pty.written.replace(b"\r\n", b"\r").startswith("\r…\x1b[6n\r―".encode())


def test_a_silent_terminal_is_given_up(pty: Pty) -> None:
    assert terminal_widths.ask(pty.inside, patience=0.05) == {}
    # The system hands a terminal's bytes over in its own time and pieces.
    while not pty.written.endswith(b"\r\x1b[K"):
        assert select.select([pty.outside], [], [], 5)[0]
        pty.written += os.read(pty.outside, 1024)


def test_keys_that_wait_are_left_alone(pty: Pty) -> None:
    os.write(pty.outside, b"ls\n")
    assert select.select([pty.inside], [], [], 5)[0]
    assert terminal_widths.ask(pty.inside) == {}
    assert os.read(pty.inside, 10) == b"ls\n"


def test_what_is_no_terminal_is_not_asked() -> None:
    reading, writing = os.pipe()
    assert terminal_widths.ask(reading) == {}
    os.close(reading)
    os.close(writing)


@pytest.mark.parametrize(
    ("environ", "named"),
    [
        ({"WT_SESSION": "1"}, "compatibility.ambiguousWidth"),
        ({"TERM_PROGRAM": "iTerm.app"}, "double-width"),
        ({"TERM_PROGRAM": "Apple_Terminal"}, "Ambiguous characters are wide"),
        ({"TERM_PROGRAM": "mintty"}, "Charwidth=ambig-narrow"),
        ({"MLTERM": "3.9"}, "col_size_of_width_a"),
        ({"VTE_VERSION": "7600"}, "Ambiguous-width characters"),
        ({"TERM_PROGRAM": "WezTerm"}, "treat_east_asian_ambiguous_width_as_wide"),
        ({"XTERM_VERSION": "XTerm(390)"}, "-cjk_width"),
        ({}, "CJK width"),
    ],
)
def test_the_setting_of_each_terminal_is_named(environ: dict[str, str], named: str) -> None:
    assert named in terminal_widths.setting(environ)


@pytest.mark.parametrize(
    ("found", "environ", "finding"),
    [
        ({"…": 1, "│": 1}, {}, ("ok", "take one cell", "")),
        ({"…": 2, "│": 1}, {}, ("ok", "… take two cells", "")),
        ({"…": 1, "│": 1}, {"STY": "1"}, ("ok", "one cell", "multiplexer")),
        ({}, {"WT_SESSION": "1"}, ("note", "one cell is assumed", "compatibility")),
    ],
)
def test_the_doctor_tells(
    monkeypatch: pytest.MonkeyPatch,
    found: dict[str, int],
    environ: dict[str, str],
    finding: tuple[str, str, str],
) -> None:
    for stream in (sys.stdin, sys.stdout):
        monkeypatch.setattr(stream, "isatty", lambda: True)
    for name in ("TMUX", "STY", "ZELLIJ", "WT_SESSION", "VTE_VERSION", "TERM_PROGRAM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(terminal_widths, "ask", lambda: found)
    told: list[Finding] = list(terminal._widths(terminal_facts.look(os.environ)))
    state, text, hint = finding
    assert [told[0].topic, told[0].state] == ["Widths", state]
    assert text in told[0].text
    assert hint in told[0].hint
    assert bool(hint) == bool(told[0].hint)
