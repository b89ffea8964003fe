"""Planning on the command line: what is asked one after the other, shown, and taken."""

import asyncio
import sys
from collections.abc import Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from storyforge.cli.plan_items import SINGLE, item_named
from storyforge.cli.plan_pictures import missing_painted, painted
from storyforge.cli.plan_words import proposal_json, proposal_lines
from storyforge.cli.progress import Progress, doing, heeding_signals
from storyforge.cli.talk import note, say, shortened
from storyforge.domain.generation import Loading, Noted, Reading, Waiting
from storyforge.domain.plan.forms import Kind
from storyforge.domain.plan.items import PREMISE_ID, Plan
from storyforge.domain.plan.proposals import Proposal, Target
from storyforge.domain.plan.stages import Stage
from storyforge.domain.plan.tasks import PICTURES, TASKS, Makes, PlanTask
from storyforge.domain.sampling import Sampling
from storyforge.errors import BadInput
from storyforge.i18n import _, ngettext

if TYPE_CHECKING:
    from storyforge.backends.base import Backend
    from storyforge.store.story_file import StoryFile
    from storyforge.studio.planning.asking import Event, Wanted

# What is asked for again where a stage is planned already.
_AGAIN = {
    Stage.PREMISE: ("premise/propose", PREMISE_ID),
    Stage.CHARACTERS: ("characters/propose", ""),
    Stage.WORLD: ("world/propose", ""),
    Stage.OUTLINE: ("outline/propose", ""),
}
# These may be about the one thing that their stage has.
_OF_ONE = (Makes.ITEM, Makes.FIELD, Makes.IDEAS, Makes.QUESTIONS, Makes.NOTES)
_READ_ONLY = (Makes.IDEAS, Makes.QUESTIONS, Makes.NOTES)
_COLUMNS = 60


@dataclass(frozen=True, slots=True)
class Wishes:
    """What was said on the command line.

    Attributes:
        task: one task only; empty for all that the stage needs.
        take: the variant to take, 0 for none; None for the first, where nothing is written.
        fresh: there is a new idea: a model is to be asked about it.
    """

    stage: Stage
    task: str = ""
    item: str = ""
    field: str = ""
    wish: str = ""
    variants: int = 1
    count: int = 0
    take: int | None = None
    parts: tuple[str, ...] = ()
    replace: bool = False
    seed: int | None = None
    fresh: bool = False

    @property
    def asks(self) -> bool:
        """Whether a model is to be asked for something, and not only for what is missing."""
        if self.fresh or self.wish or self.variants > 1:
            return True
        return bool(self.task) and self.take is None


