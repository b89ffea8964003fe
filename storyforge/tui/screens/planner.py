"""The planner (F2): stages, the fields of the one under the cursor, and variants beside them.

The screen shows and hands each action to the collaborator that owns it (`tui.planner`).
"""

import asyncio
import contextlib
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from storyforge.domain.plan.items import Item, Plan
from storyforge.domain.plan.stages import Stage
from storyforge.i18n import _
from storyforge.tui.actions import Where, bindings
from storyforge.tui.footer import key_parts
from storyforge.tui.planner.area import Area
from storyforge.tui.screens.base import HouseScreen
from storyforge.tui.widgets.bars import Header, KeysBar, Part, StatusBar

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile
    from storyforge.tui.screens.desk import DeskScreen


class PlannerScreen(HouseScreen):
    """The plan of the desk's story.

    Attributes:
        plan: as it was read last.
        stage: the one that is shown.
        item: the one under the cursor; None where the stage itself is meant.
        field: of `item`, the field under the cursor; empty for all of it.
        areas: who carries out the actions.
    """

    PLACES: ClassVar[tuple[Where, ...]] = (Where.PLANNER,)
    BINDINGS: ClassVar[list[BindingType]] = bindings(Where.PLANNER)

    def __init__(self, desk: "DeskScreen") -> None:
        super().__init__()
        assert desk.story is not None
        self.desk = desk
        self.story: StoryFile = desk.story
        self.plan = Plan()
        self.stage = Stage.PREMISE
        self.item: Item | None = None
        self.field = ""
        self.header = Header()
        self.status_bar = StatusBar()
        self.keys_bar = KeysBar()
        self.areas: tuple[Area, ...] = ()
        self.verbs = self._verbs()

    def compose(self) -> ComposeResult:
        """Header, status, keys."""
        yield self.header
        yield self.status_bar
        yield self.keys_bar

    def on_mount(self) -> None:
        """The keys that work here."""
        self.name_keys()

    def name_keys(self) -> None:
        """The keys that work here."""
        self.keys_bar.put(*key_parts(self.house, Where.PLANNER))

    # The plan.

    def show_plan(self, plan: Plan, *, at: str = "") -> None:
        """Show this plan; the cursor goes to the item `at`, where it is there."""
        self.plan = plan
        self.item = plan.item(at) or self.item
        self.header.put([Part(_("Plan"), 5, "strong"), Part(plan.title, 6)])
        for area in self.areas:
            area.planned()

    async def look_again(self) -> None:
        """The plan changed: read it anew, and let every area hear it."""
        self.show_plan(await asyncio.to_thread(self.story.plan.read))

    async def save(self) -> None:
        """Bring to the disk what is not there; raises why that is not possible."""
        for area in self.areas:
            await area.save()

    @property
    def unsaved(self) -> bool:
        """Whether something is not on the disk."""
        return any(area.unsaved for area in self.areas)

    def rescue(self) -> None:
        """The program is about to end by a fault."""
        if not self.story.read_only:
            self.rescue_into(self.story)

    def rescue_into(self, story: "StoryFile") -> None:
        """Write what is unsaved into this file."""
        with contextlib.ExitStack() as all_of_them:  # the one that fails stops no other
            for area in self.areas:
                all_of_them.callback(area.rescue_into, story)

    async def close(self) -> None:
        """The story is about to be closed."""
        for area in self.areas:
            await area.close()

    # Actions.

    def _verbs(self) -> dict[str, Callable[[], object]]:
        verbs: dict[str, Callable[[], object]] = {
            "plan_back": self._back,
            "plan_leave": self.leave,
        }
        for area in self.areas:
            verbs |= area.verbs()
        return verbs

    def action_do(self, action_id: str) -> None:
        """Carry out an action of the registry."""
        self.verbs[action_id]()

    def _back(self) -> None:
        if not any(area.escape() for area in self.areas):
            self.leave()

    def leave(self) -> None:
        """To the desk; what works for the plan goes on."""
        if self.house.screen is self:
            self.house.pop_screen()
