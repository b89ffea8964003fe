"""What the find bar and the dialogs of searching share: a field for the query, and its switches."""

from dataclasses import replace

from textual.widgets import Input

from storyforge.domain.searching import Query
from storyforge.i18n import _
from storyforge.tui.widgets.chips import Chip


class SearchInput(Input):
    """A field whose Enter is left to whoever holds it."""

    def __init__(self, value: str = "", *, placeholder: str = "", id: str | None = None) -> None:  # noqa: A002
        super().__init__(value, placeholder=placeholder, id=id, select_on_focus=True)
        self._bindings = self._bindings.copy()
        self._bindings.key_to_bindings.pop("enter", None)


def query_chips(query: Query) -> list[Chip]:
    """The switches of a query as they stand."""
    return [
        Chip("word", _("whole word"), query.word),
        Chip("case", _("capitals"), query.case),
        Chip("exact", _("exactly as typed"), query.exact),
        Chip("regex", _("expression"), query.regex),
    ]


def switched(query: Query, chip: Chip) -> Query:
    """The query behind one of its switches; unchanged by any other."""
    on = bool(chip.on)
    match chip.id:
        case "word":
            return replace(query, word=on)
        case "case":
            return replace(query, case=on)
        case "exact":
            return replace(query, exact=on)
        case "regex":
            return replace(query, regex=on)
    return query
