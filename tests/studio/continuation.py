"""What the tests of continuations share: a page to continue, a wish, and what came of it."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import TypeVar

from storyforge.backends.base import Backend
from storyforge.backends.scripted import ScriptedBackend
from storyforge.domain.generation import Delta, Request, Take, Text
from storyforge.domain.length import Length, LengthUnit
from storyforge.domain.origin import Origin, Provenance
from storyforge.domain.sampling import Sampling
from storyforge.domain.story import Page, Passage
from storyforge.store.story_file import StoryFile
from storyforge.studio.continuing import (
    Event,
    Noted,
    TakeFinished,
    Wish,
    continue_story,
)

_Told = TypeVar("_Told")

RAIN = " It rained. The tide was late. Nobody had come."
# What of it a limit of seven tokens lets through.
WRITTEN = " It rained. The tide was late. Nobody"


def scene_of(story: StoryFile, number: int = 0) -> str:
    return story.outline().scenes[number].id


def write(story: StoryFile, text: str, number: int = 0) -> Passage:
    """Save `text` as a scene; the caret stands where its `|` is, or at its end."""
    before, _, after = text.partition("|")
    whole = Provenance.whole(len(before + after), Origin.TYPED)
    scene = scene_of(story, number)
    story.scenes.save(Page(scene, before + after, whole, len(before)))
    return Passage(scene, before, after)


def wish(unit: LengthUnit = LengthUnit.TOKENS, tokens: int = 7, trim: bool = True) -> Wish:
    return Wish(Length(unit, tokens), Sampling(seed=3), trim)


def continued(
    story: StoryFile,
    passage: Passage,
    backend: Backend,
    told: Wish | None = None,
    stop: asyncio.Event | None = None,
) -> AsyncGenerator[Event, None]:
    return continue_story(story, passage, "place", backend, told or wish(), stop or asyncio.Event())


async def all_of(events: AsyncIterator[_Told]) -> list[_Told]:
    return [event async for event in events]


def shown(events: list[Event]) -> str:
    return "".join(event.text for event in events if isinstance(event, Text))


def finished(events: list[Event]) -> Take:
    last = events[-1]
    assert isinstance(last, TakeFinished)
    return last.take


def notes(events: list[Event]) -> list[str]:
    return [event.message for event in events if isinstance(event, Noted)]


class Gated(ScriptedBackend):
    """Streams its script, but waits before token `at` until the gate is opened or it is stopped."""

    def __init__(self, *script: str, at: int) -> None:
        super().__init__(script)
        self.at = at
        self.gate = asyncio.Event()
        self.waiting = asyncio.Event()

    async def stream(self, request: Request, stop: asyncio.Event) -> AsyncGenerator[Delta, None]:
        tokens = 0
        async with aclosing(super().stream(request, stop)) as deltas:
            async for delta in deltas:
                yield delta
                tokens += isinstance(delta, Text)
                if tokens == self.at:
                    self.waiting.set()
                    wait = [asyncio.ensure_future(e.wait()) for e in (self.gate, stop)]
                    await asyncio.wait(wait, return_when=asyncio.FIRST_COMPLETED)
                    for one in wait:
                        one.cancel()
