"""Where prompt and settings go in a workflow, slot by slot. Shows; changes nothing."""

from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult

from storyforge.i18n import _
from storyforge.tui.dialogs.base import Dialog
from storyforge.tui.widgets.prose import Prose
from storyforge.tui.widgets.rows import Row, RowList

if TYPE_CHECKING:
    from storyforge.studio.pictures.workflows import Seen, SlotRow

_AROUND = 12


class WorkflowView(Dialog[None]):
    """The slots; of the marked one how it was found, what stands there, and how to mark it."""

    AUTO_FOCUS = "RowList"
    DEFAULT_CSS = """
    WorkflowView .box { width: 92%; max-width: 110; }
    WorkflowView Prose { height: auto; max-height: 7; margin-top: 1; color: $foreground-muted; }
    """

    def __init__(self, seen: "Seen") -> None:
        super().__init__(seen.name, _("↑ ↓ · Esc: back"))
        self._seen = seen

    def inside(self) -> ComposeResult:
        """The slots, then what is told of one."""
        yield RowList()
        yield Prose("")

    def on_mount(self) -> None:
        """All of them, and what else to know below."""
        rows = [self._row(row) for row in self._seen.rows]
        if self._seen.notes:
            rows.append(Row("notes", _("What else to know"), mark=" "))
        self.query_one(RowList).show(rows)
        self.fit_list(_AROUND)
        self._tell()

    def _row(self, row: "SlotRow") -> Row:
        mark = "●" if row.where else "?" if row.is_doubtful else " "
        kind = "" if row.where or row.note else "muted"
        return Row(row.slot.value, row.what, row.where or row.note or "–", mark=mark, kind=kind)

    @on(RowList.Marked)
    def _tell(self) -> None:
        marked = self.query_one(RowList).row
        found = [row for row in self._seen.rows if marked is not None and row.slot == marked.id]
        told = "\n".join(self._seen.notes) if not found else _of_slot(found[0])
        self.query_one(Prose).update(told)


def _of_slot(row: "SlotRow") -> str:
    """How a slot was found and what stands in it; else how it is marked."""
    if row.where:
        value = _("stands there: {value}").format(value=row.value) if row.value else ""
        return "\n".join(filter(None, (row.how, value)))
    told = _("In ComfyUI call the node where it belongs “storyforge: {slot}”, and export it again.")
    return told.format(slot=row.slot.value)
