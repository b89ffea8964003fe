"""Chapters and scenes, as the binder asks for them: switching, adding, moving, deleting.

Each scene keeps its own undo history for as long as the program runs.
"""

import asyncio
from collections.abc import Callable, Collection, Coroutine
from functools import partial
from typing import TYPE_CHECKING, Any

from storyforge.domain.arranging import chapter_place, scene_place, stepped, with_scene_at
from storyforge.domain.story import ChapterHead, Outline, Page
from storyforge.i18n import _
from storyforge.tui.action import Where
from storyforge.tui.action_lists.menus import MENUS
from storyforge.tui.desk.binder_steps import BinderSteps
from storyforge.tui.dialogs.base import AskText, Choice, Choose
from storyforge.tui.rewriting import note_rewritten
from storyforge.tui.widgets.binder import chapter_title, scene_title
from storyforge.tui.work import launch

if TYPE_CHECKING:
    from storyforge.tui.history import PageHistory
    from storyforge.tui.screens.desk import DeskScreen

#: the story's own small setting that says where the author left off
OPEN_SCENE = "open_scene"


class SceneDesk:
    """What the binder's actions do."""

    def __init__(self, desk: "DeskScreen") -> None:
        self.desk = desk
        self._histories: dict[str, PageHistory] = {}
        self.steps = BinderSteps()

    def verbs(self) -> dict[str, Callable[[], object]]:
        """The actions this area carries out."""
        return {
            "open_scene": self.enter_marked,
            "new_scene": self.new_scene,
            "new_chapter": self.new_chapter,
            "rename": self.rename,
            "move_up": lambda: self.move(-1),
            "move_down": lambda: self.move(1),
            "move_to": self.move_to,
            "delete": self.delete,
        }

    # Switching.

    def enter_marked(self) -> None:
        """Enter in the binder: show the scene; where it stands already, what else can be done."""
        kind, found = self.desk.binder.marked
        if kind == "chapter" or found == self.desk.scene_id:
            self.desk.action_do(MENUS[Where.BINDER])
        else:
            self.open_marked()

    def open_marked(self) -> None:
        """Show the scene under the binder's cursor; a chapter stands for its first scene."""
        kind, found = self.desk.binder.marked
        if kind == "chapter":
            chapter = self._chapter(found)
            found = chapter.scenes[0].id if chapter is not None and chapter.scenes else ""
        if found:
            self._start(partial(self.open, found), writes=False)

    async def open(self, scene_id: str, *, focus: bool = True) -> None:
        """Show a scene: what is on the page is saved first, or the page stays."""
        desk, story = self.desk, self.desk.story
        if story is None:
            return
        async with desk.turn:
            if scene_id != desk.scene_id:
                await desk.continuing.halt()
                if desk.story is not story:
                    return  # the desk was left meanwhile
                page = await asyncio.to_thread(story.scenes.load, scene_id)
                await desk.saving.keep_caret()
                # The last wait before the page goes: what is typed until then is saved by it.
                if not await desk.saving.flush():
                    desk.house.tell(
                        _("This scene is not saved yet, so it stays open. It is tried again.")
                    )
                    return
                if desk.story is not story:
                    return
                if desk.scene_id:
                    self._histories[desk.scene_id] = desk.manuscript.history_of_page
                desk.scene_id = scene_id
                desk.manuscript.show(page, self._histories.get(scene_id))
                if not story.read_only:
                    await asyncio.to_thread(story.remember, OPEN_SCENE, scene_id)
                await desk.saving.recount()
                desk.binder.mark(f"scene:{scene_id}")
                desk.page_changed()
            if focus:
                desk.to_page()

    async def show_anew(self, page: Page) -> None:
        """Put a page up that the story file has changed, whatever was shown; all is saved."""
        desk = self.desk
        if desk.scene_id != page.scene_id:
            self._histories[desk.scene_id] = desk.manuscript.history_of_page
        self._histories.pop(page.scene_id, None)
        desk.scene_id = page.scene_id
        desk.manuscript.show(page)
        desk.manuscript.unlock_page()
        if desk.story is not None:
            await asyncio.to_thread(desk.story.remember, OPEN_SCENE, page.scene_id)
        await desk.saving.recount()
        desk.binder.mark(f"scene:{page.scene_id}")
        desk.page_changed()

    def remembered(self) -> frozenset[str]:
        """The scenes that are not on the page but have a history."""
        return frozenset(self._histories) - {self.desk.scene_id}

    def rewritten(self, before: Page, after: Page) -> None:
        """A scene that is not on the page was changed: its history gets a step."""
        history = self._histories.get(before.scene_id)
        if history is not None:
            note_rewritten(history, before, after)

    # Adding and renaming.

    def new_scene(self) -> None:
        """A scene behind the marked one, shown at once."""
        self._start(self._new_scene)

    async def _new_scene(self) -> None:
        kind, found = self.desk.binder.marked
        outline = self._outline()
        chapter = self._chapter(found) if kind == "chapter" else outline.chapter_of(found)
        if chapter is None:
            return
        title = await self._ask(_("New scene"), _("Its title; may stay empty"), blank=True)
        if title is not None:
            after = found if kind == "scene" else None
            added = await self._change("add_scene", chapter.id, title, after=after)
            await self.desk.saving.recount()
            await self.open(added)

    def new_chapter(self) -> None:
        """A chapter behind the marked one, with one empty scene."""
        self._start(self._new_chapter)

    async def _new_chapter(self) -> None:
        kind, found = self.desk.binder.marked
        outline = self._outline()
        here = self._chapter(found) if kind == "chapter" else outline.chapter_of(found)
        title = await self._ask(_("New chapter"), _("Its title; may stay empty"), blank=True)
        if title is not None:
            chapter = await self._change("add_chapter", title, after=here.id if here else None)
            scene = await self._change("add_scene", chapter, "")
            await self.desk.saving.recount()
            await self.open(scene)

    def rename(self) -> None:
        """Another title for the marked row."""
        self._start(self._rename)

    async def _rename(self) -> None:
        kind, found = self.desk.binder.marked
        outline = self._outline()
        head = self._chapter(found) if kind == "chapter" else outline.scene(found)
        if head is None:
            return
        title = await self._ask(_("Rename"), _("Title"), head.title, blank=True)
        if title is not None:
            await self._change(f"rename_{kind}", found, title)
            await self._look(f"{kind}:{found}")

    # Moving.

    def move(self, steps: int) -> None:
        """One row up or down; over the edge of a chapter into the next one."""
        self._start(partial(self._move, steps))

    async def _move(self, steps: int) -> None:
        kind, found = self.desk.binder.marked
        await self.arrange(kind, found, stepped(self._outline(), kind, found, steps))

    async def arrange(self, kind: str, found: str, wanted: Outline) -> None:
        """Put a chapter or scene where it stands in `wanted`, as one step of the binder."""
        now = self._outline()
        if kind == "chapter":
            before, to = chapter_place(now, found), chapter_place(wanted, found)
            if to is not None and before is not None and to != before:
                await self._change("move_chapter", found, to)
                self.steps.done(partial(self._put_chapter, found, before))
        else:
            was, place = scene_place(now, found), scene_place(wanted, found)
            if place is not None and was is not None and place != was:
                await self._change("move_scene", found, *place)
                self.steps.done(partial(self._put_scene, found, *was))
        await self._look(f"{kind}:{found}")

    async def _put_chapter(self, found: str, index: int) -> None:
        await self._change("move_chapter", found, index)
        await self._put_back("chapter", found)

    async def _put_scene(self, found: str, chapter_id: str, index: int) -> None:
        await self._change("move_scene", found, chapter_id, index)
        await self._put_back("scene", found)

    async def _put_back(self, kind: str, found: str) -> None:
        await self._look(f"{kind}:{found}")
        title = self._title(kind, found)
        self.desk.house.tell(_("“{title}” is where it was.").format(title=title))

    def move_to(self) -> None:
        """Ask for the chapter."""
        self._start(self._move_to)

    async def _move_to(self) -> None:
        kind, found = self.desk.binder.marked
        outline = self._outline()
        if kind != "scene" or len(outline.chapters) < 2:
            self.desk.house.tell(_("Only a scene can be moved, and only to another chapter."))
            return
        choices = [
            Choice(chapter.id, f"{number}  {chapter_title(chapter, number)}")
            for number, chapter in enumerate(outline.chapters, 1)
        ]
        target = await self.desk.house.push_screen_wait(Choose(_("Move the scene to"), "", choices))
        chapter = self._chapter(target or "")
        if chapter is not None:
            end = len([scene for scene in chapter.scenes if scene.id != found])
            await self.arrange("scene", found, with_scene_at(outline, found, chapter.id, end))

    # Deleting, with a way back.

    def delete(self) -> None:
        """Take the marked row out."""
        self._start(self._delete)

    async def _delete(self) -> None:
        kind, found = self.desk.binder.marked
        outline = self._outline()
        going = {found}
        if kind == "chapter":
            chapter = self._chapter(found)
            going = {scene.id for scene in chapter.scenes} if chapter else set()
        left = [scene.id for scene in outline.scenes if scene.id not in going]
        if not left:
            self.desk.house.tell(_("A story keeps at least one scene."))
            return
        title = self._title(kind, found)
        if self.desk.scene_id in going:
            ids = [scene.id for scene in outline.scenes]
            at = ids.index(self.desk.scene_id)
            behind = [scene for scene in ids[at:] if scene in left]
            before = [scene for scene in ids[:at] if scene in left]
            await self.open((before[-1:] or behind[:1])[0], focus=False)
            if self.desk.scene_id in going:
                return
        await self._change(f"delete_{kind}", found)
        self.steps.done(partial(self._restore, kind, found, title), found)
        await self.desk.saving.recount()
        self.desk.house.tell(
            _("“{title}” is deleted. {key} in the binder brings it back.").format(
                title=title, key=self.desk.house.key_of("undo")
            )
        )

    def bring_back(self) -> None:
        """Ctrl+Z in the binder."""
        self._start(self._bring_back)

    async def _bring_back(self) -> None:
        if not await self.steps.take_back():
            self.desk.house.tell(_("Nothing was deleted or moved since the story was opened."))

    def forget_deleted(self, ids: Collection[str]) -> None:
        """These came back by another way, or are gone for good: Ctrl+Z has nothing to bring."""
        self.steps.forget(ids)

    def forget_pages(self) -> None:
        """Scenes went for good: who asks for what is remembered must find it in the file."""
        outline = self.desk.outline
        if outline is not None:
            known = {scene.id for scene in outline.scenes}
            self._histories = {key: one for key, one in self._histories.items() if key in known}

    async def _restore(self, kind: str, found: str, title: str) -> None:
        await self._change(f"restore_{kind}", found)
        await self._look(f"{kind}:{found}")
        self.desk.house.tell(_("“{title}” is back.").format(title=title))

    # Helpers.

    def _start(self, work: Callable[[], Coroutine[Any, Any, None]], *, writes: bool = True) -> None:
        if not writes or self.desk.may_write():
            launch(self.desk.house, work(), group="binder")

    async def _change(self, verb: str, *values: Any, **named: Any) -> Any:
        story = self.desk.story
        assert story is not None
        change: Callable[..., Any] = getattr(story.binder, verb)
        return await asyncio.to_thread(change, *values, **named)

    async def _look(self, row: str) -> None:
        await self.desk.saving.recount()
        self.desk.binder.mark(row)

    async def _ask(self, title: str, label: str, value: str = "", *, blank: bool) -> str | None:
        return await self.desk.house.push_screen_wait(AskText(title, label, value, blank=blank))

    def _outline(self) -> Outline:
        assert self.desk.outline is not None
        return self.desk.outline

    def _chapter(self, chapter_id: str) -> ChapterHead | None:
        return next((c for c in self._outline().chapters if c.id == chapter_id), None)

    def _title(self, kind: str, found: str) -> str:
        for number, chapter in enumerate(self._outline().chapters, 1):
            if kind == "chapter" and chapter.id == found:
                return chapter_title(chapter, number)
            for place, scene in enumerate(chapter.scenes, 1):
                if kind == "scene" and scene.id == found:
                    return scene_title(scene, place)
        return ""
