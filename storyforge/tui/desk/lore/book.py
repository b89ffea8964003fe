"""The lorebook: its entries changed one by one or many at once, each change on the disk at once.

Every change is one step that Ctrl+Z in the list takes back. What calls an entry is not decided
here.
"""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import uuid4

from storyforge.domain.lore import LoreEntry, name_of
from storyforge.i18n import _, ngettext
from storyforge.tui.action_lists.menus import MENUS
from storyforge.tui.actions import Where
from storyforge.tui.desk.area import Area
from storyforge.tui.desk.keeper import Keeper
from storyforge.tui.desk.lore.watching import LoreWatching
from storyforge.tui.desk.lore.writing import Book, BookWriting
from storyforge.tui.dialogs.menu import Menu
from storyforge.tui.widgets.hits import scene_names
from storyforge.tui.widgets.lore_list import LoreBrowser, Signs
from storyforge.tui.work import lazily

if TYPE_CHECKING:
    from storyforge.tui.screens.desk import DeskScreen

#: steps that can be taken back
_STEPS = 200


class LoreDesk(Area):
    """What the lorebook's actions do.

    Attributes:
        book: all entries, in their order.
        marked: the ids of those that are changed together.
    """

    def __init__(self, desk: "DeskScreen", browser: LoreBrowser) -> None:
        super().__init__(desk)
        self.book: Book = ()
        self.marked: set[str] = set()
        self._browsers = [browser]
        self._steps: list[Book] = []
        self._writing = BookWriting()
        self._watching = LoreWatching(desk, self._looked_at, lambda: self.show())
        self._keeper: Keeper[Book] = Keeper(
            desk, self._writing.write, kept=lambda *_: self.tell_context(), told=self._told
        )
        self.keepers = (self._keeper,)

    def verbs(self) -> dict[str, Callable[[], object]]:
        """The actions this area carries out."""
        return {
            "lore_edit": lambda: self.start(self._edit),
            "lore_toggle": self._toggle,
            "lore_new": lambda: self.start(self._new),
            "lore_find": lambda: self.browser.find(),
            "lore_mark": self._mark,
            "lore_mark_all": self._mark_all,
            "lore_change": lambda: self.start(self._change_marked),
            "lore_duplicate": self._duplicate,
            "lore_delete": self._delete,
            "lore_up": lambda: self._move(-1),
            "lore_down": lambda: self._move(1),
            MENUS[Where.LORE]: lambda: self.start(self._menu),
        }

    @property
    def browser(self) -> LoreBrowser:
        """The list in front: the table's while it is open."""
        return self._browsers[-1]

    @property
    def scenes(self) -> dict[str, str]:
        """The titles of the story's scenes by their id, in story order."""
        return scene_names(self.desk.outline) if self.desk.outline is not None else {}

    @property
    def categories(self) -> list[str]:
        """The author's own groups."""
        return sorted({entry.category for entry in self.book if entry.category})

    # What is heard.

    async def read(self) -> None:
        """Read the book; what could not be saved of it is the author's, and stays."""
        story = self.desk.story
        if story is not None:
            self._writing.on_disk = await asyncio.to_thread(story.context.lore)
            self.book = self._keeper.unsaved.get("lore", self._writing.on_disk)
            self.show()
            self._watching.look_soon()

    async def reread(self) -> None:
        """Somebody else may have changed it: what is unsaved goes first."""
        await self._keeper.keep()
        await self.read()

    async def came_in(self) -> None:
        """A file was taken in, which is one step."""
        before = self.book
        await self.read()
        self._steps = [*self._steps[1 - _STEPS :], before]
        self.tell_context()

    def outlined(self) -> None:
        """Scenes may be called otherwise: 5,000 rows take 10 ms, and this comes with each save."""
        if self.browser.scenes != self.scenes:
            self.show()

    def look_soon(self) -> None:
        """The text or the caret is elsewhere: other entries may be called there."""
        self._watching.look_soon()

    def where(self) -> Where | None:
        """The keys of the list work in the list."""
        return Where.LORE if self._browsers[0].list.has_focus else None

    def undo(self) -> bool:
        """Take the last change of the book back."""
        if not self._steps:
            self.desk.house.tell(_("Nothing was changed in the lorebook."))
        elif self._may_change():
            self._set(self._steps.pop())
        return True

    # Changing the book.

    def _change(self, book: Iterable[LoreEntry], at: str | None = None) -> None:
        """One step."""
        self._steps = [*self._steps[1 - _STEPS :], self.book]
        self._set(tuple(book), at)

    def _set(self, book: Book, at: str | None = None) -> None:
        self.book = book
        self.marked &= {entry.id for entry in book}
        self._keeper.changed("lore", book)
        self.show(at)
        self._watching.look_soon()

    def _targets(self) -> set[str]:
        """The marked entries, or the one under the cursor."""
        under = self.browser.list.marked
        return set(self.marked) or ({under} if under else set())

    def _may_change(self) -> bool:
        story = self.desk.story
        if story is None or story.read_only:
            self.desk.house.tell(story.read_only_reason if story is not None else "")
            return False
        return True

    def _toggle(self) -> None:
        targets = self._targets()
        if targets and self._may_change():
            on = next(entry for entry in self.book if entry.id in targets).enabled
            self._change(
                replace(entry, enabled=not on) if entry.id in targets else entry
                for entry in self.book
            )

    def _mark(self) -> None:
        under = self.browser.list.marked
        if under:
            self.marked ^= {under}
            self.show()
            self.browser.list.action_move(1)

    def _mark_all(self) -> None:
        shown = {entry.id for entry in self.browser.shown}
        self.marked = self.marked - shown if shown <= self.marked else self.marked | shown
        self.show()

    def _duplicate(self) -> None:
        under = self.browser.list.marked
        if not under or not self._may_change():
            return
        at = self._index(under)
        copy = replace(self.book[at], id=uuid4().hex)
        self._change((*self.book[: at + 1], copy, *self.book[at + 1 :]), copy.id)

    def _delete(self) -> None:
        targets = self._targets()
        if not targets or not self._may_change():
            return
        self._change(entry for entry in self.book if entry.id not in targets)
        told = ngettext(
            "{count:,} entry deleted; {key} brings it back.",
            "{count:,} entries deleted; {key} brings them back.",
            len(targets),
        )
        self.desk.house.tell(told.format(count=len(targets), key=self.desk.house.key_of("undo")))

    def _move(self, by: int) -> None:
        under = self.browser.list.marked
        if not under or not self._may_change():
            return
        # Past what is shown, not past what a filter hides.
        shown = [entry.id for entry in self.browser.shown]
        place = shown.index(under) + by
        if not 0 <= place < len(shown):
            return
        book = list(self.book)
        entry = book.pop(self._index(under))
        at = next(n for n, other in enumerate(book) if other.id == shown[place])
        book.insert(at + (by > 0), entry)
        self._change(book, under)

    def _index(self, entry_id: str) -> int:
        return next(n for n, entry in enumerate(self.book) if entry.id == entry_id)

    # Dialogs.

    async def _new(self) -> None:
        if not self._may_change():
            return
        under = self.browser.list.marked
        at = self._index(under) + 1 if under else len(self.book)
        entry = LoreEntry(uuid4().hex, "")
        self._change((*self.book[:at], entry, *self.book[at:]), entry.id)
        await self._open(entry)
        if entry in self.book:
            # Nothing was written into it: it was never meant.
            self._set(self._steps.pop())

    async def _edit(self) -> None:
        under = self.browser.list.marked
        if under:
            before = self.book
            await self._open(before[self._index(under)])
            if self.book != before:
                self._steps = [*self._steps[1 - _STEPS :], before]

    async def _open(self, entry: LoreEntry) -> None:
        """Write on an entry; every change of it is in the book at once."""
        from storyforge.tui.dialogs.lore_entry import EditEntry

        story = self.desk.story
        if story is None:
            return
        watching = await lazily("storyforge.studio.lore.watch")

        def changed(now: LoreEntry) -> None:
            self.book = tuple(now if one.id == now.id else one for one in self.book)
            self._keeper.changed("lore", self.book)

        locked = story.read_only_reason if story.read_only else ""
        scenes, categories = self.scenes, self.categories
        await self.ask(
            EditEntry(entry, scenes, categories, changed, watching.wrong_keys, locked=locked)
        )
        self.show()
        self._watching.look_soon()

    async def _change_marked(self) -> None:
        from storyforge.tui.dialogs.base import Choice, Choose
        from storyforge.tui.dialogs.lore_fields import BY_ID, FIELDS, asked

        targets = self._targets()
        if not targets or not self._may_change():
            return
        count = ngettext("{count:,} entry", "{count:,} entries", len(targets))
        choices = [Choice(field.id, _(field.label)) for field in FIELDS if field.kind != "keys"]
        title = _("Change the marked entries")
        chosen = await self.ask(Choose(title, count.format(count=len(targets)), choices))
        if chosen is None:
            return
        first = next(entry for entry in self.book if entry.id in targets)
        changes = await asked(self.desk.house, BY_ID[chosen], first, self.scenes, self.categories)
        if changes is not None:
            self._change(
                replace(entry, **changes) if entry.id in targets else entry for entry in self.book
            )

    async def _menu(self) -> None:
        under = self.browser.list.marked
        about = name_of(self.book[self._index(under)]) if under else ""
        chosen = await self.ask(Menu(self.desk.house, Where.LORE, about))
        if chosen is not None:
            self.verbs()[chosen]()

    async def open_table(self) -> None:
        """All entries on a screen of their own."""
        from storyforge.tui.screens.lorebook import LorebookScreen

        if len(self._browsers) == 1:
            screen = LorebookScreen(self)
            self._browsers.append(screen.browser)
            await self.desk.house.push_screen(screen)
            self._watching.look_soon()

    def table_left(self) -> None:
        """The table was closed."""
        del self._browsers[1:]
        self.show()

    # Showing.

    def show(self, at: str | None = None) -> None:
        """Show the book as it is now, in the list in front."""
        if self.browser.is_mounted:
            faulty = frozenset(fault.entry_id for fault in self._watching.faults)
            signs = Signs(self._watching.called, frozenset(self.marked), faulty, self.scenes)
            self.browser.show_book(self.book, signs, at)

    @property
    def in_sight(self) -> bool:
        """Whether the author sees the list."""
        return any(browser.is_mounted and browser.region for browser in self._browsers)

    def _looked_at(self) -> Book:
        return self.book if self.in_sight else ()

    def _told(self, fine: bool) -> None:
        for browser in self._browsers:
            browser.border_subtitle = "" if fine else _("not saved")
