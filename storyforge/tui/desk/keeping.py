"""Keeping the scene on the page under a name; and paragraphs that are too long to write in."""

import asyncio
from collections.abc import Callable

from storyforge.i18n import _
from storyforge.tui.desk.area import Area
from storyforge.tui.dialogs.base import AskText


class Keeping(Area):
    """What is kept of a scene."""

    def verbs(self) -> dict[str, Callable[[], object]]:
        """The actions this area carries out."""
        return {
            "snapshot": lambda: self.start(self.snapshot),
            "break_paragraph": lambda: self.start(self.break_paragraph),
        }

    async def snapshot(self) -> None:
        """Ctrl+S."""
        story = self.desk.story
        if story is None or not self.desk.may_write():
            return
        name = await self.ask(AskText(_("Keep a snapshot"), _("Its name")))
        if name is None or not await self.desk.saving.flush():
            return
        page = self.desk.manuscript.page()
        await asyncio.to_thread(story.revisions.keep, page, name=name, reason="named")
        self.desk.house.tell(_("Kept as “{name}”.").format(name=name))

    async def break_paragraph(self) -> None:
        """Make an oversized paragraph writable."""
        if not self.desk.manuscript.lock_reason:
            self.desk.house.tell(_("No paragraph of this scene is too long."))
            return
        await self.desk.opening.offer_to_break()
