"""The planner (F2): stages, the items and fields of one, and what models propose beside them.

The screen lays out, knows where the cursor is and hands each action to the collaborator that owns
it (`tui.planner`).
"""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.events import DescendantFocus
from textual.widget import Widget

from storyforge.domain.plan.items import FactKey, Item, Plan
from storyforge.domain.plan.stages import Stage
from storyforge.i18n import _
from storyforge.tui.action_lists.menus import MENUS
from storyforge.tui.actions import Where, bindings
from storyforge.tui.areas import StoryScreen
from storyforge.tui.planner.area import Area
from storyforge.tui.planner.areas import areas
from storyforge.tui.planner.asking import Asking
from storyforge.tui.planner.choosing import Choosing
from storyforge.tui.planner.entries import read_key, read_place, unfolded
from storyforge.tui.planner.layout import PLANNER_CSS
from storyforge.tui.planner.looking import Look, look
from storyforge.tui.planner.panes import FieldsPane, StageList, VariantsPane
from storyforge.tui.planner.saying import Saying
from storyforge.tui.widgets.bars import Header, KeysBar, StatusBar
from storyforge.tui.widgets.plan_view import PlanView
from storyforge.tui.widgets.rows import RowList
from storyforge.tui.work import launch

if TYPE_CHECKING:
    from storyforge.tui.screens.desk import DeskScreen


#: by pane: the screen's class while keys go there
_ON = ("-on_stages", "-on_fields", "-on_variants")


