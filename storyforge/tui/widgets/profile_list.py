"""The profiles as a list: name, model and place; ● writes. It shows; the screen carries out."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType

from storyforge.i18n import _
from storyforge.tui.actions import Where, bindings
from storyforge.tui.widgets.model_words import in_columns, where_it_runs
from storyforge.tui.widgets.rows import Row, RowList, fitted

if TYPE_CHECKING:
    from storyforge.studio.profiles.overview import Seen

# Cells of the list from which on the model has a column of its own, and those of the name then.
_WIDE = 44
_NAME = 14


class ProfileList(RowList):
    """One row a profile."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(Where.MODELS)

    def __init__(self) -> None:
        super().__init__(choose=False)
        self._models: dict[str, str] = {}

    def show_profiles(self, profiles: "Sequence[Seen]", at: str | None = None) -> None:
        """Show them; the cursor goes to the profile `at`, else stays."""
        self._models = {
            one.profile.name: one.card.name if one.card is not None else "" for one in profiles
        }
        self.show([row_of(one) for one in profiles], at)

    def laid_out(self, row: Row, room: int) -> str:
        """The name, and the model where there is room for it."""
        if self.size.width < _WIDE:
            return fitted(row.text, room)
        return fitted(in_columns(row.text, self._models.get(row.id, ""), _NAME - 1), room)


def row_of(one: "Seen") -> Row:
    """The name, where it runs, and whether it writes."""
    where = where_it_runs(one.card) if one.card is not None else _("cannot be used")
    return Row(
        one.profile.name,
        one.profile.name,
        where,
        kind="" if one.card is not None else "muted",
        mark="●" if one.writes else " ",
    )
