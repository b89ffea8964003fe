"""What else could have stood in a word's place, with its chances. Asks; changes nothing."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult

from storyforge.i18n import _
from storyforge.tui.dialogs.base import Dialog, said
from storyforge.tui.widgets.rows import Row, RowList

if TYPE_CHECKING:
    from storyforge.domain.generation import Alternative

# The bar of a choice that is certain, in cells.
_BAR = 12


class OtherWords(Dialog[str]):
    """Answers the choice to go on from, as it would stand."""

    DEFAULT_CSS = """
    OtherWords .box { width: 48; }
    OtherWords RowList { max-height: 14; }
    """

    def __init__(self, word: str, choices: "Sequence[Alternative]") -> None:
        super().__init__(word, _("Enter: go on from it · Esc: leave it"))
        self._word = word
        self._choices = choices

    def inside(self) -> ComposeResult:
        """The list."""
        if not self._choices:
            yield said(_("The model has no other word for this place."), classes="said first")
        yield RowList()

    def on_mount(self) -> None:
        """The likeliest first; ● marks what stands there."""
        rows = self.query_one(RowList)
        rows.styles.height = min(14, len(self._choices))
        rows.show([self._row(index, choice) for index, choice in enumerate(self._choices)])

    def _row(self, index: int, choice: "Alternative") -> Row:
        text = choice.text.strip(" ")
        stands = self._word.startswith(text)
        bar = "▪" * round(choice.probability * _BAR)
        share = f"{choice.probability:.1%}"
        return Row(
            str(index),
            text.replace("\n", "¶") or "¶",
            f"{bar} {share:>6}",
            mark="●" if stands else " ",
        )

    @on(RowList.Chosen)
    def decide(self, event: RowList.Chosen) -> None:
        """Answer with the choice."""
        self.dismiss(self._choices[int(event.row.id)].text)
