"""The takes of one request: streamed, fitted to the page, and kept in the story file whatever ends
them.

One or several, in one batch where the model can, else one after the other: whoever listens hears
the same events. It knows no screen and no prompt: the request is handed in.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from storyforge.backends.base import Backend
from storyforge.backends.stopping import TakeStops, for_takes
from storyforge.domain.generation import (
    Asked,
    Delta,
    Finish,
    Loading,
    Noted,
    Reading,
    Refusal,
    Request,
    StopReason,
    Take,
    TakeState,
    Text,
    Thought,
    Usage,
    Waiting,
)
from storyforge.domain.model import ModelCard
from storyforge.errors import StoryforgeError
from storyforge.i18n import _
from storyforge.studio import speeds
from storyforge.studio.permission import check
from storyforge.studio.spending import ask_first, estimate_of
from storyforge.studio.takes.answer import Answer
from storyforge.studio.takes.keeper import TakeKeeper

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile


@dataclass(frozen=True, slots=True)
class TakeBegan:
    """The take is in the file; its text follows. `index` is its number in the request, from 0."""

    take: Take
    index: int = 0


@dataclass(frozen=True, slots=True)
class TakeFinished:
    """The take is whole in the file; `take.standing` is what must stand at the place now."""

    take: Take
    index: int = 0


Event = Loading | Reading | Text | Thought | Refusal | Waiting | TakeBegan | Noted | TakeFinished


@dataclass(frozen=True, slots=True)
class Writing:
    """What is written, and where to.

    Attributes:
        answer: makes what one take's words are gathered in.
        trim: an answer that was cut off stands up to its last whole sentence.
        agreed: the author knows what several takes cost.
    """

    scene_id: str
    place_id: str
    request: Request
    answer: Callable[[], Answer]
    trim: bool
    asked: Asked
    agreed: bool = False


async def write_takes(
    story: "StoryFile", writing: Writing, backend: Backend, stop: asyncio.Event
) -> AsyncGenerator[Event, None]:
    """Write the request's takes; the model is loaded. `TakeStops` may end one of them alone.

    A take without text and thinking is forgotten, and no `TakeFinished` comes for it. Of one that
    the model refused nothing stands: what it said instead is the take's text. When the model fails
    half-way, `TakeFinished` comes with what there is of each take, and then the error is raised.
    Closing the iterator or cancelling its task keeps what was yielded so far.

    Raises:
        NotAllowed: the story's text may not go to that model.
        NeedsYes: several takes cost more than is spent without asking.
        LimitReached: the day's limit would be passed.
    """
    await check(story, backend.card)
    if writing.request.takes > 1 and not writing.agreed:
        await ask_first(estimate_of(backend.card, writing.request))
    # The same seed on the same text gives the same words, and another take is to have others.
    stood = len(await asyncio.to_thread(story.takes.of_place, writing.place_id))
    request = _from(writing.request, stood)
    at_once = max(backend.card.can.takes, 1)
    for first in range(0, request.takes, at_once):
        if stop.is_set() and first:
            return
        part = replace(
            writing,
            request=replace(_from(request, first), takes=min(at_once, request.takes - first)),
        )
        async with (
            for_takes(stop, first, part.request.takes) as enough,
            aclosing(_batch(story, part, backend, stop, enough)) as events,
        ):
            async for event in events:
                if isinstance(event, Text | Thought):
                    yield replace(event, take=event.take + first)
                elif isinstance(event, TakeBegan | TakeFinished):
                    yield replace(event, index=event.index + first)
                else:
                    yield event


def _from(request: Request, first: int) -> Request:
    """The request of the place's or the request's takes from `first` on: each has its own seed."""
    told = request.sampling
    if told.seed is None or not first:
        return request
    return replace(request, sampling=replace(told, seed=told.seed + first))


async def _batch(
    story: "StoryFile",
    writing: Writing,
    backend: Backend,
    stop: asyncio.Event,
    enough: TakeStops,
) -> AsyncGenerator[Event, None]:
    request, card = writing.request, backend.card
    keeper = TakeKeeper(
        story,
        writing.scene_id,
        writing.place_id,
        card.writer,
        request,
        writing.asked,
        place=card.place,
    )
    takes = _Takes(keeper, [writing.answer() for _ in range(request.takes)], writing.trim)
    begun = await keeper.begin()
    async with keeper, aclosing(_streamed(backend, request, takes, enough)) as deltas:
        try:
            for index, take in enumerate(begun):
                yield TakeBegan(take, index)
            async for delta in deltas:
                takes.hand_on()
                if not isinstance(delta, Finish):
                    yield delta
                    continue
                if told := _told_of(delta.reason, card):
                    yield Noted(told)
                if ended := await asyncio.to_thread(takes.end, delta, stop.is_set()):
                    yield TakeFinished(ended, delta.take)
                if request.takes == 1:  # of several in a batch each is slower
                    await asyncio.to_thread(speeds.note, card, delta.usage)
            for index in keeper.running:
                finish = Finish(StopReason.STOPPED, Usage(), index)
                if ended := await asyncio.to_thread(takes.end, finish, stop.is_set()):
                    yield TakeFinished(ended, index)
        except StoryforgeError:
            for index, ended in await asyncio.to_thread(takes.fail):
                yield TakeFinished(ended, index)
            raise
        except BaseException as error:
            # Cancelled or closed, or a fault of our own: no more awaiting, the disk is asked at
            # once, before the model is asked to stop.
            takes.abandon(failed=isinstance(error, Exception))
            raise


def _told_of(reason: StopReason, card: ModelCard) -> str:
    """What the author should hear of an answer's end; "" where it ended as answers do."""
    if reason is StopReason.BANNED:
        return _("Every way on led into a banned phrase, so the text ends here.")
    if reason is StopReason.REFUSED:
        return _(
            "{model} would not write this. What it said is kept with the take, not on the page."
        ).format(model=card.name)
    if reason is StopReason.FILTERED:
        return _(
            "A filter at {host} cut the answer off. What had come is kept; the rest cannot be had "
            "there."
        ).format(host=card.place or card.name)
    return ""