class PlannerScreen(StoryScreen):
    """The plan of the desk's story.

    Args:
        back: leads to the desk, and to a scene's page.

    Attributes:
        look: the plan and what there is to say of it, as it was read last.
        stage: the one that is shown.
        looks: how often the plan was read.
        to_desk: leads to the desk, and to a scene's page.
    """

    PLACES: ClassVar[tuple[Where, ...]] = (Where.PLANNER,)
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "beside(-1)", show=False),
        Binding("right", "beside(1)", show=False),
        Binding("shift+tab", "pane(-1)", show=False),
        Binding("tab", "pane(1)", show=False),
        *(Binding(str(number), f"take_number({number})", show=False) for number in range(1, 9)),
        *bindings(Where.PLANNER),
    ]
    AUTO_FOCUS = ""
    DEFAULT_CSS = PLANNER_CSS

    def __init__(self, desk: "DeskScreen", back: Callable[[Item | None], object]) -> None:
        super().__init__(desk)
        self.HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]
        self.to_desk = back
        self.look = Look()
        self.stage = Stage.PREMISE
        self._wanted: FactKey | None = ("", "")
        self._unfolded = ("", False)
        self.looks = 0
        self.stages = StageList()
        self.fields = FieldsPane()
        self.variants = VariantsPane()
        self.header = Header()
        self.status_bar = StatusBar()
        self.keys_bar = KeysBar()
        self.saying = Saying(self)
        self.asking = Asking(self)
        self.choosing = Choosing(self)
        self.areas: tuple[Area, ...] = (self.asking, self.choosing, *areas(self))
        self._stands = False
        self.verbs = self.verbs_beside(
            {"plan_back": self._back, "plan_leave": lambda: self.to_desk(self.item)}
        )

    # Where the cursor is.

    @property
    def plan(self) -> Plan:
        """The plan, as it was read last."""
        return self.look.plan

    @property
    def at(self) -> FactKey:
        """The item's id and the field's name under the cursor; empty where the stage is meant."""
        return ("", "") if self.stages.has_focus else read_place(self.fields.at)

    @property
    def item(self) -> Item | None:
        """The item under the cursor; None where the stage itself is meant."""
        return self.plan.known(self.at[0])

    @property
    def field(self) -> str:
        """Of the item, the field under the cursor; empty for all of it."""
        return self.at[1]

    @property
    def pane(self) -> Widget:
        """The pane that keys go to."""
        panes = self._panes
        return next((pane for pane in panes if pane.has_focus_within), self.fields)

    @property
    def _panes(self) -> tuple[Widget, ...]:
        return self.stages, self.fields, self.variants

    def compose(self) -> ComposeResult:
        """Header, the three panes, status, keys."""
        yield self.header
        with Horizontal(id="room"):
            left = Vertical(id="stages")
            left.border_title = _("Stages")
            with left:
                yield self.stages
            yield self.fields
            yield self.variants
        yield self.status_bar
        yield self.keys_bar

    def on_mount(self) -> None:
        """What was read before is shown, and the cursor stands in it."""
        self._stands = True
        self.saying.all()
        self._show()
        self.to_pane(self.fields)

    def name_keys(self) -> None:
        """The keys that work here and now."""
        self.saying.keys()

    async def model_changed(self) -> None:
        """Another model answers from now on."""
        await self.saying.model()

    # The plan.

    def open_at(self, item_id: str) -> None:
        """The author comes from the desk: to the scene that is on the page, where it is planned."""
        scene = self.plan.item(item_id)
        if scene is not None and not scene.is_empty:
            self.to_stage(Stage.SCENES, scene.id)
        else:
            self._show()
        launch(self.house, self.saying.model(), group="planner-model")

    async def look_again(self, at: FactKey | None = None) -> None:
        """The plan changed: read it anew, and let every area hear it.

        Args:
            at: the item and field that the cursor goes to; it stays where it is without.
        """
        stage = self.stage
        found = await asyncio.to_thread(look, self.story, stage)
        if stage is not self.stage:
            found = await asyncio.to_thread(look, self.story, self.stage)
        self.look = found
        self.looks += 1
        self._wanted = at or self._wanted
        self._show()

    def to_stage(self, stage: Stage, item_id: str = "", field: str = "") -> None:
        """Show another stage, the cursor at an item of it or at its first."""
        if stage is not self.stage:
            self.stage, self._wanted = stage, (item_id, field)
            self.stages.mark(stage.value)
            launch(self.house, self.look_again(), group="planner-look")
        elif item_id:
            self._wanted = (item_id, field)
        self._show()

    def _show(self) -> None:
        if not self._stands:
            return
        self.stages.show_stages(self.look, self.stage)
        self._show_fields()
        self.saying.header()
        for area in self.areas:
            area.planned()
        self.tell_marked()

    def _show_fields(self) -> None:
        at = read_key(self.fields.at) if self._wanted is None else self._wanted
        self._wanted = None
        self.fields.show_stage(self.look, self.stage, at, self.saying.names)
        self._unfolded = unfolded(self.plan, self.fields.at)

    def unfold(self) -> None:
        """Let the form of the item under the cursor be there, if it is not."""
        if unfolded(self.plan, self.fields.at) != self._unfolded:
            self._show_fields()

    # From pane to pane.

    def to_pane(self, pane: Widget) -> None:
        """Let keys go to a pane; on a small screen it comes to the front."""
        for one, name in zip(self._panes, _ON, strict=True):
            self.set_class(one is pane, name)
        (pane if pane.can_focus else pane.query(PlanView).first()).focus()

    def action_pane(self, steps: int) -> None:
        """Tab: the pane beside, and round."""
        panes = self._panes
        self.to_pane(panes[(panes.index(self.pane) + steps) % len(panes)])

    def action_beside(self, steps: int) -> None:
        """← and →: into a form and out of it, else to the pane beside."""
        self.unfold()
        here = self.pane
        view = here.view if isinstance(here, FieldsPane | VariantsPane) else None
        if view is not None and (view.go_in() if steps > 0 else view.go_out()):
            return
        panes = self._panes
        at = panes.index(here) + steps
        if 0 <= at < len(panes):
            self.to_pane(panes[at])

    @on(DescendantFocus)
    def focus_moved(self) -> None:
        """Other keys work now; a click may have led to another pane."""
        for one, name in zip(self._panes, _ON, strict=True):
            self.set_class(one is self.pane, name)
        self.tell_marked()

    # What the widgets tell.

    @on(RowList.Marked, "StageList")
    def stage_marked(self, event: RowList.Marked) -> None:
        """Another stage."""
        self.to_stage(Stage(event.row.id))

    @on(RowList.Chosen, "StageList")
    def stage_chosen(self) -> None:
        """A click, or Enter."""
        self.to_pane(self.fields)

    @on(PlanView.Moved, "#fields_view")
    def entry_marked(self) -> None:
        """Another item or field."""
        self.unfold()
        self.tell_marked()

    @on(PlanView.Moved, "#variants_view")
    def part_marked(self) -> None:
        """Another part of a variant."""
        self.name_keys()

    @on(PlanView.Chosen)
    def entry_chosen(self) -> None:
        """A click on what is marked is Enter."""
        self.action_do("plan_edit")

    @on(PlanView.MenuAsked)
    @on(RowList.MenuAsked)
    def menu_asked(self) -> None:
        """The right button."""
        self.action_do(MENUS[Where.PLANNER])

    # Actions.

    def action_take_number(self, number: int) -> None:
        """1 to 8."""
        self.choosing.take(number)

    def _back(self) -> None:
        if self.escape():
            return
        if self.pane is self.variants:
            self.to_pane(self.fields)
        else:
            self.to_desk(None)
