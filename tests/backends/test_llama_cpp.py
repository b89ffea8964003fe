"""The local model as the rest of the house meets it: a real one, in its own process."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path

import psutil
import pytest

from storyforge.backends import in_engine
from storyforge.backends.llama_cpp import LlamaCppBackend
from storyforge.backends.stopping import TakeStops
from storyforge.domain.generation import (
    Delta,
    Finish,
    Loading,
    Reading,
    Request,
    StopReason,
    Text,
)
from storyforge.domain.model import ModelSpec
from storyforge.domain.sampling import Sampling
from storyforge.engine import gpu
from storyforge.engine.gpu import GpuStatus
from storyforge.errors import ModelError
from tests.backends.listening import answer, finish_of, text_of
from tests.engine.conftest import smollm2_path
from tests.engine.tiny import write_model

PROMPT = "Mara had kept the light at Skerry Point for eleven years."
LONG = "The tide came in over the stones, and the lamp was lit. " * 200
PHASES = ["loading", "reading", "writing"]


@pytest.fixture
async def backend() -> AsyncIterator[LlamaCppBackend]:
    # Copied weights take longer to load than mapped ones: time to be interrupted.
    backend = LlamaCppBackend(
        ModelSpec(smollm2_path(), context_tokens=4096, mmap=False), "SmolLM2-135M"
    )
    yield backend
    await backend.close()


@pytest.fixture
async def tiny(tmp_path: Path) -> AsyncIterator[LlamaCppBackend]:
    path = write_model(tmp_path / "tiny.gguf")
    backend = LlamaCppBackend(ModelSpec(path, context_tokens=512))
    yield backend
    await backend.close()


def wish(prompt: str = PROMPT, max_tokens: int = 6, seed: int = 7) -> Request:
    return Request(prompt, max_tokens, sampling=Sampling(seed=seed))


def reached(delta: Delta, phase: str) -> bool:
    """Whether `delta` is the first sign that the work is in `phase`."""
    match phase:
        case "loading":
            return isinstance(delta, Loading) and delta.fraction > 0
        case "reading":
            return isinstance(delta, Reading) and delta.done > 0
        case _:
            return isinstance(delta, Text)


def prompt_for(phase: str) -> str:
    return LONG if phase == "reading" else PROMPT


async def test_a_stream_loads_reads_writes_and_finishes(backend: LlamaCppBackend) -> None:
    assert backend.card.name == "SmolLM2-135M"
    assert backend.card.is_local
    assert backend.card.context_tokens == 0
    deltas = await answer(backend, wish())
    assert backend.card.context_tokens == 4096
    kinds = [type(delta) for delta in deltas]
    assert kinds == sorted(kinds, key=[Loading, Reading, Text, Finish].index)
    assert set(kinds) == {Loading, Reading, Text, Finish}
    assert finish_of(deltas).usage.read == 15
    # The model stays: nothing is loaded, and only the news is read.
    again = await answer(backend, wish(PROMPT + " On the night"))
    assert not any(isinstance(delta, Loading) for delta in again)
    assert finish_of(again).usage.reused == 15


async def test_the_same_request_repeats_itself_in_a_new_process() -> None:
    texts, pids = [], []
    for _ in range(2):
        backend = LlamaCppBackend(ModelSpec(smollm2_path(), context_tokens=1024))
        texts.append(text_of(await answer(backend, wish(max_tokens=16))))
        pids.append(backend.pid)
        await backend.close()
    assert texts[0] == texts[1]
    assert texts[0]
    assert pids[0] != pids[1]


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSEGV])
async def test_when_the_engine_dies_the_next_request_starts_it_again(
    backend: LlamaCppBackend, phase: str, how: signal.Signals
) -> None:
    died_as = None

    async def until_it_dies() -> None:
        nonlocal died_as
        async for delta in backend.stream(wish(prompt_for(phase), 1000), asyncio.Event()):
            if died_as is None and reached(delta, phase):
                assert backend.pid is not None
                died_as = backend.pid
                os.kill(died_as, how)

    with pytest.raises(ModelError, match="your text is whole") as caught:
        await until_it_dies()
    assert "starts it again" in caught.value.hint
    assert died_as is not None
    deltas = await answer(backend, wish(max_tokens=2))
    assert finish_of(deltas).reason is StopReason.LENGTH
    assert backend.pid != died_as


@pytest.mark.parametrize("phase", PHASES)
async def test_a_stop_is_honoured_in_every_phase(backend: LlamaCppBackend, phase: str) -> None:
    stop, told = asyncio.Event(), 0.0
    deltas: list[Delta] = []
    async for delta in backend.stream(wish(prompt_for(phase), 1000), stop):
        deltas.append(delta)
        if not stop.is_set() and reached(delta, phase):
            stop.set()
            told = time.monotonic()
    print(f"stopped while {phase} after {(time.monotonic() - told) * 1000:.0f} ms")
    finish = finish_of(deltas)
    assert finish.reason is StopReason.STOPPED
    if phase == "reading":
        total = next(delta.total for delta in deltas if isinstance(delta, Reading))
        assert finish.usage.read < total
    assert finish.usage.written < 1000
    assert bool(text_of(deltas)) == (phase == "writing")
    assert finish_of(await answer(backend, wish(max_tokens=2))).usage.written == 2


async def test_a_stop_before_anything_began_starts_nothing(backend: LlamaCppBackend) -> None:
    stop = asyncio.Event()
    stop.set()
    (finish,) = await answer(backend, wish(), stop)
    assert isinstance(finish, Finish)
    assert finish.reason is StopReason.STOPPED
    assert backend.pid is None


@pytest.mark.parametrize("phase", PHASES)
async def test_cancelling_the_listener_leaves_the_backend_usable(
    backend: LlamaCppBackend, phase: str
) -> None:
    there = asyncio.Event()

    async def listen() -> None:
        async for delta in backend.stream(wish(prompt_for(phase), 1000), asyncio.Event()):
            if reached(delta, phase):
                there.set()

    listener = asyncio.create_task(listen())
    await there.wait()
    listener.cancel()
    with pytest.raises(asyncio.CancelledError):
        await listener
    assert finish_of(await answer(backend, wish(max_tokens=2))).usage.written == 2


async def test_an_engine_killed_for_not_stopping_is_started_again_at_once(
    backend: LlamaCppBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(in_engine, "_WORKING_GRACE", 0.0)
    pids = []
    for _ in range(3):
        async with aclosing(backend.stream(wish(max_tokens=500), asyncio.Event())) as deltas:
            async for delta in deltas:
                if isinstance(delta, Text):
                    break
        pids.append(backend.pid)
    assert len(set(pids)) == 3


async def test_a_hung_engine_has_stopped_for_the_author(
    tiny: LlamaCppBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(in_engine, "_WORKING_GRACE", 0.2)
    await answer(tiny, wish())
    assert tiny.pid is not None
    os.kill(tiny.pid, signal.SIGSTOP)
    stop = asyncio.Event()
    asyncio.get_running_loop().call_soon(stop.set)
    assert finish_of(await answer(tiny, wish(), stop)).reason is StopReason.STOPPED
    assert finish_of(await answer(tiny, wish())).reason is not StopReason.STOPPED


def dies_unheard(backend: LlamaCppBackend) -> int:
    """Have the engine die once the next question is on its way to it; its process id."""
    assert backend.pid is not None
    os.kill(backend.pid, signal.SIGSTOP)
    asyncio.get_running_loop().call_soon(os.kill, backend.pid, signal.SIGKILL)
    return backend.pid


async def test_an_engine_that_died_unheard_is_begun_again_without_a_word(
    tiny: LlamaCppBackend,
) -> None:
    expected = text_of(await answer(tiny, wish()))
    died = dies_unheard(tiny)
    assert text_of(await answer(tiny, wish())) == expected
    assert tiny.pid != died
    counts = await tiny.count_tokens(("abc",))
    died = dies_unheard(tiny)
    assert await tiny.count_tokens(("abc",)) == counts
    assert tiny.pid != died


async def test_one_take_of_several_is_stopped_and_the_others_come_to_their_end(
    tiny: LlamaCppBackend,
) -> None:
    stops, reasons = TakeStops(), dict[int, StopReason]()
    request = Request("abc", 200, sampling=Sampling(seed=7, min_tokens=200), takes=3)
    async for delta in tiny.stream(request, stops):
        if isinstance(delta, Text) and delta.take == 1:
            stops.of(1).set()
        elif isinstance(delta, Finish):
            reasons[delta.take] = delta.reason
    assert list(reasons) == [1, 0, 2]
    assert reasons[1] is StopReason.STOPPED
    assert reasons[0] is reasons[2] is StopReason.LENGTH


async def test_streams_take_turns_and_counting_does_not_disturb(tiny: LlamaCppBackend) -> None:
    alone = text_of(await answer(tiny, wish("abc", 40)))
    one, two, counts = await asyncio.gather(
        answer(tiny, wish("abc", 40)),
        answer(tiny, wish("abc", 40)),
        tiny.count_tokens(("abc", "")),
    )
    assert text_of(one) == text_of(two) == alone
    assert counts[1] == 0
    assert counts[0] > 0


async def test_loading_ahead_makes_the_first_stream_quick(tiny: LlamaCppBackend) -> None:
    assert [step async for step in tiny.load()]
    assert [step async for step in tiny.load()] == []
    assert isinstance((await answer(tiny, wish("a")))[0], Reading)


async def test_closing_gives_the_memory_back(tiny: LlamaCppBackend) -> None:
    await answer(tiny, wish("a"))
    pid = tiny.pid
    assert pid is not None
    await tiny.close()
    assert not psutil.pid_exists(pid)
    assert tiny.pid is None
    assert finish_of(await answer(tiny, wish("a")))


async def test_an_engine_that_died_between_requests_is_not_noticed(tiny: LlamaCppBackend) -> None:
    await answer(tiny, wish("a"))
    engine = tiny._engine
    assert engine is not None
    os.kill(engine.pid, signal.SIGKILL)
    # The reader hears of it within an instant; a request before that is told to try again.
    await asyncio.to_thread(engine._threads[1].join)
    assert (await tiny.count_tokens(("a",)))[0] > 0


def test_one_backend_serves_one_event_loop_after_another(tmp_path: Path) -> None:
    backend = LlamaCppBackend(ModelSpec(write_model(tmp_path / "tiny.gguf"), context_tokens=512))
    first = asyncio.run(answer(backend, wish("a")))
    second = asyncio.run(answer(backend, wish("a")))
    asyncio.run(backend.close())
    assert text_of(first) == text_of(second)


async def test_a_prompt_larger_than_the_window_is_one_clear_sentence(
    tiny: LlamaCppBackend,
) -> None:
    await answer(tiny, wish("a"))
    pid = tiny.pid
    with pytest.raises(ModelError, match=r"longer than the model's window \(512\)"):
        await answer(tiny, wish("x" * 600))
    assert finish_of(await answer(tiny, wish("a")))
    assert tiny.pid == pid


async def refusal(path: Path) -> ModelError:
    backend = LlamaCppBackend(ModelSpec(path))
    with pytest.raises(ModelError) as caught:
        await answer(backend, wish())
    with pytest.raises(ModelError):
        await backend.count_tokens(("a",))
    assert backend.pid is None
    await backend.close()
    return caught.value


async def test_files_that_are_no_models_are_refused_in_one_sentence(tmp_path: Path) -> None:
    words = tmp_path / "words.gguf"
    words.write_text("Once upon a time")
    huge = tmp_path / "huge.gguf"
    huge.write_bytes(smollm2_path().read_bytes()[:3_000_000])
    os.truncate(huge, 2**43)
    cut = tmp_path / "cut.gguf"
    cut.write_bytes(smollm2_path().read_bytes()[:50_000_000])
    for path, part in (
        (tmp_path / "none.gguf", "no file"),
        (tmp_path, "folder"),
        (words, "not a GGUF"),
        (cut, "cut short or damaged"),
        (huge, "needs 8.8 TB of memory"),
        (write_model(tmp_path / "new.gguf", "hyperloom"), "architecture “hyperloom”"),
    ):
        error = await refusal(path)
        assert part in error.message
        assert error.hint


async def test_a_backend_recovers_once_its_file_is_right(tmp_path: Path) -> None:
    path = write_model(tmp_path / "model.gguf", "hyperloom")
    backend = LlamaCppBackend(ModelSpec(path, context_tokens=512))
    with pytest.raises(ModelError):
        await answer(backend, wish("a"))
    write_model(path)
    assert finish_of(await answer(backend, wish("a")))
    await backend.close()


async def test_the_card_carries_honest_notes(
    tiny: LlamaCppBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gpu, "gpu_status", lambda usable: GpuStatus("NVIDIA", usable))
    assert tiny.card.note == ""
    await answer(tiny, wish("a"))
    assert "storyforge engine install" in tiny.card.note
    quantised = LlamaCppBackend(
        ModelSpec(smollm2_path(), context_tokens=256, kv_type="q8_0"), note="A small model."
    )
    await answer(quantised, wish(max_tokens=1))
    assert quantised.card.note.startswith("A small model. ")
    assert "Flash attention" in quantised.card.note
    assert quantised.card.name == smollm2_path().stem
    await quantised.close()
