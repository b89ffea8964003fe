"""Items added, removed and moved; changes of the plan taken back and done again."""

import asyncio
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from storyforge.domain.plan.forms import FORMS, Kind
from storyforge.domain.plan.items import Item, Plan
from storyforge.domain.plan.stages import Stage
from storyforge.i18n import _
from storyforge.studio.planning.telling import KIND_NAMES, name_of
from storyforge.tui.planner.area import Area

if TYPE_CHECKING:
    from storyforge.tui.screens.planner import PlannerScreen

_KINDS = {
    Stage.CHARACTERS: (Kind.CHARACTER,),
    Stage.WORLD: (Kind.WORLD,),
    Stage.OUTLINE: (Kind.CHAPTER, Kind.PLOT_LINE, Kind.ACT),
    Stage.SCENES: (Kind.SCENE,),
}
_SINGLE = (Kind.PREMISE, Kind.OUTLINE)


class Arranging(Area):
    """What makes items, takes them out and puts them elsewhere."""

    def __init__(self, planner: "PlannerScreen") -> None:
        super().__init__(planner)
        self._new = ""
        self._given: Mapping[str, str] = {}

    def verbs(self) -> dict[str, Callable[[], object]]:
        """The actions this area carries out."""
        return {
            "plan_new": lambda: self.start(self._add),
            "plan_look": lambda: self.start(self._add_look),
            "plan_remove": lambda: self.start(self._remove),
            "plan_up": lambda: self.start(partial(self._move, -1)),
            "plan_down": lambda: self.start(partial(self._move, 1)),
            "plan_undo": lambda: self.start(partial(self._step, back=True)),
            "plan_redo": lambda: self.start(partial(self._step, back=False)),
        }

    def planned(self) -> None:
        """An item into which nothing was written was never meant."""
        made = self.planner.plan.item(self._new)
        if self._new and not self.planner.fields.editing:
            self._new = ""
            if made is not None and _written(made) == self._given:
                self.start(self._take_back)

    async def _take_back(self) -> None:
        await asyncio.to_thread(self.planner.story.plan.undo)
        await self.planner.look_again()

    # Adding.

    async def _add(self) -> None:
        planner = self.planner
        kinds = _KINDS.get(planner.stage, ())
        if planner.item is not None and planner.item.kind is Kind.LOOK:
            await self._add_look()
            return
        if not kinds:
            planner.house.tell(_("In this stage there is one thing only: write in its fields."))
            return
        if not self.may_change():
            return
        kind = await self._kind(kinds)
        if kind is not None:
            chapter = _chapter_of(planner.plan, planner.item) if kind is Kind.SCENE else ""
            await self._add_new(kind, {}, chapter)

    async def _add_look(self) -> None:
        """A look that somebody has from a scene on."""
        item, who = self.planner.item, ""
        if item is not None and item.kind in (Kind.CHARACTER, Kind.LOOK):
            who = item.id if item.kind is Kind.CHARACTER else item.fact("who")
        if not who:
            self.planner.house.tell(_("Mark a character first: it is how they look later on."))
        elif self.may_change():
            await self._add_new(Kind.LOOK, {"who": who})

    async def _add_new(self, kind: Kind, facts: Mapping[str, str], chapter: str = "") -> None:
        from storyforge.studio.planning.editing import add

        planner = self.planner
        await planner.save()
        item = planner.item
        after = item.id if item is not None and item.kind is kind else None
        made = await asyncio.to_thread(
            partial(add, planner.story, kind, facts, after=after, chapter_id=chapter)
        )
        await planner.look_again((made, FORMS[kind].name))
        planner.to_pane(planner.fields)
        planner.action_do("plan_edit")
        self._new, self._given = made, facts

    async def _kind(self, kinds: tuple[Kind, ...]) -> Kind | None:
        from storyforge.tui.dialogs.base import Choice, Choose

        item = self.planner.item
        if item is not None and item.kind in kinds:
            return item.kind
        if len(kinds) == 1:
            return kinds[0]
        choices = [Choice(kind.value, _(KIND_NAMES[kind])) for kind in kinds]
        chosen = await self.ask(Choose(_("New item"), "", choices))
        return Kind(chosen) if chosen is not None else None

    # Removing.

    async def _remove(self) -> None:
        from storyforge.studio.planning.editing import remove

        planner = self.planner
        item = planner.item
        if item is None or item.kind in _SINGLE or planner.pane is not planner.fields:
            planner.house.tell(_("Mark an item first: that is what is removed."))
            return
        if not self.may_change():
            return
        await planner.save()
        name = name_of(planner.plan, item)
        if not await self._page_given_up(item):
            planner.house.tell(_("A story keeps at least one scene."))
            return
        beside = _beside(planner.plan, item)
        await asyncio.to_thread(remove, planner.story, item.id)
        await planner.look_again((beside, ""))
        told = _("“{title}” is out of the plan. {key} brings it back.")
        planner.house.tell(told.format(title=name, key=planner.house.key_of("plan_undo")))

    async def _page_given_up(self, item: Item) -> bool:
        """Let the desk show another scene than one that goes; whether there is one."""
        plan, desk = self.planner.plan, self.planner.desk
        going = {item.id} | {scene.id for scene in plan.scenes_of(item.id)}
        left = [scene.id for scene in plan.scenes if scene.id not in going]
        if item.kind not in (Kind.CHAPTER, Kind.SCENE):
            return True
        if left and desk.scene_id in going:
            await desk.scenes.open(left[0], focus=False)
        return bool(left) and desk.scene_id not in going

    # Moving.

    async def _move(self, by: int) -> None:
        from storyforge.studio.planning.editing import move

        planner = self.planner
        item = planner.item
        if item is None or item.kind in _SINGLE or planner.pane is not planner.fields:
            return
        beside = _siblings(planner.plan, item)
        if item.kind is Kind.LOOK:
            planner.house.tell(_("Looks stand in the order of the scenes that they come with."))
            return
        to = [one.id for one in beside].index(item.id) + by
        if not 0 <= to < len(beside) or not self.may_change():
            return
        await planner.save()
        await asyncio.to_thread(move, planner.story, item.id, to)
        await planner.look_again()

    # Back and forth.

    async def _step(self, *, back: bool) -> None:
        planner = self.planner
        if not self.may_change():
            return
        await planner.save()
        plan = planner.story.plan
        done = await asyncio.to_thread(plan.undo if back else plan.redo)
        if done:
            planner.house.tell(done, _("Taken back") if back else _("Made again"))
            await planner.look_again()
        else:
            planner.house.tell(
                _("Nothing was changed in the plan.") if back else _("Nothing was taken back.")
            )


def _written(item: Item) -> dict[str, str]:
    return {name: value for name, value in item.facts.items() if value}


def _siblings(plan: Plan, item: Item) -> tuple[Item, ...]:
    return plan.scenes_of(item.chapter_id) if item.kind is Kind.SCENE else plan.of(item.kind)


def _beside(plan: Plan, item: Item) -> str:
    """The item that the cursor goes to when this one goes."""
    if item.kind is Kind.LOOK and (who := next(plan.referred(item, "who"), None)) is not None:
        return who.id
    ids = [one.id for one in _siblings(plan, item)]
    at = ids.index(item.id)
    left = ids[at + 1 : at + 2] or ids[max(at - 1, 0) : at]
    return left[0] if left else ""


def _chapter_of(plan: Plan, item: Item | None) -> str:
    """The chapter that a new scene stands in."""
    if item is not None and item.kind is Kind.CHAPTER:
        return item.id
    if item is not None and item.chapter_id:
        return item.chapter_id
    return plan.chapters[-1].id if plan.chapters else ""
