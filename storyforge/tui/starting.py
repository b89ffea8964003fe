"""The first second of the program: what makes it short."""

import gc
import os
from pathlib import Path
from typing import Any

from textual.screen import Screen


def hold_garbage() -> None:
    """Collect no garbage while modules are imported.

    They make some 150,000 objects; walking them again and again took a fifth of the start.
    """
    gc.disable()


def settled() -> None:
    """The first screen shows what it is for: collect garbage from here on.

    What was imported never becomes garbage; frozen, it costs no pauses of 30 ms while typing.
    """
    if not gc.isenabled():
        gc.collect()
        gc.freeze()
        gc.enable()


def trust_the_terminal() -> None:
    """Forget COLUMNS and LINES: where a shell exports them, they would outlive every resize."""
    os.environ.pop("COLUMNS", None)
    os.environ.pop("LINES", None)


def first_screen(path: Path | None) -> Screen[Any]:
    """The desk when a story was named, else the library; only the one is imported."""
    if path is not None:
        from storyforge.tui.screens.desk import DeskScreen

        return DeskScreen(path)
    from storyforge.tui.screens.library import LibraryScreen

    return LibraryScreen()
