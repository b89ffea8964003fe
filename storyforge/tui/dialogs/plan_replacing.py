"""What of the plan would be replaced: what stands there and what would. Asks; changes nothing."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from storyforge.domain.plan.forms import FORMS
from storyforge.domain.plan.items import Plan
from storyforge.i18n import _
from storyforge.studio.planning.telling import value_told
from storyforge.tui.dialogs.base import Choice, Choose

if TYPE_CHECKING:
    from storyforge.studio.planning.reading import Change


class MayReplaceFacts(Choose):
    """Answers "replace", "empty" for what finds an empty field only, or "no"."""

    DEFAULT_CSS = """
    MayReplaceFacts .box { width: 76; }
    MayReplaceFacts VerticalScroll { height: auto; max-height: 14; margin-bottom: 1; }
    """

    def __init__(self, plan: Plan, changes: "Sequence[Change]") -> None:
        choices = [
            Choice("no", _("Leave it as it is")),
            Choice("replace", _("Replace it; what stood there is kept among the earlier values")),
            Choice("empty", _("Take only what finds an empty field")),
        ]
        super().__init__(_("Something stands there"), "", choices)
        self._told = _told(plan, changes)

    def inside(self) -> ComposeResult:
        """Was and now, over the ways to go on."""
        with VerticalScroll(can_focus=False):
            yield Static(self._told)
        yield from super().inside()


def _told(plan: Plan, changes: "Sequence[Change]") -> Content:
    pieces: list[tuple[str, str]] = []
    for change in changes:
        field = FORMS[change.kind].field(change.field)
        was = value_told(plan, change.kind, field, change.was)
        now = value_told(plan, change.kind, field, change.now)
        item = plan.item(change.item_id)
        name = f"{item.name} · " if item is not None and item.name else ""
        pieces.append((f"{name}{_(field.label)}\n", "bold"))
        pieces.append((_("was: {value}").format(value=was) + "\n", "$text-error"))
        pieces.append((_("now: {value}").format(value=now) + "\n\n", "$text-success"))
    return Content.assemble(*pieces).rstrip()
