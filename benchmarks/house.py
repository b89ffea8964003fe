"""A place of its own for one run: settings, data and stories apart from the author's.

Starts the program and its bare counterpart in it.
"""

import os
import sys
from pathlib import Path

from benchmarks.pty_app import PtyApp

_ROOT = Path(__file__).parent.parent
#: nothing of the terminal that happens to run the benchmarks may reach the programs
_NOT_PASSED_ON = (
    *("TMUX", "STY", "ZELLIJ", "NO_COLOR", "KITTY_WINDOW_ID", "TERM_PROGRAM"),
    # With it each start compiles our modules anew, and the library's not: no author has it set.
    "PYTHONDONTWRITEBYTECODE",
)


class House:
    """A temporary folder that the programs take for the author's.

    Attributes:
        root: everything lies below it.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        kept = {
            name: value
            for name, value in os.environ.items()
            if name not in _NOT_PASSED_ON and not name.startswith(("STORYFORGE_", "TEXTUAL"))
        }
        for name in ("CONFIG", "DATA", "CACHE", "STORIES"):
            folder = root / name.lower()
            folder.mkdir(parents=True, exist_ok=True)
            kept[f"STORYFORGE_{name}_DIR"] = str(folder)
        self.environ = kept | {
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            "LANG": "C.UTF-8",
        }

    def story(self, name: str) -> Path:
        """Where the story of that name lies."""
        return self.root / "stories" / f"{name}.forge"

    def storyforge(self, *arguments: str, **settings: str) -> PtyApp:
        """The program; `settings` are its environment's, such as `WRITING__LENGTH`."""
        environ = self.environ | {f"STORYFORGE_{name}": text for name, text in settings.items()}
        return PtyApp([sys.executable, "-m", "storyforge", *arguments], environ, _ROOT)

    def bare(self, text: str, caret: int) -> PtyApp:
        """The minimal app on the same text."""
        file = self.root / "bare.txt"
        file.write_text(text, "utf-8")
        argv = [sys.executable, "-m", "benchmarks.bare_textarea", str(file), str(caret)]
        return PtyApp(argv, self.environ, _ROOT)
