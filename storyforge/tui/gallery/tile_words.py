"""The words of a grid of pictures: heads, captions, and what stands in a picture's place."""

from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from storyforge.tui.gallery.grid_layout import Group, Tile
from storyforge.tui.widgets.rows import fitted
from storyforge.tui.widgets.wrapping import wrap_runs

if TYPE_CHECKING:
    from textual.geometry import Size
    from textual.widget import Widget


class TileWords:
    """Sets words in the colours of one grid, its component classes `tile--…`."""

    def __init__(self, grid: "Widget") -> None:
        self._grid = grid

    def head(self, group: Group, width: int, plain: Style, marked: bool) -> Strip:
        """A group's title, and at the right what is to be known of it."""
        over = self._cursor(marked)
        empty = not group.tiles and not group.kind
        text = plain + self._style("empty" if empty else "head") + over
        note = plain + self._style("note") + over
        warning = plain + self._style("warning") + over
        right = f" {group.note} " if group.note else " "
        warned = f" {group.warning}" if group.warning else ""
        room = width - cell_len(right) - cell_len(warned) - 1
        pieces = [Segment(" ", text), Segment(fitted(group.title, room), text)]
        pieces += [Segment(warned, warning), Segment(right, note)]
        return Strip(pieces).adjust_cell_length(width, text)

    def caption(self, tile: Tile, width: int, plain: Style, marked: bool) -> list[Segment]:
        """The line below a picture so wide."""
        over = self._cursor(marked)
        note = fitted(tile.note, min(cell_len(tile.note), width))
        signs = plain + self._style("signs") + over
        return [
            Segment(" ", plain + over),
            Segment(fitted(tile.signs, width - cell_len(note)), signs),
            Segment(note, plain + self._style("note") + over),
            Segment(" ", plain + over),
        ]

    def words(
        self, text: str, line: int, room: "Size", plain: Style, *, at_top: bool
    ) -> list[Segment]:
        """A line of what is told in a picture's place, in the middle of its room or at the top."""
        runs = wrap_runs(((text, ""),), room.width - 2)
        lines = ["".join(piece for piece, _kind in row) for row in runs][: room.height]
        at = line - (0 if at_top else (room.height - len(lines)) // 2)
        told = lines[at] if 0 <= at < len(lines) else ""
        return [Segment(fitted(f" {told}", room.width), plain + self._style("words"))]

    def _cursor(self, marked: bool) -> Style:
        return (
            self._grid.get_component_rich_style("tile--cursor", partial=True) if marked else Style()
        )

    def _style(self, name: str) -> Style:
        whole = self._grid.get_component_rich_style(f"tile--{name}")
        return Style(color=whole.color, bold=whole.bold, dim=whole.dim)
