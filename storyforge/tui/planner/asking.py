"""Asking models for the plan: what, how long it takes and what it costs, and the one run of it.

The run goes on while the author is at the desk; stopping keeps all that came. Permission and costs
are asked about as the desk does.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from textual.timer import Timer

from storyforge.domain.generation import Loading, Noted, Reading, Waiting
from storyforge.domain.plan.items import FactKey
from storyforge.domain.plan.proposals import Proposal
from storyforge.domain.plan.tasks import PICTURES, TASKS
from storyforge.i18n import _, ngettext
from storyforge.tui.planner.area import Area
from storyforge.tui.planner.offers import Offer, brainstorm, offers
from storyforge.tui.terminal import key_name
from storyforge.tui.widgets.status import step_told
from storyforge.tui.work import Idle, launch, lazily, stood_still

if TYPE_CHECKING:
    from storyforge.studio.planning.asking import Wanted
    from storyforge.tui.screens.planner import PlannerScreen

# Seconds between two paintings of what comes.
_PAINT = 0.1
# Seconds that the cursor rests before it is said how long asking would take.
_RESTS = 0.3


class Asking(Area):
    """What the asking actions do, and the one run.

    Attributes:
        live: the variants that are being written, or were in this run, by their ids.
        asked_at: where the cursor was when they were asked for.
        ended: how many runs have ended since the planner was opened.
    """

    def __init__(self, planner: "PlannerScreen") -> None:
        super().__init__(planner)
        self.live: dict[str, Proposal] = {}
        self.asked_at: FactKey = ("", "")
        self.ended = 0
        self._stop = asyncio.Event()
        self._idle = Idle()
        self._wish = ""
        self._due: Timer | None = None

    def verbs(self) -> dict[str, Callable[[], object]]:
        """The actions this area carries out."""
        return {
            "plan_ask": lambda: self.start(self._ask_default),
            "plan_wish": lambda: self.start(self._ask_with_wish),
            "plan_brainstorm": lambda: self.start(self._brainstorm),
            "plan_help": lambda: self.start(self._choose),
            "plan_all": lambda: self.start(self._ask_for_all),
            "plan_deepen": lambda: self.start(self._deepen),
        }

    @property
    def running(self) -> bool:
        """Whether a model works for the plan."""
        return not self._idle.is_set()

    def escape(self) -> bool:
        """Stop what runs."""
        missed = self._idle.missed()
        if not self.running or self._stop.is_set():
            return missed
        self._stop.set()
        self.planner.saying.say(activity=_("stopping"))
        self.planner.desk.say(reading=_("stopping"))
        return True

    def marked(self) -> None:
        """Say how long it would take to ask here, once the cursor rests."""
        self.quiet()
        self._due = self.planner.set_timer(_RESTS, self._expect_soon)

    def quiet(self) -> None:
        """Say nothing of how long it would take."""
        if self._due is not None:
            self._due.stop()

    async def close(self) -> None:
        """End the run; what came is kept."""
        self._stop.set()
        await stood_still(self._idle)

    # What is wanted.

    @property
    def _offers(self) -> tuple[Offer, ...]:
        planner = self.planner
        return offers(planner.plan, planner.stage, planner.item, planner.field)

    async def _ask_default(self) -> None:
        await self._ask_first("")

    async def _ask_first(self, wish: str) -> None:
        more = self.planner.choosing.more_like_these()
        if more is not None:
            await self.run(Offer("", (more[0],), 1), wish, kept=more[1], dropped=more[2])
            return
        found = self._offers
        if not found:
            self.planner.house.tell(_("There is nothing to be asked at this place."))
            return
        await self.run(found[0], wish)

    async def _ask_with_wish(self) -> None:
        from storyforge.tui.dialogs.base import AskText

        title, label = _("Ask with a wish"), _("What you want, such as “less grim”")
        wish = await self.ask(AskText(title, label, self._wish))
        if wish is not None:
            self._wish = wish
            await self._ask_first(wish)

    async def _brainstorm(self) -> None:
        planner = self.planner
        more = planner.choosing.more_like_these()
        found = brainstorm(planner.stage, planner.item, planner.field)
        if more is not None:
            await self.run(Offer("", (more[0],), 1), kept=more[1], dropped=more[2])
        elif found is None:
            planner.house.tell(_("Mark a field with words in it: the ideas are for that."))
        else:
            await self.run(found)

    async def _deepen(self) -> None:
        wanted = [offer for offer in self._offers if offer.targets[0].task == "characters/deepen"]
        if wanted:
            await self.run(wanted[0])
        else:
            self.planner.house.tell(_("Mark a character first: that is what is deepened."))

    async def _ask_for_all(self) -> None:
        from storyforge.studio.planning.missing import missing

        found = missing(self.planner.plan, self.planner.stage)
        if found:
            await self.run(Offer("", found, 1))
        else:
            self.planner.house.tell(_("Nothing is missing in this stage."))

    async def _choose(self) -> None:
        from storyforge.tui.dialogs.base import Choice, Choose

        planner = self.planner
        place = (planner.plan, planner.stage, planner.item, planner.field)
        found = offers(*place, tags=await self._wants_tags())
        if not found:
            self.planner.house.tell(_("There is nothing to be asked at this place."))
            return
        told = [Choice(one.id, one.label, await self._expected(one)) for one in found]
        chosen = await self.ask(Choose(_("What can be asked here"), "", told))
        picked = next((one for one in found if one.id == chosen), None)
        if picked is not None:
            await self.run(picked)

    # Before.

    def _expect_soon(self) -> None:
        launch(self.planner.house, self._expect(self.planner.at), group="planner-expects")

    async def _expect(self, place: tuple[str, str]) -> None:
        planner = self.planner
        here = (planner.plan, planner.stage, planner.item, planner.field)
        found = await asyncio.to_thread(offers, *here)
        told = await self._expected(found[0]) if found and not self.running else ""
        if told and not self.running:
            count = found[0].variants * len(found[0].targets)
            asked = ngettext("{count} variant", "{count} variants", count).format(count=count)
            told = _("{name}: {value}").format(name=asked, value=told)
        if place == planner.at:
            planner.saying.say(reading=told if not self.running else "")

    async def _expected(self, offer: Offer) -> str:
        """How long it takes and what it costs; nothing where it cannot be asked."""
        from storyforge.errors import BadInput

        expecting = await lazily("storyforge.studio.planning.expecting")
        asking = await lazily("storyforge.studio.planning.asking")
        card = (await self.planner.house.backend(offer.targets[0].asks)).card
        tags = await self._tags(offer)
        wanted = [asking.Wanted(one, offer.variants, tags=tags) for one in offer.targets]

        def all_of_it() -> str:
            each = [expecting.expected(self.planner.story, card, one) for one in wanted]
            told: str = expecting.together(each).told
            return told

        try:
            return await asyncio.to_thread(all_of_it)
        except BadInput:
            return ""

    async def _tags(self, offer: Offer) -> bool:
        """Whether a painter's words are asked for as tags."""
        return offer.targets[0].task.startswith(PICTURES) and await self._wants_tags()

    async def _wants_tags(self) -> bool:
        """Whether the painter in use knows tags only."""
        picturing = await lazily("storyforge.studio.planning.picturing")
        settings = await self.planner.house.ready_settings()
        return bool(await asyncio.to_thread(picturing.wants_tags, settings))

    # The run.

    async def run(self, offer: Offer, wish: str = "", **more: Any) -> None:
        """Ask for it, after a yes where one is needed; `more` are attributes of `Wanted`."""
        planner = self.planner
        if not self.may_change():
            return
        if self.running:
            planner.house.tell(
                _("The model is at work already; {key} stops it.").format(
                    key=planner.house.key_of("plan_back")
                )
            )
            return
        asking = await lazily("storyforge.studio.planning.asking")
        more.setdefault("tags", await self._tags(offer))
        await self._begin(
            [asking.Wanted(target, offer.variants, wish, **more) for target in offer.targets]
        )

    async def _begin(self, wanted: "Sequence[Wanted]") -> None:
        planner = self.planner
        task = wanted[0].target.asks
        await planner.save()
        if await planner.desk.engine.refuses(task):
            return
        if not await planner.desk.abroad.may_send(task) or self.running:
            return
        self._idle.clear()
        self._stop = asyncio.Event()
        self.live, self.asked_at = {}, planner.choosing.place
        if planner.has_class("-narrow") and planner.house.screen is planner:
            planner.to_pane(planner.variants)
        launch(planner.house, self._guarded(wanted), group="planning")

    async def _guarded(self, wanted: "Sequence[Wanted]") -> None:
        planner = self.planner
        try:
            await planner.saying.model()
            for number, one in enumerate(wanted, 1):
                if self._stop.is_set():
                    break
                part = f" {number}/{len(wanted)}" if len(wanted) > 1 else ""
                if not await self._propose(one, part, wanted[number - 1 :]):
                    break
        finally:
            self._idle.set()
            self.ended += 1
            planner.saying.say(activity="")
            planner.saying.other()
            planner.desk.say(reading="")
            if planner.is_attached and not planner.closing:
                await planner.look_again()

    async def _propose(self, wanted: "Wanted", part: str, left: "Sequence[Wanted]") -> bool:
        """Whether the others that are `left` are to follow."""
        return await self.planner.desk.abroad.carry(
            wanted.target.asks,
            lambda agreed: self._follow(replace(wanted, agreed=agreed), part),
            lambda: self.start(lambda: self._begin(left)),
        )

    async def _follow(self, wanted: "Wanted", part: str) -> None:
        from storyforge.studio.planning.asking import (
            VariantBegan,
            VariantFinished,
            VariantGrew,
            propose,
        )

        planner = self.planner
        backend = await planner.house.backend(wanted.target.asks)
        sampling = await self._sampling()
        what = _(TASKS[wanted.target.task].label) + part
        self._say(_("{what}: the model begins").format(what=what))
        painted = 0.0
        clock = asyncio.get_running_loop().time
        events = propose(planner.story, backend, wanted, sampling, self._stop)
        async with aclosing(events) as stream:
            async for event in stream:
                self._give_way(is_local=backend.card.is_local)
                if isinstance(event, VariantBegan | VariantGrew | VariantFinished):
                    self.live[event.proposal.id] = event.proposal
                    told = _("{what}: variant {number} of {count}")
                    self._say(
                        told.format(what=what, number=event.proposal.number, count=wanted.variants)
                    )
                    if not isinstance(event, VariantGrew) or clock() > painted + _PAINT:
                        painted = clock()
                        planner.choosing.show()
                elif isinstance(event, Noted):
                    planner.house.tell(event.message)
                elif isinstance(event, Loading | Reading | Waiting):
                    self._say(f"{what}: {step_told(event)}" if step_told(event) else what)

    def _give_way(self, *, is_local: bool) -> None:
        """The page goes first, where one model cannot write both."""
        if is_local and self.planner.desk.continuing.running and not self._stop.is_set():
            self._stop.set()
            self.planner.house.tell(_("The model writes on the page now; the plan has what came."))

    def _say(self, told: str) -> None:
        if not self._stop.is_set():
            self.planner.saying.say(activity=told, reading="")
            told = _("plan · {what} · {key} stops").format(what=told, key=key_name("escape"))
            self.planner.desk.say(reading=told)

    async def _sampling(self) -> Any:
        presets = await lazily("storyforge.studio.presets")
        settings = await self.planner.house.ready_settings()
        return await asyncio.to_thread(presets.sampling_of, settings, story=self.planner.story)
