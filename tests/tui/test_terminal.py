"""What the terminal at hand can send: guesses, answers, proofs, and names of keys."""

import pytest
from textual._xterm_parser import XTermParser
from textual.events import Key

from storyforge.studio.terminal_facts import look
from storyforge.tui import terminal
from storyforge.tui.terminal import KITTY_ANSWER, SHIFT_ENTER_OTHER, Terminal, key_name


class Told:
    """A driver that remembers what was written."""

    def __init__(self) -> None:
        self.written = ""

    def write(self, data: str) -> None:
        self.written += data

    def flush(self) -> None:
        pass


def keys(data: str) -> list[str]:
    parser = XTermParser()
    return [event.key for event in parser.feed(data) if isinstance(event, Key)]


@pytest.mark.parametrize(
    ("environ", "arrives"),
    [
        ({"TERM": "xterm-256color"}, False),
        ({"TERM": "xterm-kitty"}, True),
        ({"TERM": "foot"}, True),
        ({"TERM_PROGRAM": "WezTerm", "TERM": "xterm-256color"}, True),
        ({"TERM": "xterm-kitty", "TMUX": "/tmp/tmux"}, False),
        ({"TERM": "xterm-kitty", "TEXTUAL_DISABLE_KITTY_KEY": "1"}, False),
        ({"TERM_PROGRAM": "Apple_Terminal"}, False),
        ({}, False),
    ],
)
def test_the_environment_gives_a_first_guess(environ: dict[str, str], arrives: bool) -> None:
    found = Terminal.from_environment(environ)
    assert found.arrives("shift+enter") is arrives
    assert found.best(("shift+enter", "ctrl+j")) == ("shift+enter" if arrives else "ctrl+j")


def test_an_answer_or_a_key_that_arrives_overrules_the_guess() -> None:
    for proof in (KITTY_ANSWER, "shift+enter", SHIFT_ENTER_OTHER):
        found = Terminal(shift_enter=False)
        assert not found.learn("enter")
        assert found.learn(proof)
        assert not found.learn(proof)
        assert found.shift_enter
    assert Terminal(shift_enter=False).best(("shift+enter",)) == ""


def test_the_terminals_answer_is_understood_and_never_typed() -> None:
    terminal.understand_answers()
    assert keys("\x1b[?25u") == [KITTY_ANSWER]
    assert keys("\x1b[?0u") == []
    assert keys("\x1b[27;2;13~") == [SHIFT_ENTER_OTHER]
    assert keys("\x1b[13;2u") == ["shift+enter"]


def test_the_terminal_is_asked_and_left_as_it_was() -> None:
    driver = Told()
    terminal.ask(driver, {"TMUX": "x"})  # type: ignore[arg-type]
    assert driver.written == "\x1b[?u\x1b[>4;1m"
    terminal.release(driver, {"TMUX": "x"})  # type: ignore[arg-type]
    assert driver.written.endswith("\x1b[>4m")
    driver = Told()
    terminal.ask(driver, {"TERM": "foot"})  # type: ignore[arg-type]
    terminal.release(driver, {"TERM": "foot"})  # type: ignore[arg-type]
    assert driver.written == "\x1b[?u"


def test_keys_have_names_an_author_knows() -> None:
    named = [key_name(key) for key in ("shift+enter", "ctrl+j", "f6", "alt+up", "n", "delete")]
    assert named == ["Shift+Enter", "Ctrl+J", "F6", "Alt+↑", "N", "Del"]
    assert key_name("left_square_bracket") == "["
    assert key_name("question_mark") == "Question mark"


def test_tmux_is_asked_whether_it_hands_the_key_on(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = {"extended-keys": "on", "#{client_termfeatures}": "256,extkeys"}
    monkeypatch.setattr(
        terminal, "look", lambda env: look(env, lambda *words: answers.get(words[-1], ""))
    )
    found = Terminal(shift_enter=False)
    assert not found.ask_tmux({"TERM": "xterm"})
    assert found.ask_tmux({"TMUX": "/tmp/tmux"})
    assert found.shift_enter
    assert not found.ask_tmux({"TMUX": "/tmp/tmux"})
