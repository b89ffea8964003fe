"""The panel of the takes of one place. It shows takes; the desk puts them on the page."""

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import BindingType

from storyforge.domain.counting import Counts, count, counts_characters
from storyforge.domain.generation import StopReason, Take, TakeState
from storyforge.i18n import N_, _, in_quotes, ngettext
from storyforge.tui.actions import Where, bindings
from storyforge.tui.widgets.rows import Row, RowList

#: what became of a take, where that is worth a word
STATES = {
    TakeState.RUNNING: N_("running"),
    TakeState.STOPPED: N_("stopped"),
    TakeState.FAILED: N_("broken off"),
    TakeState.INTERRUPTED: N_("broken off"),
    TakeState.EDITED: N_("edited"),
}
#: how it ended, where that says more
ENDS = {StopReason.REFUSED: N_("refused"), StopReason.FILTERED: N_("filtered")}


class TakesPanel(RowList):
    """The takes of a place, newest first; ● marks the one on the page."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(Where.TAKES)
    DEFAULT_CSS = """
    TakesPanel { border: round $border-blurred; border-title-color: $foreground-muted; }
    TakesPanel:focus { border: round $border; border-title-color: $accent; }
    """

    def __init__(self) -> None:
        super().__init__(id="takes", choose=False)
        self.border_title = _("Takes here")
        self.takes: tuple[Take, ...] = ()

    def show_takes(self, takes: Sequence[Take], standing: str | None, language: str) -> None:
        """Show the takes of the place at the caret; `standing` is the id of the one on the page."""
        newest = tuple(sorted(takes, key=lambda take: take.number, reverse=True))
        self.takes = newest
        if not newest:
            self.show([Row("", _("None yet."), kind="muted", fixed=True)])
            return
        rows = [row for take in newest for row in _rows(take, standing, language)]
        self.show(rows, at=standing)

    @property
    def marked(self) -> Take | None:
        """The take under the cursor."""
        row = self.row
        return next((take for take in self.takes if row is not None and take.id == row.id), None)


def _rows(take: Take, standing: str | None, language: str) -> list[Row]:
    """The take, and below it the wish that it was asked for with."""
    wish = [Row(f"{take.id} wish", in_quotes(take.wish), depth=1, kind="muted", fixed=True)]
    return [_row(take, standing, language), *(wish if take.wish else ())]


def _row(take: Take, standing: str | None, language: str) -> Row:
    state = ENDS.get(take.reason) if take.reason is not None else None
    state = state or STATES.get(take.state)
    # The panel is narrow: what became of a take says more than when it was made.
    told = _(state) if state else f"{take.created.astimezone():%H:%M}"
    text = f"{take.number}  {told}"
    # The panel is not drawn anew while a take grows.
    long = "" if take.state is TakeState.RUNNING else size(take.standing, language)
    return Row(take.id, text, long, mark="●" if take.id == standing else " ")


def size(text: str, language: str) -> str:
    """ "62 words", or characters in languages that count those."""
    return size_of(count(text), language)


def size_of(counts: Counts, language: str) -> str:
    """The same for a text that was counted."""
    if counts_characters(language):
        return _("{count:,} ch.").format(count=counts.characters)
    return ngettext("{count:,} word", "{count:,} words", counts.words).format(count=counts.words)
