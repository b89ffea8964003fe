"""A picture with a rectangle on it, that arrows and the mouse move and size. It only draws.

The picture is drawn in cells, whatever the terminal can: a frame over it could not be drawn else.
"""

from functools import lru_cache
from typing import ClassVar

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Offset, Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from storyforge.domain.picture import regions
from storyforge.domain.picture.orders import Region
from storyforge.tui.gallery.showing import Shown, centred

# Of a colour outside the rectangle so much is left.
_LEFT = 0.4


class RegionView(Widget, can_focus=True):
    """The picture, dimmed but for the rectangle.

    Args:
        pixels: the picture's size.

    Attributes:
        region_marked: in pixels.
    """

    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "move(-1, 0)", show=False),
        Binding("right", "move(1, 0)", show=False),
        Binding("up", "move(0, -1)", show=False),
        Binding("down", "move(0, 1)", show=False),
        Binding("shift+left,a", "size(-1, 0)", show=False),
        Binding("shift+right,d", "size(1, 0)", show=False),
        Binding("shift+up,w", "size(0, -1)", show=False),
        Binding("shift+down,s", "size(0, 1)", show=False),
        Binding("plus", "grow(1)", show=False),
        Binding("minus", "grow(-1)", show=False),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {"region--frame"}
    DEFAULT_CSS = """
    RegionView {
        background: $background;
        .region--frame { background: $accent; color: $background; text-style: bold; }
    }
    """

    class Moved(Message):
        """The rectangle is another."""

    def __init__(self, pixels: tuple[int, int]) -> None:
        super().__init__()
        self._pixels = pixels
        self.region_marked: Region = regions.middle(pixels)
        self._shown: Shown | None = None
        self._from: Offset | None = None

    def show(self, shown: Shown | None) -> None:
        """The picture in cells of this room."""
        self._shown = shown
        self.refresh()

    @property
    def ready(self) -> bool:
        """Whether the picture is there."""
        return self._shown is not None

    def mark(self, region: Region) -> None:
        """Another rectangle."""
        self.region_marked = region
        self.post_message(self.Moved())
        self.refresh()

    def action_move(self, across: int, down: int) -> None:
        """Arrows: by a cell."""
        width, height = self._cell
        self.mark(regions.moved(self.region_marked, across * width, down * height, self._pixels))

    def action_size(self, across: int, down: int) -> None:
        """Shift+arrows: the right and the lower edge."""
        width, height = self._cell
        self.mark(regions.sized(self.region_marked, across * width, down * height, self._pixels))

    def action_grow(self, steps: int) -> None:
        """+ and -: all edges."""
        self.mark(regions.grown(self.region_marked, steps * min(self._cell), self._pixels))

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """A drag begins."""
        self.capture_mouse()
        self._from = event.offset

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """From where it began to here."""
        if self._from is not None and self._shown is not None:
            (left, top), (right, bottom) = self._pixel(self._from), self._pixel(event.offset, 1)
            self.mark(regions.fitted((left, top, right, bottom), self._pixels))

    def on_mouse_up(self) -> None:
        """The drag is over."""
        self.release_mouse()
        self._from = None

    @property
    def _cell(self) -> tuple[int, int]:
        """Pixels of a cell, at least one."""
        size = self._shown.size if self._shown is not None else Size(1, 1)
        return (
            max(1, round(self._pixels[0] / max(size.width, 1))),
            max(1, round(self._pixels[1] / max(size.height, 1))),
        )

    @property
    def _start(self) -> Offset:
        size = self._shown.size if self._shown is not None else Size(0, 0)
        return centred(size, self.size)

    def _pixel(self, place: Offset, more: int = 0) -> tuple[int, int]:
        """The pixel at a cell; with `more`, that behind it."""
        size = self._shown.size if self._shown is not None else Size(1, 1)
        x, y = place - self._start + Offset(more, more)
        return (
            round(x * self._pixels[0] / size.width),
            round(y * self._pixels[1] / size.height),
        )

    def _in_cells(self, size: Size) -> Region:
        left, top, right, bottom = self.region_marked
        across, down = size.width / self._pixels[0], size.height / self._pixels[1]
        first = (int(left * across), int(top * down))
        last = (
            max(first[0] + 1, round(right * across)),
            max(first[1] + 1, round(bottom * down)),
        )
        return (*first, min(last[0], size.width), min(last[1], size.height))

    def render_line(self, y: int) -> Strip:
        """A line: the picture, dim outside, framed."""
        plain, width = self.rich_style, self.size.width
        if self._shown is None:
            return Strip.blank(width, plain)
        start, size = self._start, self._shown.size
        row = y - start.y
        if not 0 <= row < size.height:
            return Strip.blank(width, plain)
        picture = Strip(self._shown.lines[row])
        left, top, right, bottom = self._in_cells(size)
        if top <= row < bottom:
            strips = [
                _darker(picture.crop(0, left)),
                self._inside(picture, row, (left, top, right, bottom)),
                _darker(picture.crop(right, size.width)),
            ]
        else:
            strips = [_darker(picture)]
        blank = Strip([Segment(" " * start.x, plain)])
        return Strip.join([blank, *strips]).adjust_cell_length(width, plain)

    def _inside(self, picture: Strip, row: int, cells: Region) -> Strip:
        left, top, right, bottom = cells
        frame, wide = self.get_component_rich_style("region--frame"), right - left
        if wide < 2 or bottom - top < 2:
            return Strip([Segment("█" * wide, frame)])
        if row in (top, bottom - 1):
            ends = "┌┐" if row == top else "└┘"
            return Strip([Segment(ends[0] + "─" * (wide - 2) + ends[1], frame)])
        side = Strip([Segment("│", frame)])
        return Strip.join([side, picture.crop(left + 1, right - 1), side])


def _darker(strip: Strip) -> Strip:
    """The same in the dark; what has no colours, dim."""
    return Strip([Segment(text, _dark(style)) for text, style, _control in strip])


@lru_cache(maxsize=4096)
def _dark(style: Style | None) -> Style:
    if style is None or (style.color is None and style.bgcolor is None):
        return Style(dim=True)
    return Style(color=_shade(style.color), bgcolor=_shade(style.bgcolor))


def _shade(colour: Color | None) -> Color | None:
    if colour is None or colour.triplet is None:
        return colour
    return Color.from_rgb(*(round(part * _LEFT) for part in colour.triplet))
