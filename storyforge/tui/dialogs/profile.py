"""A profile as a form. Nothing is set before the first row is chosen; Escape lets all of it go."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from textual import on
from textual.app import ComposeResult

from storyforge.i18n import _
from storyforge.studio.profiles.yeses import withdrawn
from storyforge.tui.dialogs.base import Choice, Dialog, said
from storyforge.tui.dialogs.profile_fields import BY_ID, asked, brief, fields_of, shown, unset_told
from storyforge.tui.widgets.prose import Prose
from storyforge.tui.widgets.rows import Row, RowList
from storyforge.tui.work import launch

if TYPE_CHECKING:
    from storyforge.tui.app import StoryforgeApp

_GO = "go"
# Rows of the box beside the list.
_AROUND_LIST = 8

#: what is wrong with a whole table: the first field at fault and a sentence, or None
Fault = Callable[[Mapping[str, Any]], tuple[str, str] | None]
#: what there is to choose from for a field
Offers = Callable[[str, Mapping[str, Any]], Awaitable[Sequence[Choice]]]


class EditProfile(Dialog[dict[str, Any]]):
    """Answers the profile's whole table.

    Args:
        fault: what is wrong with a table; it is said at the field.
        offers: what there is to choose from for a field, such as the models that an API lists.
        without: fields that are not to be set.
        unset: what a field is while it is not set, where more is known of it than usual.
    """

    AUTO_FOCUS = "RowList"
    DEFAULT_CSS = """
    EditProfile .box { width: 80; padding: 0 2; }
    EditProfile #help { height: 2; margin-top: 1; }
    """

    def __init__(
        self,
        name: str,
        values: Mapping[str, Any],
        fault: Fault,
        offers: Offers,
        *,
        without: frozenset[str] = frozenset(),
        unset: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(
            _("Profile “{name}”").format(name=name), _("Enter: change · Esc: leave it as it was")
        )
        self._values = dict(values)
        self._fault = fault
        self._offers = offers
        self._without = without
        self._unset = unset or {}

    def inside(self) -> ComposeResult:
        """The form, and what the marked row is for."""
        yield RowList()
        yield said("", id="help", classes="")

    def on_mount(self) -> None:
        """The values as they are."""
        self._show(_GO)

    def on_resize(self) -> None:
        """The list scrolls where the screen is low."""
        self.fit_list(_AROUND_LIST)

    @on(RowList.Marked)
    def marked(self) -> None:
        """Say what the row is for."""
        self._explain()

    @on(RowList.Chosen)
    def chosen(self, event: RowList.Chosen) -> None:
        """Keep all of it, or change the row."""
        if event.row.id != _GO:
            house = cast("StoryforgeApp", self.app)
            launch(house, self._change(house, event.row.id), group="form")
        elif fault := self._fault(self._values):
            self._show(fault[0])
        else:
            self.dismiss(self._values)

    async def _change(self, house: "StoryforgeApp", name: str) -> None:
        def wrong(field: str, value: object) -> str:
            fault = self._fault({**self._values, field: value})
            return fault[1] if fault is not None and fault[0] == field else ""

        offered = await self._offers(name, self._values)
        change = await asked(house, BY_ID[name], self._values, wrong, offered=offered)
        if change is not None:
            values = {**self._values, **change}
            gone = withdrawn(self._values, values)
            self._values = {key: values[key] for key in values if key not in gone}
            # What means nothing to another backend would be believed to do something.
            means = {field.id for field in fields_of(self._values)}
            self._values = {key: self._values[key] for key in self._values if key in means}
            self._show(name)

    def _show(self, at: str) -> None:
        fault = self._fault(self._values)
        rows = [Row(_GO, _("Keep it like this"), "↵", kind="head")]
        for field in fields_of(self._values):
            if field.id in self._without:
                continue
            told = brief(shown(field, self._values))
            rows.append(
                Row(
                    field.id,
                    _(field.label),
                    told or self._unset.get(field.id) or unset_told(field, self._values),
                    kind="" if told else "muted",
                    mark="!" if fault is not None and fault[0] == field.id else " ",
                )
            )
        self.query_one(RowList).show(rows, at)
        self._explain()
        self.fit_list(_AROUND_LIST)

    def _explain(self) -> None:
        """What the marked row is for; what is wrong with it goes before that."""
        row = self.query_one(RowList).row
        field = BY_ID.get(row.id) if row is not None else None
        fault = self._fault(self._values)
        told = self.query_one("#help", Prose)
        wrong = fault is not None and field is not None and fault[0] == field.id
        told.set_class(wrong, "wrong")
        if wrong and fault is not None:
            told.update(fault[1])
        else:
            told.update(_(field.help) if field is not None else "")
