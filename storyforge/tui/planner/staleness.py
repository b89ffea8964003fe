"""What is out of date, one by one with the reason: updated, said to be right, or passed by.

An update only asks: what comes stands among the variants until the author takes it. A scene's text
is never updated; it is only told of.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from storyforge.domain.plan.items import Item, Plan
from storyforge.domain.plan.proposals import Target
from storyforge.domain.plan.stages import Stage
from storyforge.domain.plan.staleness import PROSE, Stale
from storyforge.i18n import _, listed, ngettext
from storyforge.studio.planning.telling import field_label, name_of, number_of, reason_told
from storyforge.tui.planner.area import Area
from storyforge.tui.planner.offers import Offer
from storyforge.tui.work import lazily

if TYPE_CHECKING:
    from storyforge.tui.dialogs.base import Choice

_UPDATE, _RIGHT, _PAGE, _SKIP = "update", "right", "page", "skip"
# Reasons that are told in a dialog; more are counted.
_TOLD = 6


class Staleness(Area):
    """The verbs about what is out of date."""

    def verbs(self) -> dict[str, Callable[[], object]]:
        """The actions this area carries out."""
        return {
            "plan_update": lambda: self.start(self._one_by_one),
            "plan_still": lambda: self.start(self._still_right),
            "plan_stale": lambda: self.start(self._list),
        }

    async def _one_by_one(self) -> None:
        """From the marked one on, round to the one before it."""
        from storyforge.tui.dialogs.base import Choose

        order = self._from_here()
        if not order:
            self.planner.house.tell(_("Nothing is out of date."))
            return
        for number, one in enumerate(order, start=1):
            item = self.planner.plan.known(one.item_id)
            if item is None:
                continue
            self._go_to(item, one)
            title = _("{number} of {count}: {name}").format(
                number=number, count=len(order), name=_called(self.planner.plan, item)
            )
            told = "\n".join(self._told(item, one))
            answer = await self.ask(Choose(title, told, self._ways(one)))
            if answer == _UPDATE:
                await self._update(item, one)
                return
            if answer == _PAGE:
                self.planner.to_desk(item)
                return
            if answer is None:
                return
            if answer == _RIGHT and not await self._say_right([item.id]):
                return
        self.planner.house.tell(_("That was all that is out of date."))

    def _ways(self, one: Stale) -> "list[Choice]":
        from storyforge.tui.dialogs.base import Choice

        ways = []
        if _fields(one):
            ways.append(Choice(_UPDATE, _("Ask the model for it, now that this has changed")))
        if PROSE in one.fields:
            ways.append(Choice(_PAGE, _("To its page")))
        ways.append(Choice(_RIGHT, _("It is still right")))
        ways.append(Choice(_SKIP, _("Leave it for now")))
        return ways

    def _told(self, item: Item, one: Stale) -> list[str]:
        """Why, and what of it."""
        plan = self.planner.plan
        told = [f"! {reason_told(plan, reason)}" for reason in one.reasons[:_TOLD]]
        if (more := len(one.reasons) - _TOLD) > 0:
            told.append(_("and {count} more").format(count=more))
        if fields := _fields(one):
            names = listed([field_label(item, field) for field in fields])
            told.append(_("Out of date: {fields}.").format(fields=names))
        if PROSE in one.fields:
            told.append(_("Its text was written before that. The text is never changed by this."))
        return told

    async def _update(self, item: Item, one: Stale) -> None:
        """Ask for what is out of date, told what has changed."""
        fields = _fields(one)
        if len(fields) == 1:
            target = Target(item.form.stage, "field/again", item.id, fields[0])
        else:
            target = Target(item.form.stage, "item/again", item.id)
        await self.planner.asking.run(Offer("", (target,), 1), changes=one.reasons)

    async def _still_right(self) -> None:
        """The marked item; on a chapter, all its scenes, too."""
        planner = self.planner
        item = planner.item
        if item is None:
            planner.house.tell(_("Mark what is still right first."))
            return
        await self._say_right([item.id])

    async def _say_right(self, ids: Sequence[str]) -> bool:
        """Whether that was possible; says how much it was."""
        if not self.may_change():
            return False
        planner = self.planner
        studio = await lazily("storyforge.studio.staleness")
        before = len(planner.look.stale)

        def say_right() -> int:
            studio.still_right(planner.story, ids)
            return len(studio.stale(planner.story))

        after = await asyncio.to_thread(say_right)
        await planner.look_again()
        cleared = before - after
        if cleared:
            told = ngettext("{count} mark is gone.", "{count} marks are gone.", cleared).format(
                count=cleared
            )
        else:
            told = _("Nothing is out of date here.")
        planner.house.tell(told)
        return True

    async def _list(self) -> None:
        """All of it; the chosen one is gone to."""
        from storyforge.tui.dialogs.base import Choice, Choose

        plan = self.planner.plan
        found = self._all()
        if not found:
            self.planner.house.tell(_("Nothing is out of date."))
            return
        choices = []
        for one in found:
            item = plan.known(one.item_id)
            if item is not None:
                why = reason_told(plan, one.reasons[0])
                choices.append(Choice(one.item_id, _called(plan, item), why))
        title = ngettext("{count} out of date", "{count} out of date", len(choices)).format(
            count=len(choices)
        )
        at = self.planner.item.id if self.planner.item is not None else None
        answer = await self.ask(Choose(title, "", choices, at=at))
        stale = next((one for one in found if one.item_id == answer), None)
        if stale is not None and (item := plan.known(stale.item_id)) is not None:
            self._go_to(item, stale)

    def _go_to(self, item: Item, one: Stale) -> None:
        fields = _fields(one)
        self.planner.to_stage(_stage(item, one), item.id, fields[0] if fields else "")

    def _all(self) -> tuple[Stale, ...]:
        """In the stages' order, then the plan's: what others rest on is updated before them."""
        return tuple(sorted(self.planner.look.stale.values(), key=self._rank))

    def _rank(self, one: Stale) -> tuple[int, int]:
        item = self.planner.plan.known(one.item_id)
        return (len(Stage), 0) if item is None else self._place(_stage(item, one), item)

    def _place(self, stage: Stage, item: Item | None) -> tuple[int, int]:
        ids = [known.id for known in self.planner.plan.of_stage(stage)]
        at = ids.index(item.id) if item is not None and item.id in ids else -1
        return list(Stage).index(stage), at

    def _from_here(self) -> tuple[Stale, ...]:
        found = self._all()
        here = self._place(self.planner.stage, self.planner.item)
        at = next((at for at, one in enumerate(found) if self._rank(one) >= here), 0)
        return found[at:] + found[:at]


def _stage(item: Item, one: Stale) -> Stage:
    return item.form.stage if _fields(one) else Stage.DRAFT


def _fields(one: Stale) -> tuple[str, ...]:
    """What of it is the plan's."""
    return tuple(field for field in one.fields if field != PROSE)


def _called(plan: Plan, item: Item) -> str:
    """An item by its number and its name, where it has a number."""
    name = name_of(plan, item)
    return f"{number_of(plan, item)}  {name}" if item.kind.value in ("chapter", "scene") else name
