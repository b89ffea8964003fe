"""Reading ahead of the author: the prompt that Shift+Enter would make, while nobody waits for it.

It decides whether that may be done at all, and what reading costs; when the author pauses is the
desk's to know. It makes the very request a continuation would, so what is read is what is asked.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import TYPE_CHECKING

import psutil

from storyforge.backends.base import Backend
from storyforge.domain.generation import Cached, Reading, Take
from storyforge.domain.story import Passage
from storyforge.studio.prompt.asking import ask

if TYPE_CHECKING:
    from storyforge.domain.model import ModelCard
    from storyforge.settings import Settings
    from storyforge.store.story_file import StoryFile
    from storyforge.studio.continuing import Wish

# Fewer tokens say nothing of the speed: a block costs the same whatever is in it.
_TELLING = 128
# How much the latest reading counts against those before.
_LATEST = 0.5


class Pace:
    """How fast a model reads here, learnt from what it has read.

    Attributes:
        speed: tokens a second; 0 while nothing is known.

    Args:
        speed: what it was when it was last measured.
    """

    def __init__(self, speed: float = 0.0) -> None:
        self.speed = speed

    def learn(self, tokens: int, seconds: float) -> None:
        """So many tokens took so long."""
        if tokens >= _TELLING and seconds > 0:
            latest = tokens / seconds
            self.speed = self.speed + _LATEST * (latest - self.speed) if self.speed else latest

    def seconds(self, tokens: int) -> float:
        """How long so many take; 0 where that is not known."""
        return tokens / self.speed if self.speed else 0.0


class Held:
    """What the cache holds, as far as this program has heard.

    Attributes:
        scene_id: whose text was read or written last; "" before there was any.
        tokens: how long it is.
    """

    def __init__(self) -> None:
        self.scene_id = ""
        self.tokens = 0

    def heard(self, scene_id: str, tokens: int) -> None:
        """So many tokens are of that scene."""
        self.scene_id, self.tokens = scene_id, tokens

    def written(self, take: Take) -> None:
        """A take was written."""
        usage = take.usage
        if usage.read or usage.reused:
            self.heard(take.scene_id, usage.reused + usage.read + usage.written)

    def behind(self, scene_id: str, cached: Cached) -> int:
        """Tokens that are held of the scene behind what `cached` shares: an edit here loses them.

        What another scene's reading holds is kept for it.
        """
        return max(0, self.tokens - cached.reused) if scene_id == self.scene_id else 0

    def pays(self, scene_id: str, cached: Cached) -> bool:
        """Whether reading gains more than is lost; the last token is read for each request.

        An author who only looks at an earlier place goes back to the later one.
        """
        return cached.total - 1 - cached.reused > self.behind(scene_id, cached)


def may_prepare(settings: "Settings", card: "ModelCard") -> bool:
    """Whether this model may read ahead here and now."""
    told = settings.cache
    if not (told.prepare and card.is_local and card.can.prepares):
        return False
    return told.prepare_on_battery or not on_battery()


def may_load(settings: "Settings", card: "ModelCard", story: "StoryFile") -> bool:
    """Whether a model is made ready with the story, before it was asked for anything."""
    wanted = settings.cache.load_on_opening
    if wanted == "never" or not card.is_local:
        return False
    return wanted == "always" or (may_prepare(settings, card) and bool(story.takes.numbers()))


async def bring_back(
    story: "StoryFile", passage: Passage, backend: Backend, wish: "Wish", held: Held
) -> None:
    """Put what was read of this scene before into the cache, and read no further.

    Without it the first request behind a start waits for the disk.

    Raises:
        StoryforgeError: there is nothing to go on from, or the model could not.
    """
    request, _notes = await ask(story, passage, backend, wish.length, wish.sampling)
    kept = (await backend.cached(request)).reused
    if not kept:
        return
    there = asyncio.Event()
    async with aclosing(backend.prepare(request, there)) as progress:
        async for _reading in progress:
            there.set()
    held.heard(passage.scene_id, kept)


def on_battery() -> bool:
    """Whether the machine runs from its battery; False where it has none or does not tell."""
    find = getattr(psutil, "sensors_battery", None)  # not on every system
    battery = find() if find is not None else None
    return battery is not None and not battery.power_plugged and battery.power_plugged is not None


async def read_ahead(
    story: "StoryFile",
    passage: Passage,
    backend: Backend,
    wish: "Wish",
    held: Held,
    stop: asyncio.Event,
    *,
    edited: bool,
    reads: bool = True,
) -> AsyncIterator[Cached | Reading]:
    """What of the prompt is in the cache, then the reading of the rest; ends early with `stop`.

    Args:
        edited: the text was changed since it was read; else it is only read where that pays.
        reads: False only says what it would cost.

    Raises:
        StoryforgeError: there is nothing to go on from, or the model could not.
    """
    request, _notes = await ask(story, passage, backend, wish.length, wish.sampling)
    if stop.is_set():
        return
    cached = await backend.cached(request)
    yield cached
    if stop.is_set() or not reads or not (edited or held.pays(passage.scene_id, cached)):
        return
    # What was kept of it comes back without a word.
    held.heard(passage.scene_id, cached.reused)
    async with aclosing(backend.prepare(request, stop)) as progress:
        async for reading in progress:
            held.heard(passage.scene_id, reading.reused + reading.done)
            yield reading
