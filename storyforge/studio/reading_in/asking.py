"""One question about a manuscript: asked behind the author, kept as a proposal, and asked once.

What a model said of a text stays good while the text does, so it is known by a digest of what it
was asked about: a reading that was killed goes on where it was, and one of a changed story asks
about what has changed.
"""

import asyncio
import hashlib
from collections.abc import Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from storyforge.backends.behind import Behind
from storyforge.backends.sharing import Shared
from storyforge.backends.stopping import Stopped
from storyforge.domain.generation import Request, StopReason, TakeState, Usage
from storyforge.domain.model import ModelCard
from storyforge.domain.plan.proposals import Proposal, Target
from storyforge.domain.plan.schemas import schema_of
from storyforge.domain.plan.stages import Stage
from storyforge.domain.plan.tasks import TASKS, PlanTask
from storyforge.domain.sampling import Sampling
from storyforge.prompting.planning import CHAT
from storyforge.studio import speeds
from storyforge.studio.answers.echoing import echoes
from storyforge.studio.answers.holding import Growing, Held, hold
from storyforge.studio.permission import check
from storyforge.studio.planning.keeper import ProposalKeeper
from storyforge.studio.planning.measures import most_tokens
from storyforge.studio.prompt.talking import own_talk
from storyforge.studio.spending import note_spent

if TYPE_CHECKING:
    from storyforge.prompting.template import Template
    from storyforge.store.story_file import StoryFile

#: what is read here is kept apart from what is read for scenes
SLOT = ":read_in"
# What stands in a text is to be told, and nothing else.
_SOBER = Sampling(temperature=0.3, seed=1)

# What a template is told as numbers; all else is text, or lines of it.
_NUMBERS = ("part", "parts")

