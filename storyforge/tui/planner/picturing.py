"""Pictures from the planner: they are drawn and shown as from the desk."""

from collections.abc import Callable

from storyforge.domain.plan.forms import Kind
from storyforge.tui.desk.by_plan import picturing_of
from storyforge.tui.planner.area import Area


class PlannedPictures(Area):
    """What the planner has of the pictures."""

    def verbs(self) -> dict[str, Callable[[], object]]:
        """The actions this area carries out."""
        return {"plan_pictures": lambda: picturing_of(self.planner.desk).show(self._scene)}

    @property
    def _scene(self) -> str:
        """The scene under the cursor; "" where there is none."""
        item = self.planner.item
        return item.id if item is not None and item.kind is Kind.SCENE else ""
