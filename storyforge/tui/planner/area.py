"""What every area of the planner has: the screen, and what it may hear of the plan."""

from typing import TYPE_CHECKING

from storyforge.tui.areas import StoryArea

if TYPE_CHECKING:
    from storyforge.tui.screens.planner import PlannerScreen


class Area(StoryArea):
    """One area. What is marked is `planner.item` and `planner.field`."""

    def __init__(self, planner: "PlannerScreen") -> None:
        super().__init__(planner)
        self.planner = planner

    def planned(self) -> None:
        """The plan changed, and was read again: `planner.plan`."""
