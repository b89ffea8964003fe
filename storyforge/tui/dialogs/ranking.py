"""The candidates of each drafted beat of a scene, the best first, the marked one to read below."""

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from storyforge.i18n import _, listed
from storyforge.tui.dialogs.base import Dialog, said
from storyforge.tui.widgets.rows import Row, RowList

if TYPE_CHECKING:
    from storyforge.domain.generation import Take
    from storyforge.store.plan.drafted import Drafted


# Of what is less likely than e to the minus so much nothing is left in percent.
_LEAST = 100


class Ranking(Dialog[str]):
    """Answers the id of the take that shall stand.

    Args:
        beats: those that were written in several candidates.
        takes: the candidates, by their ids; one that is gone is not shown.
        standing: the ids of the takes that stand in the scene.
    """

    AUTO_FOCUS = "RowList"
    DEFAULT_CSS: ClassVar[str] = """
    Ranking .box { width: 96; height: 92%; }
    Ranking RowList { height: 1fr; }
    Ranking VerticalScroll { height: 9; margin-top: 1; scrollbar-size-vertical: 1; }
    """

    def __init__(
        self,
        beats: "Sequence[Drafted]",
        takes: "Mapping[str, Take]",
        standing: frozenset[str],
    ) -> None:
        super().__init__(_("Ranking of the candidates"), _("↑ ↓ · Enter: take it · Esc: back"))
        self._beats = beats
        self._takes = takes
        self._standing = standing

    def inside(self) -> ComposeResult:
        """What they are ranked by, the list, and the marked one's text."""
        yield said(
            _(
                "Better is what tells its beat, as the model itself judges, and says nothing that "
                "was said before."
            )
        )
        yield RowList()
        with VerticalScroll(can_focus=False):
            yield said("", id="text")

    def on_mount(self) -> None:
        """Fill the list."""
        rows = []
        for beat in self._beats:
            head = _("Beat {number}: {told}").format(number=beat.number, told=beat.beat)
            rows.append(Row(f"beat:{beat.number}", head, kind="head", fixed=True))
            rows += [self._row(rank) for rank in beat.ranking if _id_of(rank) in self._takes]
        self.query_one(RowList).show(rows)
        self.read()

    def _row(self, rank: Mapping[str, Any]) -> Row:
        take = self._takes[_id_of(rank)]
        mark = "●" if take.id in self._standing else " "
        return Row(take.id, " ".join(take.standing.split()), marks(rank), depth=1, mark=mark)

    @on(RowList.Marked)
    def read(self) -> None:
        """The text of the marked one."""
        row = self.query_one(RowList).row
        take = self._takes.get(row.id) if row is not None else None
        self.query_one("#text", Static).update(take.standing.strip() if take is not None else "")

    @on(RowList.Chosen)
    def decide(self, event: RowList.Chosen) -> None:
        """This one."""
        self.dismiss(event.row.id)


def marks(rank: Mapping[str, Any]) -> str:
    """ "tells it 31 %, new 98 %"."""
    told = []
    if (tells := rank.get("tells")) is not None:
        told.append(_("tells it {percent} %").format(percent=_percent(tells)))
    if (fresh := rank.get("fresh")) is not None:
        told.append(_("new {percent} %").format(percent=_percent(fresh)))
    return listed(told)


def _id_of(rank: object) -> str:
    """Whose rank it is; a story's file may hold anything there."""
    return str(rank.get("take_id")) if isinstance(rank, Mapping) else ""


def _percent(logarithm: object) -> int:
    if not isinstance(logarithm, int | float) or logarithm != logarithm:
        return 0
    return round(100 * math.exp(max(min(logarithm, 0), -_LEAST)))
