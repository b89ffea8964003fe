"""What the terminal can show of a picture: kitty's protocol, sixel, half blocks, or shades.

textual-image asks the terminal when it is imported, reads the answers itself, and loses keys that
come between. Here the question goes out once pictures are about to be shown, while Textual reads:
its parser is taught the answers, as `terminal.understand_answers` has it. Until they are there, and
where none comes, the environment gives the guess.
"""

import os
import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from textual.driver import Driver


class Mode(StrEnum):
    """How pictures are shown, the finest first."""

    KITTY = "kitty"
    SIXEL = "sixel"
    #: two pixels a cell, in colours
    BLOCKS = "blocks"
    #: grey by characters, where colours are not wanted
    SHADES = "shades"
    #: not at all: words
    NONE = "none"


# What the answers are called as keys.
_CELL, _SIXEL, _NO_SIXEL, _KITTY = "<cell", "<sixel>", "<no sixel>", "<kitty graphics>"

_ATTRIBUTES = re.compile(r"\x1b\[\?([\d;]*)c")
_CELL_SIZE = re.compile(r"\x1b\[6;(\d{1,3});(\d{1,3})t")
_KITTY_SAYS = "\x1b_Gi=31;OK"
# Kitty's question: would you take a picture of one pixel?
_ASK_KITTY = "\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\"
_ASK_CELL, _ASK_ATTRIBUTES = "\x1b[16t", "\x1b[c"

# Textual gives up on a sequence after 32 characters; xterm's answer has 38.
_LONGEST = 64

# Where an answer is not waited for, by TERM and by TERM_PROGRAM.
_KITTY_TERMS = ("xterm-kitty", "xterm-ghostty")
_SIXEL_TERMS = ("foot", "mlterm", "contour")
_SIXEL_PROGRAMS = ("WezTerm", "iTerm.app")

# What textual-image is needed for.
_BY_EXTRA = (Mode.KITTY, Mode.SIXEL)
#: the command that installs it; it is under the LGPL, and so an extra
EXTRA = 'pip install "storyforge[graphics]"'

#: width and height of a cell in pixels where nobody says: those of a VT340
USUAL_CELL = (10, 20)


class Graphics:
    """The terminal's answers.

    Attributes:
        cell: width and height of a cell in pixels.
        changed: hears of an answer.
    """

    def __init__(self) -> None:
        self.cell = USUAL_CELL
        self.changed: Callable[[], object] = lambda: None
        self._asked = False
        self._sixel: bool | None = None
        self._kitty = False

    def ask(self, driver: "Driver", environ: Mapping[str, str] | None = None) -> None:
        """Put the questions, once; nothing waits for the answers."""
        env = os.environ if environ is None else environ
        if self._asked or env.get("TERM") in ("linux", "dumb"):
            return
        self._asked = True
        understand_answers()
        self.cell = _cell_by_system() or self.cell
        # tmux and screen take kitty's question for a title.
        between = env.get("TMUX") or env.get("STY") or env.get("TERM_PROGRAM") == "Apple_Terminal"
        driver.write(_ASK_CELL + ("" if between else _ASK_KITTY) + _ASK_ATTRIBUTES)
        driver.flush()

    def heard(self, key: str) -> bool:
        """Take a key event for what it is; whether it was an answer."""
        if key in (_SIXEL, _NO_SIXEL):
            self._sixel = key == _SIXEL
        elif key == _KITTY:
            self._kitty = True
        elif key.startswith(_CELL):
            width, height = key[len(_CELL) + 1 : -1].split("x")
            if int(width) and int(height):
                self.cell = int(width), int(height)
        else:
            return False
        self.changed()
        return True

    def mode(self, wanted: str, environ: Mapping[str, str] | None = None) -> Mode:
        """How pictures are shown; `wanted` is the setting's word.

        What wezterm and Konsole answer to kitty's question is more than they can do; they can do
        sixel. Kitty tells its pictures by colours, which who wants none would not get.
        """
        env = os.environ if environ is None else environ
        mode = self.finest(env) if wanted == "auto" else Mode(wanted)
        if mode in _BY_EXTRA and not has_extra():
            mode = Mode.BLOCKS
        if env.get("NO_COLOR") and mode in (Mode.KITTY, Mode.BLOCKS):
            return Mode.SHADES
        return mode

    def finest(self, environ: Mapping[str, str] | None = None) -> Mode:
        """What the terminal can do, as far as is known."""
        env = os.environ if environ is None else environ
        between = env.get("TMUX") or env.get("STY") or env.get("ZELLIJ")
        guessed = self._sixel is None and not between
        if self._sixel or (
            guessed and (env.get("TERM_PROGRAM") in _SIXEL_PROGRAMS or _is_term(env, _SIXEL_TERMS))
        ):
            return Mode.SIXEL
        if self._kitty or (not between and _is_term(env, _KITTY_TERMS)):
            return Mode.KITTY
        return Mode.BLOCKS


@cache
def has_extra() -> bool:
    """Whether textual-image is installed."""
    return find_spec("textual_image") is not None


def _is_term(env: Mapping[str, str], names: tuple[str, ...]) -> bool:
    return env.get("TERM", "").startswith(names)


def _cell_by_system() -> tuple[int, int] | None:
    """As the system knows it; None where it does not."""
    try:
        import fcntl
        import struct
        import sys
        import termios

        told = fcntl.ioctl(sys.__stdout__, termios.TIOCGWINSZ, bytes(8))  # type: ignore[arg-type]
        rows, columns, width, height = struct.unpack("HHHH", told)
    except (ImportError, OSError, TypeError, ValueError):
        return None
    cell = (width // max(columns, 1), height // max(rows, 1))
    return cell if all(cell) else None


class _Named:
    """Shaped like one of Textual's `Keys`."""

    def __init__(self, value: str) -> None:
        self.value = value


class _Table(dict[str, Any]):
    """Textual's table of sequences, with answers that are too many to be listed."""

    def __init__(self, table: Mapping[str, Any], ignore: object) -> None:
        super().__init__(table)
        self._ignore = ignore
        self._ends = False

    def get(self, sequence: str, default: Any = None) -> Any:
        """What a sequence stands for."""
        ends, self._ends = self._ends, self._ends and sequence == "\x1b"
        found = super().get(sequence, default)
        if found is not None or len(sequence) < 2:
            return found
        if ends and sequence == "\x1b\\":
            return self._ignore
        if sequence == _KITTY_SAYS:
            self._ends = True  # its closing bracket comes yet
            return (_Named(_KITTY),)
        if told := _CELL_SIZE.fullmatch(sequence):
            return (_Named(f"{_CELL} {told[2]}x{told[1]}>"),)
        if told := _ATTRIBUTES.fullmatch(sequence):
            return (_Named(_SIXEL if "4" in told[1].split(";") else _NO_SIXEL),)
        return None


def understand_answers() -> None:
    """Teach Textual's parser the answers to `Graphics.ask`; they would be typed otherwise."""
    from textual import _ansi_sequences, _xterm_parser

    parser: Any = _xterm_parser
    if not isinstance(parser.ANSI_SEQUENCES_KEYS, _Table):
        ignore = _ansi_sequences.IGNORE_SEQUENCE
        parser.ANSI_SEQUENCES_KEYS = _Table(parser.ANSI_SEQUENCES_KEYS, ignore)
        parser._MAX_SEQUENCE_SEARCH_THRESHOLD = _LONGEST
