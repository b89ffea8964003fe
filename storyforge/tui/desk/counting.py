"""Counts against aims: what the day and the scene have grown to, told in the status line.

A key costs a timestamp; everything else follows the saves. The clock itself is the studio's.
"""

import asyncio
from collections.abc import Callable, Iterable
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Any

from storyforge.domain.counting import counts_characters
from storyforge.i18n import _, ngettext
from storyforge.tui.desk.area import Area
from storyforge.tui.widgets.labels import against
from storyforge.tui.work import launch, lazily

if TYPE_CHECKING:
    from storyforge.studio.writing_clock import WritingClock
    from storyforge.tui.screens.desk import DeskScreen


class Counting(Area):
    """What the day amounts to.

    Attributes:
        clock: None until the story's days are read, and in a story that is only read.
    """

    def __init__(self, desk: "DeskScreen") -> None:
        super().__init__(desk)
        self.clock: WritingClock | None = None
        self._day_before: int | None = None
        self._scene_before: tuple[str, int] = ("", 0)
        self._counts_held = asyncio.Lock()

    def verbs(self) -> dict[str, Callable[[], object]]:
        """The actions this area carries out."""
        return {"writing_days": lambda: self.start(self.days)}

    # What is heard.

    def page_edited(self) -> None:
        """A key: its time is all that is kept of it."""
        if self.clock is not None:
            self.clock.touched()

    def outlined(self) -> None:
        """After each save: count the scene."""
        if self.clock is not None and self.desk.scene_id:
            launch(self.desk.house, self._count(self.desk.scene_id), group="counting")
        self._told_scene()

    async def opened(self) -> None:
        """Read the day so far."""
        story = self.desk.story
        if story is None or story.read_only:
            return
        settings = await self.desk.house.ready_settings()
        days = await lazily("storyforge.studio.writing_days")
        clocks = await lazily("storyforge.studio.writing_clock")

        def made() -> "WritingClock":
            clock: WritingClock = clocks.WritingClock(story, goals=days.goals_of(story, settings))
            return clock

        self.clock = await asyncio.to_thread(made)
        await self.rebase([self.desk.scene_id])
        self._told_day()

    async def reread(self) -> None:
        """What was replaced or taken in is no writing."""
        async with self._counts_held:
            await self.rebase([self.desk.scene_id])

    async def close(self) -> None:
        """Keep the session."""
        clock, self.clock = self.clock, None
        if clock is not None:
            await asyncio.to_thread(clock.keep, at_once=True)

    def still(self) -> AbstractAsyncContextManager[None]:
        """Nothing is counted in here; whoever moves text between scenes ends with `rebase`."""
        return self._counts_held

    async def rebase(self, scene_ids: Iterable[str]) -> None:
        """What these scenes hold now is no writing: they were split, joined or shown."""
        story = self.desk.story
        for scene_id in scene_ids:
            if self.clock is not None and story is not None:
                own, model = await asyncio.to_thread(story.scenes.counts_by_author, scene_id)
                self.clock.baseline(scene_id, own, model)

    async def _count(self, scene_id: str) -> None:
        story, clock = self.desk.story, self.clock
        if story is None or clock is None:
            return
        async with self._counts_held:
            own, model = await asyncio.to_thread(story.scenes.counts_by_author, scene_id)
            clock.counts_changed(scene_id, own, model)
        self._told_day()
        await asyncio.to_thread(clock.keep)

    # What is told.

    def _told_day(self) -> None:
        if self.clock is None:
            return
        today = self.clock.today()
        count, goal = today.own.of(self.desk.language), today.goal
        told = _("today {count}").format(count=against(count, goal)) if count or goal else ""
        self.desk.say(today=told)
        before, self._day_before = self._day_before, count
        if before is not None and goal and before < goal <= count:
            self.desk.house.tell(
                _("Today's goal is reached: {count}.").format(count=self._size(goal))
            )

    def _told_scene(self) -> None:
        """Once, when the scene grows over its aim; not when one is opened that already has."""
        scene_id, count = self.desk.scene_id, self._scene_count()
        known, before = self._scene_before
        self._scene_before = scene_id, count
        goal = self.desk.telling.status.scene_goal
        if known == scene_id and goal and before < goal <= count:
            told = _("This scene has reached its goal: {count}.")
            self.desk.house.tell(told.format(count=self._size(goal)))

    def _scene_count(self) -> int:
        outline = self.desk.outline
        head = outline.scene(self.desk.scene_id) if outline is not None else None
        return head.counts.of(outline.language) if outline is not None and head is not None else 0

    def _size(self, count: int) -> str:
        if counts_characters(self.desk.language):
            return ngettext("{count:,} character", "{count:,} characters", count).format(
                count=count
            )
        return ngettext("{count:,} word", "{count:,} words", count).format(count=count)

    # The days.

    async def days(self) -> None:
        """The screen of the writing days."""
        from storyforge.tui.dialogs.writing_days import WritingDays

        story, clock = self.desk.story, self.clock
        if story is None:
            return
        await self.desk.saving.flush()
        if clock is not None:
            await self._count(self.desk.scene_id)
            await asyncio.to_thread(clock.keep, at_once=True)
        settings = await self.desk.house.ready_settings()
        found = await lazily("storyforge.studio.writing_days")
        sessions = await asyncio.to_thread(story.sessions.all)
        goals = await asyncio.to_thread(found.goals_of, story, settings)
        clocks = await lazily("storyforge.studio.writing_clock")
        today = found.day_of(clocks.local_now(), goals.day_starts_at)

        async def set_goal(goal: int | None) -> Any:
            await asyncio.to_thread(found.set_goal, story, goal)
            changed = await asyncio.to_thread(found.goals_of, story, settings)
            if self.clock is not None:
                self.clock.goals = changed
                self._told_day()
            return changed

        await self.ask(
            WritingDays(
                sessions,
                today,
                goals,
                self.desk.language,
                all_days=found.days_on_the_shelf,
                set_goal=set_goal if not story.read_only else None,
            )
        )