Value = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked about a text.

    Attributes:
        task: a name of TASKS.
        source: what it is about: another one is another question.
        item_id: the item that the answer is for; empty where it makes new ones.
        passing: it is only a part of what will be proposed, which nobody needs to see.
        clean: takes out of an answer what its text does not bear out.
        check: what is wrong with an answer, in a sentence; then it is asked again.
    """

    task: str
    source: str
    item_id: str = ""
    passing: bool = False
    clean: Callable[[Value], Value] = dict
    check: Callable[[Value], str] | None = None


class Asking:
    """Asks one model about one story.

    Args:
        language: of the answers, a BCP 47 tag.
        anew: ask about what is known, too.
    """

    def __init__(
        self, story: "StoryFile", shared: Shared, language: str, *, anew: bool = False
    ) -> None:
        self._story = story
        self._shared = shared
        self._behind = Behind(shared)
        self._language = language
        self._known = {} if anew else answers(story)

    def known(self, question: Question) -> Proposal | None:
        """What was said of the very same before."""
        return self._known.get(key_of(question, self._language))

    async def ask(
        self, question: Question, template: "Template", prompt: str, stop: asyncio.Event
    ) -> Proposal:
        """What the model says; what it has said of the very same before is not asked again.

        Raises:
            Stopped: the stop came first; what had come is kept.
            NotAllowed: the story's text may not go to that model any more.
            ModelError: the model cannot be loaded, or it failed.
            StoryforgeError: the story cannot be written.
        """
        if (found := self.known(question)) is not None:
            return found
        await check(self._story, self._shared.card)
        key = key_of(question, self._language)
        task = TASKS[question.task]
        own = await asyncio.to_thread(self._story.prompt_copies.all)
        beneath = self._shared.beneath
        request = Request(
            prompt,
            answer_tokens(question.task, self._language, self._shared.card),
            sampling=_SOBER,
            template_hash=template.hash,
            slot=SLOT,
            language=self._language,
            chat=CHAT,
            talk=await asyncio.to_thread(own_talk, own, beneath, self._language, CHAT),
        )
        begun = self._new(task, question, key, request)
        keeper = ProposalKeeper(self._story, begun)
        await asyncio.to_thread(keeper.begin)
        try:
            held = await self._held(keeper, _judge(question, template, prompt), task, request, stop)
        except BaseException:
            await asyncio.shield(
                asyncio.to_thread(keeper.finish, TakeState.FAILED, StopReason.FAILED)
            )
            raise
        return await self._kept(keeper, question, held)

    async def _held(
        self,
        keeper: ProposalKeeper,
        judge: Callable[[Value], str],
        task: PlanTask,
        request: Request,
        stop: asyncio.Event,
    ) -> Held:
        held: Held | None = None
        events = hold(
            self._behind,
            request,
            schema_of(task),
            stop,
            language=self._language,
            check=judge,
        )
        async with keeper, aclosing(events):
            async for event in events:
                if isinstance(event, Growing):
                    keeper.grown(0, event.attempt, event.text, event.thinking, event.value)
                elif isinstance(event, Held):
                    held = event
                keeper.check()
        assert held is not None, "an answer that is held says so last"
        return held

    async def _kept(self, keeper: ProposalKeeper, question: Question, held: Held) -> Proposal:
        keeper.paid(held.usage)
        value = question.clean(held.value)
        for attempt, text in enumerate(held.attempts or (held.text,), start=1):
            keeper.grown(0, attempt, text, None, value)
        await asyncio.to_thread(note_spent, self._story, held.usage)
        await asyncio.to_thread(speeds.note, self._shared.card, held.usage)
        stopped = held.reason is StopReason.STOPPED
        state = TakeState.STOPPED if stopped else TakeState.FINISHED
        kept = await asyncio.to_thread(keeper.finish, state, held.reason, held.flaw)
        if stopped:
            raise Stopped
        if question.passing and kept.text:
            await asyncio.to_thread(self._story.proposals.drop, kept.id)
        return self._remember(kept)

    def propose(self, question: Question, value: Value) -> Proposal | None:
        """Keep what several answers come to together; None where that is proposed already.

        It blocks for a commit.
        """
        key = key_of(question, self._language)
        known = self.known(question)
        if not value or (known is not None and dict(known.value) == dict(value)):
            return known
        begun = self._story.proposals.begin(self._new(TASKS[question.task], question, key))
        ended = replace(begun, value=value, state=TakeState.FINISHED, reason=StopReason.END)
        return self._remember(self._story.proposals.finish(ended))

    def amend(self, question: Question, value: Value) -> None:
        """Let what was said be told otherwise: names were found out since. It may block."""
        known = self.known(question)
        if known is not None and dict(known.value) != dict(value):
            self._remember(self._story.proposals.finish(replace(known, value=value)))

    def _remember(self, answer: Proposal) -> Proposal:
        if not answer.flaw:
            self._known[answer.batch_id] = answer
        return answer

    def _new(
        self, task: PlanTask, question: Question, key: str, request: Request | None = None
    ) -> Proposal:
        card = self._shared.card
        return Proposal(
            "",
            Target(task.stage or Stage.SCENES, task.name, question.item_id),
            key,
            0,
            self._story.outline().created,
            model=card.writer,
            place="" if card.is_local else card.place,
            request_hash=request.hash if request is not None else "",
            sampling=request.sampling if request is not None else Sampling(),
            usage=Usage(),
        )


def _judge(question: Question, template: "Template", prompt: str) -> Callable[[Value], str]:
    """Says what is wrong with an answer: the question's own objection, or that it is no answer."""
    empty = {name: 1 if name in _NUMBERS else "" for name in template.variables}
    echo = echoes(template.render(**empty), prompt)

    def flaw(value: Value) -> str:
        objection = question.check(value) if question.check is not None else ""
        return objection or echo(value)

    return flaw


def answer_tokens(task: str, language: str, card: ModelCard) -> int:
    """Tokens that an answer may take of the window."""
    return min(most_tokens(schema_of(TASKS[task]), language), card.context_tokens // 3)


def key_of(question: Question, language: str) -> str:
    """What an answer is known by: the batch of its proposal."""
    told = "\0".join((question.task, question.item_id, language, question.source.strip()))
    return hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:32]


def answers(story: "StoryFile") -> dict[str, Proposal]:
    """What was read of a story: the latest good answer to each question, by its key."""
    return {
        one.batch_id: one
        for stage in Stage
        for one in story.proposals.of_stage(stage)
        if is_reading(one) and one.state is TakeState.FINISHED and not one.flaw
    }


def is_reading(proposal: Proposal) -> bool:
    """Whether it was read from the manuscript."""
    return proposal.target.task.startswith("read_in/")
