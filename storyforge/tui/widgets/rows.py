"""A calm list of rows: what binder, takes, library and snapshots are drawn with.

Rows are drawn line by line on demand, so a thousand scenes cost what the visible ones cost. Text is
set as plain segments: nothing in a title is read as markup. The list knows nothing of stories.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Offset, Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from storyforge.tui.widgets.labels import COLOURS, Badge


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list.

    Attributes:
        id: what the row stands for; unique in its list.
        text: at the left; cut off with an ellipsis where it does not fit.
        note: at the right; always whole while there is room for four cells of text.
        depth: steps of indentation.
        kind: "" for a plain row, "head" for a heading, "muted" for a quiet one.
        mark: one cell in front of the text, such as "▸"; empty for none.
        fixed: cannot be marked by the cursor.
        badges: signs in front of the note, each in its colour.
    """

    id: str
    text: str
    note: str = ""
    depth: int = 0
    kind: str = ""
    mark: str = ""
    fixed: bool = False
    badges: tuple[Badge, ...] = ()


_RIGHT_BUTTON = 3


def fitted(text: str, width: int) -> str:
    """`text` in exactly `width` cells, with an ellipsis where it was cut."""
    if width <= 0:
        return ""
    if cell_len(text) <= width:
        return set_cell_size(text, width)
    room = width - cell_len("…")
    return set_cell_size(set_cell_size(text, room).rstrip() + "…", width)


