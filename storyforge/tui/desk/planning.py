"""The way from the desk to the plan and back."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from storyforge.domain.plan.forms import Kind
from storyforge.tui.desk.beside import Beside
from storyforge.tui.work import launch

if TYPE_CHECKING:
    from storyforge.domain.plan.items import Item
    from storyforge.tui.screens.planner import PlannerScreen


class PlanningDesk(Beside["PlannerScreen"]):
    """Opens the planner, and takes its author back."""

    NAME = "planner"

    def verbs(self) -> dict[str, Callable[[], object]]:
        """The actions this area carries out."""
        return {"plan": lambda: launch(self.desk.house, self.open(), group="planner")}

    def make(self) -> "PlannerScreen":
        """The planner."""
        from storyforge.tui.screens.planner import PlannerScreen

        return PlannerScreen(self.desk, self.back)

    async def open(self) -> None:
        """F2: the plan, at the scene that is on the page."""
        if not await self.all_saved():
            return
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
