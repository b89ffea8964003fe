"""What is being drawn: a small preview, a bar, and how far it is. Hidden while nothing is."""

from typing import TYPE_CHECKING

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from storyforge.i18n import _
from storyforge.tui.widgets.rows import fitted

if TYPE_CHECKING:
    from storyforge.domain.picture.orders import Raster
    from storyforge.studio.pictures.queue import Progress

# Lines of the preview at the most.
_ROWS = 12
_FULL, _EMPTY = "█", "░"


class ProgressPane(Widget):
    """Previews are coloured half blocks: they are coarse by nature, and change all the time."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    ProgressPane {
        display: none;
        height: auto;
        background: $background;
        color: $foreground;
        border-top: solid $border-blurred;
    }
    ProgressPane.-shown { display: block; }
    ProgressPane .progress--bar { color: $accent; }
    ProgressPane .progress--muted { color: $foreground-muted; }
    """
    COMPONENT_CLASSES = {"progress--bar", "progress--muted"}  # noqa: RUF012

    def __init__(self) -> None:
        super().__init__()
        self._progress: Progress | None = None
        self._preview: Raster | None = None
        self._rows: tuple[tuple[Segment, ...], ...] = ()
        self._words = ""

    @property
    def plain(self) -> str:
        """The words that are shown."""
        return self._words

    def show(self, progress: "Progress | None") -> None:
        """Show how far it is; None hides it."""
        now = progress.now if progress is not None else None
        self.set_class(progress is not None, "-shown")
        self._progress = progress
        self._words = ""
        if progress is not None:
            self._words = now.title if now is not None else ""
            if progress.paused:
                self._words = _("paused")
        preview = now.preview if now is not None else None
        if preview is not self._preview:
            self._preview = preview
            self._rows = half_blocks(preview, max(self.size.width - 2, 8), _ROWS)
            self.refresh(layout=True)
        else:
            self.refresh()

    def get_content_height(self, container: object, viewport: object, width: int) -> int:
        """Preview, words and bar."""
        return len(self._rows) + 2

    def render_line(self, y: int) -> Strip:
        """A line of the preview, the words, or the bar."""
        width, plain = self.size.width, self.rich_style
        if y < len(self._rows):
            row = self._rows[y]
            left = (width - len(row)) // 2
            cells = [Segment(" " * left, plain), *row]
            return Strip(cells).adjust_cell_length(width, plain)
        if y == len(self._rows):
            muted = plain + self._colour("progress--muted")
            return Strip([Segment(fitted(f" {self._words}", width), muted)])
        now = self._progress.now if self._progress is not None else None
        share = 0.0
        if now is not None:
            share = now.step / now.steps if now.steps else now.loading or 0.0
        room = max(width - 2, 1)
        full = round(room * min(share, 1.0))
        bar = plain + self._colour("progress--bar")
        pieces = [Segment(" ", plain), Segment(_FULL * full + _EMPTY * (room - full), bar)]
        return Strip(pieces).adjust_cell_length(width, plain)

    def _colour(self, name: str) -> Style:
        whole = self.get_component_rich_style(name)
        return Style(color=whole.color, dim=whole.dim)


def half_blocks(
    raster: "Raster | None", columns: int, rows: int
) -> tuple[tuple[Segment, ...], ...]:
    """A raster in cells of two pixels each, its shape kept."""
    if raster is None:
        return ()
    scale = min(columns / raster.width, rows * 2 / raster.height)
    width = max(round(raster.width * scale), 1)
    height = max(round(raster.height * scale / 2), 1)

    def colour(x: int, y: int) -> str:
        across = min(int((x + 0.5) / width * raster.width), raster.width - 1)
        down = min(int((y + 0.5) / (height * 2) * raster.height), raster.height - 1)
        at = (down * raster.width + across) * 3
        red, green, blue = raster.rgb[at : at + 3]
        return f"#{red:02x}{green:02x}{blue:02x}"

    return tuple(
        tuple(
            Segment("▀", Style(color=colour(x, 2 * y), bgcolor=colour(x, 2 * y + 1)))
            for x in range(width)
        )
        for y in range(height)
    )