async def _streamed(
    backend: Backend, request: Request, takes: "_Takes", enough: TakeStops
) -> AsyncGenerator[Delta, None]:
    """The backend's deltas, their text fitted; a take whose wish is fulfilled is stopped."""
    answers = takes.answers
    async with aclosing(backend.stream(request, enough)) as deltas:
        async for delta in deltas:
            if isinstance(delta, Text):
                answer = answers[delta.take]
                if fresh := answer.feed(delta.text):
                    yield Text(fresh, delta.take)
                if answer.done:
                    enough.of(delta.take).set()
                continue
            if isinstance(delta, Refusal):
                takes.refusals[delta.take] += delta.text
                continue
            if isinstance(delta, Thought):
                takes.thoughts[delta.take] += delta.text
            if isinstance(delta, Finish) and (rest := answers[delta.take].end()):
                yield Text(rest, delta.take)
            yield delta
    for index, answer in enumerate(answers):
        if rest := answer.end():
            yield Text(rest, index)


class _Takes:
    """The answers of one batch on their way into the file.

    Attributes:
        thoughts: what the model has thought for each.
        refusals: what it said in their place.
    """

    def __init__(self, keeper: TakeKeeper, answers: list[Answer], trim: bool) -> None:
        self.answers = answers
        self.thoughts = [""] * len(answers)
        self.refusals = [""] * len(answers)
        self._keeper = keeper
        self._trim = trim

    def hand_on(self) -> None:
        """Let the keeper know what came; raises what the disk said."""
        self._keeper.texts = [answer.text for answer in self.answers]
        self._keeper.thoughts = list(self.thoughts)
        self._keeper.check()

    def end(self, finish: Finish, stopped: bool) -> Take | None:
        """Finish one take."""
        answer = self.answers[finish.take]
        state, reason = TakeState.FINISHED, finish.reason
        if reason is StopReason.REFUSED:
            said = "\n\n".join(filter(None, (answer.text, self.refusals[finish.take])))
            return self._keeper.finish(finish.take, said, 0, state, reason, finish.usage)
        if answer.done:
            # We stopped the model because the wished length was reached.
            reason = StopReason.LENGTH
        elif stopped or reason is StopReason.STOPPED:
            state, reason = TakeState.STOPPED, StopReason.STOPPED
        cut_off = reason in (StopReason.LENGTH, StopReason.BANNED, StopReason.FILTERED)
        text, kept = answer.standing(trim=self._trim and cut_off)
        return self._keeper.finish(finish.take, text, kept, state, reason, finish.usage)

    def fail(self) -> list[tuple[int, Take]]:
        """Keep what there is; the failure that brought us here is told, not a second one."""
        kept = []
        for index in self._keeper.running:
            text, length = self.answers[index].standing(trim=False)
            try:
                ended = self._keeper.finish(
                    index, text, length, TakeState.FAILED, StopReason.FAILED
                )
            except StoryforgeError:
                logging.getLogger(__name__).exception("A failed take could not be finished")
                continue
            if ended is not None:
                kept.append((index, ended))
        return kept

    def abandon(self, *, failed: bool) -> None:
        """Keep what was yielded: nobody will hear what should stand, so just that stands."""
        state = TakeState.FAILED if failed else TakeState.STOPPED
        reason = StopReason.FAILED if failed else StopReason.STOPPED
        for index in self._keeper.running:
            answer = self.answers[index]
            try:
                self._keeper.finish(index, answer.text, answer.shown, state, reason)
            except StoryforgeError:
                logging.getLogger(__name__).exception("An abandoned take could not be finished")
