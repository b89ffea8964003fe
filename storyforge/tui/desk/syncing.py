"""Another program at work beside the desk: a sync tool that puts its files among ours.

The story's folder is looked at every few seconds, in a thread. What was found is told in one
sentence with a question; nothing is merged, moved or written over before its answer.
"""

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from storyforge.domain.copies import Standing, original_of
from storyforge.errors import StoryforgeError
from storyforge.i18n import _
from storyforge.tui.areas import StoryScreen
from storyforge.tui.desk.area import Area
from storyforge.tui.desk.late import Late, foldering
from storyforge.tui.desk.replaced import replaced, rescue
from storyforge.tui.desk.rewriting import rewrite
from storyforge.tui.desk.two_copies import ask_about_both, tell_together
from storyforge.tui.work import explained, launch, lazily

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile
    from storyforge.studio.merging import Report
    from storyforge.studio.other_copies import Look, Watch
    from storyforge.tui.screens.desk import DeskScreen

#: seconds between two looks at the folder
LOOK_EVERY = 3.0


class Syncing(Area):
    """Watches the story's folder.

    Attributes:
        looks: how often it has looked since the story was opened.
    """

    def __init__(self, desk: "DeskScreen") -> None:
        super().__init__(desk)
        self.looks = 0
        self._asked: set[Path] = set()
        self._last = Standing.OURS
        self._said = ""

    def verbs(self) -> Mapping[str, Callable[[], object]]:
        """What the author may ask for."""
        return {"other_copies": lambda: self.start(self._look_now)}

    async def opened(self) -> None:
        """Begin to watch."""
        story = self.desk.story
        if story is None:
            return
        launch(self.desk.house, self._keep_looking(story), group="syncing")
        original = original_of(story.path.name)
        if original is None:
            return
        there: bool = await asyncio.to_thread(story.path.with_name(original).exists)
        if there:
            self.desk.hint.tell(
                _(
                    "This is a copy of “{name}” that was kept apart. Open that one to put the two "
                    "together."
                ).format(name=original)
            )

    async def save(self) -> None:
        """Leaving while the file is another: what is unsaved goes into the rescued copy."""
        story = self.desk.story
        if story is None or story.read_only or not self._is_unsaved:
            return
        if await asyncio.to_thread(story.guard.standing) is not Standing.OURS:
            await asyncio.to_thread(rescue, self.desk, story, self.desk.manuscript.page())
            self.desk.saving.kept_elsewhere()

    def rescue(self) -> None:
        """The program ends by a fault: the same, here and now."""
        story = self.desk.story
        if story is None or story.read_only or not self._is_unsaved:
            return
        if story.guard.standing() is not Standing.OURS:
            rescue(self.desk, story, self.desk.manuscript.page())

    @property
    def _is_unsaved(self) -> bool:
        """Whether something the author wrote is not on the disk."""
        areas = self.desk.hearing
        return self.desk.saving.dirty or any(a.unsaved or a.unsaved_notes() for a in areas)

    async def _keep_looking(self, story: "StoryFile") -> None:
        copies = await lazily("storyforge.studio.other_copies")
        watch: Watch = copies.Watch(story)
        while self.desk.story is story:
            try:
                found: Look = await asyncio.to_thread(watch.look)
            except StoryforgeError:
                if self.desk.story is not story:
                    return  # closed meanwhile
                raise
            self.looks += 1
            # A sync tool deletes and renames in two steps: believed when it is seen twice.
            settled = found.standing is self._last
            self._last = found.standing
            if self.desk.story is story and self._may_ask(found, settled):
                try:
                    await self._act(story, found, settled)
                except Exception as error:  # the edge of a worker, which goes on looking
                    self._could_not(explained(error))
            await asyncio.sleep(LOOK_EVERY)

    def _may_ask(self, found: "Look", settled: bool) -> bool:
        """Whether the desk is in front. From planner and gallery the author is called back where
        nothing written there can be kept any more.
        """
        house = self.desk.house
        lost = settled and found.standing is not Standing.OURS
        if lost and isinstance(house.screen, StoryScreen):
            house.pop_screen()
        return house.screen is self.desk

    def _could_not(self, error: StoryforgeError) -> None:
        """It is tried again with the next look; the same reason is said once."""
        if str(error) != self._said:
            self._said = str(error)
            self.desk.house.tell_error(error)

    async def _act(self, story: "StoryFile", found: "Look", settled: bool) -> None:
        if found.standing is not Standing.OURS:
            if settled and not story.read_only:
                await replaced(self.desk, story, found.standing)
            return
        fresh = [copy for copy in found.copies if copy not in self._asked]
        if fresh:
            self._asked.update(fresh)
            await self._ask_about(story, fresh[0])

    async def _look_now(self) -> None:
        story = self.desk.story
        if story is None:
            return
        copies = await lazily("storyforge.studio.other_copies")
        story_id = self.desk.outline.story_id if self.desk.outline is not None else ""
        found = await asyncio.to_thread(copies.beside, story.path, story_id)
        if not found:
            self.desk.house.tell(_("No other copies of this story lie beside it."))
            return
        for copy in found:
            await self._ask_about(story, copy)

    # Another copy beside the story.

    async def _ask_about(self, story: "StoryFile", copy: Path) -> None:
        if story.read_only:
            self.desk.hint.tell(
                _("“{name}” beside it is another copy of this story.").format(name=copy.name)
            )
            return
        answer = await ask_about_both(
            self.desk,
            _("Another copy of this story"),
            _(
                "A sync tool could not put two copies of this story together, so it kept the other "
                "one as “{name}”. Nothing was written over."
            ).format(name=copy.name),
            _("Keep both files as they are"),
            story.path,
            copy,
        )
        if answer == "merge":
            await self._merge(story, copy)
        elif answer == "keep":
            copies = await lazily("storyforge.studio.other_copies")
            await asyncio.to_thread(copies.keep_as_they_are, story, (copy,))

    async def _merge(self, story: "StoryFile", copy: Path) -> None:
        """Take the copy into the open story; the page and the undo histories follow."""
        copies = await lazily("storyforge.studio.other_copies")

        def work() -> "tuple[Report, Path]":
            done: tuple[Report, Path] = copies.take_in(story, copy)
            return done

        done = await rewrite(self.desk, story, work, reason=_("putting two copies together"))
        if done is not None:
            await tell_together(self.desk, done[0], story.path.name, copy.name, done[1])


def syncing(desk: "DeskScreen") -> tuple[Area, ...]:
    """These areas, for the desk's own list."""
    return (Syncing(desk), Late(desk, foldering, "write_folder", "read_folder"))
