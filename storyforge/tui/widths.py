"""Asks the terminal how wide ambiguous characters are, and lets the screen follow.

The question goes out on the blank screen, before the first frame: each character is drawn at a
known place, then the terminal says where its cursor came to (`CSI 6 n`), and the row is erased. The
answers come in among the keys, by Textual's own parser; nobody waits for them, and a terminal that
gives none is taken for narrow. How the characters are measured then is `cells`' to know.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, cast

from textual import _border
from textual.scrollbar import ScrollBarRender

from storyforge.tui.cells import PROBES, follow, is_wide

if TYPE_CHECKING:
    from textual.app import App
    from textual.driver import Driver
    from textual.events import CursorPosition

#: the row, counted from 1; an answer from row 1 would look like Shift+F3 to some
_ROW = 2
#: cells from one character to the next, so that each answer says whose it is
_STEP = 4


class Widths:
    """The terminal's answers.

    Attributes:
        answers: by probe, how many cells it takes; what was not answered is missing.
    """

    def __init__(self) -> None:
        self.answers: dict[str, int] = {}

    @staticmethod
    def ask(driver: "Driver") -> None:
        """Put the question. The screen must be blank: it stays so."""
        driver.write(question())
        driver.flush()

    def heard(self, event: "CursorPosition") -> bool:
        """Take one answer; True when the screen has to be measured anew."""
        index, cells = divmod(event.x, _STEP)
        if event.y != _ROW - 1 or index >= len(PROBES) or cells not in (1, 2):
            return False
        self.answers[PROBES[index]] = cells
        if len(self.answers) < len(PROBES):
            return False
        return follow_terminal(probe for probe, width in self.answers.items() if width == 2)


def question() -> str:
    """The bytes that ask; the cursor is where it was afterwards."""
    drawn = (
        f"\x1b[{_ROW};{1 + index * _STEP}H{probe}\x1b[6n" for index, probe in enumerate(PROBES)
    )
    return f"\x1b7{''.join(drawn)}\x1b[{_ROW};1H\x1b[2K\x1b8"


def follow_terminal(wide: Iterable[str]) -> bool:
    """Measure so from now on, and draw frames that hold; whether anything changed."""
    if not follow(wide):
        return False
    frames_of_ascii(is_wide("│"))
    return True


_OWN_FRAMES = dict(_border.BORDER_CHARS)
_OWN_BARS = list(ScrollBarRender.VERTICAL_BARS), list(ScrollBarRender.HORIZONTAL_BARS)


def frames_of_ascii(on: bool) -> None:
    """Draw borders and scrollbars without box drawing, or with it again.

    Textual counts on one cell for each of its characters.
    """
    for name in _border.BORDER_CHARS:
        frame = _OWN_FRAMES[name]
        drawn = "".join(character for row in frame for character in row)
        if on and not drawn.isascii():
            is_line = any(line in drawn for line in "─━═╌╍")
            frame = _OWN_FRAMES["ascii" if is_line else "blank"]
        _border.BORDER_CHARS[name] = frame
    _border.get_box.cache_clear()
    upright, level = _OWN_BARS
    ScrollBarRender.VERTICAL_BARS = [" "] * len(upright) if on else upright
    ScrollBarRender.HORIZONTAL_BARS = [" "] * len(level) if on else level


def measure_anew(app: "App[Any]") -> None:
    """Characters have another width than was thought: lay everything out again."""
    for screen in app.screen_stack:
        for page in screen.query("PageView"):
            cast(Any, page).measure_anew()
        screen.refresh(layout=True)
    app.refresh_css(animate=False)