class Planner:
    """One verb's worth of planning.

    Attributes:
        sampling: how words are drawn.
        ended_by: the exit status of the signal that stopped it, or 0.
    """

    def __init__(self, story: "StoryFile", wishes: Wishes, *, quiet: bool) -> None:
        self._story = story
        self._wishes = wishes
        self._quiet = quiet
        self._progress = Progress(sys.stderr.isatty())
        self._proposals: list[Proposal] = []
        self._changed: list[str] = []
        self._asked: set[Target] = set()
        self._fills = False
        self._told_all = False
        self._stop = asyncio.Event()
        self.sampling = Sampling()
        self.ended_by = 0

    def told(self) -> dict[str, Any]:
        """What happened, for a program."""
        story = self._story
        return {
            "proposals": [proposal_json(_as_kept(story, one)) for one in self._proposals],
            "changed": list(dict.fromkeys(self._changed)),
        }

    def take_known(self) -> None:
        """Take one of the variants that were asked for last."""
        wishes, plan = self._wishes, self._story.plan.read()
        item = item_named(plan, wishes.stage, wishes.item) if wishes.item else None
        stage = item.form.stage if item is not None and self._paints else wishes.stage
        known = [
            one
            for one in self._story.proposals.of_stage(stage)
            if wishes.task in ("", one.target.task)
            and wishes.field in ("", one.target.field)
            and (item is None or one.target.item_id == item.id)
        ]
        batch = [one for one in known if one.batch_id == known[-1].batch_id]
        self._proposals += batch
        self._take(_numbered(batch, wishes.take or 1))

    async def carry_out(self, backend: "Backend", agreed: bool) -> None:
        """Ask, show and take; raises what the studio raises.

        Args:
            agreed: the author knows what it costs.
        """
        self._stop = asyncio.Event()
        try:
            with heeding_signals(self._end):
                while wanted := await asyncio.to_thread(self._pending, agreed):
                    await self._tell_all(backend, wanted, agreed)
                    await self._one(backend, wanted[0])
        finally:
            self._progress.clear()
            await backend.close()

    def _end(self, number: int) -> None:
        # 128 and the signal's number, as a shell would say it; Ctrl+C gives 130.
        self.ended_by = 128 + number
        self._stop.set()

    def _pending(self, agreed: bool) -> "tuple[Wanted, ...]":
        """What is to be asked: nothing twice, so that what was not taken ends it, too."""
        from storyforge import settings
        from storyforge.studio.planning.asking import Wanted
        from storyforge.studio.planning.picturing import wants_tags

        if self._stop.is_set():
            return ()
        wishes = self._wishes
        if wishes.task == "outline/mend":
            wanted = self._mending()
        else:
            tags = self._paints and wants_tags(settings.load())
            wanted = tuple(Wanted(target, tags=tags) for target in self._targets())
        return tuple(
            replace(
                one,
                variants=wishes.variants,
                wish=wishes.wish,
                # How many people there are says nothing of how deep each is.
                count=wishes.count if TASKS[one.target.task].makes is not Makes.ITEM else 0,
                agreed=agreed,
            )
            for one in wanted
            if one.target not in self._asked
        )

    async def _tell_all(
        self, backend: "Backend", wanted: "tuple[Wanted, ...]", agreed: bool
    ) -> None:
        """Say once what several answers take together, and let them cost no more than they may."""
        from storyforge.studio.planning.expecting import expected, together
        from storyforge.studio.spending import ask_first

        if self._told_all or len(wanted) == 1:
            return
        each = [await asyncio.to_thread(expected, self._story, backend.card, one) for one in wanted]
        whole = together(each)
        if not agreed:
            await ask_first(whole.cost, parts=len(wanted))
        count = len(wanted)
        told = ngettext("{count} answer ({time})", "{count} answers ({time})", count)
        note(told.format(count=count, time=whole.told))
        self._told_all = True

    def _mending(self) -> "tuple[Wanted, ...]":
        from storyforge.studio.planning.mending import mending

        plan = self._story.plan.read()
        return mending(self._story, item_named(plan, Stage.OUTLINE, self._wishes.item).id)

    def _targets(self) -> Sequence[Target]:
        from storyforge.studio.planning.missing import missing
        from storyforge.studio.planning.preparing import task_named

        wishes, plan = self._wishes, self._story.plan.read()
        if self._paints and not wishes.item:
            self._fills = True
            return missing_painted(plan, task_named(wishes.task), told=not self._asked)
        if self._asked and (wishes.task or wishes.item):
            # What was asked for is asked once; by now it may have another name.
            return ()
        if self._paints:
            return painted(plan, task_named(wishes.task), wishes.item, wishes.field)
        if wishes.task:
            return (self._target(plan, task_named(wishes.task)),)
        if wishes.item and wishes.stage is Stage.SCENES:
            chapter = item_named(plan, wishes.stage, wishes.item, (Kind.CHAPTER,))
            return (Target(Stage.SCENES, "scenes/propose", chapter.id),)
        if wishes.item:
            item = item_named(plan, wishes.stage, wishes.item)
            return (Target(wishes.stage, "item/again", item.id),)
        found = missing(plan, wishes.stage)
        if found or self._asked or wishes.stage not in _AGAIN:
            self._fills = True
            return found
        return (Target(wishes.stage, *_AGAIN[wishes.stage]),)

    @property
    def _paints(self) -> bool:
        """Whether a painter's words are asked for."""
        return self._wishes.task.startswith(PICTURES)

    def _target(self, plan: Plan, task: PlanTask) -> Target:
        wishes = self._wishes
        stage = task.stage or wishes.stage
        if not wishes.item:
            single = SINGLE.get(stage, "") if task.makes in _OF_ONE else ""
            return Target(stage, task.name, single, wishes.field)
        kinds = (Kind.CHAPTER,) if task.name == "scenes/propose" else ()
        # An item says by itself which stage it is of.
        item = item_named(plan, task.stage, wishes.item, kinds)
        return Target(stage if kinds else item.form.stage, task.name, item.id, wishes.field)

    async def _one(self, backend: "Backend", wanted: "Wanted") -> None:
        """Ask for one thing, and take of it what is to be taken."""
        from storyforge.studio.planning.asking import propose
        from storyforge.studio.planning.expecting import expected

        took = await asyncio.to_thread(expected, self._story, backend.card, wanted)
        self._say_what_for(wanted.target, took.told)
        self._asked.add(wanted.target)
        came: list[Proposal] = []
        events = propose(self._story, backend, wanted, self.sampling, self._stop)
        async with aclosing(events) as stream:
            async for event in stream:
                self._take_in(event, wanted.variants, came)
        self._proposals += came
        wishes = self._wishes
        if wishes.take == 0 or not came or self._stop.is_set():
            return
        if TASKS[wanted.target.task].makes in _READ_ONLY and not wishes.parts:
            return
        picked = _numbered(came, wishes.take) if wishes.take else _best(came)
        await asyncio.to_thread(self._take, picked)

    def _say_what_for(self, target: Target, took: str) -> None:
        item = self._story.plan.read().item(target.item_id)
        what = _(TASKS[target.task].label)
        if item is not None and item.name:
            what = _("{name}: {value}").format(name=item.name, value=what)
        note(_("{what} ({time})").format(what=what, time=took))

    def _take_in(self, event: "Event", variants: int, came: list[Proposal]) -> None:
        from storyforge.studio.planning.asking import VariantFinished, VariantGrew

        if isinstance(event, Loading | Reading | Waiting):
            self._progress.show(doing(event))
        elif isinstance(event, Noted):
            self._progress.clear()
            note(event.message)
        elif isinstance(event, VariantGrew):
            told = list(self._lines(event.proposal))
            self._progress.show(shortened(told[-1] if told else "…", _COLUMNS))
        elif isinstance(event, VariantFinished):
            self._progress.clear()
            came.append(event.proposal)
            self._show(event.proposal, variants)

    def _show(self, proposal: Proposal, variants: int) -> None:
        if proposal.flaw:
            note(proposal.flaw)
        if self._quiet:
            return
        if variants > 1:
            say(_("— {number} —").format(number=proposal.number))
        for line in self._lines(proposal):
            say(line)
        say()

    def _lines(self, proposal: Proposal) -> Iterator[str]:
        item = self._story.plan.read().item(proposal.target.item_id)
        return proposal_lines(proposal, item.kind if item is not None else None)

    def _take(self, proposal: Proposal) -> None:
        from storyforge.studio.planning.taking import take

        wishes = self._wishes
        if not proposal.value:
            raise BadInput(
                proposal.flaw or _("Nothing could be read in this answer."),
                title=_("Nothing to take"),
                hint=_("Ask again, or ask another model; what it wrote is kept in the file."),
            )
        made = take(
            self._story,
            proposal.id,
            wishes.parts,
            replace=wishes.replace,
            # Where a stage is filled in, what somebody wrote stays, and is no reason to end.
            empty_only=self._fills and not wishes.replace,
        )
        self._changed += made
        if not made:
            note(_("Nothing in it is new; the plan is as it was."))


def _best(came: Sequence[Proposal]) -> Proposal:
    """The first that is a good answer, else the first in which anything could be read."""
    good = [one for one in came if one.value and not one.flaw]
    return next(iter([*good, *(one for one in came if one.value), *came]))


def _numbered(batch: Sequence[Proposal], number: int) -> Proposal:
    for one in batch:
        if one.number == number:
            return one
    raise BadInput(
        _("There is no variant {number}.").format(number=number),
        title=_("No such variant"),
        hint=_("Ask for some first: --variants 3"),
    )


def _as_kept(story: "StoryFile", proposal: Proposal) -> Proposal:
    """The proposal with what was taken of it since."""
    known = {one.id: one for one in story.proposals.of_batch(proposal.batch_id)}
    return replace(known.get(proposal.id, proposal), value=proposal.value)
