"""The summaries of scenes and chapters in a list, the marked one to read below it. It only asks."""

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from storyforge.domain.summary import SummaryOf, SummaryState
from storyforge.i18n import _
from storyforge.studio.summaries.listing import Entry, name_of, standing
from storyforge.tui.dialogs.base import Choice, Dialog, said
from storyforge.tui.widgets.rows import Row, RowList


def key_of(one: Entry) -> str:
    """The id of an entry's row."""
    return f"{one.of.value}:{one.id}"


class Summaries(Dialog[str]):
    """Answers the id of an entry's row, or of one of the ways to go on that stand above them."""

    AUTO_FOCUS = "RowList"
    DEFAULT_CSS: ClassVar[str] = """
    Summaries .box { width: 96; height: 92%; }
    Summaries RowList { height: 1fr; }
    Summaries VerticalScroll { height: 7; margin-top: 1; scrollbar-size-vertical: 1; }
    """

    def __init__(self, found: Sequence[Entry], ways: Sequence[Choice], *, at: str = "") -> None:
        super().__init__(_("Summaries"), _("↑ ↓ · Enter: choose · Esc: back"))
        self._found: dict[str, Entry] = {}
        self._ways: Sequence[Choice] = ()
        self._put(found, ways)
        self._at = at

    def inside(self) -> ComposeResult:
        """What they are for, the list, and the marked one's text."""
        yield said(_("A model is told these of scenes that its window does not hold."))
        yield RowList()
        with VerticalScroll(can_focus=False):
            yield said("", id="text")

    def on_mount(self) -> None:
        """Fill the list."""
        self._show(self._at or None)

    def show(self, found: Sequence[Entry], ways: Sequence[Choice]) -> None:
        """Show them anew; the cursor stays where it is."""
        self._put(found, ways)
        if self.is_mounted:
            self._show(None)

    @on(RowList.Marked)
    def read(self) -> None:
        """The text of the marked one."""
        row = self.query_one(RowList).row
        one = self._found.get(row.id) if row is not None else None
        told = ""
        if one is not None:
            told = one.text or _("There is no summary yet.")
        self.query_one("#text", Static).update(told)

    @on(RowList.Chosen)
    def decide(self, event: RowList.Chosen) -> None:
        """This one, or this way."""
        self.dismiss(event.row.id)

    def _put(self, found: Sequence[Entry], ways: Sequence[Choice]) -> None:
        self._found = {key_of(one): one for one in found}
        self._ways = ways

    def _show(self, at: str | None) -> None:
        rows = [Row(way.id, way.text, way.note, kind="head") for way in self._ways]
        rows += [
            Row(
                key,
                name_of(one),
                standing(one),
                depth=0 if one.of is SummaryOf.CHAPTER else 1,
                kind="muted" if one.state is SummaryState.EMPTY else "",
                mark="●" if one.state is SummaryState.THERE else " ",
            )
            for key, one in self._found.items()
        ]
        self.query_one(RowList).show(rows, at)
        self.read()
