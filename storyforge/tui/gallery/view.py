"""One picture as large as the screen, or two beside each other, with lines below. It only draws."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Offset, Region, Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from storyforge.domain.picture.pictures import Picture
from storyforge.tui.gallery.overlay import Overlay
from storyforge.tui.gallery.showing import Shown, centred
from storyforge.tui.widgets.rows import fitted
from storyforge.tui.widgets.wrapping import Run, wrap_runs

# Lines of words at the most, of a screen's height.
_WORDS = 0.3


@dataclass(frozen=True, slots=True)
class Sight:
    """A picture with what is told of it.

    Attributes:
        lines: below it, each of runs with "", "muted", "accent" or "warning".
    """

    picture: Picture
    title: str
    lines: tuple[tuple[Run, ...], ...] = ()


class PictureView(Widget, can_focus=True):
    """Shows what it is given. Arrows ask for the one before or after; Enter and Esc leave.

    Attributes:
        ask: gives a picture in a room of cells; why there is none; None while it is being made.
    """

    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,up,pageup", "turn(-1)", show=False),
        Binding("right,down,pagedown", "turn(1)", show=False),
        Binding("enter,space", "leave", show=False),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "view--title",
        "view--muted",
        "view--accent",
        "view--warning",
    }
    DEFAULT_CSS = """
    PictureView {
        height: 1fr;
        background: $background;
        color: $foreground;
        .view--title { text-style: bold; }
        .view--muted { color: $foreground-muted; }
        .view--accent { color: $accent; }
        .view--warning { color: $text-warning; }
    }
    """

    class Turned(Message):
        """Another one is wanted, so many steps on."""

        def __init__(self, steps: int) -> None:
            super().__init__()
            self.steps = steps

    class Left(Message):
        """Enough was seen."""

    def __init__(self) -> None:
        super().__init__()
        self.ask: Callable[[Picture, Size], Shown | str | None] = lambda _picture, _room: None
        self.sights: tuple[Sight, ...] = ()
        self._overlay = Overlay(self)

    def show(self, *sights: Sight) -> None:
        """Show these beside each other."""
        self.sights = sights
        self.refresh()

    def action_turn(self, steps: int) -> None:
        """Ask for the one before, or after."""
        self.post_message(self.Turned(steps))

    def action_leave(self) -> None:
        """Enter, Space."""
        self.post_message(self.Left())

    def on_click(self, event: events.Click) -> None:
        """A click is as good as Enter."""
        event.stop()
        self.action_leave()

    def render_line(self, y: int) -> Strip:
        """One line of all columns."""
        plain, width = self.rich_style, self.size.width
        if not self.sights:
            return Strip.blank(width, plain)
        column, room, words = self._measured()
        segments = list[Segment]()
        for number, sight in enumerate(self.sights):
            if y < room.height:
                segments += self._picture(sight, y, column, room, plain)
            else:
                segments += self._line(sight, words[number], y - room.height, column, plain)
        return Strip(segments).adjust_cell_length(width, plain)

    def render_lines(self, crop: Region) -> list[Strip]:
        """All lines; what is drawn over them comes behind."""
        lines = super().render_lines(crop)
        if self.sights:
            column, room, _words = self._measured()
            for number, sight in enumerate(self.sights):
                shown = self.ask(sight.picture, room)
                if isinstance(shown, Shown):
                    wide = Size(column, room.height)
                    start = Offset(number * column, 0)
                    self._overlay.put(start + centred(shown.size, wide), shown)
        return lines

    def _measured(self) -> tuple[int, Size, list[list[tuple[Run, ...]]]]:
        """Cells of a column, the room of its picture, and the words below."""
        column = self.size.width // len(self.sights)
        words = [self._wrapped(sight, column) for sight in self.sights]
        height = self.size.height - self._lines_of_words(words) - 1
        return column, Size(max(column - 2, 1), max(height, 1)), words

    def _lines_of_words(self, words: Sequence[Sequence[object]]) -> int:
        most = max(int(self.size.height * _WORDS), 2)
        return min(max((len(each) for each in words), default=0), most)

    def _wrapped(self, sight: Sight, column: int) -> list[tuple[Run, ...]]:
        return [row for runs in sight.lines for row in wrap_runs(runs, column - 2)]

    def _picture(self, sight: Sight, y: int, x: int, room: Size, plain: Style) -> Sequence[Segment]:
        width = room.width + 2
        shown = self.ask(sight.picture, room)
        if not isinstance(shown, Shown):
            text = ("…" if shown is None else shown) if y == room.height // 2 else ""
            lead = " " * max((width - cell_len(text)) // 2, 0)
            return [Segment(fitted(lead + text, width), plain + self._style("muted"))]
        return shown.line(y, Size(width, room.height), plain)

    def _line(
        self, sight: Sight, words: Sequence[tuple[Run, ...]], at: int, column: int, plain: Style
    ) -> list[Segment]:
        if at == 0:
            return [Segment(fitted(f" {sight.title}", column), plain + self._style("title"))]
        runs = words[at - 1] if at - 1 < len(words) else ()
        pieces = [Segment(" ", plain)]
        pieces += [Segment(text, plain + self._style(kind)) for text, kind in runs]
        return list(Strip(pieces).adjust_cell_length(column, plain))

    def _style(self, name: str) -> Style:
        if not name:
            return Style()
        whole = self.get_component_rich_style(f"view--{name}")
        return Style(color=whole.color, bold=whole.bold, dim=whole.dim)
