"""What is done with whole variants: two are mixed, one is read as it came."""

from collections.abc import Callable, Sequence

from storyforge.domain.plan.items import PREMISE_ID
from storyforge.domain.plan.proposals import Proposal, Target
from storyforge.domain.plan.tasks import Makes
from storyforge.i18n import _
from storyforge.tui.planner.area import Area
from storyforge.tui.planner.offers import Offer
from storyforge.tui.planner.variant_entries import paths, text_of


class Mixing(Area):
    """What the actions on whole variants do; which are shown, and marked, is `choosing`'s."""

    def verbs(self) -> dict[str, Callable[[], object]]:
        """The actions this area carries out."""
        return {
            "plan_mix": lambda: self.start(self._mix),
            "plan_raw": lambda: self.start(self._raw),
        }

    async def _mix(self) -> None:
        choosing = self.planner.choosing
        batch = [one for one in choosing.batch if one.value and not one.dropped]
        marked = {proposal_id for proposal_id, _path in choosing.marked_parts}
        picked = [one for one in batch if one.id in marked]
        if len(picked) != 2:
            picked = await self._two_of(batch)
        if len(picked) != 2:
            return
        target, makes = picked[0].target, picked[0].target.makes
        if makes not in (Makes.ITEM, Makes.FIELD):
            self.planner.house.tell(_("Mixing is for two variants of one thing."))
            return
        task = "premise/mix" if target.item_id in ("", PREMISE_ID) else "item/again"
        task = "field/again" if makes is Makes.FIELD else task
        wanted = Target(target.stage, task, target.item_id, target.field)
        await self.planner.asking.run(Offer("", (wanted,)), mix=tuple(map(_texts, picked)))

    async def _two_of(self, batch: Sequence[Proposal]) -> list[Proposal]:
        from storyforge.tui.dialogs.ticking import Tick

        if len(batch) < 2:
            self.planner.house.tell(_("There are no two variants here to be mixed."))
            return []
        rows = [(one.id, f"{one.number}  {_first(one)}") for one in batch]
        chosen = await self.ask(Tick(_("Mix which two?"), rows, (), _("Mix them")))
        picked = [one for one in batch if one.id in (chosen or ())]
        if chosen and len(picked) != 2:
            self.planner.house.tell(_("Tick two of them."))
        return picked

    async def _raw(self) -> None:
        from storyforge.tui.dialogs.trash import Reading

        choosing = self.planner.choosing
        one = choosing.one(None) or next(iter(choosing.batch), None)
        if one is None:
            self.planner.house.tell(_("There is no variant here."))
            return
        told = [one.text or _("Nothing came.")]
        if one.thinking:
            told += ["", _("What the model thought:"), "", one.thinking]
        await self.ask(Reading(_("The answer as it came"), "\n".join(told)))


def _first(one: Proposal) -> str:
    return next((text for path in paths(one) if (text := text_of(one, path))), "")


def _texts(one: Proposal) -> dict[str, str]:
    return {path: text_of(one, path) for path in paths(one)}
