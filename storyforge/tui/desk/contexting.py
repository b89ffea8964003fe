"""What the model is told beside the story: memory, author's note and style notes, as the desk
keeps them. The lorebook below them has an area of its own.

A text is on the disk half a second after a key; the next request reads it from there.
"""

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from functools import partial
from typing import TYPE_CHECKING, Any

from storyforge.domain.lore import ContextRules, ruled
from storyforge.errors import StoryforgeError
from storyforge.i18n import _
from storyforge.tui.actions import Where
from storyforge.tui.desk.area import Area
from storyforge.tui.desk.context import CONTEXT, SIDE
from storyforge.tui.desk.keeper import Keeper
from storyforge.tui.desk.lore.book import LoreDesk
from storyforge.tui.desk.lore.carrying import LoreCarrying
from storyforge.tui.dialogs.base import AskText
from storyforge.tui.footer import panel_parts
from storyforge.tui.typed import whole_number
from storyforge.tui.widgets.context_panel import ContextPanel
from storyforge.tui.work import launch

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile
    from storyforge.tui.screens.desk import DeskScreen
    from storyforge.tui.widgets.bars import Part


class Contexting(Area):
    """The texts for the model.

    Attributes:
        rules: how the story's prompt is laid out.
        lore: the lorebook's area.
    """

    def __init__(self, desk: "DeskScreen") -> None:
        super().__init__(desk)
        self.panel = ContextPanel()
        self.panel.notes_changed = self._written
        self.rules = ContextRules()
        self.lore = LoreDesk(desk, self.panel.lore)
        self._texts: Keeper[str] = Keeper(
            desk, _write_text, kept=lambda *_: self.tell_context(), told=self._told
        )
        self.keepers = (self._texts, *self.lore.keepers)
        self._carrying = LoreCarrying(desk, self.lore.came_in)
        self._shown = dict.fromkeys(self.panel.pages, "")
        self._one_at_a_time = asyncio.Lock()

    def verbs(self) -> dict[str, Callable[[], object]]:
        """The actions this area carries out."""
        return {
            "context": lambda: launch(self.desk.house, self._to_panel(), group="context"),
            "note_lines": lambda: self.start(self.note_lines),
            "context_rules": lambda: self.start(self.lay_out),
            "lorebook": lambda: self._with_book(self.lore.open_table),
            "lore_import": lambda: self._with_book(self._carrying.take_in),
            "lore_export": lambda: self._with_book(self._carrying.bring_out),
            **{name: partial(self._in_sight, verb) for name, verb in self.lore.verbs().items()},
        }

    # What is heard.

    async def opened(self) -> None:
        """The panel stood beside the page: there it is again."""
        await self.ready()
        self.desk.side.bring(self.panel)

    async def reread(self) -> None:
        """Somebody else may have changed the texts."""
        if self.panel.is_mounted:
            await self._texts.keep()
            await self._read()
            await self.lore.reread()

    async def close(self) -> None:
        """Remember which panel stood beside the page."""
        story = self.desk.story
        if story is not None and self.panel.is_mounted:
            front = CONTEXT if self.desk.side.front is self.panel else None
            # A disk that is full loses the panel, not a word.
            with contextlib.suppress(StoryforgeError, OSError):
                await asyncio.to_thread(story.remember, SIDE, front)

    def page_edited(self) -> None:
        """Other entries may be called by now."""
        self.lore.look_soon()

    def caret_moved(self) -> None:
        """The same."""
        self.lore.look_soon()

    def page_shown(self) -> None:
        """Other entries are true in another scene."""
        self.lore.look_soon()

    def outlined(self) -> None:
        """Scenes may be called otherwise."""
        self.lore.outlined()

    def where(self) -> Where | None:
        """The keys of the lorebook work in its list."""
        return self.lore.where()

    def keys(self) -> "list[Part] | None":
        """The texts have no actions of their own; the lorebook has."""
        inside = self.panel.is_mounted and self.panel.has_focus_inside
        return panel_parts(self.desk.house) if inside and self.where() is None else None

    def escape(self) -> bool:
        """Out of the filter."""
        return self.panel.lore.shut()

    def undo(self) -> bool:
        """Ctrl+Z in the lorebook takes its last change back."""
        return self.where() is Where.LORE and self.lore.undo()

    # The panel.

    async def ready(self) -> None:
        """Have the panel at the side, with what the story says."""
        async with self._one_at_a_time:
            if not self.panel.is_mounted:
                await self.desk.side.hold(self.panel)
                await self._read()
                await self.lore.read()

    def _with_book(self, verb: Callable[[], Coroutine[Any, Any, None]]) -> None:
        async def ready_then() -> None:
            await self.ready()
            await self.lore.save()
            await verb()

        self.start(ready_then)

    def _in_sight(self, verb: Callable[[], object]) -> None:
        """What the palette asks for is done where the author sees it: at once in the list."""
        if self.panel.is_mounted and self.lore.in_sight:
            verb()
            return

        async def at_the_table() -> None:
            await self.lore.open_table()
            verb()

        self._with_book(at_the_table)

    async def _to_panel(self) -> None:
        """Into the memory; again, back to the page."""
        await self.ready()
        if self.panel.has_focus_inside:
            self.desk.to_page()
            return
        self.desk.side.unfold(self.panel)
        self.lore.look_soon()
        next(iter(self.panel.pages.values())).focus()

    async def _read(self) -> None:
        story = self.desk.story
        if story is None:
            return
        texts, self.rules = await asyncio.to_thread(_read_context, story)
        self._written()  # a key meanwhile: its message may still be on its way
        for kind, page in self.panel.pages.items():
            text = self._texts.unsaved.get(kind, texts.get(kind, ""))
            if text != page.text or not self._shown[kind]:
                self._shown[kind] = text
                self.panel.show_text(kind, text)
            if story.read_only:
                page.lock_page(story.read_only_reason)
        self.panel.show_lines(self.rules.note_lines)

    def _written(self) -> None:
        for kind, page in self.panel.pages.items():
            if page.text != self._shown[kind]:
                self._shown[kind] = page.text
                self._texts.changed(kind, page.text)

    def _told(self, fine: bool) -> None:
        self.panel.border_subtitle = "" if fine else _("not saved")

    # How the prompt is laid out.

    async def note_lines(self) -> None:
        """How many lines above the caret the author's note stands."""
        if not self.desk.may_write():
            return
        await self.ready()
        given = await self.ask(
            AskText(
                _("Where the author's note stands"),
                _("Lines above the caret; 0 is right before it"),
                str(self.rules.note_lines),
            )
        )
        if given is None:
            return
        number = whole_number(given)
        if number is None:
            self.desk.house.tell(_("That is no whole number; nothing was changed."))
            return
        await self._set_rules(ruled(self.rules, "note_lines", number))

    async def lay_out(self) -> None:
        """How much of the prompt memory, lore and summaries may take."""
        from storyforge.tui.dialogs.context_rules import AskRules

        if not self.desk.may_write():
            return
        await self.ready()
        rules = await self.ask(AskRules(self.rules))
        if rules is not None:
            await self._set_rules(rules)

    async def _set_rules(self, rules: ContextRules) -> None:
        story = self.desk.story
        if story is not None and rules != self.rules:
            await asyncio.to_thread(story.context.set_rules, rules)
            self.rules = rules
            self.panel.show_lines(rules.note_lines)
            self.tell_context()


def _read_context(story: "StoryFile") -> tuple[dict[str, str], ContextRules]:
    return story.context.texts(), story.context.rules()


def _write_text(story: "StoryFile", kind: str, text: str) -> None:
    story.context.set_text(kind, text)
