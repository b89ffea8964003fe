"""What is planned, as the desk shows it: in the binder, and for the open scene beside the page."""

import asyncio
import contextlib
from collections.abc import Callable
from typing import TYPE_CHECKING

from storyforge.domain.plan.forms import Kind
from storyforge.domain.plan.items import Item, Plan
from storyforge.errors import StoryforgeError
from storyforge.tui.desk.area import Area
from storyforge.tui.desk.context import SIDE
from storyforge.tui.footer import panel_parts
from storyforge.tui.widgets.plan_panel import PlanPanel, scene_plan
from storyforge.tui.work import launch

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile
    from storyforge.tui.screens.desk import DeskScreen
    from storyforge.tui.widgets.bars import Part

_BESIDE = "plan"


class Planned(Area):
    """Shows the plan; changes nothing of it."""

    def __init__(self, desk: "DeskScreen") -> None:
        super().__init__(desk)
        self.panel = PlanPanel()
        self._plan = Plan()
        self._drafted: dict[str, tuple[int, ...]] = {}

    def verbs(self) -> dict[str, Callable[[], object]]:
        """The actions this area carries out."""
        return {"scene_plan": lambda: launch(self.desk.house, self._to_panel(), group="plan")}

    async def opened(self) -> None:
        """Planned scenes are told; the panel may have stood beside the page."""
        await self.reread()
        story = self.desk.story
        if story is not None and await asyncio.to_thread(story.recall, SIDE) == _BESIDE:
            await self._ready()
            self.desk.side.bring(self.panel)

    async def reread(self) -> None:
        """The plan was changed."""
        story = self.desk.story
        if story is not None:
            self._plan, self._drafted = await asyncio.to_thread(_read, story)
            self.desk.binder.show_planned(
                frozenset(scene.id for scene in self._plan.scenes if is_planned(scene))
            )
            self._show()

    def page_shown(self) -> None:
        """Another scene's plan."""
        self._show()

    def keys(self) -> "list[Part] | None":
        """The panel has no actions of its own."""
        inside = self.panel.is_mounted and self.panel.has_focus_inside
        return panel_parts(self.desk.house) if inside else None

    async def close(self) -> None:
        """Remember whether the panel stood beside the page."""
        story = self.desk.story
        if story is None or self.desk.side.front is not self.panel:
            return
        # A disk that is full loses the panel, not a word.
        with contextlib.suppress(StoryforgeError, OSError):
            await asyncio.to_thread(story.remember, SIDE, _BESIDE)

    async def _ready(self) -> None:
        if not self.panel.is_mounted:
            await self.desk.side.hold(self.panel)
            self._show()

    async def _to_panel(self) -> None:
        await self._ready()
        if self.panel.has_focus_inside:
            self.desk.to_page()
            return
        self.desk.side.unfold(self.panel)
        self.panel.view.focus()

    def _show(self) -> None:
        if self.panel.is_mounted:
            scene = self._plan.item(self.desk.scene_id)
            planned = scene is not None and is_planned(scene)
            drafted = self._drafted.get(self.desk.scene_id, ())
            told = scene_plan(self._plan, scene, drafted) if scene and planned else None
            self.panel.text.show(told)


def is_planned(scene: Item) -> bool:
    """Whether more is known of a scene than its title."""
    return scene.kind is Kind.SCENE and not scene.is_empty


def _read(story: "StoryFile") -> tuple[Plan, dict[str, tuple[int, ...]]]:
    drafted = story.drafted.all()
    numbers = {scene: tuple(beat.number for beat in beats) for scene, beats in drafted.items()}
    return story.plan.read(), numbers
