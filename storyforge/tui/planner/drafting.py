"""Drafting from the planner: the run is the desk's, and is told here as it is there."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from storyforge.domain.plan.forms import Kind
from storyforge.tui.desk.by_plan import drafting_made, drafting_of
from storyforge.tui.desk.draft_scopes import CHAPTER, STORY
from storyforge.tui.planner.area import Area
from storyforge.tui.work import launch

if TYPE_CHECKING:
    from storyforge.studio.drafting.queue import Progress
    from storyforge.tui.desk.drafting import Drafting
    from storyforge.tui.screens.planner import PlannerScreen


class PlannedDrafts(Area):
    """What the planner has of the draft."""

    def __init__(self, planner: "PlannerScreen") -> None:
        super().__init__(planner)
        self._scenes = 0

    def verbs(self) -> dict[str, Callable[[], object]]:
        """The actions this area carries out."""
        return {"plan_draft": lambda: self.start(self.draft)}

    def planned(self) -> None:
        """A draft that was begun on the desk is followed here too."""
        drafting = drafting_made(self.planner.desk)
        if drafting is not None:
            self._follow(drafting)

    async def draft(self) -> None:
        """What can be drafted from the item under the cursor, or done with what is drafted."""
        planner = self.planner
        drafting = drafting_of(planner.desk)
        self._follow(drafting)
        item = planner.item
        if item is not None and item.kind is Kind.SCENE:
            await drafting.open(item.id)
            return
        of_chapter = planner.plan.scenes_of(item.id) if item is not None else ()
        if of_chapter:
            await drafting.open(of_chapter[0].id, CHAPTER)
        else:
            await drafting.open("", STORY)

    def _follow(self, drafting: "Drafting") -> None:
        drafting.hears = self._heard
        self._tell()

    def _heard(self, progress: "Progress | None") -> None:
        self._tell()
        scenes = progress.scenes if progress is not None else 0
        if scenes != self._scenes and self.planner.is_attached:
            launch(self.planner.house, self.planner.look_again(), group="planner-look")
        self._scenes = scenes

    def _tell(self) -> None:
        status = self.planner.desk.telling.status
        self.planner.saying.say(
            draft=status.draft,
            drafting=status.drafting,
            draft_key=self.planner.house.key_of("plan_draft"),
            draft_action="plan_draft",
        )
