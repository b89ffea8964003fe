"""Which keys the terminal at hand can send, so that every hint on the screen is true.

Shift+Enter is the one in doubt: without the kitty keyboard protocol (or xterm's modifyOtherKeys) a
terminal sends a plain Enter for it. The environment gives a first guess; the terminal's own answer
and a Shift+Enter that really arrives overrule it. Ctrl+J and F5 arrive everywhere.
"""

import os
from collections.abc import Mapping, MutableMapping
from enum import StrEnum
from typing import TYPE_CHECKING, Any, cast

from storyforge.i18n import N_, _
from storyforge.studio.terminal_facts import look, speaks_kitty
from storyforge.tui.graphics import Graphics

if TYPE_CHECKING:
    from textual.driver import Driver

#: the key event that stands for "this terminal speaks the kitty keyboard protocol"
KITTY_ANSWER = "<kitty-keyboard>"

#: how xterm's `CSI 27;2;13~`, which tmux sends too, comes out of Textual's parser
SHIFT_ENTER_OTHER = "shift+\r"

_NAMES = {
    "enter": N_("Enter"),
    "escape": N_("Esc"),
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "delete": N_("Del"),
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "backslash": "\\",
    "slash": "/",
    "plus": "+",
    "minus": "−",
    "space": N_("Space"),
    "tab": "Tab",
    "backspace": N_("Backspace"),
    "pageup": N_("PageUp"),
    "pagedown": N_("PageDown"),
    "home": N_("Home"),
    "end": N_("End"),
    "shift": N_("Shift"),
    "ctrl": N_("Ctrl"),
    "alt": N_("Alt"),
}


class Answer(StrEnum):
    """What the parser hands on for a terminal's answer; shaped like Textual's own `Keys`."""

    KITTY = KITTY_ANSWER


class Terminal:
    """What is known of the terminal: which keys it sends, and what it can show.

    Attributes:
        shift_enter: whether Shift+Enter arrives as such, as far as is known.
        graphics: what it can show of a picture.
    """

    def __init__(self, *, shift_enter: bool) -> None:
        self.shift_enter = shift_enter
        self.graphics = Graphics()

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> "Terminal":
        """The first guess; a multiplexer in between is taken for a no until a key proves it."""
        env = os.environ if environ is None else environ
        between = env.get("TMUX") or env.get("STY") or env.get("ZELLIJ")
        return cls(shift_enter=not between and speaks_kitty(env))

    def learn(self, key: str) -> bool:
        """Draw the conclusion from a key event; True when something new was learned."""
        if self.shift_enter or key not in ("shift+enter", SHIFT_ENTER_OTHER, KITTY_ANSWER):
            return False
        self.shift_enter = True
        return True

    def ask_tmux(self, environ: Mapping[str, str] | None = None) -> bool:
        """Ask tmux, where it runs, whether it hands Shift+Enter on; True when that is news.

        Takes some milliseconds for each of its answers: call it in a thread.
        """
        env = os.environ if environ is None else environ
        if self.shift_enter or not env.get("TMUX"):
            return False
        self.shift_enter = look(env).shift_enter
        return self.shift_enter

    def arrives(self, key: str) -> bool:
        """Whether `key` reaches the program here."""
        return self.shift_enter or key != "shift+enter"

    def best(self, keys: tuple[str, ...]) -> str:
        """The first of `keys` that arrives here; "" when there is none."""
        return next((key for key in keys if self.arrives(key)), "")


def understand_answers() -> None:
    """Teach Textual's parser the terminal's answer to `CSI ? u`.

    Textual 8.2 asks for the protocol but never whether it was granted, and would hand an answer on
    as typed characters. The parser's own table of sequences is the one place where it can be given
    a name.
    """
    from textual import _ansi_sequences, _xterm_parser

    parser: Any = _xterm_parser
    table = cast(MutableMapping[str, Any], parser.ANSI_SEQUENCES_KEYS)
    for flags in range(1, 32):
        table[f"\x1b[?{flags}u"] = (Answer.KITTY,)
    # No protocol in force: nothing to learn, but it must not be typed into the page either.
    table["\x1b[?0u"] = _ansi_sequences.IGNORE_SEQUENCE


def ask(driver: "Driver", environ: Mapping[str, str] | None = None) -> None:
    """Ask the terminal whether it speaks the kitty protocol, and for xterm's way where it does not.

    modifyOtherKeys 1 leaves well-known keys alone and makes xterm and tmux (`extended-keys on`)
    send Shift+Enter apart from Enter.
    """
    env = os.environ if environ is None else environ
    driver.write("\x1b[?u")
    if _wants_other_keys(env):
        driver.write("\x1b[>4;1m")
    driver.flush()


def release(driver: "Driver", environ: Mapping[str, str] | None = None) -> None:
    """Take back what `ask` switched on."""
    if _wants_other_keys(os.environ if environ is None else environ):
        driver.write("\x1b[>4m")
        driver.flush()


def _wants_other_keys(env: Mapping[str, str]) -> bool:
    return bool(env.get("TMUX") or env.get("XTERM_VERSION"))


def key_name(key: str) -> str:
    """`key` as it is written on the screen: "shift+enter" → "Shift+Enter", "f6" → "F6"."""
    parts = []
    for part in key.split("+"):
        if part in _NAMES:
            parts.append(_(_NAMES[part]))
        elif len(part) == 1 or (part[0] == "f" and part[1:].isdigit()):
            parts.append(part.upper())
        else:
            parts.append(part.replace("_", " ").capitalize())
    return "+".join(parts)
