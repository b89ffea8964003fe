"""Pictures in rows under heads, with a cursor. Only what is in sight is drawn, and asked for.

The grid knows nothing of stories: it is told what stands where, and whom to ask for a picture.
"""

from collections.abc import Callable, Sequence
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from storyforge.tui.gallery.grid_layout import GridLayout, Group, Tile
from storyforge.tui.gallery.layout import GRID_CSS
from storyforge.tui.gallery.overlay import Overlay
from storyforge.tui.gallery.showing import Shown, centred
from storyforge.tui.gallery.tile_words import TileWords

_RIGHT_BUTTON = 3

Asked = Callable[[Tile, Size], "Shown | str | None"]


class PictureGrid(ScrollView, can_focus=True):
    """Tiles with a cursor. Moving it only tells; Enter, Space or a click on the marked one opens.

    Attributes:
        ask: gives a tile's picture; why there is none; None while it is being made.
        worded: no pictures are shown at all.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "row(-1)", show=False),
        Binding("down", "row(1)", show=False),
        Binding("left", "move(-1)", show=False),
        Binding("right", "move(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("home", "move(-1000000)", show=False),
        Binding("end", "move(1000000)", show=False),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "tile--head",
        "tile--empty",
        "tile--note",
        "tile--warning",
        "tile--signs",
        "tile--words",
        "tile--cursor",
        "tile--edge",
    }
    DEFAULT_CSS = GRID_CSS

    class Moved(Message):
        """The cursor came to another picture or head."""

    class Opened(Message):
        """The marked picture is wanted large."""

    class MenuAsked(Message):
        """The right button: what can be done here?"""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.ask: Asked = lambda _tile, _room: None
        self.worded = False
        self.wanted_width = 18
        self._groups: tuple[Group, ...] = ()
        self._layout = GridLayout((), 1, 2)
        self._overlay = Overlay(self)
        self._words = TileWords(self)
        self.cursor = 0

    # What is shown.

    @property
    def tile_height(self) -> int:
        """Lines of a picture; its caption comes below."""
        if self.worded:
            return 3
        # Its head and its caption are in sight with it.
        return max(min(self.wanted_width // 2, self.size.height - 2), 3)

    @property
    def tile_width(self) -> int:
        """Cells of a picture: what is wanted, and its share of what would be left over."""
        return max((self.size.width or 80) // self.columns - 2, 4)

    @property
    def tile(self) -> Tile | None:
        """The tile under the cursor."""
        return self._layout.tile_of(self.cursor) if self._layout.places else None

    @property
    def group(self) -> Group | None:
        """The group under the cursor."""
        return self._layout.group_of(self.cursor) if self._layout.places else None

    @property
    def groups(self) -> tuple[Group, ...]:
        """All that is shown."""
        return self._groups

    @property
    def columns(self) -> int:
        """Tiles beside each other."""
        return max((self.size.width or 80) // (self.wanted_width + 2), 1)

    def show(self, groups: Sequence[Group], at: str = "") -> None:
        """Show these; the cursor goes to the tile or group `at`, else stays where it was."""
        tile, group = self.tile, self.group
        wanted = [at, tile.id if tile else "", group.id if group else ""]
        self._groups = tuple(groups)
        self._lay_out()
        found = (self._layout.find(key) for key in wanted if key)
        place = next((one for one in found if one is not None), None)
        last = max(len(self._layout.places) - 1, 0)
        self.cursor = min(self.cursor if place is None else place, last)
        self._reveal()
        self.refresh()

    def resize_tiles(self, width: int, worded: bool) -> None:
        """Let tiles be so wide."""
        if (width, worded) != (self.wanted_width, self.worded):
            self.wanted_width, self.worded = width, worded
            self._lay_out()
            self._reveal()
            self.refresh()

    def arrived(self, picture_id: str) -> None:
        """A picture that was asked for can be drawn."""
        height = self.tile_height
        for row in self._rows_in_sight():
            found = self._layout.rows[row]
            tiles = self._layout.groups[found.group].tiles[max(found.start, 0) : found.end]
            for column, tile in enumerate(tiles):
                if not found.is_head and tile.id == picture_id:
                    self._refresh_tile(row, column, Region(1, 0, self.tile_width, height))

    def _lay_out(self) -> None:
        self._layout = GridLayout(self._groups, self.columns, self.tile_height + 2)
        self.virtual_size = Size(max(1, self.size.width), self._layout.height)

    def on_resize(self) -> None:
        """Other columns have room."""
        tile = self.tile
        self._lay_out()
        if tile is not None:
            self.cursor = self._layout.find(tile.id) or 0
        self.call_after_refresh(self._reveal)

    # The cursor.

    def action_move(self, steps: int) -> None:
        """Along the tiles."""
        self._to(self.cursor + steps)

    def action_row(self, steps: int) -> None:
        """To another row."""
        if self._layout.places:
            self._to(self._layout.beside(self.cursor, steps))

    def action_page(self, direction: int) -> None:
        """By what is in sight."""
        rows = max(self.size.height // (self.tile_height + 2), 1)
        self.action_row(direction * rows)

    def to(self, key: str) -> None:
        """To a tile, or a group."""
        place = self._layout.find(key)
        if place is not None:
            self._to(place)

    def _to(self, place: int) -> None:
        place = min(max(place, 0), len(self._layout.places) - 1)
        if place < 0 or place == self.cursor:
            return
        old, self.cursor = self.cursor, place
        self._reveal()
        for one in (old, place):
            self._refresh_frame(one)
        self.post_message(self.Moved())

    def _reveal(self) -> None:
        """The marked row, whole, with its head where that stands right above."""
        if not self._layout.places:
            return
        row, _column = self._layout.places[self.cursor]
        first = row - 1 if row and self._layout.rows[row - 1].is_head else row
        top, end = self._layout.tops[first], self._layout.tops[row + 1]
        self.scroll_to_region(Region(0, top, 1, end - top), animate=False, force=True)

    def _refresh_frame(self, place: int) -> None:
        """What tells the cursor: not the picture, which may be long to send."""
        row, column = self._layout.places[place]
        width, height = self.tile_width, self.tile_height
        if self._layout.rows[row].is_head:
            self._refresh_part(Region(0, self._layout.tops[row], self.size.width, 1))
            return
        for part in (
            Region(0, 0, 1, height),
            Region(width + 1, 0, 1, height),
            Region(0, height, width + 2, 1),
        ):
            self._refresh_tile(row, column, part)

    def _refresh_tile(self, row: int, column: int, part: Region) -> None:
        x, y = column * (self.tile_width + 2), self._layout.tops[row]
        self._refresh_part(part.translate((x, y)))

    def _refresh_part(self, part: Region) -> None:
        self.refresh(part.translate((0, -self.scroll_offset.y)))

    def _rows_in_sight(self) -> range:
        top = self.scroll_offset.y
        first = self._layout.row_at(top)
        if first is None:
            return range(0)
        last = self._layout.row_at(min(top + self.size.height, self._layout.height) - 1)
        return range(first[0], (last or first)[0] + 1)

    # Drawing.

    def render_lines(self, crop: Region) -> list[Strip]:
        """Lines of what is in sight; what is drawn over them comes behind."""
        lines = super().render_lines(crop)
        room = Size(self.tile_width, self.tile_height)
        for row in self._rows_in_sight():
            found = self._layout.rows[row]
            top = self._layout.tops[row] - self.scroll_offset.y
            for column in range(found.end - found.start if not self.worded else 0):
                place = Region(column * (room.width + 2) + 1, top, *room)
                if place.overlaps(crop) and not found.is_head:
                    self._put(self._layout.groups[found.group].tiles[found.start + column], place)
        return lines

    def _put(self, tile: Tile, place: Region) -> None:
        shown = self.ask(tile, place.size)
        if isinstance(shown, Shown):
            self._overlay.put(place.offset + centred(shown.size, place.size), shown)

    def render_line(self, y: int) -> Strip:
        """One line of what is in sight."""
        width, plain = self.size.width, self.rich_style
        found = self._layout.row_at(y + self.scroll_offset.y)
        if found is None:
            return Strip.blank(width, plain)
        number, line = found
        row = self._layout.rows[number]
        if row.is_head:
            group = self._layout.groups[row.group]
            return self._words.head(group, width, plain, self._is_marked(number, 0))
        if line > self.tile_height:
            return Strip.blank(width, plain)
        segments = list[Segment]()
        for column, tile in enumerate(self._layout.groups[row.group].tiles[row.start : row.end]):
            marked = self._is_marked(number, column)
            if line == self.tile_height:
                segments += self._words.caption(tile, self.tile_width, plain, marked)
            else:
                edge = plain + self.get_component_rich_style("tile--edge", partial=True)
                segments.append(Segment("▐" if marked else " ", edge))
                segments += self._picture(tile, line, plain)
                segments.append(Segment("▌" if marked else " ", edge))
        return Strip(segments).adjust_cell_length(width, plain)

    def _is_marked(self, row: int, column: int) -> bool:
        places = self._layout.places
        return bool(places) and places[self.cursor] == (row, column)

    def _picture(self, tile: Tile, line: int, plain: Style) -> list[Segment]:
        room = Size(self.tile_width, self.tile_height)
        shown = tile.words if self.worded else self.ask(tile, room)
        if isinstance(shown, Shown):
            return shown.line(line, room, plain)
        text = "…" if shown is None else shown
        return self._words.words(text, line, room, plain, at_top=self.worded)

    # The mouse.

    async def _on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        found = None if offset is None else self._layout.row_at(offset.y + self.scroll_offset.y)
        if offset is None or found is None:
            return
        column = offset.x // (self.tile_width + 2)
        head = self._layout.rows[found[0]].is_head
        place = self._layout.at(found[0], 0 if head else column)
        if place is None:
            return
        event.stop()
        was = self.cursor
        self._to(place)
        if event.button == _RIGHT_BUTTON:
            self.post_message(self.MenuAsked())
        elif was == place:
            self.post_message(self.Opened())
