"""What differs between two copies of a story: a list, and beside it the words of both."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from storyforge.i18n import _
from storyforge.tui.dialogs.base import Dialog
from storyforge.tui.widgets.rows import Row, RowList


@dataclass(frozen=True, slots=True)
class Version:
    """One thing that differs.

    Attributes:
        told: a sentence.
        ours, theirs: a scene's text in the two copies; both empty where it is no scene.
    """

    told: str
    ours: str = ""
    theirs: str = ""


class Differences(Dialog[None]):
    """Only to look at; Escape goes back to the question."""

    BINDINGS: ClassVar[list[BindingType]] = []
    DEFAULT_CSS = """
    Differences .box { width: 110; height: 90%; }
    Differences RowList { width: 46; height: 1fr; }
    Differences VerticalScroll { width: 1fr; padding: 0 1; border-left: solid $border-blurred; }
    """

    def __init__(self, found: Sequence[Version], language: str) -> None:
        super().__init__(
            _("The differences"),
            _("– only in this file · + only in the other · ↑ ↓ look · Esc: back"),
        )
        self._found = found
        self._language = language

    def inside(self) -> ComposeResult:
        """The list and the words."""
        with Horizontal():
            yield RowList()
            with VerticalScroll(can_focus=False):
                yield Static("", id="difference")

    def on_mount(self) -> None:
        """Show them, and the first one's words."""
        self.query_one(RowList).show(
            [Row(str(index), one.told) for index, one in enumerate(self._found)]
        )
        self.compare(0)

    @on(RowList.Marked)
    def look(self, event: RowList.Marked) -> None:
        """Compare the marked one."""
        self.compare(int(event.row.id))

    @on(RowList.Chosen)
    def go_back(self) -> None:
        """Enter goes back too: there is nothing to decide here."""
        self.dismiss(None)

    @work(thread=True, exclusive=True, group="compare", exit_on_error=False)
    def compare(self, index: int) -> None:
        """Compare beside the screen; a worker that was overtaken says nothing."""
        shown = difference(self._found[index])
        self.app.call_from_thread(self._show, index, shown)

    def _show(self, index: int, shown: Content) -> None:
        row = self.query_one(RowList).row
        if row is None or row.id == str(index):
            self.query_one("#difference", Static).update(shown)


def difference(one: Version) -> Content:
    """The sentence, and the paragraphs that only one copy has."""
    pieces: list[tuple[str, str]] = [(f"{one.told}\n\n", "bold")]
    before, after = one.ours.split("\n"), one.theirs.split("\n")
    matcher = difflib.SequenceMatcher(a=before, b=after, autojunk=False)
    for kind, a, b, c, d in matcher.get_opcodes() if one.ours or one.theirs else ():
        if kind == "equal":
            told = [line for line in before[a:b] if line]
            if told:
                skipped = _("  … {count} unchanged paragraphs …\n").format(count=len(told))
                pieces.append((skipped, "$foreground-disabled"))
            continue
        pieces += [(f"– {line}\n", "$warning") for line in before[a:b] if line]
        pieces += [(f"+ {line}\n", "$success") for line in after[c:d] if line]
    return Content.assemble(*pieces)
