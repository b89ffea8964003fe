"""Two versions of a text on the screen: side by side where there is room, else one with marks.

It draws a comparison, goes from change to change and remembers which are chosen. It refuses to make
comparisons and to carry a choice out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from storyforge.domain.comparing import Comparison, Pair, Part, Piece
from storyforge.i18n import _, ngettext
from storyforge.tui.widgets.wrapping import Run, wrap_runs

#: cells from which on the two versions stand beside each other
SIDE_BY_SIDE = 90
#: unchanged paragraphs, or the empty lines between them, that are shown around a change
_AROUND = 2
_MARKS = 4
_BETWEEN = " │ "

#: a row of one version: (text, "same", "gone", "came" or "muted")
_Cells = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class _Line:
    """A row on the screen.

    Attributes:
        pair: the change it belongs to, by its index; -1 for none.
        first: it is the first row of its change.
    """

    left: _Cells
    right: _Cells | None = None
    pair: int = -1
    first: bool = False


class ComparisonView(ScrollView, can_focus=True):
    """A comparison with a cursor on its changes.

    Args:
        chooses: changes can be chosen; else they are only looked at.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "go(-1)", show=False),
        Binding("down", "go(1)", show=False),
        Binding("home", "go(-1000000)", show=False),
        Binding("end", "go(1000000)", show=False),
        Binding("space,ideographic_space", "choose", show=False),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "compare--same",
        "compare--gone",
        "compare--came",
        "compare--muted",
        "compare--mark",
        "compare--cursor",
    }
    DEFAULT_CSS = """
    ComparisonView {
        background: $surface;
        color: $foreground;
        scrollbar-size-vertical: 1;
        overflow-x: hidden;
        .compare--gone { color: $text-error; background: $error 15%; }
        .compare--came { color: $text-success; background: $success 15%; }
        .compare--muted { color: $foreground-muted; }
        .compare--mark { color: $accent; text-style: bold; }
        .compare--cursor {
            background: $block-cursor-background;
            color: $block-cursor-foreground;
        }
        &:nocolor {
            .compare--gone { text-style: strike; }
            .compare--came { text-style: underline; }
            .compare--cursor { text-style: reverse; }
        }
    }
    """

    cursor: reactive[int] = reactive(0)

    class Switched(Message):
        """Another change is chosen now, or one less."""

    def __init__(self, *, chooses: bool = True) -> None:
        super().__init__()
        self._chooses = chooses
        self._comparison: Comparison | None = None
        self._changes: tuple[int, ...] = ()
        self._chosen: frozenset[int] = frozenset()
        self._lines: list[_Line] = []
        self._width = 0

    @property
    def chosen(self) -> frozenset[int]:
        """The changes that are chosen, by the index of their pair."""
        return self._chosen

    @property
    def changes(self) -> int:
        """How many changes there are."""
        return len(self._changes)

    @property
    def plain(self) -> str:
        """All that is drawn, a line a row, without marks."""
        sides = ((line.left, line.right) for line in self._lines)
        return "\n".join(
            _told(left) if right is None else f"{_told(left)}|{_told(right)}"
            for left, right in sides
        )

    def show(self, comparison: Comparison) -> None:
        """Draw this comparison; nothing of it is chosen yet."""
        self._comparison = comparison
        self._changes = comparison.changes
        self._chosen = frozenset()
        self._lay_out()
        self.cursor = 0
        self._reveal()

    def on_resize(self) -> None:
        """Another width: other rows."""
        if self.size.width != self._width:
            self._lay_out()

    def validate_cursor(self, cursor: int) -> int:
        """Stay among the changes."""
        return max(0, min(cursor, len(self._changes) - 1))

    def watch_cursor(self) -> None:
        """Bring the change into view."""
        self._reveal()

    # Keys.

    def action_go(self, steps: int) -> None:
        """The next change or the one before; one that is longer than the screen is walked along."""
        rows = self._rows_here()
        top, height = self.scroll_offset.y, self.size.height
        if steps == 1 and rows and rows[-1] >= top + height:
            self.scroll_to(y=top + height - 1, animate=False)
        elif steps == -1 and rows and rows[0] < top:
            self.scroll_to(y=top - height + 1, animate=False)
        elif abs(steps) == 1 and not (0 <= self.cursor + steps < len(self._changes)):
            self.scroll_to(y=top + steps * 3, animate=False)
        else:
            self.cursor += steps

    def action_choose(self) -> None:
        """Choose the change under the cursor, or leave it."""
        if self._changes and self._chooses:
            self._chosen ^= {self._changes[self.cursor]}
            self.refresh()
            self.post_message(self.Switched())

    async def _on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        index = -1 if offset is None else offset.y + self.scroll_offset.y
        pair = self._lines[index].pair if 0 <= index < len(self._lines) else -1
        if pair in self._changes:
            event.stop()
            self.cursor = self._changes.index(pair)
            self.action_choose()

    # Drawing.

    def render_line(self, y: int) -> Strip:
        """Draw one row."""
        width = self.scrollable_content_region.width
        index = y + self.scroll_offset.y
        plain = self.rich_style
        if index >= len(self._lines):
            return Strip.blank(width, plain)
        line = self._lines[index]
        segments = [self._mark(line, plain)]
        room = self._room(width)
        segments += self._cells(line.left, room if line.right is not None else 0, plain)
        if line.right is not None:
            segments.append(Segment(_BETWEEN, self._style("muted", plain)))
            segments += self._cells(line.right, 0, plain)
        return Strip(segments).adjust_cell_length(width, plain)

    def _mark(self, line: _Line, plain: Style) -> Segment:
        if line.pair < 0:
            return Segment(" " * _MARKS, plain)
        here = self._changes[self.cursor] == line.pair
        box = "[x] " if line.pair in self._chosen else "[ ] "
        text = box if line.first and self._chooses else " " * _MARKS
        return Segment(text, self._style("cursor" if here else "mark", plain))

    def _cells(self, cells: _Cells, room: int, plain: Style) -> list[Segment]:
        segments = [Segment(text, self._style(kind, plain)) for text, kind in cells]
        used = sum(cell_len(text) for text, _ in cells)
        return [*segments, Segment(" " * max(0, room - used), plain)]

    def _style(self, kind: str, plain: Style) -> Style:
        return plain + self.get_component_rich_style(f"compare--{kind}")

    # Rows.

    def _room(self, width: int) -> int:
        """Cells of one version."""
        if width < SIDE_BY_SIDE:
            return max(width - _MARKS, 1)
        return (width - _MARKS - cell_len(_BETWEEN)) // 2

    def _lay_out(self) -> None:
        self._width = self.size.width
        width = self.scrollable_content_region.width
        if self._comparison is None or not width:
            return
        self._lines = list(self._rows(self._comparison, width))
        self.virtual_size = Size(width, len(self._lines))
        self.refresh()

    def _rows(self, comparison: Comparison, width: int) -> Iterator[_Line]:
        both, room = width >= SIDE_BY_SIDE, self._room(width)
        shown = set()
        for change in self._changes:
            shown |= set(range(change - _AROUND, change + _AROUND + 1))
        hidden: list[Pair] = []
        for index, pair in enumerate(comparison.pairs):
            if index not in shown:
                hidden.append(pair)
                continue
            yield from _skipped(hidden)
            hidden = []
            first = True
            for line in _pair_rows(pair, index if pair.changed else -1, room, both=both):
                yield _Line(line.left, line.right, line.pair, first)
                first = False
        yield from _skipped(hidden)

    def _rows_here(self) -> list[int]:
        if not self._changes:
            return []
        pair = self._changes[self.cursor]
        return [index for index, line in enumerate(self._lines) if line.pair == pair]

    def _reveal(self) -> None:
        rows = self._rows_here()
        self.refresh()
        if rows:
            height = min(len(rows), max(self.size.height - 2, 1))
            self.scroll_to_region(Region(0, max(rows[0] - 1, 0), 1, height + 2), animate=False)


