"""The same story goes on through every backend, and the page and the takes cannot tell which."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from storyforge.backends.base import Backend
from storyforge.backends.llama_cpp import LlamaCppBackend
from storyforge.backends.scripted import ScriptedBackend
from storyforge.backends.transformers import TransformersBackend
from storyforge.domain.generation import StopReason, TakeState, Text, Waiting
from storyforge.domain.length import LengthUnit
from storyforge.domain.model import ModelSpec, TransformersSpec
from storyforge.store.story_file import StoryFile
from storyforge.studio.continuing import Event, TakeBegan, TakeFinished, continue_story
from storyforge.studio.permission import allow, objection
from tests.backends.cases import PAGE, REMOTE, STANDING, TEXT, TOKENS
from tests.backends.remote.replaying import Replay, replaying
from tests.engine.tiny import write_model
from tests.engine.torch.folders import write_folder
from tests.studio.continuation import all_of, shown, wish, write


@dataclass
class Writer:
    """A backend and what is known of what it writes.

    Attributes:
        known: its text is `TEXT`; else it is anything.
        place: where the text goes. replay: the server that it asks.
    """

    name: str
    backend: Backend
    known: bool = True
    place: str = ""
    replay: Replay | None = None


Check = Callable[[Writer, StoryFile], Coroutine[None, None, None]]


@pytest.fixture
def story(tmp_path: Path) -> Iterator[StoryFile]:
    with StoryFile.create(tmp_path / "salt.forge", title="Salt", author="A. B.") as story:
        yield story


@asynccontextmanager
async def remote(name: str, story: StoryFile, *, hang: bool) -> AsyncIterator[Writer]:
    """A model behind an API, to which the story may go."""
    case = REMOTE[name]
    async with replaying(case.routes(hang=hang)) as replay:
        backend = case.made(replay.url)
        if asked := objection(story, backend.card):
            allow(asked)
        yield Writer(name, backend, place=case.place, replay=replay)
        await backend.close()


def local(name: str, folder: Path) -> Writer:
    """A model on this machine."""
    if name == "scripted":
        return Writer(name, ScriptedBackend([f"{TEXT} went out.{' Nobody came.' * 200}"]))
    if name == "llama.cpp":
        path = write_model(folder / "tiny.gguf")
        spec = ModelSpec(path, context_tokens=512, threads=1, threads_batch=1)
        return Writer(name, LlamaCppBackend(spec), known=False)
    path = write_folder(folder / "tiny")
    torch = TransformersSpec(path, context_tokens=512, threads=1, threads_batch=1)
    return Writer(name, TransformersBackend(torch), known=False)


async def goes_on(writer: Writer, story: StoryFile) -> None:
    """A continuation is streamed, trimmed, and kept as a take with its writer and its place."""
    passage, told = write(story, PAGE), wish(LengthUnit.TOKENS, TOKENS)
    stop = asyncio.Event()
    events = await all_of(continue_story(story, passage, "one", writer.backend, told, stop))
    assert isinstance(events[-1], TakeFinished)
    take = events[-1].take
    assert [type(event) for event in events].count(TakeBegan) == 1
    assert shown(events)
    assert take.text.startswith(shown(events))
    assert take.text.startswith(take.standing)
    assert (take.state, take.reason) == (TakeState.FINISHED, StopReason.LENGTH)
    assert take.model.startswith(writer.backend.card.name)
    assert take.place == writer.place
    assert min(take.usage.written, take.usage.read + take.usage.reused) > 0
    assert story.takes.of_place("one") == (take,)
    if writer.known:
        assert (shown(events), take.text, take.standing) == (TEXT, TEXT, STANDING)


async def stops(writer: Writer, story: StoryFile) -> None:
    """A stop is heard, by the server too, and what had come stands."""
    passage, told = write(story, PAGE), wish(LengthUnit.TOKENS, 400)
    stop, events = asyncio.Event(), list[Event]()
    async for event in continue_story(story, passage, "two", writer.backend, told, stop):
        events.append(event)
        # The Horde's texts come whole: what was written by then comes with the stop.
        if isinstance(event, Text | Waiting):
            stop.set()
    if writer.replay is not None and writer.name != "horde":
        await asyncio.wait_for(writer.replay.gone.wait(), 5)
    assert isinstance(events[-1], TakeFinished)
    take = events[-1].take
    assert (take.state, take.reason) == (TakeState.STOPPED, StopReason.STOPPED)
    assert take.standing == take.text == shown(events) != ""
    assert story.takes.of_place("two") == (take,)
    if writer.known:
        assert TEXT.startswith(take.text)


async def takes(writer: Writer, story: StoryFile) -> None:
    """Several takes are kept, each with a seed of its own."""
    passage, told = write(story, PAGE), wish(LengthUnit.TOKENS, TOKENS)
    stop = asyncio.Event()
    events = await all_of(
        continue_story(story, passage, "three", writer.backend, told, stop, takes=2)
    )
    ended = [event for event in events if isinstance(event, TakeFinished)]
    assert sorted(event.index for event in ended) == [0, 1]
    kept = story.takes.of_place("three")
    assert [take.number for take in kept] == [1, 2]
    assert len({take.usage.seed for take in kept}) == 2
    assert {take.state for take in kept} == {TakeState.FINISHED}
    if writer.replay is not None:
        assert {take.text for take in kept} == {TEXT}


@pytest.mark.parametrize("check", [goes_on, stops, takes])
@pytest.mark.parametrize("name", REMOTE)
async def test_a_model_behind_an_api_writes_as_the_others_do(
    name: str, check: Check, story: StoryFile
) -> None:
    async with remote(name, story, hang=check is stops) as writer:
        await check(writer, story)


@pytest.mark.parametrize("name", ["scripted", "llama.cpp", "transformers"])
async def test_a_model_on_this_machine_writes_as_the_others_do(
    name: str, story: StoryFile, tmp_path: Path
) -> None:
    # One process for all: what transformers stands on takes seconds to import.
    writer = local(name, tmp_path)
    for check in (goes_on, stops, takes):
        await check(writer, story)
    await writer.backend.close()
