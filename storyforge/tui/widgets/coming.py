"""The beat that is being drafted, under the page: word by word, until it is whole and stands on it.

It shows the last rows of what has come, in the page's own rows, so that they read as what follows.
"""

from itertools import pairwise

from textual.content import Content
from textual.widget import Widget

from storyforge.tui.widgets.rows import fitted
from storyforge.tui.widgets.wrapping import wrap_line

#: rows of text at the most, where the page has no more to spare
ROWS = 6
# Rows of it that are no text: the line about it, and the one below.
_BESIDE = 2


class Coming(Widget):
    """Hidden while nothing comes."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    Coming {
        display: none;
        height: auto;
        width: 100%;
        max-width: 84;
        padding: 0 2 0 1;
        margin: 0 0 1 0;
        border-left: thick $accent;
        background: $surface;
        color: $foreground;
    }
    Coming.-shown { display: block; }
    """

    def __init__(self) -> None:
        super().__init__(id="coming")
        self._text = ""
        self._about = ""
        self._most = ROWS

    @property
    def plain(self) -> str:
        """What is shown, without styles; empty while it is hidden."""
        return str(self.render()) if self.display else ""

    def show(self, text: str, about: str) -> None:
        """Show what comes, and a line about it."""
        if (text, about) != (self._text, self._about) or not self.has_class("-shown"):
            self._text, self._about = text, about
            self.add_class("-shown")
            self.refresh(layout=True)

    def leave(self, rows: int) -> None:
        """Leave so many rows of the room to the page, and take what is free beside."""
        room = self.parent.size.height if isinstance(self.parent, Widget) else 0
        most = max(ROWS, room - rows - _BESIDE)
        if most != self._most:
            self._most = most
            self.refresh(layout=True)

    def hide(self) -> None:
        """Nothing comes."""
        self.remove_class("-shown")
        self._text = self._about = ""

    def render(self) -> Content:
        """The last rows, then the line about it."""
        width = self.content_size.width
        about = Content.styled(fitted(self._about, width).rstrip(" "), "$foreground-muted")
        return Content("\n").join([*self._rows(width), about])

    def get_content_height(self, _container: object, _viewport: object, width: int) -> int:
        """What has come, and the line about it."""
        return 1 + len(self._rows(width))

    def _rows(self, width: int) -> list[Content]:
        rows = []
        for line in self._text.strip("\n").split("\n") if self._text else ():
            ends = [0, *wrap_line(line, max(width, 1)), len(line)]
            rows += [line[start:end] for start, end in pairwise(ends)]
        return [Content(row) for row in rows[-self._most :]]


def bar(done: int, total: int, cells: int = 10) -> str:
    """How far something is: a bar of so many cells, and in percent."""
    share = min(done / total, 1.0) if total > 0 else 0.0
    full = int(cells * share)
    return f"{'━' * full}{'─' * (cells - full)} {int(100 * share)} %"
