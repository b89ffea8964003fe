"""Pictures from the planner: they are drawn and shown as from the desk."""

from collections.abc import Callable

from storyforge.domain.plan.forms import Kind
from storyforge.i18n import _
from storyforge.tui.desk.by_plan import picturing_of
from storyforge.tui.planner.area import Area

#: what of a plan can be drawn
_SHOWABLE = (Kind.SCENE, Kind.CHARACTER, Kind.WORLD)


class PlannedPictures(Area):
    """What the planner has of the pictures."""

    def verbs(self) -> dict[str, Callable[[], object]]:
        """The actions this area carries out."""
        return {
            "plan_pictures": lambda: self.start(self._show),
            "plan_illustrate": lambda: self.start(self._draw),
        }

    async def _show(self) -> None:
        await self.planner.save()
        picturing_of(self.planner.desk).show(self._place)

    async def _draw(self) -> None:
        planner = self.planner
        if not self._place:
            planner.house.tell(_("Mark a scene first, or a person or a thing."))
            return
        await planner.save()
        await picturing_of(planner.desk).draw(self._place)

    @property
    def _place(self) -> str:
        """What of the plan is under the cursor and can be drawn; "" for nothing."""
        item = self.planner.item
        return item.id if item is not None and item.kind in _SHOWABLE else ""
