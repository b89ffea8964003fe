"""The transformers backend against a bare `generate` with a streamer: writing and waiting."""

import asyncio
import tempfile
import time
from pathlib import Path

from benchmarks.bare_transformers import Bare, write_folder
from benchmarks.engine_rows import model_path
from benchmarks.sizes import Sizes, median
from benchmarks.stories import scene_text
from benchmarks.table import Bar, Row
from storyforge.backends.transformers import TransformersBackend
from storyforge.domain.generation import Finish, Request, Text
from storyforge.domain.model import TransformersSpec
from storyforge.domain.sampling import Sampling
from storyforge.engine import hardware

_PAGE = 1500


async def _ask(
    backend: TransformersBackend, prompt: str, tokens: int, sampling: Sampling
) -> tuple[float, float, Finish]:
    """(seconds to the first text, tokens a second behind it, the end)."""
    request = Request(prompt, tokens, sampling=sampling)
    began, first = time.perf_counter(), 0.0
    finish: Finish | None = None
    async for delta in backend.stream(request, asyncio.Event()):
        if isinstance(delta, Text):
            first = first or time.perf_counter()
        elif isinstance(delta, Finish):
            finish = delta
    assert finish is not None
    rate = (finish.usage.written - 1) / (time.perf_counter() - first)
    return first - began, rate, finish


def transformers(sizes: Sizes) -> list[Row]:
    """Tokens a second, and the wait for a second continuation of a long page."""

    async def run(folder: Path) -> list[Row]:
        threads = hardware.choose_threads(hardware.find_cores())
        spec = TransformersSpec(
            folder, dtype="bfloat16", threads=threads.writing, threads_batch=threads.writing
        )
        backend, bare = TransformersBackend(spec), Bare(folder, threads.writing)
        try:
            return [
                await _writing(backend, bare, sizes),
                await _second_wait(backend, bare, sizes),
            ]
        finally:
            bare.close()
            await backend.close()

    with tempfile.TemporaryDirectory() as folder:
        write_folder(model_path(), Path(folder))
        return asyncio.run(run(Path(folder)))


async def _writing(backend: TransformersBackend, bare: Bare, sizes: Sizes) -> Row:
    ours: list[float] = []
    theirs: list[float] = []
    prompt = scene_text(1, words=150)
    for seed in range(sizes.rounds + 1):
        sampling = Sampling(seed=seed + 1, min_tokens=sizes.write_tokens)
        _wait, rate, _finish = await _ask(backend, prompt, sizes.write_tokens, sampling)
        _first, rest = bare.answer(prompt, sizes.write_tokens, sampling)
        if seed:  # the first pair only warms both sides up
            ours.append(rate)
            theirs.append((sizes.write_tokens - 1) / rest)
    note = f"medians of {len(ours)} pairs of {sizes.write_tokens} tokens"
    what = "writing with transformers, against generate"
    return Row(what, median(ours), median(theirs), "tokens/s", Bar.RATIO_AT_LEAST, 0.95, note)


async def _second_wait(backend: TransformersBackend, bare: Bare, sizes: Sizes) -> Row:
    """Each page is continued once, and a second time with a sentence behind it."""
    ours: list[float] = []
    theirs: list[float] = []
    read: list[int] = []
    for number in range(max(2, sizes.rounds // 2)):
        text = scene_text(number + 2, words=_PAGE)
        (have,) = await backend.count_tokens((text,))
        page = text[: int(len(text) * _PAGE / have)].rsplit(" ", 1)[0] + "."
        await _ask(backend, page, 8, Sampling(seed=number, min_tokens=8))
        page += " On the next evening Mara wrote the hour and the weather."
        sampling = Sampling(seed=number + 50, min_tokens=8)
        wait, _rate, finish = await _ask(backend, page, 8, sampling)
        ours.append(wait * 1000)
        read.append(finish.usage.read)
        theirs.append(bare.answer(page, 8, sampling)[0] * 1000)
    note = f"medians of {len(ours)} pages; ours read {median(read):g} tokens"
    what = f"second continuation of {_PAGE:,} tokens, transformers"
    return Row(what, median(ours), median(theirs), "ms", Bar.RATIO_AT_MOST, 0.2, note)
