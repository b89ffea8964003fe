"""The way from the desk to the plan and back.

The plan's screen stays as long as the story is open: what works for it goes on while the author
writes, and it is found again as it was left.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from storyforge.domain.plan.forms import Kind
from storyforge.tui.desk.area import Area
from storyforge.tui.work import launch

if TYPE_CHECKING:
    from storyforge.domain.plan.items import Item
    from storyforge.store.story_file import StoryFile
    from storyforge.tui.screens.desk import DeskScreen
    from storyforge.tui.screens.planner import PlannerScreen

_NAME = "planner"


class PlanningDesk(Area):
    """Opens the planner, and takes its author back."""

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
            self._screen = PlannerScreen(self.desk, self.back)
            self.desk.house.install_screen(self._screen, _NAME)
        return self._screen

    async def open(self) -> None:
        """F2: the plan, at the scene that is on the page."""
        if self.desk.story is None or not await self.desk.saving.flush():
            return
        for area in self.desk.hearing:
            await area.save()
        screen = self.screen
        if screen not in self.desk.house.screen_stack:
            await screen.look_again()
            screen.open_at(self.desk.scene_id)
            await self.desk.house.push_screen(screen)

    async def open_at(self, item_id: str, field: str) -> None:
        """The plan, at a field of an item; where the item is gone, at its beginning."""
        await self.open()
        item = self.screen.plan.known(item_id)
        if item is not None:
            self.screen.to_stage(item.form.stage, item.id, field)

    def back(self, scene: "Item | None" = None) -> None:
        """To the desk, and to the scene's page."""
        launch(self.desk.house, self._back(scene), group="planner")

    async def _back(self, scene: "Item | None") -> None:
        desk, screen = self.desk, self.screen
        if desk.house.screen is not screen:
            return
        await screen.save()
        await desk.house.pop_screen()
        await desk.saving.recount()
        for area in desk.hearing:
            await area.reread()
        outline = desk.outline
        if outline is None:
            return
        if scene is not None and scene.kind is Kind.SCENE and outline.scene(scene.id):
            await desk.scenes.open(scene.id)
        elif outline.scene(desk.scene_id) is None:
            await desk.scenes.open(outline.scenes[0].id)

    def escape(self) -> bool:
        """Whether it stopped the model that works for the plan, where it has nothing else to do."""
        desk, screen = self.desk, self._screen
        if screen is None or desk.continuing.running or desk.hint.told:
            return False
        over = any(one.has_class("-over") for one in (desk.binder, desk.takes))
        if over or desk.side.has_class("-panel") or not desk.manuscript.has_focus:
            return False
        return screen.asking.escape()

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
        if screen is not None and screen not in self.desk.house.screen_stack:
            self.desk.house.uninstall_screen(_NAME)
