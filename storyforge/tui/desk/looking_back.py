"""Earlier versions: the snapshots of the scene, the timeline of the story, and going back.

Going back is one undo step of the page, and what stood there is kept as a snapshot first.
"""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from storyforge.domain.comparing import taken
from storyforge.domain.story import Page, Revision
from storyforge.errors import Refused
from storyforge.i18n import _
from storyforge.tui.desk.area import Area
from storyforge.tui.dialogs.base import AskText
from storyforge.tui.dialogs.comparing import Compare, Naming, Restoring, Side
from storyforge.tui.dialogs.snapshots import Load, Picked, Snapshots, title_of
from storyforge.tui.widgets.hits import scene_names

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile


class LookingBack(Area):
    """What the actions of earlier versions do."""

    def verbs(self) -> dict[str, Callable[[], object]]:
        """The actions this area carries out."""
        return {
            "snapshots": lambda: self.start(self.snapshots),
            "timeline": lambda: self.start(self.timeline),
        }

    async def snapshots(self) -> None:
        """Those of the scene on the page."""
        story = self.desk.story
        if story is None:
            return
        scene_id = self.desk.scene_id

        def load(_count: int, before: str) -> Sequence[Revision]:
            return () if before else story.revisions.list(scene_id)

        await self._look(story, _("Snapshots of this scene"), load, over_scenes=False)

    async def timeline(self) -> None:
        """Those of all scenes."""
        story = self.desk.story
        if story is None:
            return

        def load(count: int, before: str) -> Sequence[Revision]:
            return story.revisions.timeline(count, before or None)

        await self._look(story, _("Timeline of the story"), load, over_scenes=True)

    async def _look(self, story: "StoryFile", title: str, load: Load, *, over_scenes: bool) -> None:
        """The list, and from it to the comparisons; Escape goes back one step."""
        desk = self.desk
        at = ""
        while desk.outline is not None:
            if not await desk.saving.flush():
                return
            names = scene_names(desk.outline)
            scenes = names if over_scenes else None
            picked = await self.ask(Snapshots(title, load, desk.language, scenes=scenes, at=at))
            if picked is None:
                return
            at = picked.revision.id
            head = names.get(picked.revision.scene_id, _("(in the trash)"))
            answer = await self.ask(self._comparison(story, picked, head))
            if isinstance(answer, Naming):
                await self._name(story, picked.revision)
            elif isinstance(answer, Restoring) and await self._restore(story, picked, answer):
                return

    def _comparison(self, story: "StoryFile", picked: Picked, head: str) -> Compare:
        desk = self.desk
        revision, other = picked.revision, picked.other
        there = desk.outline is not None and desk.outline.scene(revision.scene_id) is not None
        then = Side(title_of(revision), partial(story.revisions.page, revision.id))
        if other is not None:
            now = Side(title_of(other), partial(story.revisions.page, other.id))
            if other.created < revision.created:
                then, now = now, then
            return Compare(head, then, now, desk.language, may_restore=False)
        if revision.scene_id == desk.scene_id:
            page = desk.manuscript.page()
            now = Side(_("the page now"), lambda: page)
        else:
            now = Side(_("the scene now"), partial(story.scenes.load, revision.scene_id))
        may = there and not story.read_only and not desk.manuscript.lock_reason
        return Compare(head, then, now, desk.language, may_restore=may)

    async def _name(self, story: "StoryFile", revision: Revision) -> None:
        name = await self.ask(
            AskText(_("Name of the snapshot"), title_of(revision), revision.name, blank=True)
        )
        if name is not None:
            await asyncio.to_thread(story.revisions.rename, revision.id, name)

    async def _restore(self, story: "StoryFile", picked: Picked, wish: Restoring) -> bool:
        """Bring it back on the page; the scene is opened for that. Whether that was done."""
        desk = self.desk
        scene_id = picked.revision.scene_id
        await desk.scenes.open(scene_id)
        if desk.scene_id != scene_id or not desk.may_write():
            return False
        async with desk.turn:
            await desk.continuing.halt()
            desk.manuscript.lock_page(_("An earlier version is being brought back."))
            try:
                page = desk.manuscript.page()
                if page.text != wish.versions.now.text:
                    raise Refused(
                        _("The page has changed since the comparison; nothing was brought back."),
                        title=_("Not brought back"),
                        hint=_("Compare again."),
                    )
                await asyncio.to_thread(story.revisions.keep, page, reason="before restore")
                back = await asyncio.to_thread(self._brought_back, page, wish)
            finally:
                desk.manuscript.unlock_page()
            if wish.chosen:
                desk.manuscript.rewrite(back)
            else:
                desk.manuscript.restore(back)
            desk.saving.touched()
        told = (
            _("The chosen changes are taken back. {key} undoes that.")
            if wish.chosen
            else _("The page is as it was then. {key} undoes that.")
        )
        desk.house.tell(told.format(key=desk.house.key_of("undo")))
        return True

    @staticmethod
    def _brought_back(page: Page, wish: Restoring) -> Page:
        versions = wish.versions
        if not wish.chosen:
            return versions.then
        return taken(page, versions.then, versions.comparison, wish.chosen)
