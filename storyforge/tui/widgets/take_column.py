"""One take in a column of its own: text in pieces of different kinds, wrapped as the page is.

It draws what it is given and keeps the piece under the cursor in sight. It refuses to know takes.
"""

from collections.abc import Iterator, Sequence
from typing import ClassVar

from rich.segment import Segment
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from storyforge.tui.widgets.wrapping import Run, wrap_runs

# The kinds of a column's runs: "", "here" (plain, but kept in sight), "cursor", "marked", "both",
# "number", "gone", "came" or "muted".
_IN_SIGHT = frozenset({"here", "cursor", "both"})


class TakeColumn(ScrollView, can_focus=False):
    """A column with a title; the one that keys go to has the class `-here`."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "take--here",
        "take--cursor",
        "take--marked",
        "take--both",
        "take--number",
        "take--gone",
        "take--came",
        "take--muted",
    }
    DEFAULT_CSS = """
    TakeColumn {
        width: 1fr;
        height: 1fr;
        padding: 0 1;
        background: $surface;
        color: $foreground;
        border: round $border-blurred;
        border-title-color: $foreground-muted;
        scrollbar-size-vertical: 1;
        overflow-x: hidden;
        &.-here { border: round $border; border-title-color: $accent; border-title-style: bold; }
        .take--here { color: $foreground; }
        .take--cursor {
            background: $block-cursor-background;
            color: $block-cursor-foreground;
        }
        .take--marked { color: $text-success; background: $success 15%; }
        .take--both { color: $background; background: $success; }
        .take--number { color: $accent; text-style: bold; }
        .take--gone { color: $text-error; background: $error 15%; }
        .take--came { color: $text-success; background: $success 15%; }
        .take--muted { color: $foreground-muted; }
        &:nocolor {
            .take--cursor { text-style: reverse; }
            .take--marked, .take--came { text-style: underline; }
            .take--both { text-style: reverse underline; }
            .take--gone { text-style: strike; }
        }
    }
    """

    class Pressed(Message):
        """The column was clicked."""

        def __init__(self, column: "TakeColumn") -> None:
            super().__init__()
            self.column = column

    def __init__(self) -> None:
        super().__init__()
        self._runs: tuple[Run, ...] = ()
        self._lines: list[tuple[Run, ...]] = []
        self._follow = False

    @property
    def plain(self) -> str:
        """What is drawn, without its marks."""
        return "".join(text for text, _ in self._runs)

    def show(self, runs: Sequence[Run], *, follow: bool = False) -> None:
        """Draw these pieces; `follow` keeps the end in sight where no piece has the cursor."""
        over = self._follow and not follow
        self._runs, self._follow = tuple(runs), follow
        self._lay_out()
        if over:
            # It was followed while it came; it is read from its beginning.
            self.scroll_to(y=0, animate=False)

    def on_resize(self) -> None:
        """Another width: other rows."""
        self._lay_out()

    def on_click(self) -> None:
        """Tell."""
        self.post_message(self.Pressed(self))

    def render_line(self, y: int) -> Strip:
        """Draw one row."""
        width = self.scrollable_content_region.width
        index = y + self.scroll_offset.y
        plain = self.rich_style
        if index >= len(self._lines):
            return Strip.blank(width, plain)
        segments = [
            Segment(text, plain + self.get_component_rich_style(f"take--{kind}") if kind else plain)
            for text, kind in self._lines[index]
        ]
        return Strip(segments).adjust_cell_length(width, plain)

    def _lay_out(self) -> None:
        # The bar's cell is kept free: it shows once the rows are known, and nobody hears of it.
        width = self.content_region.width - self.styles.scrollbar_size_vertical
        if width <= 0:
            return
        self._lines = list(_wrapped(self._runs, width))
        self.virtual_size = Size(width, len(self._lines))
        self.refresh()
        here = [
            index
            for index, line in enumerate(self._lines)
            if any(kind in _IN_SIGHT for _, kind in line)
        ]
        if here:
            height = min(len(here), max(self.size.height, 1))
            self.scroll_to_region(Region(0, here[0], 1, height), animate=False)
        elif self._follow:
            self.scroll_to(y=max(len(self._lines) - self.size.height, 0), animate=False)


def _wrapped(runs: Sequence[Run], width: int) -> Iterator[tuple[Run, ...]]:
    """The rows of the pieces; a line end within one ends a row."""
    line: list[Run] = []
    for text, kind in runs:
        first, *rest = text.split("\n")
        line.append((first, kind))
        for piece in rest:
            yield from wrap_runs(line, width)
            line = [(piece, kind)]
    yield from wrap_runs(line, width)
