"""What the environment tells of the terminal: can Shift+Enter arrive, and what does tmux let by.

A guess from outside, for `doctor` and for the first hint; the screen itself learns more from the
keys that really arrive. tmux is asked, nothing is changed.
"""

import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass

# Terminals that answer a request for the kitty keyboard protocol, by their own variables.
_KITTY_PROGRAMS = frozenset({"ghostty", "WezTerm", "rio", "iTerm.app", "vscode"})
_KITTY_TERMS = ("xterm-kitty", "xterm-ghostty", "foot", "alacritty", "rio", "contour")

#: what to add to ~/.tmux.conf so that tmux hands Shift+Enter on (tmux 3.2 and newer)
TMUX_LINES = (
    "set -s extended-keys on",
    "set -as terminal-features 'xterm*:extkeys'",
)


@dataclass(frozen=True, slots=True)
class Tmux:
    """tmux between the program and the terminal.

    Attributes:
        extended_keys: "off", "on" or "always"; empty when tmux does not know the option.
        outer_keys: whether the terminal outside was told to send such keys.
    """

    version: str = ""
    extended_keys: str = ""
    focus_events: str = ""
    allow_passthrough: str = ""
    outer_keys: bool = False

    @property
    def shift_enter(self) -> bool:
        """Whether Shift+Enter gets through."""
        return self.extended_keys in ("on", "always") and self.outer_keys


@dataclass(frozen=True, slots=True)
class TerminalFacts:
    """The terminal at hand, as far as the environment tells.

    Attributes:
        name: the program if it says so, else TERM.
        shift_enter: whether Shift+Enter is known to arrive apart from Enter.
    """

    name: str
    term: str
    shift_enter: bool
    colour: bool
    tmux: Tmux | None = None
    other_multiplexer: str = ""


def ask_tmux(*arguments: str) -> str:
    """What tmux answers; empty when it does not."""
    try:
        answer = subprocess.run(
            ["tmux", *arguments], capture_output=True, text=True, timeout=2, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return answer.stdout.strip()


def look(environ: Mapping[str, str], ask: Callable[..., str] = ask_tmux) -> TerminalFacts:
    """The facts from `environ`, and from tmux where it runs."""
    tmux = _look_at_tmux(ask) if environ.get("TMUX") else None
    other = "screen" if environ.get("STY") else "zellij" if environ.get("ZELLIJ") else ""
    direct = not other and speaks_kitty(environ)
    return TerminalFacts(
        name=environ.get("TERM_PROGRAM") or environ.get("TERM", ""),
        term=environ.get("TERM", ""),
        shift_enter=direct if tmux is None else tmux.shift_enter,
        colour=not environ.get("NO_COLOR"),
        tmux=tmux,
        other_multiplexer=other,
    )


def speaks_kitty(environ: Mapping[str, str]) -> bool:
    """Whether the terminal is known to answer Textual's request for the kitty keyboard protocol."""
    if environ.get("TEXTUAL_DISABLE_KITTY_KEY") == "1":
        return False
    if environ.get("KITTY_WINDOW_ID") or environ.get("TERM_PROGRAM") in _KITTY_PROGRAMS:
        return True
    return environ.get("TERM", "").startswith(_KITTY_TERMS)


def _look_at_tmux(ask: Callable[..., str]) -> Tmux:
    return Tmux(
        version=ask("-V").removeprefix("tmux "),
        extended_keys=ask("show-options", "-s", "-v", "extended-keys"),
        focus_events=ask("show-options", "-s", "-v", "focus-events"),
        allow_passthrough=ask("show-options", "-g", "-w", "-v", "allow-passthrough"),
        outer_keys="extkeys" in ask("display-message", "-p", "#{client_termfeatures}").split(","),
    )
