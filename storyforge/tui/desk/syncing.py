"""Another program at work beside the desk: a sync tool that puts its files among ours.

The story's folder is looked at every few seconds, in a thread. What was found is told in one
sentence with a question; nothing is merged, moved or written over before its answer. When the open
file itself was replaced, what the author wrote is in a file of its own before anything is asked.
"""

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from storyforge.domain.copies import Standing, original_of
from storyforge.errors import StoryforgeError
from storyforge.i18n import _, sentences
from storyforge.tui.desk.area import Area
from storyforge.tui.desk.late import Late, foldering
from storyforge.tui.desk.rewriting import rewrite
from storyforge.tui.dialogs.base import Choice, Choose, Tell
from storyforge.tui.widgets.notes import Notes
from storyforge.tui.work import explained, launch, lazily

if TYPE_CHECKING:
    from storyforge.domain.story import Page
    from storyforge.store.story_file import StoryFile
    from storyforge.studio.merging import Report
    from storyforge.studio.other_copies import Look, Watch
    from storyforge.tui.screens.desk import DeskScreen

#: seconds between two looks at the folder
LOOK_EVERY = 3.0
#: so many conflicts are told one by one
_MOST_LINES = 8


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
            await asyncio.to_thread(self._rescued, story, self.desk.manuscript.page())
            self.desk.saving.kept_elsewhere()

    def rescue(self) -> None:
        """The program ends by a fault: the same, here and now."""
        story = self.desk.story
        if story is None or story.read_only or not self._is_unsaved:
            return
        if story.guard.standing() is not Standing.OURS:
            self._rescued(story, self.desk.manuscript.page())

    @property
    def _is_unsaved(self) -> bool:
        """Whether something the author wrote is not on the disk."""
        areas = self.desk.hearing
        return self.desk.saving.dirty or any(a.unsaved or a.unsaved_notes() for a in areas)

    def _rescued(self, story: "StoryFile", page: "Page | None") -> Path:
        """All that the story and the desk hold, in a file of its own; where that is."""
        from storyforge.store.story_file import StoryFile

        areas = self.desk.hearing
        notes = {key: one for area in areas for key, one in area.unsaved_notes().items()}
        rescued = story.guard.rescue(page, notes)
        if any(area.unsaved for area in areas):
            with StoryFile.open(rescued) as copy:
                for area in areas:
                    area.rescue_into(copy)
        return rescued

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
            if self.desk.house.screen is self.desk and self.desk.story is story:
                try:
                    await self._act(story, found)
                except Exception as error:  # the edge of a worker, which goes on looking
                    self._could_not(explained(error))
            await asyncio.sleep(LOOK_EVERY)

    def _could_not(self, error: StoryforgeError) -> None:
        """It is tried again with the next look; the same reason is said once."""
        if str(error) != self._said:
            self._said = str(error)
            self.desk.house.tell_error(error)

    async def _act(self, story: "StoryFile", found: "Look") -> None:
        # A sync tool deletes and renames in two steps: believed when it is seen twice.
        settled = found.standing is self._last
        self._last = found.standing
        if found.standing is not Standing.OURS:
            if settled and not story.read_only:
                await self._replaced(story, found.standing)
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
        answer = await self._question(
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
            await self._tell(done[0], story.path.name, copy.name, done[1])

    # The open file is not ours any more.

    async def _replaced(self, story: "StoryFile", standing: Standing) -> None:
        desk = self.desk
        async with desk.turn:
            await desk.continuing.halt()
            # Before it is read: a word typed while the copy is made would be in neither.
            pages = (desk.manuscript, *desk.side.query(Notes))
            for one in pages:
                one.lock_page(_("Another program changed the file of this story."))
            page = desk.manuscript.page() if desk.saving.dirty else None
            try:
                rescued = await asyncio.to_thread(self._rescued, story, page)
            except BaseException:
                for one in pages:
                    one.unlock_page()
                raise
            desk.saving.kept_elsewhere()
        if standing is Standing.GONE:
            await self._gone(story, rescued)
            return
        glance = await lazily("storyforge.store.glance")
        story_id = desk.outline.story_id if desk.outline is not None else ""
        if await asyncio.to_thread(glance.story_id, story.path) != story_id:
            await self.ask(
                Tell(
                    _("Another file lies here now"),
                    _(
                        "Another program put something else in the place of “{name}”. What you "
                        "wrote is whole in “{copy}”, which is opened now."
                    ).format(name=story.path.name, copy=rescued.name),
                )
            )
            await self._go_on_in(rescued)
            return
        copies = await lazily("storyforge.studio.other_copies")
        if not await asyncio.to_thread(copies.holds_more, story.path, rescued):
            await self._came_in(story.path, rescued, story_id)
            return
        answer = await self._question(
            _("The story came in from another machine"),
            _(
                "A sync tool put another copy in the place of “{name}” while you wrote. Nothing "
                "was written over: yours is whole in “{copy}”."
            ).format(name=story.path.name, copy=rescued.name),
            _("Keep both files as they are, and go on in mine"),
            story.path,
            rescued,
        )
        if answer != "merge":
            await self._go_on_in(rescued)
            return
        await desk.leaving.close()
        try:
            report, kept = await asyncio.to_thread(copies.take_in_at, story.path, rescued)
        except StoryforgeError as error:
            desk.house.tell_error(error)
            await self._go_on_in(rescued)
            return
        await self._go_on_in(story.path)
        await self._tell(report, story.path.name, rescued.name, kept)

    async def _gone(self, story: "StoryFile", rescued: Path) -> None:
        answer = await self.ask(
            Choose(
                _("The story file is gone"),
                _(
                    "Another program took “{name}” away. What you wrote is whole in “{copy}”."
                ).format(name=story.path.name, copy=rescued.name),
                [
                    Choice("back", _("Put it back under its name, and go on")),
                    Choice("copy", _("Go on in the copy")),
                ],
            )
        )
        await self.desk.leaving.close()
        if answer == "copy":
            await self._go_on_in(rescued)
        else:
            copies = await lazily("storyforge.studio.other_copies")
            await self._go_on_in(await asyncio.to_thread(copies.put_back, rescued, story.path))

    async def _came_in(self, path: Path, rescued: Path, story_id: str) -> None:
        """What came in has all of ours in it."""
        copies = await lazily("storyforge.studio.other_copies")
        await self.desk.leaving.close()
        await asyncio.to_thread(copies.put_away, rescued, story_id)
        await self._go_on_in(path)
        self.desk.house.tell(
            _("A newer copy of this story came in from another machine. All of yours is in it.")
        )

    async def _go_on_in(self, path: Path) -> None:
        """A fresh desk on this file: no undo reaches behind what another program did."""
        from storyforge.tui.screens.desk import DeskScreen

        await self.desk.leaving.close()
        await self.desk.house.switch_screen(DeskScreen(path))

    # Asking and telling.

    async def _question(
        self, title: str, text: str, keep: str, ours: Path, theirs: Path
    ) -> str | None:
        """ "merge", "keep" or None; the differences are shown as often as they are asked for."""
        while True:
            answer: str | None = await self.ask(
                Choose(
                    title,
                    text,
                    [
                        Choice("merge", _("Put the two together now, scene by scene")),
                        Choice("look", _("Look at the differences")),
                        Choice("keep", keep),
                    ],
                )
            )
            if answer != "look":
                return answer
            await self._show_differences(ours, theirs)

    async def _show_differences(self, ours: Path, theirs: Path) -> None:
        from storyforge.tui.desk.differing import differences
        from storyforge.tui.dialogs.differences import Differences

        found = await asyncio.to_thread(differences, ours, theirs)
        if not found:
            await self.ask(Tell(_("The differences"), _("The two copies say the same.")))
            return
        await self.ask(Differences(found, self.desk.language))

    async def _tell(self, report: "Report", ours: str, theirs: str, kept: Path) -> None:
        words = await lazily("storyforge.studio.merge_words")
        put_away = _("“{name}” itself is kept in {folder}.").format(name=theirs, folder=kept.parent)
        if not report.conflicts:
            self.desk.house.tell(sentences((words.summary(report), put_away)))
            return
        lines = [f"• {line}" for line in words.conflict_lines(report, ours, theirs)]
        more = len(lines) - _MOST_LINES
        if more > 0:
            lines[_MOST_LINES:] = [_("and {count} more").format(count=more)]
        told = "\n".join([words.summary(report), "", *lines, "", put_away])
        await self.ask(Tell(_("Two copies put together"), told))


def syncing(desk: "DeskScreen") -> tuple[Area, ...]:
    """These areas, for the desk's own list."""
    return (Syncing(desk), Late(desk, foldering, "write_folder", "read_folder"))
