"""One entry of the lorebook, to be written on. What is changed is told at once; there is no "OK".

Title, keys and text stand open; the rules of the entry are rows below them. It keeps nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Input, Static

from storyforge.domain.key_lists import joined_keys, split_keys
from storyforge.domain.lore import LoreEntry
from storyforge.domain.origin import Origin, Provenance
from storyforge.domain.story import Page
from storyforge.i18n import _
from storyforge.tui.dialogs.base import Dialog, said
from storyforge.tui.dialogs.lore_fields import BY_ID, asked, fields_of, shown
from storyforge.tui.widgets.manuscript import Manuscript
from storyforge.tui.widgets.notes import Notes
from storyforge.tui.widgets.rows import Row, RowList
from storyforge.tui.work import launch

if TYPE_CHECKING:
    from storyforge.tui.app import StoryforgeApp

_MORE = "more"


class EditEntry(Dialog[None]):
    """A form over an entry.

    Args:
        changed: hears the entry after every change.
        wrong: says what is wrong with the keys of an entry; "" for nothing.
    """

    AUTO_FOCUS = "Input"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+s", "leave", show=False)]
    DEFAULT_CSS = """
    EditEntry .box { width: 92; height: 92%; }
    EditEntry .field { height: 1; }
    EditEntry .field .label { width: 12; }
    EditEntry .field Input { width: 1fr; margin: 0; }
    EditEntry .wrong { display: none; }
    EditEntry .wrong.-shown { display: block; }
    EditEntry Notes, EditEntry Notes:focus {
        height: 2fr;
        min-height: 4;
        margin: 1 0;
        background: $panel;
    }
    EditEntry RowList { height: 3fr; min-height: 4; }
    """

    def __init__(
        self,
        entry: LoreEntry,
        scenes: Mapping[str, str],
        categories: Sequence[str],
        changed: Callable[[LoreEntry], object],
        wrong: Callable[[LoreEntry], str],
        *,
        locked: str = "",
    ) -> None:
        super().__init__(
            _("Lorebook entry"), _("Tab: next · Enter: change · Esc: back, all is kept")
        )
        self.entry = entry
        self._scenes = scenes
        self._categories = categories
        self._changed = changed
        self._wrong = wrong
        self._locked = locked
        self._more = False

    def inside(self) -> ComposeResult:
        """Title, keys, text, rules."""
        locked = bool(self._locked)
        called = _("Words that call it, parted by commas, or /expressions/")
        for label, name, value, placeholder in (
            (_("Title"), "title", self.entry.title, ""),
            (_("Keys"), "keys", joined_keys(self.entry.keys), called),
        ):
            with Horizontal(classes="field"):
                yield said(label, classes="label")
                # What is typed is kept at once: it must not take the place of all that stood there.
                yield Input(
                    value,
                    id=name,
                    placeholder=placeholder,
                    disabled=locked,
                    select_on_focus=False,
                )
        yield said("", id="wrong", classes="wrong")
        yield Notes(id="content", placeholder=_("What the model is told"))
        yield RowList()

    def on_mount(self) -> None:
        """The entry as it is."""
        text = self.entry.content
        page = Page(self.entry.id, text, Provenance.whole(len(text), Origin.TYPED), len(text))
        self.query_one(Notes).show(page)
        if self._locked:
            self.query_one(Notes).lock_page(self._locked)
        self._show()

    # What the author does.

    @on(Input.Changed)
    def typed(self, event: Input.Changed) -> None:
        """Another title, or other keys."""
        event.stop()
        if event.input.id == "title":
            self._put(title=event.value.strip())
        else:
            self._put(keys=split_keys(event.value))

    @on(Input.Submitted)
    def onward(self) -> None:
        """Enter in a field goes on to the next."""
        self.focus_next()

    @on(Manuscript.Edited)
    def written(self, event: Manuscript.Edited) -> None:
        """Another text."""
        event.stop()
        self._put(content=self.query_one(Notes).text)

    @on(RowList.Chosen)
    def chosen(self, event: RowList.Chosen) -> None:
        """Change a rule, or show the rare ones."""
        if event.row.id == _MORE:
            self._more = not self._more
            self._show(_MORE)
        elif not self._locked:
            launch(self._house, self._ask(event.row.id), group="form")

    async def _ask(self, field_id: str) -> None:
        field = BY_ID[field_id]
        changes = await asked(self._house, field, self.entry, self._scenes, self._categories)
        if changes is not None:
            self._put(**changes)
            self._show(field_id)

    def _put(self, **changes: Any) -> None:
        entry = replace(self.entry, **changes)
        if entry != self.entry:
            self.entry = entry
            self._changed(entry)
            self._tell_wrong()

    # Showing.

    def _show(self, at: str | None = None) -> None:
        rows = [
            Row(field.id, _(field.label), shown(field, self.entry, self._scenes))
            for field in fields_of(self.entry, more=self._more)
        ]
        label = _("Less") if self._more else _("More: chance, staying, calling others")
        rows.append(Row(_MORE, label, kind="muted"))
        self.query_one(RowList).show(rows, at)
        self._tell_wrong()

    def _tell_wrong(self) -> None:
        line = self.query_one("#wrong", Static)
        told = self._wrong(self.entry)
        line.update(told)
        line.set_class(bool(told), "-shown")

    @property
    def _house(self) -> "StoryforgeApp":
        return cast("StoryforgeApp", self.app)
