"""Replacing, looked at first: every place with what it would become, each to be switched off.

It answers what is to be done and changes nothing.
"""

import importlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from storyforge.domain.replacing import Edit, Replacement
from storyforge.domain.story import Outline
from storyforge.i18n import _, ngettext
from storyforge.tui.dialogs.searching import SearchDialog
from storyforge.tui.widgets.chips import Chip, Chips
from storyforge.tui.widgets.hits import HitList, edit_rows
from storyforge.tui.widgets.rows import Row, RowList
from storyforge.tui.widgets.search_fields import SearchInput, query_chips

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile
    from storyforge.studio.searching import Searched


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be replaced.

    Attributes:
        whole_story: else only in the scene on the page.
        edits: by scene, without the places that were switched off.
        texts: what the edits were made for, by scene.
    """

    replacement: Replacement
    whole_story: bool
    edits: dict[str, tuple[Edit, ...]]
    texts: dict[str, str]

    @property
    def count(self) -> int:
        """How many places."""
        return sum(map(len, self.edits.values()))


class Replace(SearchDialog[Wish]):
    """Answers what to replace."""

    ENTER_CHOOSES = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space,ideographic_space", "leave_place", show=False),
    ]
    DEFAULT_CSS = """
    Replace #go { margin: 1 0 0 0; }
    """

    def __init__(
        self,
        story: "StoryFile",
        outline: Outline,
        scene_id: str,
        replacement: Replacement,
        *,
        whole_story: bool,
    ) -> None:
        super().__init__(
            _("Replace"),
            _("Enter: replace · Space: leave this place · Tab: switches · Esc: back"),
            story,
            outline,
            replacement.query,
        )
        self._scene_id = scene_id
        self._by = replacement.text
        self._keep_case = replacement.keep_case
        self._whole_story = whole_story
        self._off: set[tuple[str, int]] = set()

    def fields(self) -> ComposeResult:
        """What to look for, what comes in its place."""
        yield from super().fields()
        yield from self.field(_("Replace with"), SearchInput(self._by, id="by"))

    def inside(self) -> ComposeResult:
        """The same, with a button under the list."""
        yield from super().inside()
        yield Chips([self._go()], id="go")

    def chips(self) -> list[Chip]:
        """The switches."""
        return [
            Chip("story", _("whole story"), self._whole_story),
            *query_chips(self.wanted),
            Chip("keep", _("keep capitals"), self._keep_case),
        ]

    @property
    def replacement(self) -> Replacement:
        """What is asked for now."""
        return Replacement(self.wanted, self._by, self._keep_case)

    def asked(self) -> object:
        """What goes, what comes, and where."""
        return self.replacement, self._whole_story

    def of_scenes(self) -> int:
        """One, unless the whole story is meant."""
        return super().of_scenes() if self._whole_story else 1

    def look(self) -> "Iterator[Searched]":
        """The scene on the page, or all of them."""
        module = importlib.import_module("storyforge.studio.searching")
        scenes = None if self._whole_story else [self._scene_id]
        found: Iterator[Searched] = module.preview(self.story, self.replacement, scenes)
        return found

    def rows(self) -> list[Row]:
        """A line a place: what goes, what comes."""
        return edit_rows(self.found.searched, self.names, self._off)

    def search(self) -> None:
        """Look again: the places have other numbers, so all of them are on."""
        self._off = set()
        super().search()

    def show(self) -> None:
        """What is known, and on the button how much would be replaced."""
        super().show()
        self.query_one("#go", Chips).show([self._go()])

    # What the author does.

    @on(Input.Changed, "#by")
    def typed_by(self, event: Input.Changed) -> None:
        """Something else comes."""
        if event.value != self._by:
            self._by = event.value
            self.search_soon()

    def switch(self, chip: Chip) -> None:
        """A switch, or the button."""
        if chip.id == "go":
            self.go()
            return
        if chip.id == "story":
            self._whole_story = bool(chip.on)
        elif chip.id == "keep":
            self._keep_case = bool(chip.on)
        super().switch(chip)

    def action_onward(self) -> None:
        """From field to field to the list, and there: do it."""
        if isinstance(self.focused, HitList):
            self.go()
        elif self.focused is self.query_one("#wanted"):
            self.query_one("#by").focus()
        else:
            self.action_to_list()

    def action_leave_place(self) -> None:
        """The place under the cursor: on or off; on a heading, the whole scene."""
        rows = self.query_one(HitList)
        if rows.has_focus and rows.row is not None:
            self._turn(rows.row)

    @on(RowList.Chosen)
    def clicked(self, event: RowList.Chosen) -> None:
        """A click switches too."""
        self._turn(event.row)

    def _turn(self, row: Row) -> None:
        scene_id, colon, number = row.id.partition(":")
        if colon:
            self._off ^= {(scene_id, int(number))}
        else:
            one = next(one for one in self.found.searched if one.scene_id == scene_id)
            places = {(scene_id, index) for index in range(len(one.edits))}
            self._off = self._off - places if places & self._off else self._off | places
        self.show()

    def go(self) -> None:
        """Do it, once the list shows all of what is asked for now."""
        found, wish = self.found, self._wish()
        if found.done and found.asked == self.asked() and not found.wrong and wish.count:
            self.dismiss(wish)

    def _wish(self) -> Wish:
        edits = {
            one.scene_id: tuple(
                edit
                for number, edit in enumerate(one.edits)
                if (one.scene_id, number) not in self._off
            )
            for one in self.found.searched
        }
        texts = {one.scene_id: one.text for one in self.found.searched if edits[one.scene_id]}
        kept = {scene_id: edits[scene_id] for scene_id in texts}
        return Wish(self.replacement, self._whole_story, kept, texts)

    def _go(self) -> Chip:
        count = self.found.hits - len(self._off)
        text = ngettext("Replace {count:,} place", "Replace {count:,} places", count)
        return Chip("go", text.format(count=count), None)
