"""What the terminal can show: its answers come among the keys, and none is typed."""

import pytest
from textual._xterm_parser import XTermParser
from textual.events import Key

from storyforge.tui.graphics import Graphics, Mode, understand_answers
from tests.tui.test_terminal import Told

# xterm's answer is longer than Textual looks.
XTERM = "\x1b[?64;1;2;6;9;15;16;17;18;21;22;28c"


def heard(graphics: Graphics, data: str) -> list[str]:
    """The keys that are left when the answers are taken out."""
    understand_answers()
    keys = [event.key for event in XTermParser().feed(data) if isinstance(event, Key)]
    return [key for key in keys if not graphics.heard(key)]


def test_answers_are_understood_between_keys() -> None:
    graphics = Graphics()
    told = f"a\x1b[6;18;9tb\x1b_Gi=31;OK\x1b\\c{XTERM}d"
    assert heard(graphics, told) == ["a", "b", "c", "d"]
    assert graphics.cell == (9, 18)
    assert graphics.mode("auto", {}) is Mode.KITTY


def test_sixel_goes_before_what_a_terminal_claims_to_know_of_kitty() -> None:
    graphics = Graphics()
    assert heard(graphics, "\x1b_Gi=31;OK\x1b\\\x1b[?62;4;22c") == []
    assert graphics.mode("auto", {}) is Mode.SIXEL


@pytest.mark.parametrize(
    ("environ", "mode"),
    [
        ({"TERM": "xterm-256color"}, Mode.BLOCKS),
        ({"TERM": "xterm-kitty"}, Mode.KITTY),
        ({"TERM": "xterm-kitty", "TMUX": "x"}, Mode.BLOCKS),
        ({"TERM": "foot"}, Mode.SIXEL),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "WezTerm"}, Mode.SIXEL),
        ({"TERM": "xterm-kitty", "NO_COLOR": "1"}, Mode.SHADES),
        ({"TERM": "foot", "NO_COLOR": "1"}, Mode.SIXEL),
    ],
)
def test_the_environment_gives_the_guess(environ: dict[str, str], mode: Mode) -> None:
    assert Graphics().mode("auto", environ) is mode
    assert Graphics().mode("none", environ) is Mode.NONE


def test_the_terminal_is_asked_once_and_not_what_would_disturb_it() -> None:
    graphics, driver = Graphics(), Told()
    graphics.ask(driver, {"TERM": "xterm"})  # type: ignore[arg-type]
    graphics.ask(driver, {"TERM": "xterm"})  # type: ignore[arg-type]
    assert driver.written.count("\x1b[c") == 1
    assert "\x1b_G" in driver.written
    driver = Told()
    Graphics().ask(driver, {"TERM": "screen", "TMUX": "x"})  # type: ignore[arg-type]
    assert "\x1b_G" not in driver.written
    driver = Told()
    Graphics().ask(driver, {"TERM": "linux"})  # type: ignore[arg-type]
    assert driver.written == ""


def test_without_the_extra_there_are_half_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storyforge.tui.graphics.has_extra", lambda: False)
    graphics = Graphics()
    assert graphics.finest({"TERM": "foot"}) is Mode.SIXEL
    assert graphics.mode("auto", {"TERM": "foot"}) is Mode.BLOCKS
    assert graphics.mode("kitty", {"TERM": "foot"}) is Mode.BLOCKS
