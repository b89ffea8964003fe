"""The way from the desk to the plan and back.

The plan's screen stays as long as the story is open: what works for it goes on while the author
writes, and it is found again as it was left.
"""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from storyforge.tui.desk.area import Area
from storyforge.tui.work import launch

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile
    from storyforge.tui.screens.desk import DeskScreen
    from storyforge.tui.screens.planner import PlannerScreen

_NAME = "planner"


class PlanningDesk(Area):
    """Opens the planner."""

    def __init__(self, desk: "DeskScreen") -> None:
        super().__init__(desk)
        self._screen: PlannerScreen | None = None

    def verbs(self) -> dict[str, Callable[[], object]]:
        """The actions this area carries out."""
        return {"plan": lambda: launch(self.desk.house, self.open(), group="planner")}

    @property
    def screen(self) -> "PlannerScreen":
        """The planner; made where it is not there yet."""
        from storyforge.tui.screens.planner import PlannerScreen

        if self._screen is None:
            self._screen = PlannerScreen(self.desk)
            self.desk.house.install_screen(self._screen, _NAME)
        return self._screen

    async def open(self) -> None:
        """F2: the plan, at the scene that is on the page."""
        story = self.desk.story
        if story is None or not await self.desk.saving.flush():
            return
        plan = await asyncio.to_thread(story.plan.read)
        if self.screen not in self.desk.house.screen_stack:
            self.screen.show_plan(plan, at=self.desk.scene_id)
            await self.desk.house.push_screen(self.screen)

    async def reread(self) -> None:
        """The story file was changed behind the desk."""
        if self._screen is not None:
            await self._screen.look_again()

    async def save(self) -> None:
        """Bring what is being written to the disk."""
        if self._screen is not None:
            await self._screen.save()

    @property
    def unsaved(self) -> bool:
        """Whether something that was written is not on the disk."""
        return self._screen is not None and self._screen.unsaved

    def rescue(self) -> None:
        """The program is about to end by a fault."""
        if self._screen is not None:
            self._screen.rescue()

    def rescue_into(self, story: "StoryFile") -> None:
        """The story's file is another."""
        if self._screen is not None:
            self._screen.rescue_into(story)

    async def close(self) -> None:
        """End what works for the plan; all that came is kept."""
        screen, self._screen = self._screen, None
        if screen is not None:
            await screen.close()
            self.desk.house.uninstall_screen(_NAME)
