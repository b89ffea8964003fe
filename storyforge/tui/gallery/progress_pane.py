"""What is being drawn: a small preview, a bar, and how far it is. Hidden while nothing is."""

from typing import TYPE_CHECKING

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget

from storyforge.i18n import _, listed
from storyforge.tui.gallery.showing import fitted as fitted_size
from storyforge.tui.gallery.showing import half_blocks
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
            self._words = "" if now is None else listed(filter(None, (now.title, now.doing)))
            if progress.paused:
                self._words = _("paused")
        image = now.preview if now is not None else None
        if image is not self._preview:
            self._preview = image
            self._rows = preview_of(image, max(self.size.width - 2, 8), _ROWS)
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


def preview_of(raster: "Raster | None", columns: int, rows: int) -> tuple[tuple[Segment, ...], ...]:
    """A raster in cells of two pixels each, its shape kept."""
    if raster is None:
        return ()
    size = fitted_size(raster.width, raster.height, Size(columns, rows), (1, 2))
    across = [int((x + 0.5) / size.width * raster.width) * 3 for x in range(size.width)]
    rgb = bytearray()
    for y in range(size.height * 2):
        row = int((y + 0.5) / (size.height * 2) * raster.height) * raster.width * 3
        for x in across:
            rgb += raster.rgb[row + x : row + x + 3]
    return half_blocks(bytes(rgb), size)
