"""Takes, reading ahead and looking at a spot, through the engine process."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from storyforge.backends import in_engine
from storyforge.backends.llama_cpp import LlamaCppBackend
from storyforge.domain.generation import (
    Cached,
    Delta,
    Finish,
    Reading,
    Request,
    StopReason,
    Text,
)
from storyforge.domain.model import ModelSpec
from storyforge.domain.sampling import Sampling
from storyforge.errors import ModelError
from tests.backends.listening import answer, finish_of, text_of
from tests.engine.conftest import smollm2_path
from tests.engine.tiny import write_model

PROMPT = "Mara had kept the light at Skerry Point for eleven years."
LONG = "The tide came in over the stones, and the lamp was lit. " * 200


@pytest.fixture
async def backend() -> AsyncIterator[LlamaCppBackend]:
    backend = LlamaCppBackend(ModelSpec(smollm2_path(), context_tokens=4096))
    yield backend
    await backend.close()


@pytest.fixture
async def tiny(tmp_path: Path) -> AsyncIterator[LlamaCppBackend]:
    path = write_model(tmp_path / "tiny.gguf")
    backend = LlamaCppBackend(ModelSpec(path, context_tokens=512, threads=1, threads_batch=1))
    yield backend
    await backend.close()


def wish(prompt: str = "abc", tokens: int = 6, takes: int = 1) -> Request:
    return Request(prompt, tokens, sampling=Sampling(seed=7, min_tokens=tokens), takes=takes)


def texts_of(deltas: list[Delta], takes: int) -> list[str]:
    said = [each for each in deltas if isinstance(each, Text)]
    return ["".join(each.text for each in said if each.take == take) for take in range(takes)]


def ends_of(deltas: list[Delta]) -> dict[int, Finish]:
    return {each.take: each for each in deltas if isinstance(each, Finish)}


async def prepare(
    backend: LlamaCppBackend, request: Request, stop: asyncio.Event | None = None
) -> list[Reading]:
    return [each async for each in backend.prepare(request, stop or asyncio.Event())]


async def test_takes_stream_side_by_side(backend: LlamaCppBackend) -> None:
    deltas = await answer(backend, wish(PROMPT, 16, takes=3))
    assert backend.card.can.takes == 8
    order = [each.take for each in deltas if isinstance(each, Text)]
    assert order != sorted(order)
    ends = ends_of(deltas)
    assert {take: end.usage.seed for take, end in ends.items()} == {0: 7, 1: 8, 2: 9}
    assert {end.usage.written for end in ends.values()} == {16}
    assert isinstance(deltas[-1], Finish)
    texts = texts_of(deltas, 3)
    assert len(set(texts)) == 3
    # The take that is gone on with is in the cache, all but its last token.
    cached = await backend.cached(wish(PROMPT + texts[2]))
    assert cached.reused >= cached.total - 2


async def test_when_the_engine_dies_the_takes_so_far_have_come(tiny: LlamaCppBackend) -> None:
    seen: list[Delta] = []

    async def until_it_dies() -> None:
        async for delta in tiny.stream(wish(tokens=300, takes=3), asyncio.Event()):
            seen.append(delta)
            if all(texts_of(seen, 3)) and tiny.pid is not None:
                os.kill(tiny.pid, signal.SIGKILL)

    with pytest.raises(ModelError, match="your text is whole"):
        await until_it_dies()
    assert all(texts_of(seen, 3))
    assert len(ends_of(await answer(tiny, wish(takes=2)))) == 2


async def test_a_hung_engine_has_stopped_every_take(
    tiny: LlamaCppBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(in_engine, "_WORKING_GRACE", 0.2)
    await answer(tiny, wish())
    assert tiny.pid is not None
    os.kill(tiny.pid, signal.SIGSTOP)
    stop = asyncio.Event()
    asyncio.get_running_loop().call_soon(stop.set)
    ends = ends_of(await answer(tiny, wish(takes=3), stop))
    assert {take: end.reason for take, end in ends.items()} == dict.fromkeys(
        range(3), StopReason.STOPPED
    )
    before = asyncio.Event()
    before.set()
    assert len(ends_of(await answer(tiny, wish(takes=3), before))) == 3


async def test_what_is_read_ahead_is_there_when_it_is_asked_for(tiny: LlamaCppBackend) -> None:
    request = wish("The tide came in. " * 6)
    # Nobody has asked for the model: reading ahead does not load it.
    assert await prepare(tiny, request) == []
    with pytest.raises(ModelError):
        await tiny.cached(request)
    await answer(tiny, wish())
    none = await tiny.cached(request)
    assert none.reused < 3
    heard = await prepare(tiny, request)
    assert heard[-1].done == heard[-1].total
    assert await tiny.cached(request) == Cached(none.total - 1, none.total)
    assert finish_of(await answer(tiny, request)).usage.read == 1
    assert await prepare(tiny, wish("x" * 1000)) == []
    stop = asyncio.Event()
    stop.set()
    assert await prepare(tiny, wish("xyz"), stop) == []
    # Of an engine that has died the next request hears, not what happens behind the author.
    engine = tiny._engine
    assert engine is not None
    engine.kill()
    assert await prepare(tiny, wish("xyz")) == []
    await tiny.leave("scene")


async def test_reading_ahead_ends_at_a_stop_and_keeps_what_it_read(
    backend: LlamaCppBackend,
) -> None:
    await answer(backend, wish(PROMPT, 1))
    stop, told = asyncio.Event(), 0.0
    heard: list[Reading] = []
    async for each in backend.prepare(wish(LONG), stop):
        heard.append(each)
        if each.done and not stop.is_set():
            stop.set()
            told = time.monotonic()
    print(f"reading ahead stopped after {(time.monotonic() - told) * 1000:.0f} ms")
    assert 0 < heard[-1].done < heard[-1].total
    assert (await backend.cached(wish(LONG))).reused >= heard[-1].done


async def test_a_request_ends_reading_ahead_by_itself_and_counting_does_not(
    backend: LlamaCppBackend,
) -> None:
    await answer(backend, wish(PROMPT, 1))
    began = asyncio.Event()
    heard: list[Reading] = []

    async def ahead() -> None:
        async for each in backend.prepare(wish(LONG), asyncio.Event()):
            heard.append(each)
            if each.done:
                began.set()

    reading = asyncio.create_task(ahead())
    await began.wait()
    (count,) = await backend.count_tokens((LONG,))
    measured = await backend.cached(wish(LONG))
    assert count == measured.total
    assert 0 < measured.reused < measured.total
    told = len(heard)
    while len(heard) == told:  # it goes on by itself
        began.clear()
        await began.wait()
    assert not reading.done()
    deltas = await answer(backend, wish(PROMPT, 2))
    await reading
    assert finish_of(deltas).usage.written == 2
    assert heard[-1].done < heard[-1].total


async def test_the_likeliest_words_are_told_and_nothing_is_read_again(
    backend: LlamaCppBackend,
) -> None:
    prompt = "the cat sat. the cat sat. the cat sat. the cat"
    found = await backend.alternatives(wish(prompt), 4, asyncio.Event())
    assert backend.card.can.alternatives
    assert found[0].text == " sat"
    deltas = await answer(backend, wish(prompt, 8))
    before = await backend.cached(wish(prompt + text_of(deltas)))
    assert await backend.alternatives(wish(prompt), 4, asyncio.Event())
    assert await backend.cached(wish(prompt + text_of(deltas))) == before
    stop = asyncio.Event()
    stop.set()
    assert await backend.alternatives(wish(LONG), 4, stop) == ()
    with pytest.raises(ModelError, match="longer than the model's window"):
        await backend.alternatives(wish(LONG * 2), 4, asyncio.Event())


async def test_what_an_author_leaves_is_told_to_an_engine_that_runs(tiny: LlamaCppBackend) -> None:
    await tiny.leave("scene")
    assert tiny.pid is None
    await answer(tiny, replace(wish(), slot="scene"))
    await tiny.leave("scene")
    assert finish_of(await answer(tiny, wish())).usage.reused > 0


async def test_a_model_that_fills_gaps_says_so(tmp_path: Path, tiny: LlamaCppBackend) -> None:
    path = write_model(tmp_path / "filler.gguf", infill=True)
    filler = LlamaCppBackend(ModelSpec(path, context_tokens=512, threads=1, threads_batch=1))
    assert not filler.card.can.infill
    deltas = await answer(filler, replace(wish("abc"), suffix="xyz"))
    assert filler.card.can.infill
    plain = await answer(tiny, replace(wish("abc"), suffix="xyz"))
    assert not tiny.card.can.infill
    assert finish_of(deltas).usage.read > finish_of(plain).usage.read
    await filler.close()
