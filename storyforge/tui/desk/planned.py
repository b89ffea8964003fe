"""The plan, as the desk has it: which scenes of the binder are planned, and the open scene's plan
beside the page. What is planned is changed in the planner.
"""

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from storyforge.domain.plan.items import Plan
from storyforge.errors import StoryforgeError
from storyforge.i18n import _
from storyforge.tui.desk.area import Area
from storyforge.tui.desk.context import SIDE
from storyforge.tui.footer import panel_parts
from storyforge.tui.widgets.bars import Part
from storyforge.tui.widgets.plan_panel import PlanPanel, ScenePlan, scene_plan
from storyforge.tui.work import launch

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile
    from storyforge.tui.screens.desk import DeskScreen

# What the story remembers of its side while this panel is in front.
_BESIDE = "plan"


class Planned(Area):
    """Reads the plan where it may have changed, and shows what of it concerns the desk.

    Attributes:
        panel: mounted when it is first asked for.
    """

    def __init__(self, desk: "DeskScreen") -> None:
        super().__init__(desk)
        self.panel = PlanPanel()
        self._plan = Plan()
        self._drafted: Mapping[str, tuple[int, ...]] = {}
        self._holding = asyncio.Lock()
        self._opened = False
        self._is_planned = self._is_coming = False

    def verbs(self) -> dict[str, Callable[[], object]]:
        """The action this area carries out."""
        return {"scene_plan": lambda: launch(self.desk.house, self._to_panel(), group="plan-panel")}

    # What is heard.

    async def opened(self) -> None:
        """The panel is where it was when the story was closed."""
        self._opened = True
        story = self.desk.story
        if story is not None and await asyncio.to_thread(story.recall, SIDE) == _BESIDE:
            await self._hold()
            self.desk.side.bring(self.panel)
        await self.look()

    async def reread(self) -> None:
        """The plan may be another."""
        await self.look()

    def page_shown(self) -> None:
        """Another scene's plan."""
        if self._opened:
            self._show()

    def page_edited(self) -> None:
        """An invitation is for an empty page."""
        self._invite()

    def comes(self, *, is_coming: bool) -> None:
        """A beat comes to the page, or none does."""
        self._is_coming = is_coming
        self._invite()

    def beat_done(self) -> None:
        """Another beat is written, or none any more: the one before is noted by now."""
        launch(self.desk.house, self.look(), group="plan-look", exclusive=True)

    def keys(self) -> list[Part] | None:
        """The panel is there to be read."""
        if not self.panel.has_focus_inside:
            return None
        planner = Part(_("plan"), 5, key=self.desk.house.key_of("plan"), action="plan")
        return [planner, *panel_parts(self.desk.house)]

    async def close(self) -> None:
        """Remember whether the panel stood beside the page."""
        story, side = self.desk.story, self.desk.side
        if story is None or not self.panel.is_mounted:
            return
        # A disk that is full loses the panel, not a word.
        with contextlib.suppress(StoryforgeError, OSError):
            if side.front is self.panel:
                await asyncio.to_thread(story.remember, SIDE, _BESIDE)
            elif await asyncio.to_thread(story.recall, SIDE) == _BESIDE:
                await asyncio.to_thread(story.remember, SIDE, None)

    # Reading and showing.

    async def look(self) -> None:
        """Read the plan anew and show it."""
        story = self.desk.story
        if story is not None:
            self._plan, self._drafted = await asyncio.to_thread(_read, story)
            self._show()

    def _show(self) -> None:
        desk = self.desk
        scenes = self._plan.scenes
        desk.binder.show_planned(frozenset(scene.id for scene in scenes if not scene.is_empty))
        plan = self._plan_of(desk.scene_id)
        self.panel.text.show(plan)
        self._is_planned = plan is not None
        self._invite()

    def _invite(self) -> None:
        page = self.desk.manuscript
        invites = self._is_planned and not self._is_coming and page.document.end == (0, 0)
        page.placeholder = self._invitation() if invites else ""

    def _plan_of(self, scene_id: str) -> ScenePlan | None:
        scene = self._plan.item(scene_id)
        if scene is None or scene.is_empty:
            return None
        return scene_plan(self._plan, scene, self._drafted.get(scene_id, ()))

    def _invitation(self) -> str:
        """What stands on the page of a planned scene until something is written on it."""
        house = self.desk.house
        return _("Planned. {key} writes from the plan, {draft} drafts the whole scene.").format(
            key=house.key_of("continue"), draft=house.key_of("draft")
        )

    async def _to_panel(self) -> None:
        if self.panel.has_focus_inside:
            self.desk.to_page()
            return
        await self._hold()
        self.desk.side.unfold(self.panel)
        self.panel.view.focus()

    async def _hold(self) -> None:
        async with self._holding:
            if not self.panel.is_mounted:
                await self.desk.side.hold(self.panel)


def _read(story: "StoryFile") -> tuple[Plan, dict[str, tuple[int, ...]]]:
    drafted = {
        scene_id: tuple(one.number for one in beats)
        for scene_id, beats in story.drafted.all().items()
    }
    return story.plan.read(), drafted
