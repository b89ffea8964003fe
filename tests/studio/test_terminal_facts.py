"""What is concluded from the environment and from tmux's answers."""

import pytest

from storyforge.studio import terminal_facts
from storyforge.studio.terminal_facts import look


def _tmux(**answers: str) -> terminal_facts.TerminalFacts:
    def ask(*arguments: str) -> str:
        return answers.get(arguments[-1].strip("#{}").replace("-", "_"), "")

    return look({"TMUX": "/tmp/tmux-0/default,1,0", "TERM": "tmux-256color"}, ask)


@pytest.mark.parametrize(
    ("environ", "arrives"),
    [
        ({"TERM": "xterm-kitty"}, True),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "WezTerm"}, True),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "Apple_Terminal"}, False),
        ({"TERM": "xterm-256color"}, False),
        ({"TERM": "xterm-kitty", "TEXTUAL_DISABLE_KITTY_KEY": "1"}, False),
        ({"TERM": "xterm-kitty", "STY": "1.pts"}, False),
        ({"TERM": "xterm-kitty", "ZELLIJ": "0"}, False),
        ({}, False),
    ],
)
def test_shift_enter_is_promised_only_where_it_is_known(
    environ: dict[str, str], arrives: bool
) -> None:
    assert look(environ).shift_enter is arrives


def test_tmux_lets_shift_enter_by_when_both_sides_are_told() -> None:
    features = "clipboard,extkeys,title"
    assert _tmux(extended_keys="on", client_termfeatures=features).shift_enter
    assert _tmux(extended_keys="always", client_termfeatures=features).shift_enter
    assert not _tmux(extended_keys="off", client_termfeatures=features).shift_enter
    assert not _tmux(extended_keys="on", client_termfeatures="clipboard").shift_enter


def test_a_tmux_that_does_not_answer_is_a_no() -> None:
    facts = _tmux()
    assert facts.tmux == terminal_facts.Tmux()
    assert not facts.shift_enter


def test_a_tmux_that_is_not_there_answers_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert terminal_facts.ask_tmux("-V") == ""


def test_the_program_names_the_terminal_and_no_color_is_seen() -> None:
    facts = look({"TERM": "xterm-256color", "TERM_PROGRAM": "iTerm.app", "NO_COLOR": "1"})
    assert (facts.name, facts.term, facts.colour) == ("iTerm.app", "xterm-256color", False)
    assert look({"TERM": "foot"}).name == "foot"
