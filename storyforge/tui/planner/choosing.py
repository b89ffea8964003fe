"""The variants: which are shown, what of them is marked, dropped and taken."""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from storyforge.domain.plan.items import OUTLINE_ID, PREMISE_ID, SINGLE, Plan
from storyforge.domain.plan.proposals import Proposal, Target
from storyforge.domain.plan.tasks import TASKS, Makes
from storyforge.i18n import _, in_quotes
from storyforge.studio.planning.telling import field_label, name_of
from storyforge.tui.planner.area import Area
from storyforge.tui.planner.looking import is_running
from storyforge.tui.planner.variant_entries import (
    PartKey,
    Variants,
    read_part,
    text_of,
    variant_entries,
    with_fields,
)
from storyforge.tui.widgets.plan_entries import Entry

if TYPE_CHECKING:
    from storyforge.tui.screens.planner import PlannerScreen

_TO_READ = (Makes.QUESTIONS, Makes.NOTES)


class Choosing(Area):
    """What the variants' actions do.

    Attributes:
        marked_parts: those that are taken together.
        dropped: the ideas that the author wants to see no more.
        place: the item and field whose variants are shown.
    """

    def __init__(self, planner: "PlannerScreen") -> None:
        super().__init__(planner)
        self.marked_parts: set[PartKey] = set()
        self.dropped: set[PartKey] = set()
        self._back = 0
        self.place: tuple[str, str] = ("", "")

    def verbs(self) -> dict[str, Callable[[], object]]:
        """The actions this area carries out."""
        return {
            "plan_take": lambda: self.take(None),
            "plan_mark": self.mark,
            "plan_drop": lambda: self.start(self._drop),
            "plan_older": lambda: self._go_back(1),
            "plan_newer": lambda: self._go_back(-1),
        }

    def planned(self) -> None:
        """Other proposals may be there."""
        self.show()

    def marked(self) -> None:
        """The variants are those of the place under the cursor."""
        if self.planner.pane is not self.planner.variants and self.planner.at != self.place:
            self.place, self._back = self.planner.at, 0
            self.show()

    # Which are shown.

    @property
    def _known(self) -> list[Proposal]:
        """All of the stage, those that are being written as they are now."""
        live = self.planner.asking.live
        kept = self.planner.look.proposals
        known = [
            live[one.id] if one.id in live and is_running(live[one.id]) else one for one in kept
        ]
        ids = {one.id for one in known}
        stage = self.planner.stage
        return known + [
            one for one in live.values() if one.id not in ids and one.target.stage is stage
        ]

    @property
    def batches(self) -> list[list[Proposal]]:
        """The askings that concern the place under the cursor, the one to be shown last."""
        levels: list[list[list[Proposal]]] = [[], [], []]
        asking = self.planner.asking
        for batch in _batches(self._known):
            level = _level(batch[0].target, self.place)
            if batch[0].id in asking.live and self.place == asking.asked_at:
                level = 2
            if level is not None:
                levels[level].append(batch)
        return [batch for level in levels for batch in level]

    @property
    def batch(self) -> list[Proposal]:
        """Those that are shown."""
        found = self.batches
        if not found:
            return []
        self._back = max(0, min(self._back, len(found) - 1))
        return found[-1 - self._back]

    @property
    def has_ideas(self) -> bool:
        """Whether what is shown are ideas."""
        return any(one.target.makes is Makes.IDEAS for one in self.batch[:1])

    @property
    def _earlier(self) -> list[Proposal]:
        """Of ideas, those that were had before for the same."""
        batch = self.batch
        if not self.has_ideas:
            return []
        found = self.batches
        before = (one for of in found[: found.index(batch)] for one in of)
        return [one for one in before if one.target == batch[0].target]

    @property
    def _kept(self) -> list[Proposal]:
        """Those of them of which the author has kept some."""
        return [one for one in self._earlier if self._of(self.marked_parts, one)]

    def show(self) -> None:
        """Show them as they are now."""
        batch = self.batch
        shown = Variants(self.planner.plan, batch, self.marked_parts, self.dropped, self._kept)
        told = variant_entries(shown) or [self._nothing_yet()]
        self.planner.variants.show(told, _about(self.planner.plan, batch))

    def _nothing_yet(self) -> Entry:
        told = _("Nothing has been asked for here. {ask} asks, {help} lists what can be asked.")
        keys = {name: self.planner.house.key_of(f"plan_{name}") for name in ("ask", "help")}
        return Entry(" :hint", ((told.format(**keys), "muted"),), fixed=True)

    def _go_back(self, steps: int) -> None:
        before = self._back
        self._back = max(0, min(self._back + steps, len(self.batches) - 1))
        if self._back == before:
            self.planner.house.tell(
                _("There are no earlier variants here.")
                if steps > 0
                else _("These are the latest variants.")
            )
        self.show()

    # What is under the cursor.

    @property
    def _here(self) -> PartKey:
        entry = self.planner.variants.view.entry
        return read_part(entry.id) if entry is not None else ("", "")

    def one(self, number: int | None) -> Proposal | None:
        """The variant of that number; None for the one under the cursor."""
        if number is not None:
            return next((one for one in self.batch if one.number == number), None)
        here = self._here[0]
        return next((one for one in (*self._kept, *self.batch) if one.id == here), None)

    # Marking and dropping.

    def mark(self) -> None:
        """Space: the part under the cursor, or the whole variant."""
        if self.planner.pane is not self.planner.variants or not self._here[0]:
            return
        self.marked_parts ^= {self._here}
        self.show()
        if self._here[1]:
            self.planner.variants.view.action_move(1)

    async def _drop(self) -> None:
        planner, (proposal_id, path) = self.planner, self._here
        one = self.one(None)
        if planner.pane is not planner.variants or one is None:
            return
        if path and one.target.makes is Makes.IDEAS:
            self.dropped ^= {(proposal_id, path)}
            self.marked_parts.discard((proposal_id, path))
            self.show()
        elif self.may_change():
            await asyncio.to_thread(planner.story.proposals.drop, one.id, not one.dropped)
            await planner.look_again()

    def more_like_these(self) -> tuple[Target, tuple[str, ...], tuple[str, ...]] | None:
        """Of what ideas more are wanted, those kept, those dropped; None where none are shown."""
        batch = self.batch
        if not batch or batch[0].target.makes is not Makes.IDEAS:
            return None
        if self.planner.pane is not self.planner.variants:
            return None
        known = (*self._earlier, *batch)
        kept, dropped = (
            tuple(text_of(one, path) for one in known for path in self._of(parts, one))
            for parts in (self.marked_parts, self.dropped)
        )
        return batch[0].target, kept, dropped

    @staticmethod
    def _of(parts: set[PartKey], one: Proposal) -> list[str]:
        return [path for path in with_fields(one) if (one.id, path) in parts]

    # Taking.

    def take(self, number: int | None, *, here: bool = False) -> None:
        """Take a variant, or what is marked of it.

        Args:
            number: None for the one under the cursor.
            here: of a variant of which nothing is marked, take the part under the cursor.
        """
        self.start(lambda: self._take(number, here))

    async def _take(self, number: int | None, here: bool) -> None:
        planner, one = self.planner, self.one(number)
        if one is None or not self.may_change():
            return
        if one.target.makes in _TO_READ:
            await self._answer(one)
            return
        parts = self._of(self.marked_parts, one)
        is_idea = one.target.makes is Makes.IDEAS
        path = self._here[1] if self._here[0] == one.id else ""
        # An idea that is marked is one to keep, not yet one to take.
        if path and ((here and is_idea) or (not parts and (here or is_idea))):
            parts = [path]
        if is_idea and not parts:
            planner.house.tell(_("Of ideas you take one, not all of them."), _("Which idea?"))
            return
        await planner.save()
        made = await self._taken(one, parts)
        if made is None:
            return
        if not is_idea:
            self.marked_parts -= {key for key in self.marked_parts if key[0] == one.id}
        if made:
            told = _("Taken; {key} takes it back.")
            planner.house.tell(told.format(key=planner.house.key_of("plan_undo")))
        else:
            planner.house.tell(_("Nothing in it is new; the plan is as it was."))
        await planner.look_again(planner.at if planner.at[0] in made else None)

    async def _taken(self, one: Proposal, parts: Sequence[str]) -> tuple[str, ...] | None:
        """What was made or changed; None where the author would rather not."""
        from storyforge.studio.planning.taking import WouldReplace, take
        from storyforge.tui.dialogs.plan_replacing import MayReplaceFacts

        story = self.planner.story
        try:
            return await asyncio.to_thread(take, story, one.id, parts)
        except WouldReplace as would:
            answer = await self.ask(MayReplaceFacts(self.planner.plan, would.changes))
        if answer == "replace":
            return await asyncio.to_thread(take, story, one.id, parts, replace=True)
        if answer == "empty":
            return await asyncio.to_thread(take, story, one.id, parts, empty_only=True)
        return None

    async def _answer(self, one: Proposal) -> None:
        """A question is answered; a note is only read."""
        from storyforge.studio.planning.editing import answer
        from storyforge.tui.dialogs.words import AskWords
        from storyforge.tui.planner.variant_entries import answer_to

        path = self._here[1] if self._here[0] == one.id else ""
        if one.target.makes is not Makes.QUESTIONS or not path:
            self.planner.house.tell(_("Notes are for reading: change what they are about."))
            return
        question = text_of(one, path)
        known = answer_to(self.planner.plan, question)

        async def keep(told: str) -> None:
            if told != known:
                number = int(path.rpartition(".")[2])
                await asyncio.to_thread(answer, self.planner.story, one.id, {number: told})
                await self.planner.look_again()

        await self.ask_until_kept(partial(AskWords, _("Your answer"), question), keep, known)


def _batches(proposals: Sequence[Proposal]) -> list[list[Proposal]]:
    found: dict[str, list[Proposal]] = {}
    for one in proposals:
        found.setdefault(one.batch_id, []).append(one)
    return list(found.values())


def _level(target: Target, place: tuple[str, str]) -> int | None:
    """How near what was asked for is to a place: 2 is the place itself; None concerns another."""
    item, field = place
    if (target.item_id, target.field) == (item, field):
        return 2
    of_stage = target.item_id in ("", PREMISE_ID, OUTLINE_ID) and not target.field
    if target.item_id == item and not target.field:
        return 1
    return 0 if of_stage else None


def _about(plan: Plan, batch: Sequence[Proposal]) -> str:
    if not batch:
        return ""
    one = batch[0]
    item = plan.item(one.target.item_id)
    whose = name_of(plan, item) if item is not None and item.id not in SINGLE else ""
    field = field_label(item, one.target.field) if item and one.target.field else ""
    told = _(TASKS[one.target.task].label) if one.target.task in TASKS else ""
    wish = in_quotes(one.wish) if one.wish else ""
    when = f"{one.created.astimezone():%H:%M}"
    return " · ".join(part for part in (whose, field, told, wish, when) if part)
