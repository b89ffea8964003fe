"""Scenes against columns, a mark where they meet, with a cursor over both. It only draws and tells.

Columns that have no room are reached by the cursor; the head stays in sight. Only the rows in sight
are drawn.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from storyforge.tui.widgets.rows import fitted


@dataclass(frozen=True, slots=True)
class GridRow:
    """A row.

    Attributes:
        id: what it stands for; empty for a heading, which the cursor passes over.
        cells: (sign, kind) for each column, or none; the kinds are those of the style sheet.
    """

    id: str
    text: str
    cells: tuple[tuple[str, str], ...] = ()


# Of the width the rows' names take so much; cells of a column at the least and at the most.
_NAMES, _FEWEST_NAMES, _MOST_NAMES = 0.3, 16, 40
_NARROW, _WIDE = 6, 14
_HEAD = 1


class StoryGrid(ScrollView, can_focus=True):
    """The grid. Arrows move over rows and columns; a click on the marked cell chooses it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1,0)", show=False),
        Binding("down", "move(1,0)", show=False),
        Binding("left", "move(0,-1)", show=False),
        Binding("right", "move(0,1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("home", "move(0,-100000)", show=False),
        Binding("end", "move(0,100000)", show=False),
        Binding("ctrl+home", "move(-100000,0)", show=False),
        Binding("ctrl+end", "move(100000,0)", show=False),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "grid--head",
        "grid--here",
        "grid--there",
        "grid--sees",
        "grid--warning",
        "grid--quiet",
        "grid--cursor",
    }
    DEFAULT_CSS = """
    StoryGrid {
        background: $background;
        color: $foreground;
        scrollbar-size-vertical: 1;
        overflow-x: hidden;
        .grid--head { color: $foreground-muted; text-style: bold; }
        .grid--here { color: $accent; text-style: bold; }
        .grid--there { color: $foreground; }
        .grid--sees { color: $accent; text-style: bold; }
        .grid--warning { color: $text-warning; }
        .grid--quiet { color: $foreground-muted; }
        .grid--cursor { background: $block-cursor-background; color: $block-cursor-foreground; }
        &:nocolor .grid--cursor { text-style: reverse; }
    }
    """

    class Moved(Message):
        """The cursor came to another cell."""

    class Chosen(Message):
        """The cell under the cursor was clicked."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: tuple[GridRow, ...] = ()
        self._columns: tuple[str, ...] = ()
        self._row = 0
        self._column = 0
        self._left = 0

    @property
    def row_id(self) -> str:
        """What the row under the cursor stands for; empty where there is none."""
        return self._rows[self._row].id if self._row < len(self._rows) else ""

    @property
    def column(self) -> int:
        """The column under the cursor."""
        return self._column

    @property
    def plain(self) -> str:
        """What is in sight, without styles."""
        return "\n".join(self.render_line(y).text.rstrip() for y in range(self.size.height))

    def show(self, columns: Sequence[str], rows: Sequence[GridRow], at: str = "") -> None:
        """Show these; the cursor goes to the row `at`, else stays where it was."""
        wanted = at or self.row_id
        self._columns, self._rows = tuple(columns), tuple(rows)
        found = next((n for n, row in enumerate(self._rows) if row.id == wanted != ""), None)
        self._row = self._free(self._row if found is None else found, 1)
        self._column = max(0, min(self._column, len(self._columns) - 1))
        self._arrange()

    def on_resize(self) -> None:
        """Another width has another number of columns."""
        self._arrange()

    # Drawing.

    def render_line(self, y: int) -> Strip:
        """One visible row; the first is the head."""
        width = self.size.width
        if y < _HEAD:
            return self._head(width)
        index = y - _HEAD + self.scroll_offset.y
        if index >= len(self._rows):
            return Strip.blank(width, self.rich_style)
        row = self._rows[index]
        plain = self.rich_style
        here = index == self._row
        name = plain
        if not row.id or here:
            name = plain + self._style("here" if here else "head")
        lead = "   " if row.id else " "
        segments = [Segment(fitted(lead + row.text, self._names), name)]
        for at in self._in_sight:
            sign, kind = row.cells[at] if row.cells else ("", "")
            style = plain + (self._style(kind) if kind else Style())
            if here and at == self._column:
                style = plain + self.get_component_rich_style("grid--cursor", partial=True)
            segments.append(Segment(_middle(sign, self._each), style))
        return Strip(segments).adjust_cell_length(width, plain)

    def _head(self, width: int) -> Strip:
        plain = self.rich_style
        more_left = "‹" if self._left else " "
        segments = [Segment(fitted("", self._names - 1) + more_left, plain + self._style("quiet"))]
        for at in self._in_sight:
            style = plain + self._style("here" if at == self._column else "head")
            name = fitted(self._columns[at], self._each - 1).rstrip(" ")
            segments.append(Segment(_middle(name, self._each), style))
        if self._in_sight and self._in_sight[-1] < len(self._columns) - 1:
            segments.append(Segment("›", plain + self._style("quiet")))
        return Strip(segments).adjust_cell_length(width, plain)

    def _style(self, kind: str) -> Style:
        found = self.get_component_rich_style(
            f"grid--{kind}", partial=kind not in ("head", "quiet")
        )
        return Style(color=found.color, bold=found.bold, dim=found.dim)

    # How it is laid out.

    @property
    def _names(self) -> int:
        """Cells of the rows' names."""
        return max(_FEWEST_NAMES, min(int(self.size.width * _NAMES), _MOST_NAMES))

    @property
    def _each(self) -> int:
        """Cells of a column."""
        room = max(self.size.width - self._names - 1, _NARROW)
        longest = max((cell_len(name) + 2 for name in self._columns), default=_NARROW)
        wanted = max(room // max(len(self._columns), 1), _NARROW)
        return min(wanted, max(longest, _NARROW), _WIDE)

    @property
    def _in_sight(self) -> range:
        fit = max((self.size.width - self._names - 1) // self._each, 1)
        return range(self._left, min(self._left + fit, len(self._columns)))

    def _arrange(self) -> None:
        self.virtual_size = Size(max(1, self.size.width), len(self._rows) + _HEAD)
        fit = max((self.size.width - self._names - 1) // self._each, 1)
        last = max(len(self._columns) - fit, 0)
        self._left = max(min(self._left, self._column, last), self._column - fit + 1, 0)
        self.scroll_to_region(
            Region(0, self._row, 1, 1 + _HEAD), animate=False, force=True, immediate=True
        )
        self.refresh()

    # Moving.

    def action_move(self, rows: int, columns: int) -> None:
        """To another scene, or another column."""
        before = self._row, self._column
        to = max(0, min(self._row + rows, len(self._rows) - 1))
        self._row = self._free(to, 1 if rows > 0 else -1)
        self._column = max(0, min(self._column + columns, len(self._columns) - 1))
        if (self._row, self._column) != before:
            self._arrange()
            self.post_message(self.Moved())

    def action_page(self, direction: int) -> None:
        """Move by what is in sight."""
        self.action_move(direction * max(1, self.size.height - 2), 0)

    async def _on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        if offset is None:
            return
        row = offset.y - _HEAD + self.scroll_offset.y
        at = self._left + max(offset.x - self._names, 0) // self._each
        if offset.y < _HEAD or not (0 <= row < len(self._rows) and self._rows[row].id):
            return
        event.stop()
        to = row, (at if offset.x >= self._names and at in self._in_sight else self._column)
        if to == (self._row, self._column):
            self.post_message(self.Chosen())
            return
        self._row, self._column = to
        self._arrange()
        self.post_message(self.Moved())

    def _free(self, index: int, direction: int) -> int:
        """The nearest row to `index` that is no heading, looking in `direction` first."""
        for way in (direction, -direction):
            at = index
            while 0 <= at < len(self._rows):
                if self._rows[at].id:
                    return at
                at += way
        return 0


def _middle(text: str, width: int) -> str:
    """`text` in the middle of so many cells."""
    left = max((width - cell_len(text)) // 2, 0)
    return fitted(" " * left + text, width)
