"""What shall become of a selection: the verbs, and how many takes. Asks; carries nothing out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from storyforge.i18n import _, ngettext
from storyforge.tui.dialogs.base import Dialog, said
from storyforge.tui.widgets.prose import Prose
from storyforge.tui.widgets.rows import Row, RowList

if TYPE_CHECKING:
    from storyforge.prompting.verbs import Verb

#: the most takes that are written at once
MOST = 8


@dataclass(frozen=True, slots=True)
class Wanted:
    """A verb by its name, and how many takes of it."""

    verb: str
    takes: int


class ChooseVerb(Dialog[Wanted]):
    """Answers the verb that was chosen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(str(number), f"takes({number})", show=False) for number in range(1, MOST + 1)
    ]
    DEFAULT_CSS = """
    ChooseVerb RowList { max-height: 12; }
    ChooseVerb #many { height: auto; color: $foreground-muted; margin-top: 1; }
    """

    def __init__(self, about: str, verbs: "Sequence[Verb]", takes: int) -> None:
        super().__init__(
            _("What shall become of the selection?"),
            _("↑ ↓ Enter · 1 to 8: how many takes · Esc"),
        )
        self._about = about
        self._verbs = verbs
        self._takes = takes

    def inside(self) -> ComposeResult:
        """The selection's words, the verbs, the number."""
        yield said(self._about, classes="label")
        yield RowList()
        yield said("", id="many")

    def on_mount(self) -> None:
        """Fill the list."""
        rows = self.query_one(RowList)
        rows.styles.height = min(12, len(self._verbs))
        rows.show([Row(v.name, v.title, _("yours") if v.own else "") for v in self._verbs])
        self.action_takes(self._takes)

    def action_takes(self, number: int) -> None:
        """So many takes."""
        self._takes = number
        told = ngettext("{count} take", "{count} takes", number).format(count=number)
        self.query_one("#many", Prose).update(told)

    @on(RowList.Chosen)
    def decide(self, event: RowList.Chosen) -> None:
        """Answer with the verb."""
        self.dismiss(Wanted(event.row.id, self._takes))
