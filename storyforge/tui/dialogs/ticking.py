"""Some of many: a list whose rows are ticked by Enter. Asks; carries nothing out."""

from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult

from storyforge.i18n import _
from storyforge.tui.dialogs.base import Dialog
from storyforge.tui.widgets.rows import Row, RowList

_GO = "\0go"


class Tick(Dialog[tuple[str, ...]]):
    """Answers the ids of the ticked rows in their order; never none but where `blank` allows it."""

    DEFAULT_CSS = """
    Tick RowList { max-height: 18; }
    """

    def __init__(
        self,
        title: str,
        rows: Sequence[tuple[str, str]],
        ticked: Sequence[str],
        agree: str,
        *,
        blank: bool = False,
    ) -> None:
        super().__init__(title, _("Enter: tick, or go on · Esc: leave it"))
        self._rows = rows
        self._ticked = set(ticked)
        self._agree = agree
        self._blank = blank

    def inside(self) -> ComposeResult:
        """The list."""
        yield RowList()

    def on_mount(self) -> None:
        """All rows, the way on first."""
        self.query_one(RowList).styles.height = min(18, len(self._rows) + 1)
        self._show(_GO)

    @on(RowList.Chosen)
    def decide(self, event: RowList.Chosen) -> None:
        """Tick the row, or answer where one is ticked."""
        if event.row.id != _GO:
            self._ticked ^= {event.row.id}
            self._show(event.row.id)
            return
        chosen = tuple(key for key, _text in self._rows if key in self._ticked)
        if chosen or self._blank:
            self.dismiss(chosen)

    def _show(self, at: str) -> None:
        rows = [Row(_GO, self._agree, "↵", kind="head")]
        rows += [
            Row(key, text, mark="✓" if key in self._ticked else " ") for key, text in self._rows
        ]
        self.query_one(RowList).show(rows, at)