class RowList(ScrollView, can_focus=True):
    """A list with a cursor. Enter or a click chooses; moving the cursor only tells."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("home", "move(-1000000)", show=False),
        Binding("end", "move(1000000)", show=False),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "row--head",
        "row--muted",
        "row--note",
        "row--mark",
        "row--cursor",
        *(f"row--{colour}" for colour in COLOURS),
    }
    DEFAULT_CSS = """
    RowList {
        background: $background;
        color: $foreground;
        scrollbar-size-vertical: 1;
        overflow-x: hidden;
        .row--head { text-style: bold; color: $foreground; }
        .row--muted { color: $foreground-muted; }
        .row--note { color: $foreground-muted; }
        .row--mark { color: $accent; }
        /* A label's colours are the same in every theme; legible on dark and on light. */
        .row--red { color: #d0605e; text-style: bold; }
        .row--blue { color: #4f8fd6; text-style: bold; }
        .row--green { color: #5a9e4e; text-style: bold; }
        .row--orange { color: #c8862a; text-style: bold; }
        .row--violet { color: #9b7acb; text-style: bold; }
        .row--teal { color: #3b9c98; text-style: bold; }
        .row--cursor { background: $block-cursor-blurred-background; }
        &:focus .row--cursor {
            background: $block-cursor-background;
            color: $block-cursor-foreground;
        }
        &:nocolor:focus .row--cursor { text-style: reverse; }
    }
    """

    cursor: reactive[int] = reactive(0)

    class Marked(Message):
        """The cursor came to a row."""

        def __init__(self, rows: "RowList", row: Row) -> None:
            super().__init__()
            self.rows = rows
            self.row = row

        @property
        def control(self) -> "RowList":
            """The list, for `@on` selectors."""
            return self.rows

    class Chosen(Marked):
        """A row was clicked, or Enter was pressed on it."""

    class MenuAsked(Marked):
        """The right button was pressed on a row: what can be done with it?"""

    def __init__(self, *, id: str | None = None, choose: bool = True) -> None:  # noqa: A002
        super().__init__(id=id)
        self._rows: tuple[Row, ...] = ()
        if choose:
            self._bindings.bind("enter", "choose", show=False)

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows that are shown."""
        return self._rows

    @property
    def row(self) -> Row | None:
        """The row under the cursor."""
        return self._rows[self.cursor] if 0 <= self.cursor < len(self._rows) else None

    @property
    def cursor_screen_offset(self) -> Offset:
        """Where on the screen the row under the cursor begins."""
        return self.content_region.offset + Offset(0, self.cursor - self.scroll_offset.y)

    def show(self, rows: Sequence[Row], at: str | None = None) -> None:
        """Show `rows`; the cursor goes to the row `at`, else stays at the row it was on."""
        kept = at if at is not None else (self.row.id if self.row else "")
        self._rows = tuple(rows)
        index = next((i for i, row in enumerate(self._rows) if row.id == kept), None)
        if index is None:
            index = min(self.cursor, len(self._rows) - 1)
        self._resize()
        with self.prevent(self.Marked):
            self.cursor = self._free(index, 1)
        self.refresh()

    def mark(self, row_id: str) -> None:
        """Put the cursor on a row without telling anybody."""
        for index, row in enumerate(self._rows):
            if row.id == row_id:
                with self.prevent(self.Marked):
                    self.cursor = index

    def on_resize(self) -> None:
        """The width of a row is the list's; of a list that got lower the cursor stays in sight."""
        self._resize()
        self._to_cursor()

    def validate_cursor(self, cursor: int) -> int:
        """Stay in the list."""
        return max(0, min(cursor, len(self._rows) - 1))

    def watch_cursor(self, old: int, new: int) -> None:
        """Keep the cursor in sight and tell."""
        self.refresh()
        if self.row is not None:
            self._to_cursor()
            if old != new:
                self.post_message(self.Marked(self, self.row))

    def _to_cursor(self) -> None:
        self.scroll_to_region(Region(0, self.cursor, 1, 1), animate=False)

    def render_line(self, y: int) -> Strip:
        """Draw one visible row."""
        width = self.size.width
        index = y + self.scroll_offset.y
        plain = self.rich_style
        if index >= len(self._rows):
            return Strip.blank(width, plain)
        row = self._rows[index]
        style = plain
        if row.kind == "muted":
            style = style + self._quiet("row--muted")
        elif row.kind:
            style = style + self.get_component_rich_style(f"row--{row.kind}", partial=True)
        note = style + self._quiet("row--note")
        mark = style + self.get_component_rich_style("row--mark", partial=True)
        if index == self.cursor and not row.fixed:
            over = self.get_component_rich_style("row--cursor", partial=True)
            style, note, mark = (
                style + over,
                note + Style(bgcolor=over.bgcolor, reverse=over.reverse),
                mark + Style(bgcolor=over.bgcolor, reverse=over.reverse),
            )
        signs = [Segment(f" {b.text}", note + self._colour(b)) for b in row.badges]
        lead = " " * (1 + 2 * row.depth)
        sign = set_cell_size(row.mark, 2) if row.mark else ""
        right = f" {row.note} " if row.note else " "
        room = width - cell_len(lead) - cell_len(sign) - cell_len(right)
        room -= sum(cell_len(piece.text) for piece in signs)
        if room < 4:
            right, signs = "", []
            room = width - cell_len(lead) - cell_len(sign)
        segments = [Segment(lead, style), Segment(sign, mark)]
        segments += [Segment(self.laid_out(row, room), style), *signs, Segment(right, note)]
        return Strip(segments).adjust_cell_length(width, style)

    def laid_out(self, row: Row, room: int) -> str:
        """The text of a row in exactly `room` cells; a list with columns sets them here."""
        return fitted(row.text, room)

    def _quiet(self, name: str) -> Style:
        """A dimmed colour lets the ground shine through, which only a whole style reckons in."""
        whole = self.get_component_rich_style(name)
        return Style(color=whole.color, dim=whole.dim)

    def _colour(self, badge: Badge) -> Style:
        if badge.colour not in COLOURS:
            return Style()
        return self.get_component_rich_style(f"row--{badge.colour}", partial=True)

    def action_move(self, steps: int) -> None:
        """Move the cursor over the rows it may stand on."""
        self.cursor = self._free(self.validate_cursor(self.cursor + steps), 1 if steps > 0 else -1)

    def action_page(self, direction: int) -> None:
        """Move by what is visible."""
        self.action_move(direction * max(1, self.size.height - 1))

    def action_choose(self) -> None:
        """Choose the row under the cursor."""
        if self.row is not None and not self.row.fixed:
            self.post_message(self.Chosen(self, self.row))

    async def _on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        index = -1 if offset is None else offset.y + self.scroll_offset.y
        if 0 <= index < len(self._rows) and not self._rows[index].fixed:
            event.stop()
            self.cursor = index
            if event.button == _RIGHT_BUTTON:
                self.post_message(self.MenuAsked(self, self._rows[index]))
            else:
                self.action_choose()

    def _free(self, index: int, direction: int) -> int:
        """The nearest row to `index` that the cursor may stand on, looking in `direction` first."""
        for way in (direction, -direction):
            at = index
            while 0 <= at < len(self._rows):
                if not self._rows[at].fixed:
                    return at
                at += way
        return 0

    def _resize(self) -> None:
        self.virtual_size = Size(max(1, self.size.width), len(self._rows))
