"""One continuation from the caret to the kept take: the only place where its rooms meet.

It loads the model, assembles the prompt, streams the answer and sees to it that every word of it is
in the story file, whatever ends it. It knows no screen: it yields what happened.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from storyforge.backends.base import Backend
from storyforge.domain.generation import (
    Delta,
    Finish,
    Length,
    LengthUnit,
    Loading,
    Reading,
    Request,
    StopReason,
    Take,
    TakeState,
    Text,
    Usage,
)
from storyforge.domain.sampling import Sampling
from storyforge.domain.story import Passage
from storyforge.errors import StoryforgeError
from storyforge.studio.answer import Answer
from storyforge.studio.asking import ask
from storyforge.studio.take_keeper import TakeKeeper

if TYPE_CHECKING:
    from storyforge.settings import Settings
    from storyforge.store.story_file import StoryFile

# The most tokens for a sentence and for a paragraph: a long one of each, in scripts that take three
# tokens a character too.
_SENTENCE_CAP = 200
_PARAGRAPH_CAP = 800


@dataclass(frozen=True, slots=True)
class Wish:
    """How the author wants a continuation."""

    length: Length
    sampling: Sampling
    trim_to_sentence: bool

    @classmethod
    def from_settings(
        cls,
        settings: "Settings",
        *,
        max_tokens: int | None = None,
        seed: int | None = None,
        temperature: float | None = None,
    ) -> "Wish":
        """The settings' wish, with what is given here in the place of theirs."""
        told = settings.writing
        if max_tokens is not None:
            length = Length(LengthUnit.TOKENS, max_tokens)
        elif told.length == LengthUnit.SENTENCE:
            length = Length(LengthUnit.SENTENCE, _SENTENCE_CAP)
        elif told.length == LengthUnit.PARAGRAPH:
            length = Length(LengthUnit.PARAGRAPH, _PARAGRAPH_CAP)
        else:
            length = Length(LengthUnit.TOKENS, int(told.length))
        sampling = Sampling(
            temperature=told.temperature if temperature is None else temperature,
            top_k=told.top_k,
            top_p=told.top_p,
            min_p=told.min_p,
            repeat_penalty=told.repeat_penalty,
            repeat_range=told.repeat_range,
            seed=told.seed if seed is None else seed,
        )
        return cls(length, sampling, told.trim_to_sentence)


@dataclass(frozen=True, slots=True)
class TakeBegan:
    """The take is in the file; its text follows."""

    take: Take


@dataclass(frozen=True, slots=True)
class Noted:
    """One sentence for the author; nothing went wrong."""

    message: str


@dataclass(frozen=True, slots=True)
class TakeFinished:
    """The take is whole in the file; `take.standing` is what must stand at the place now."""

    take: Take


Event = Loading | Reading | Text | TakeBegan | Noted | TakeFinished


async def continue_story(
    story: "StoryFile",
    passage: Passage,
    place_id: str,
    backend: Backend,
    wish: Wish,
    stop: asyncio.Event,
) -> AsyncIterator[Event]:
    """Continue the story at the caret; the page must have been saved before.

    A take without any text is forgotten, and no `TakeFinished` comes for it. When the model fails
    half-way, `TakeFinished` comes with what there is, and then the error is raised. Closing the
    iterator or cancelling its task keeps what was yielded so far.

    Raises:
        Refused: there is nothing to go on from, or the story is read-only.
        BadInput: a template is at fault.
        ModelError: the model cannot be loaded, or it failed.
        StoryFileError: the story cannot be written.
    """
    async with aclosing(_loaded(backend, stop)) as progress:
        async for loading in progress:
            yield loading
    if stop.is_set():
        return
    request, notes = await ask(story, passage, backend, wish.length, wish.sampling)
    for note in notes:
        yield Noted(note)
    if stop.is_set():
        return
    keeper = TakeKeeper(story, passage.scene_id, place_id, backend.card.name, request)
    language = (await asyncio.to_thread(story.outline)).language
    answer = Answer(passage.before, passage.after, wish.length.unit, language)
    take = await keeper.begin()
    async with keeper, aclosing(_streamed(backend, request, answer, stop)) as deltas:
        try:
            yield TakeBegan(take)
            finish = Finish(StopReason.STOPPED, Usage())
            async for delta in deltas:
                keeper.text = answer.text
                keeper.check()
                if isinstance(delta, Finish):
                    finish = delta
                else:
                    yield delta
            ended = await asyncio.to_thread(_finished, keeper, answer, finish, wish, stop.is_set())
            if ended is not None:
                yield TakeFinished(ended)
        except StoryforgeError:
            ended = await asyncio.to_thread(_failed, keeper, answer)
            if ended is not None:
                yield TakeFinished(ended)
            raise
        except BaseException as error:
            # Cancelled or closed, or a fault of our own: no more awaiting, the disk is asked at
            # once, before the model is asked to stop.
            _abandoned(keeper, answer, failed=isinstance(error, Exception))
            raise


