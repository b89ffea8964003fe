"""Snapshots of the scene on the page: keeping one, going back to one."""

import asyncio
from collections.abc import Callable

from storyforge.i18n import _
from storyforge.tui.desk.area import Area
from storyforge.tui.dialogs.base import AskText
from storyforge.tui.dialogs.snapshots import Snapshots


class Keeping(Area):
    """What is kept of a scene."""

    def verbs(self) -> dict[str, Callable[[], object]]:
        """The actions this area carries out."""
        return {
            "snapshot": lambda: self.start(self.snapshot),
            "snapshots": lambda: self.start(self.snapshots),
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

    async def snapshots(self) -> None:
        """The list; going back to one is one undo step, and what stood is kept first."""
        story = self.desk.story
        if story is None:
            return
        found = await asyncio.to_thread(story.revisions.list, self.desk.scene_id)
        if not found:
            self.desk.house.tell(
                _("There are no snapshots of this scene yet. {key} keeps one.").format(
                    key=self.desk.house.key_of("snapshot")
                )
            )
            return
        now = self.desk.manuscript.page().text
        chosen = await self.ask(Snapshots(found, now, self.desk.language, story.revisions.page))
        if chosen is None or not self.desk.may_write():
            return
        async with self.desk.turn:
            await self.desk.continuing.halt()
            page = self.desk.manuscript.page()
            await asyncio.to_thread(story.revisions.keep, page, reason="before restore")
            earlier = await asyncio.to_thread(story.revisions.page, chosen)
            self.desk.manuscript.restore(earlier)
            self.desk.saving.touched()
        self.desk.house.tell(
            _("The page is as it was then. {key} undoes that.").format(
                key=self.desk.house.key_of("undo")
            )
        )

    async def break_paragraph(self) -> None:
        """Make an oversized paragraph writable."""
        if not self.desk.manuscript.lock_reason:
            self.desk.house.tell(_("No paragraph of this scene is too long."))
            return
        await self.desk.opening.offer_to_break()
