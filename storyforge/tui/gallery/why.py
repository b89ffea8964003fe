"""Why a prompt is as it is: the lines of the plan that its words are from, and what is not sent.

Asks where to go; carries nothing out.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult

from storyforge.domain.picture.compiled import Compiled, Part
from storyforge.domain.picture.explaining import of_negative, of_prompt, placed
from storyforge.domain.plan.items import FactKey, Plan
from storyforge.i18n import _
from storyforge.studio.pictures.telling import from_where, left_out_told
from storyforge.tui.dialogs.base import Dialog
from storyforge.tui.widgets.prose import Prose
from storyforge.tui.widgets.rows import Row, RowList


@dataclass(frozen=True, slots=True)
class Reason:
    """A row of the dialog: some words, where they are from, and the fact it leads to."""

    words: str
    told: str
    fact: FactKey = ("", "")


def reasons(plan: Plan, compiled: Compiled, prompt: str, negative: str) -> tuple[Reason, ...]:
    """Each part that still stands in the prompts, in their order."""
    parts = [one.part for one in placed(prompt, of_prompt(compiled))]
    parts += [one.part for one in placed(negative, of_negative(compiled))]
    known = dict.fromkeys(parts)  # a part whose phrases were set apart is told once
    return tuple(_reason(plan, part) for part in known)


def not_sent(plan: Plan, compiled: Compiled) -> tuple[Reason, ...]:
    """What was left out, and what may not be understood."""
    return tuple(
        Reason(one.text, left_out_told(plan, one), (one.item_id, one.field))
        for one in (*compiled.left_out, *compiled.noted)
    )


def _reason(plan: Plan, part: Part) -> Reason:
    return Reason(part.text, from_where(plan, part), (part.item_id, part.field))


class Why(Dialog[FactKey]):
    """Answers the fact that the author wants to see in the plan.

    Args:
        at: the number of the reason that the cursor stands on first.
    """

    AUTO_FOCUS = "RowList"
    DEFAULT_CSS = """
    Why .box { width: 92%; max-width: 110; }
    Why RowList { height: auto; max-height: 16; }
    Why Prose { height: auto; max-height: 6; margin-top: 1; color: $foreground-muted; }
    """

    def __init__(self, sent: Sequence[Reason], left: Sequence[Reason], at: int = 0) -> None:
        super().__init__(_("Why this word"), _("↑ ↓ · Enter: to its line in the plan · Esc: back"))
        self._sent = sent
        self._reasons = (*sent, *left)
        self._at = at

    def inside(self) -> ComposeResult:
        """The words, then what of them is told."""
        yield RowList()
        yield Prose("")

    def on_mount(self) -> None:
        """Those that are sent, and below those that are not."""
        rows = [self._row(number) for number in range(len(self._reasons))]
        split = len(self._sent)
        if rows[split:]:
            rows.insert(
                split,
                Row("left", _("Not sent, or perhaps not understood"), kind="head", fixed=True),
            )
        if not self._sent:
            rows.insert(0, Row("own", _("All of it is yours."), kind="muted", fixed=True))
        self.query_one(RowList).show(rows, str(self._at))
        self._tell()

    def _row(self, number: int) -> Row:
        reason = self._reasons[number]
        words, told = reason.words or "–", reason.told.partition("\n")[0]
        return Row(str(number), words, told if number < len(self._sent) else "")

    @property
    def _marked(self) -> Reason | None:
        row = self.query_one(RowList).row
        is_one = row is not None and row.id.isdecimal()
        return self._reasons[int(row.id)] if row is not None and is_one else None

    @on(RowList.Marked)
    def _tell(self) -> None:
        reason = self._marked
        self.query_one(Prose).update(reason.told if reason is not None else "")

    @on(RowList.Chosen)
    def decide(self) -> None:
        """Enter: to the plan, where it is from there."""
        reason = self._marked
        if reason is not None and reason.fact[0]:
            self.dismiss(reason.fact)
