"""How wide this terminal draws `…―●│`, asked outside the screen, and which setting decides it.

For `doctor`. The screen itself asks in its own way (`tui.widths`). Keys are not eaten: one that
came in meanwhile is handed back where the system allows it, and where one is waiting already, the
terminal is not asked.
"""

import os
import re
import select
import sys
import time
from collections.abc import Mapping

from storyforge.i18n import N_, _

PROBES = ("…", "―", "●", "│")
#: seconds after which a terminal that has not answered is one that does not
PATIENCE = 1.0

_ANSWER = re.compile(rb"\x1b\[\d+;(\d+)R")

# Where each terminal has its setting. Programs are told by what they put into the environment.
_SETTINGS = {
    "iTerm.app": N_("iTerm2: Settings › Profiles › Text › “Ambiguous characters are double-width”"),
    "Apple_Terminal": N_(
        "Terminal: Settings › Profiles › Advanced › “Unicode East Asian Ambiguous characters "
        "are wide”"
    ),
    "WezTerm": N_("WezTerm: config.treat_east_asian_ambiguous_width_as_wide in wezterm.lua"),
    "mintty": N_("mintty: Charwidth=ambig-wide or Charwidth=ambig-narrow in ~/.minttyrc"),
    "mlterm": N_("mlterm: col_size_of_width_a = 1 or 2 in ~/.mlterm/main"),
    "vte": N_(
        "GNOME Terminal and its relatives: Preferences › the profile › Compatibility › "
        "“Ambiguous-width characters”"
    ),
    "windows": N_(
        "Windows Terminal: Settings › Compatibility › “Ambiguous width” "
        '("compatibility.ambiguousWidth" in settings.json)'
    ),
    "xterm": N_("xterm: the option -cjk_width, or XTerm*cjkWidth in ~/.Xresources"),
    "": N_("look for “ambiguous width” or “CJK width” in the terminal's settings"),
}


def ask(descriptor: int | None = None, patience: float = PATIENCE) -> dict[str, int]:
    """The cells each of `PROBES` takes; empty where the terminal cannot be asked or is silent.

    Args:
        descriptor: of the terminal; standard input where not given. Its line is left blank.
    """
    if sys.platform == "win32":
        return {}
    import termios

    terminal = sys.stdin.fileno() if descriptor is None else descriptor
    if not os.isatty(terminal) or select.select([terminal], [], [], 0)[0]:
        return {}
    before = termios.tcgetattr(terminal)
    quiet = termios.tcgetattr(terminal)
    quiet[3] &= ~(termios.ICANON | termios.ECHO)
    try:
        termios.tcsetattr(terminal, termios.TCSANOW, quiet)
        os.write(terminal, "".join(f"\r{probe}\x1b[6n" for probe in PROBES).encode())
        heard = _heard(terminal, patience)
        os.write(terminal, b"\r\x1b[K")
        _hand_back(terminal, _ANSWER.sub(b"", heard))
    finally:
        termios.tcsetattr(terminal, termios.TCSANOW, before)
    columns = [int(column) for column in _ANSWER.findall(heard)]
    if len(columns) != len(PROBES):
        return {}
    return {probe: column - 1 for probe, column in zip(PROBES, columns, strict=True)}


def _heard(terminal: int, patience: float) -> bytes:
    heard = b""
    deadline = time.monotonic() + patience
    while len(_ANSWER.findall(heard)) < len(PROBES):
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([terminal], [], [], left)[0]:
            break
        heard += os.read(terminal, 1024)
    return heard


def _hand_back(terminal: int, typed: bytes) -> None:
    """Put keys back into the terminal's queue; newer systems may forbid it."""
    import fcntl
    import termios

    for byte in typed:
        try:
            fcntl.ioctl(terminal, termios.TIOCSTI, bytes([byte]))
        except OSError:
            return


def setting(environ: Mapping[str, str]) -> str:
    """Where the terminal at hand lets its user choose, for the author."""
    program = environ.get("TERM_PROGRAM", "")
    if environ.get("WT_SESSION"):
        program = "windows"
    elif environ.get("MLTERM"):
        program = "mlterm"
    elif environ.get("VTE_VERSION"):
        program = "vte"
    elif environ.get("XTERM_VERSION"):
        program = "xterm"
    return _(_SETTINGS.get(program, _SETTINGS[""]))