def _told(cells: _Cells) -> str:
    return "".join(text for text, _ in cells)


def _skipped(hidden: Sequence[Pair]) -> Iterator[_Line]:
    """One row for what is not shown; empty lines alone are one empty row."""
    count = sum(not pair.then.isspace() for pair in hidden)
    if count:
        text = ngettext(
            "⋯ {count:,} unchanged paragraph", "⋯ {count:,} unchanged paragraphs", count
        ).format(count=count)
        yield _Line(((text, "muted"),))
    elif hidden:
        yield _Line(())


def _pair_rows(pair: Pair, index: int, room: int, *, both: bool) -> Iterator[_Line]:
    if not both:
        for cells in _wrapped(pair.pieces, room):
            yield _Line(cells, None, index)
        return
    then = _wrapped([p for p in pair.pieces if p.part is not Part.CAME], room)
    now = _wrapped([p for p in pair.pieces if p.part is not Part.GONE], room)
    for left, right in zip_longest(then, now, fillvalue=()):
        yield _Line(left, right, index)


def _wrapped(pieces: Sequence[Piece], room: int) -> list[_Cells]:
    """Pieces in rows of `room` cells; a paragraph's end that changed shows as a sign."""
    rows: list[_Cells] = []
    line: list[Run] = []

    def close() -> None:
        rows.extend(wrap_runs(line, room))
        line.clear()

    for piece in pieces:
        kind = piece.part.value
        *ended, rest = piece.text.split("\n")
        for text in ended:
            line.append((text + ("¶" if kind != "same" else ""), kind))
            close()
        if rest:
            line.append((rest, kind))
    if line:
        close()
    return rows


def amounts(comparison: Comparison, language: str) -> str:
    """ "+62 −3 words", or characters in languages that count those."""
    from storyforge.domain.counting import counts_characters

    came, gone = comparison.came.of(language), comparison.gone.of(language)
    told = (
        _("+{came:,} −{gone:,} characters")
        if counts_characters(language)
        else _("+{came:,} −{gone:,} words")
    )
    return told.format(came=came, gone=gone)
