"""A list of entries of one or more rows each: a label beside a wrapped value, heads between them.

Only what is in sight is drawn, and what was wrapped once is not wrapped again. Entries have levels:
from a head the arrows go to the next head, inside of what it heads to everything. The list knows
nothing of plans.
"""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Offset, Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from storyforge.tui.widgets.plan_entries import KINDS, ONE, ONE_ROW, Entry, Wrapped, rows_of
from storyforge.tui.widgets.rows import fitted
from storyforge.tui.widgets.wrapping import Run

_RIGHT_BUTTON = 3
# Of the width a label takes so much at the most.
_LABEL = 0.4
_QUIET = ("label", "muted")
_TINTED = ("marked", "gone", "came")


class PlanView(ScrollView, can_focus=True):
    """Entries with a cursor. Moving it only tells; a click chooses."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("home", "move(-1000000)", show=False),
        Binding("end", "move(1000000)", show=False),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "plan--label",
        "plan--mark",
        "plan--cursor",
        *(f"plan--{kind}" for kind in KINDS),
    }
    DEFAULT_CSS = """
    PlanView {
        background: $background;
        color: $foreground;
        scrollbar-size-vertical: 1;
        overflow-x: hidden;
        .plan--head { text-style: bold; }
        .plan--muted, .plan--label { color: $foreground-muted; }
        .plan--mark, .plan--accent { color: $accent; }
        .plan--warning { color: $text-warning; }
        .plan--marked, .plan--came { color: $text-success; background: $success 15%; }
        .plan--gone { color: $text-error; background: $error 15%; }
        .plan--cursor { background: $block-cursor-blurred-background; }
        &:focus .plan--cursor { background: $surface-lighten-2; }
        &:nocolor {
            .plan--marked, .plan--came { text-style: underline; }
            .plan--gone { text-style: strike; }
        }
        &:nocolor:focus .plan--cursor { text-style: reverse; }
    }
    """

    class Moved(Message):
        """The cursor came to an entry."""

        def __init__(self, view: "PlanView", entry: Entry) -> None:
            super().__init__()
            self.view = view
            self.entry = entry

        @property
        def control(self) -> "PlanView":
            """The list, for `@on` selectors."""
            return self.view

    class Chosen(Moved):
        """An entry was clicked that was under the cursor already."""

    class MenuAsked(Moved):
        """The right button was pressed on an entry."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._entries: tuple[Entry, ...] = ()
        self._rows: list[list[tuple[Run, ...]]] = []
        self._ends: list[int] = []
        self._wrapped = Wrapped()
        self._held: tuple[str, int] = ("", 0)
        self._label = 0
        self._cursor = 0

    @property
    def entries(self) -> tuple[Entry, ...]:
        """What is shown."""
        return self._entries

    @property
    def entry(self) -> Entry | None:
        """The entry under the cursor."""
        return self._entries[self._cursor] if self._cursor < len(self._entries) else None

    @property
    def cursor_screen_offset(self) -> Offset:
        """Where on the screen the entry under the cursor begins."""
        row = self._top(self._cursor) - self.scroll_offset.y
        return self.content_region.offset + Offset(0, row)

    @property
    def plain(self) -> str:
        """All of it as text, for tests and the clipboard."""
        told = (f"{e.mark} {e.label} {e.plain} {e.note}".split() for e in self._entries)
        return "\n".join(" ".join(words) for words in told)

    def show(self, entries: Sequence[Entry], at: str | None = None) -> None:
        """Show these; the cursor goes to the entry `at`, else stays at the entry it was on."""
        kept = at if at is not None else (self.entry.id if self.entry else "")
        self._entries = tuple(entries)
        found = next((n for n, entry in enumerate(self._entries) if entry.id == kept), None)
        if found is None:
            found = min(self._cursor, max(len(self._entries) - 1, 0))
        self._cursor = self._free(found)
        self._lay_out()
        self._reveal()

    def hold(self, entry_id: str = "", rows: int = 0) -> None:
        """Leave so many rows free in the place of an entry: something else stands there."""
        if (entry_id, rows) != self._held:
            self._held = (entry_id, rows)
            self._lay_out()
            self._reveal()

    def place_of(self, entry_id: str) -> Region:
        """Where an entry's value is, from the list's own corner; nothing where it is not shown."""
        for index, entry in enumerate(self._entries):
            if entry.id == entry_id:
                start = self._lead(entry)
                width = max(self._width - start, 0)
                return Region(
                    start, self._top(index) - self.scroll_offset.y, width, self._high(index)
                )
        return Region()

    # Keys and clicks.

    def action_move(self, steps: int) -> None:
        """Over the entries that the cursor may stand on, at its own level or above."""
        here, way = self.entry, 1 if steps > 0 else -1
        level = here.level if here is not None else 0
        at, target = self._cursor, self._cursor
        while steps and 0 <= at + way < len(self._entries):
            at += way
            entry = self._entries[at]
            if not entry.fixed and entry.level <= level:
                target, steps = at, steps - way
        if target == self._cursor:
            if way > 0 and level == 0 and self.go_in():
                return
            # Nothing more to stand on; what is below may still be read.
            self.scroll_relative(y=3 * way, animate=False)
        self._go(target)

    def action_page(self, direction: int) -> None:
        """By what is visible."""
        row = self._top(self._cursor) + direction * max(self.size.height - 1, 1)
        target = self._free(max(0, min(self._index_at(row), len(self._entries) - 1)))
        if target == self._cursor:
            self.scroll_relative(y=direction * max(self.size.height - 1, 1), animate=False)
        self._go(target)

    def go_in(self) -> bool:
        """From an entry to the first one below it; whether there is one."""
        level = self.entry.level if self.entry is not None else 0
        for index in range(self._cursor + 1, len(self._entries)):
            entry = self._entries[index]
            if entry.level <= level and not entry.fixed:
                return False
            if not entry.fixed:
                self._go(index)
                return True
        return False

    def go_out(self) -> bool:
        """From an entry to the one that it is below; whether there is one."""
        if self.entry is None or self.entry.level == 0:
            return False
        for index in range(self._cursor - 1, -1, -1):
            above = self._entries[index]
            if above.level < self.entry.level and not above.fixed:
                self._go(index)
                return True
        return False

    async def _on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        if offset is None:
            return
        row = offset.y + self.scroll_offset.y
        index = self._index_at(row)
        if index >= len(self._entries) or self._entries[index].fixed:
            return
        event.stop()
        was = self._cursor
        self._go(index)
        if event.button == _RIGHT_BUTTON:
            self.post_message(self.MenuAsked(self, self._entries[index]))
        elif was == index:
            self.post_message(self.Chosen(self, self._entries[index]))

    def _go(self, index: int) -> None:
        if index != self._cursor and index < len(self._entries):
            self._cursor = index
            self.refresh()
            self._reveal()
            self.post_message(self.Moved(self, self._entries[index]))

    def _free(self, index: int) -> int:
        """The nearest entry to `index` that the cursor may stand on."""
        for way in (1, -1):
            at = index
            while 0 <= at < len(self._entries):
                if not self._entries[at].fixed:
                    return at
                at += way
        return 0

    # Laying out.

    def on_resize(self) -> None:
        """Another width: other rows."""
        self._lay_out()
        self._reveal()

    @property
    def _width(self) -> int:
        # The bar's cell is kept free: it shows once the rows are known, and nobody hears of it.
        return self.content_region.width - self.styles.scrollbar_size_vertical

    def _lay_out(self) -> None:
        width = self._width
        if width <= 0:
            self._rows, self._ends = [], []
            return
        widest = max((cell_len(entry.label) for entry in self._entries), default=0)
        self._label = min(widest, int(width * _LABEL))
        self._wrapped.begin()
        self._rows = [
            ONE if entry.kind in ONE_ROW else self._wrapped.rows(entry, self._room(entry))
            for entry in self._entries
        ]
        self._ends = list(accumulate(self._high(n) for n in range(len(self._entries))))
        self.virtual_size = Size(width, self._ends[-1] if self._ends else 0)
        self.refresh()

    def _room(self, entry: Entry) -> int:
        """Cells for an entry's text."""
        note = cell_len(entry.note) + 1 if entry.note else 0
        return max(self._width - self._lead(entry) - note, 4)

    def _high(self, index: int) -> int:
        held, rows = self._held
        return rows if self._entries[index].id == held else len(self._rows[index])

    def _top(self, index: int) -> int:
        return self._ends[index - 1] if index and index <= len(self._ends) else 0

    def _index_at(self, row: int) -> int:
        return bisect_right(self._ends, row)

    def _lead(self, entry: Entry) -> int:
        """Cells in front of an entry's text."""
        lead = 1 + 2 * entry.depth + (2 if entry.mark else 0)
        return lead + (self._label + 2 if entry.label and self._label else 0)

    def _reveal(self) -> None:
        """Keep the cursor in sight, and below a head as much as there is room for."""
        entry = self.entry
        if entry is None or not self._ends:
            return
        top, last = self._top(self._cursor), self._cursor
        while last + 1 < len(self._entries) and self._entries[last + 1].level > entry.level:
            last += 1
        height = min(self._ends[last] - top, max(self.size.height, 1))
        if self._cursor and all(one.fixed for one in self._entries[: self._cursor]):
            height, top = min(height + top, max(self.size.height, 1)), 0
        self.scroll_to_region(Region(0, top, 1, max(height, 1)), animate=False)

    # Drawing.

    def render_line(self, y: int) -> Strip:
        """Draw one row."""
        width = self.size.width
        row = y + self.scroll_offset.y
        plain = self.rich_style
        index = self._index_at(row)
        if index >= len(self._rows):
            return Strip.blank(width, plain)
        entry, number = self._entries[index], row - self._top(index)
        base = plain
        if index == self._cursor and not entry.fixed:
            over = self.get_component_rich_style("plan--cursor", partial=True)
            base = plain + Style(bgcolor=over.bgcolor, reverse=over.reverse)
        segments = self._front(entry, number, base)
        if entry.id != self._held[0]:
            rows = self._rows[index]
            runs = rows_of(entry, self._room(entry))[0] if rows is ONE else rows[number]
            segments += self._told(entry, runs, base)
            if number == 0 and entry.note:
                used = sum(cell_len(segment.text) for segment in segments)
                room = self._width - used - cell_len(entry.note)
                tone = "warning" if entry.note.startswith("!") else "muted"
                segments.append(Segment(" " * max(room, 0), base))
                segments.append(Segment(entry.note, self._style(tone, base)))
        return Strip(segments).adjust_cell_length(width, base)

    def _front(self, entry: Entry, number: int, base: Style) -> list[Segment]:
        segments = [Segment(" " * (1 + 2 * entry.depth), base)]
        if entry.mark:
            mark = entry.mark if number == 0 else ""
            segments.append(Segment(set_cell_size(mark, 2), self._style("mark", base)))
        if entry.label and self._label:
            label = fitted(entry.label if number == 0 else "", self._label)
            segments.append(Segment(label + "  ", self._style("label", base)))
        return segments

    def _told(self, entry: Entry, runs: tuple[Run, ...], base: Style) -> list[Segment]:
        own = self._style(entry.kind, base) if entry.kind in KINDS else base
        return [Segment(text, self._style(kind, own) if kind else own) for text, kind in runs]

    def _style(self, kind: str, base: Style) -> Style:
        # A colour may let the ground shine through, which only a whole style reckons in.
        whole = self.get_component_rich_style(f"plan--{kind}")
        if kind in _QUIET:
            return base + Style(color=whole.color, dim=whole.dim)
        if kind in _TINTED:
            return base + whole
        return base + self.get_component_rich_style(f"plan--{kind}", partial=True)
