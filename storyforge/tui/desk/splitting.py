"""A scene parted at the caret, and two scenes joined into one; each taken back in the binder.

The store does the cutting, in one transaction and after a snapshot. The page shows what came of it
with a history of its own: what was typed before belongs to a text that is not there any more.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING

from storyforge.domain.cards import Card
from storyforge.domain.origin import Provenance
from storyforge.domain.story import Outline, Page, SceneHead
from storyforge.errors import Refused
from storyforge.i18n import _
from storyforge.tui.desk.area import Area
from storyforge.tui.desk.carding import Carding
from storyforge.tui.desk.commenting import Commenting
from storyforge.tui.desk.counting import Counting

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile
    from storyforge.tui.screens.desk import DeskScreen


class Splitting(Area):
    """What splitting and joining do."""

    def __init__(
        self, desk: "DeskScreen", cards: Carding, comments: Commenting, counts: Counting
    ) -> None:
        super().__init__(desk)
        self._cards = cards
        self._comments = comments
        self._counts = counts

    def verbs(self) -> dict[str, Callable[[], object]]:
        """The actions this area carries out."""
        return {
            "split_scene": lambda: self.start(self.split),
            "join_scene": lambda: self.start(self.join),
        }

    # Splitting.

    async def split(self) -> None:
        """What stands behind the caret becomes a scene of its own."""
        desk = self.desk
        if desk.story is None or not desk.may_write():
            return
        async with self._still() as story:
            if story is None:
                return
            text, at = desk.manuscript.text, desk.manuscript.caret
            while at < len(text) and text[at] == "\n":
                at += 1  # the new scene begins with its first paragraph
            if not text[:at].strip() or not text[at:].strip():
                desk.house.tell(_("Put the caret where the second scene begins."))
                return
            first = desk.scene_id
            async with self._counts.still():
                second = await asyncio.to_thread(story.binder.split_scene, first, at)
                await self._counts.rebase([first, second])
            await self._look_at(second, caret=0)
            desk.scenes.steps.done(partial(self._rejoin, first, second))
        desk.house.tell(
            _("The scene is split. {key} in the binder takes that back.").format(
                key=desk.house.key_of("undo")
            )
        )

    async def _rejoin(self, first: str, second: str) -> None:
        desk = self.desk
        async with self._still() as story:
            if story is None or desk.outline is None:
                return
            if desk.outline.scene(first) is None or desk.outline.scene(second) is None:
                desk.house.tell(_("One of the two scenes is not in the story any more."))
                return
            at = desk.outline.scene(first)
            async with self._counts.still():
                await asyncio.to_thread(story.binder.join_scenes, first, second, "")
                await self._counts.rebase([first])
            await self._look_at(first, caret=at.length if at is not None else 0)
        desk.house.tell(_("The scene is whole again."))

    # Joining.

    async def join(self) -> None:
        """The next scene of the chapter goes on in this one."""
        desk = self.desk
        if desk.story is None or desk.outline is None or not desk.may_write():
            return
        first, second = desk.scene_id, self._next(desk.outline, desk.scene_id)
        if second is None:
            desk.house.tell(_("This is the chapter's last scene: there is none to join it with."))
            return
        async with self._still() as story:
            if story is None:
                return
            card = self._cards.cards.get(first, Card())
            before = desk.manuscript.text
            behind = (await asyncio.to_thread(story.scenes.load, second.id)).text
            async with self._counts.still():
                await asyncio.to_thread(story.binder.join_scenes, first, second.id)
                await self._counts.rebase([first])
            page = await self._look_at(first, caret=None)
            between = page.text[len(before) : len(page.text) - len(behind)]
            back = partial(self._repart, first, second, (before, between, behind), card.notes)
            desk.scenes.steps.done(back, second.id)
        desk.house.tell(
            _("The scenes are one. {key} in the binder parts them again.").format(
                key=desk.house.key_of("undo")
            )
        )

    async def _repart(
        self, first: str, second: SceneHead, texts: tuple[str, str, str], notes: str
    ) -> None:
        desk = self.desk
        before, between, behind = texts
        async with self._still() as story:
            if story is None:
                return
            text = (await asyncio.to_thread(story.scenes.load, first)).text
            if text.startswith(before + between):
                at = len(before)
            elif text.endswith(between + behind):
                at = len(text) - len(between) - len(behind)
            else:
                desk.house.tell(
                    _("Too much was changed since. The scenes as they were are in the trash.")
                )
                return

            def part() -> str:
                with story.together():
                    return _parted(story, first, second, at, between, notes)

            async with self._counts.still():
                new = await asyncio.to_thread(part)
                await self._counts.rebase([first, new])
            await self._look_at(first, caret=None)
        desk.house.tell(_("The scenes are two again."))

    @staticmethod
    def _next(outline: Outline, scene_id: str) -> SceneHead | None:
        chapter = outline.chapter_of(scene_id)
        if chapter is None:
            return None
        ids = [scene.id for scene in chapter.scenes]
        at = ids.index(scene_id) + 1
        return chapter.scenes[at] if at < len(ids) else None

    # The page.

    @asynccontextmanager
    async def _still(self) -> AsyncIterator["StoryFile | None"]:
        """The story, once nothing runs and all is on the disk; nobody writes on the page inside."""
        desk = self.desk
        async with desk.turn:
            await desk.continuing.halt()
            if not desk.may_write():
                yield None
                return
            desk.manuscript.lock_page(_("saving"))
            try:
                async with desk.saving.still() as saved:
                    if saved and await self._cards.notes.keep():
                        await self._comments.forget_undone()
                        yield desk.story
                        return
            finally:
                desk.manuscript.unlock_page()
            desk.house.tell(_("This scene is not saved yet. It is tried again."))
            yield None

    async def _look_at(self, scene_id: str, *, caret: int | None) -> Page:
        """Show a scene anew, whatever was on the page."""
        desk = self.desk
        if desk.story is None:
            raise Refused(_("The story is closed."))
        page = await asyncio.to_thread(desk.story.scenes.load, scene_id)
        if caret is not None:
            page = Page(page.scene_id, page.text, page.provenance, min(caret, len(page.text)))
        await desk.scenes.show_anew(page)
        await self._cards.read()
        return page


def _parted(
    story: "StoryFile", first: str, second: SceneHead, at: int, between: str, notes: str
) -> str:
    """Part two joined scenes: the second comes back from the trash, or is one of that title."""
    new = second.id
    if any(one.id == new and not one.chapter_deleted for one in story.binder.trash()):
        story.binder.part_scenes(first, new, at)
    else:
        new = story.binder.split_scene(first, at, second.title)
    page = story.scenes.load(new)
    provenance: Provenance = page.provenance.replaced(0, len(between), ())
    story.scenes.save(Page(new, page.text[len(between) :], provenance))
    story.cards.put(first, notes=notes)
    return new