async def _loaded(backend: Backend, stop: asyncio.Event) -> AsyncGenerator[Loading, None]:
    """The progress of loading; ends early when `stop` is set."""
    steps = cast("AsyncGenerator[Loading, None]", backend.load())
    stopped = asyncio.create_task(stop.wait())
    step: asyncio.Task[Loading | None] | None = None
    try:
        while not stop.is_set():
            step = asyncio.create_task(_next(steps))
            await asyncio.wait((step, stopped), return_when=asyncio.FIRST_COMPLETED)
            if not step.done():
                return
            loading = step.result()
            if loading is None:
                return
            yield loading
    finally:
        stopped.cancel()
        if step is not None and not step.done():
            step.cancel()
            await asyncio.wait((step,))
        await steps.aclose()


async def _next(steps: AsyncGenerator[Loading, None]) -> Loading | None:
    return await anext(steps, None)


async def _streamed(
    backend: Backend, request: Request, answer: Answer, stop: asyncio.Event
) -> AsyncGenerator[Delta, None]:
    """The backend's deltas, their text fitted by `answer`; a wish fulfilled stops the model."""
    enough = asyncio.Event()

    async def pass_on() -> None:
        await stop.wait()
        enough.set()

    watch = asyncio.create_task(pass_on())
    source = cast("AsyncGenerator[Delta, None]", backend.stream(request, enough))
    try:
        async with aclosing(source) as deltas:
            async for delta in deltas:
                if not isinstance(delta, Text):
                    yield delta
                    continue
                if fresh := answer.feed(delta.text):
                    yield Text(fresh)
                if answer.done:
                    enough.set()
        if rest := answer.end():
            yield Text(rest)
    finally:
        watch.cancel()


def _finished(
    keeper: TakeKeeper, answer: Answer, finish: Finish, wish: Wish, stopped: bool
) -> Take | None:
    state, reason = TakeState.FINISHED, finish.reason
    if answer.done:
        # We stopped the model because the wished length was reached.
        reason = StopReason.LENGTH
    elif stopped or reason is StopReason.STOPPED:
        state, reason = TakeState.STOPPED, StopReason.STOPPED
    trim = wish.trim_to_sentence and reason is StopReason.LENGTH
    text, kept = answer.standing(trim=trim)
    return keeper.finish(text, kept, state, reason, finish.usage)


def _failed(keeper: TakeKeeper, answer: Answer) -> Take | None:
    """Keep what there is; the failure that brought us here is told, not a second one."""
    text, kept = answer.standing(trim=False)
    try:
        return keeper.finish(text, kept, TakeState.FAILED, StopReason.FAILED)
    except StoryforgeError:
        logging.getLogger(__name__).exception("A failed take could not be finished")
        return None


def _abandoned(keeper: TakeKeeper, answer: Answer, *, failed: bool) -> None:
    """Keep what was yielded: nobody will hear what should stand, so just that stands."""
    state = TakeState.FAILED if failed else TakeState.STOPPED
    reason = StopReason.FAILED if failed else StopReason.STOPPED
    try:
        keeper.finish(answer.text, answer.shown, state, reason)
    except StoryforgeError:
        logging.getLogger(__name__).exception("An abandoned take could not be finished")
