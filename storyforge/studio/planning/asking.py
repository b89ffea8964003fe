"""Asks a model for what the author wants of the plan: variant after variant, each kept as it comes.

The first is whole, and can be taken, while others are written. What is asked with is `preparing`'s,
how an answer is held to its form `answers`'; taking one is `taking`'s.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from storyforge.backends.base import Backend
from storyforge.domain.generation import (
    Loading,
    Noted,
    Reading,
    Request,
    Waiting,
)
from storyforge.domain.plan.proposals import Proposal
from storyforge.domain.sampling import Sampling
from storyforge.domain.tongue import has_letters
from storyforge.errors import StoryforgeError
from storyforge.prompting.planning import CHAT, assemble_plan, own_words
from storyforge.studio import speeds
from storyforge.studio.answers.echoing import echoes
from storyforge.studio.answers.holding import ATTEMPTS, Growing, Held, hold
from storyforge.studio.answers.judging import foreign
from storyforge.studio.continuing import loaded
from storyforge.studio.permission import check
from storyforge.studio.planning.growth import Growth
from storyforge.studio.planning.keeper import ProposalKeeper
from storyforge.studio.planning.measures import anew, drawn, in_parts, most_tokens
from storyforge.studio.planning.picturing import trimmed, unfit
from storyforge.studio.planning.preparing import Prepared, Wanted, prepare
from storyforge.studio.prompt.talking import own_talk, window_of
from storyforge.studio.prompt.token_counts import counts_of
from storyforge.studio.spending import Estimate, ask_first, estimate_of, note_spent

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile

__all__ = ["Event", "VariantBegan", "VariantFinished", "VariantGrew", "Wanted", "propose"]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class VariantBegan:
    """The variant is in the file; its value follows."""

    proposal: Proposal


@dataclass(frozen=True, slots=True)
class VariantGrew:
    """More of it has come: `proposal.value` has what can be read so far."""

    proposal: Proposal


@dataclass(frozen=True, slots=True)
class VariantFinished:
    """No more comes. Where nothing came at all the file has forgotten it."""

    proposal: Proposal


Event = Loading | Reading | Waiting | Noted | VariantBegan | VariantGrew | VariantFinished


async def propose(
    story: "StoryFile",
    backend: Backend,
    wanted: Wanted,
    sampling: Sampling,
    stop: asyncio.Event,
) -> AsyncGenerator[Event, None]:
    """Ask for what is wanted; every variant that began is followed by its `VariantFinished`.

    When the model fails half-way, `VariantFinished` comes with what there is, and then the error
    is raised. Stopping, closing the iterator or cancelling its task keeps what came.

    Raises:
        NotAllowed: the story's text may not go to that model.
        NeedsYes: several answers cost more than is spent without asking.
        LimitReached: the day's limit would be passed.
        BadInput: it cannot be asked for, or a template is at fault.
        ModelError: the model cannot be loaded, or it failed.
        Refused: the story is read-only.
    """
    prepared = await asyncio.to_thread(prepare, story, wanted)
    async with aclosing(loaded(backend, stop, story)) as progress:
        async for loading in progress:
            yield loading
    if stop.is_set():
        return
    # An answer that would be the very same is no other one.
    stood = len(await asyncio.to_thread(story.proposals.about, prepared.target))
    own = await asyncio.to_thread(story.prompt_copies.all)
    window = await window_of(backend, prepared.plan.plan_language, CHAT, own)
    asking = _Asking(story, backend, prepared, window, sampling, stop)
    if not wanted.agreed:
        await ask_first(await asking.estimate(wanted.variants), parts=wanted.variants)
    batch = uuid4().hex
    for number in range(wanted.variants):
        if stop.is_set():
            return
        begun = Proposal(
            "",
            prepared.target,
            batch,
            number + 1,
            datetime.now(UTC),
            wish=prepared.planning.wish,
            rests=prepared.rests,
            model=backend.card.writer,
            place=backend.card.place,
        )
        async with aclosing(asking.variant(begun, stood + number)) as events:
            async for event in events:
                yield event


class _Asking:
    """All variants of one wish."""

    def __init__(
        self,
        story: "StoryFile",
        backend: Backend,
        prepared: Prepared,
        window: int,
        sampling: Sampling,
        stop: asyncio.Event,
    ) -> None:
        self._story = story
        self._backend = backend
        self._prepared = prepared
        self._window = window
        self._sampling = sampling
        self._stop = stop
        self._parts = in_parts(prepared.task, prepared.count, window)

    async def estimate(self, variants: int) -> Estimate | None:
        """What it costs; None where no price is set, or it is one answer only."""
        times = variants * len(self._parts)
        if self._backend.card.price is None or times == 1:
            return None
        found = estimate_of(
            self._backend.card, await self._request(self._parts[0], {}, self._sampling)
        )
        return None if found is None else replace(found, cost=found.cost * times, tries=ATTEMPTS)

    async def variant(self, begun: Proposal, number: int) -> AsyncGenerator[Event, None]:
        """One of them; `number` is counted from 0 over all that were ever asked for there."""
        sampling = drawn(self._prepared.task, self._sampling, number)
        request = await self._request(self._parts[0], {}, sampling)
        begun = replace(begun, sampling=sampling, request_hash=request.hash)
        keeper = ProposalKeeper(self._story, begun)
        yield VariantBegan(await asyncio.to_thread(keeper.begin))
        answer = Growth(keeper, self._parts)
        async with keeper:
            try:
                while not answer.ended:
                    if answer.asked and self._stop.is_set():
                        answer.stopped()
                        break
                    if answer.asked:
                        again = anew(sampling, answer.fruitless)
                        request = await self._request(answer.wanted, answer.kept, again)
                    async with aclosing(self._ask(request, answer)) as steps:
                        async for step in steps:
                            yield step
                yield VariantFinished(await asyncio.to_thread(answer.finish))
            except StoryforgeError:
                yield VariantFinished(await asyncio.to_thread(answer.fail))
                raise
            except BaseException as error:
                # Cancelled or closed, or a fault of our own: no more awaiting.
                answer.abandon(failed=isinstance(error, Exception))
                raise

    async def _ask(self, request: Request, answer: Growth) -> AsyncGenerator[Event, None]:
        """One answer, read into the variant."""
        schema = self._prepared.schema(answer.wanted, goes_on=bool(answer.kept))
        language = self._prepared.language
        check = self._objection(answer.wanted, request)
        source = hold(self._backend, request, schema, self._stop, language=language, check=check)
        async with aclosing(source) as steps:
            async for step in steps:
                if isinstance(step, Growing):
                    yield VariantGrew(answer.grew(step))
                elif isinstance(step, Held):
                    answer.held(self._trimmed(step), schema)
                    await asyncio.to_thread(self._note, step)
                    yield VariantGrew(answer.now)
                else:
                    yield step

    def _objection(self, count: int, request: Request) -> Callable[[Mapping[str, Any]], str]:
        """Says what is wrong with an answer that holds its form."""
        prepared = self._prepared
        own = own_words(prepared.part(count, {}), prepared.template)
        echo = echoes(own, request.prompt)

        def flaw(value: Mapping[str, Any]) -> str:
            tag, told = prepared.letters, str(value.get("value", ""))
            if tag and not has_letters(told, tag):
                return foreign(tag)
            return echo(value) or unfit(prepared.planning, told)

        return flaw

    def _trimmed(self, held: Held) -> Held:
        """A painter's words without what is none of them."""
        told = held.value.get("value")
        if not isinstance(told, str):
            return held
        return replace(held, value={"value": trimmed(self._prepared.planning, told)})

    async def _request(self, count: int, kept: Mapping[str, Any], sampling: Sampling) -> Request:
        # The author may have marked the story since the last answer; counting is sending, too.
        await check(self._story, self._backend.card)
        prepared = self._prepared
        planning = prepared.part(count, kept)
        schema = prepared.schema(count, goes_on=bool(kept))
        tokens = most_tokens(schema, prepared.plan.plan_language)
        request = await counts_of(self._backend).made(
            self._backend,
            lambda counter: assemble_plan(
                planning, prepared.template, self._window, tokens, sampling, counter
            ),
        )
        own = await asyncio.to_thread(self._story.prompt_copies.all)
        said = await asyncio.to_thread(own_talk, own, self._backend, request.language, CHAT)
        return replace(request, talk=said)

    def _note(self, held: Held) -> None:
        note_spent(self._story, held.usage)
        speeds.note(self._backend.card, held.usage)
