"""The transformers model as the rest of the house meets it: a real one, in its own process."""

import asyncio
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from storyforge.backends import registry
from storyforge.backends.transformers import TransformersBackend
from storyforge.domain.generation import (
    Delta,
    Finish,
    Loading,
    Reading,
    Request,
    StopReason,
    Text,
)
from storyforge.domain.model import TransformersSpec
from storyforge.domain.sampling import Sampling
from storyforge.errors import ModelError
from tests.backends.listening import answer, finish_of, text_of
from tests.engine.torch.folders import write_folder

PROMPT = "The tide came in over the stones, and the lamp was lit. "
LONG = PROMPT * 120


@pytest.fixture(scope="module")
def spec(tmp_path_factory: pytest.TempPathFactory) -> TransformersSpec:
    folder = write_folder(tmp_path_factory.mktemp("hub") / "Keeper-7.5B", context=8192)
    return TransformersSpec(folder, threads=1, threads_batch=1)


@pytest.fixture(scope="module")
def backend(spec: TransformersSpec) -> Iterator[TransformersBackend]:
    """One for all: each start of it imports torch."""
    backend = TransformersBackend(spec, note="A tiny model.")
    yield backend
    asyncio.run(backend.close())


def wish(prompt: str = PROMPT, max_tokens: int = 8, takes: int = 1) -> Request:
    sampling = Sampling(seed=7, min_tokens=max_tokens)
    return Request(prompt, max_tokens, sampling=sampling, takes=takes)


async def test_a_stream_loads_reads_writes_and_finishes(backend: TransformersBackend) -> None:
    assert backend.card.name == "Keeper-7.5B"
    deltas = await answer(backend, wish())
    kinds = [type(delta) for delta in deltas]
    assert kinds == sorted(kinds, key=[Loading, Reading, Text, Finish].index)
    assert set(kinds) == {Loading, Reading, Text, Finish}
    card = backend.card
    assert (card.is_local, card.context_tokens, card.can.takes) == (True, 8192, 8)
    assert card.note == "A tiny model."
    assert card.can.samplers >= {"dry_multiplier", "banned", "mirostat"}
    assert not card.can.infill
    again = await answer(backend, wish(PROMPT + "So"))
    assert not any(isinstance(delta, Loading) for delta in again)
    assert finish_of(again).usage.reused > 40


async def test_takes_come_mixed_and_each_ends(backend: TransformersBackend) -> None:
    deltas = await answer(backend, wish(takes=3))
    finishes = [delta for delta in deltas if isinstance(delta, Finish)]
    assert sorted(finish.take for finish in finishes) == [0, 1, 2]
    assert sorted(finish.usage.seed for finish in finishes) == [7, 8, 9]


async def test_a_prompt_is_read_ahead_and_looked_at(backend: TransformersBackend) -> None:
    ahead = wish("Ahead of it all. " + PROMPT)
    stop = asyncio.Event()
    told = [reading async for reading in backend.prepare(ahead, stop)]
    assert told[-1].done == told[-1].total
    cached = await backend.cached(ahead)
    assert cached.reused == cached.total - 1
    found = await backend.alternatives(ahead, 3, stop)
    assert 0 < len(found) <= 3
    assert found[0].probability >= found[-1].probability
    assert finish_of(await answer(backend, ahead)).usage.read == 1
    await backend.leave("scene")
    (count, none) = await backend.count_tokens((PROMPT, ""))
    assert count > 40
    assert none == 0


@pytest.mark.parametrize("phase", [Reading, Text])
async def test_a_stop_is_heard_at_once(backend: TransformersBackend, phase: type[Delta]) -> None:
    stop, told = asyncio.Event(), 0.0
    deltas: list[Delta] = []
    prompt = f"{phase.__name__} {LONG}" if phase is Reading else PROMPT
    async for delta in backend.stream(wish(prompt, 1500), stop):
        deltas.append(delta)
        if isinstance(delta, phase) and not stop.is_set():
            stop.set()
            told = time.monotonic()
    print(f"stopped after {(time.monotonic() - told) * 1000:.0f} ms")
    assert finish_of(deltas).reason is StopReason.STOPPED
    assert finish_of(deltas).usage.written < 1500
    assert bool(text_of(deltas)) == (phase is Text)


async def test_when_the_engine_is_killed_the_next_request_starts_it_again(
    backend: TransformersBackend,
) -> None:
    async def until_it_dies() -> None:
        async for delta in backend.stream(wish(max_tokens=4000), asyncio.Event()):
            if isinstance(delta, Text) and backend.pid is not None:
                os.kill(backend.pid, signal.SIGKILL)

    with pytest.raises(ModelError, match="your text is whole"):
        await until_it_dies()
    assert finish_of(await answer(backend, wish(max_tokens=2))).usage.written == 2


async def test_a_stop_while_loading_leaves_a_backend_that_loads(spec: TransformersSpec) -> None:
    backend = TransformersBackend(spec)
    stop = asyncio.Event()
    async for delta in backend.stream(wish(), stop):
        if isinstance(delta, Loading):
            stop.set()
    assert isinstance(delta, Finish)
    assert delta.reason is StopReason.STOPPED
    assert backend.pid is None
    await backend.close()


async def test_a_folder_that_cannot_be_loaded_starts_nothing(tmp_path: Path) -> None:
    backend = registry.factory("transformers")(TransformersSpec(tmp_path))
    with pytest.raises(ModelError, match=r"no config\.json"):
        await answer(backend, wish())
    assert isinstance(backend, TransformersBackend)
    assert backend.pid is None
    assert backend.card.name == tmp_path.name
    assert TransformersBackend(TransformersSpec(tmp_path / "a.gguf")).card.name == "a"
