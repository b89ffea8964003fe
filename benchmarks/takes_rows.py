"""Several takes at once, and the first token after a story was opened again."""

import asyncio
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from benchmarks.bare_llama import Bare
from benchmarks.day import Action, Deed
from benchmarks.day_sides import Ours
from benchmarks.engine_rows import model_spec
from benchmarks.sizes import Sizes, median
from benchmarks.stories import scene_text
from benchmarks.table import Bar, Row
from storyforge.backends.llama_cpp import LlamaCppBackend
from storyforge.domain.generation import Request
from storyforge.domain.model import Keeping
from storyforge.domain.sampling import Sampling

_TAKES = 3
_WINDOW = 8192


def takes(sizes: Sizes) -> list[Row]:
    """From asking for three takes to the end of the last; the prompt was read before."""

    async def seconds(backend: LlamaCppBackend, prompt: str, seed: int, count: int) -> float:
        """From the request to the last take's end."""
        sampling = Sampling(seed=seed, min_tokens=sizes.write_tokens)
        request = Request(prompt, sizes.write_tokens, sampling=sampling, takes=count)
        began = time.perf_counter()
        async for _delta in backend.stream(request, asyncio.Event()):
            pass
        return time.perf_counter() - began

    async def run() -> Row:
        spec = model_spec()
        prompt = scene_text(1, words=sizes.page_tokens // 4)
        backend, bare = LlamaCppBackend(spec), Bare(spec, sequences=_TAKES + 1)
        ours: list[float] = []
        theirs: list[float] = []
        alone: list[float] = []
        try:
            for seed in range(-1, sizes.rounds * 2):
                sampling = Sampling(seed=seed + 2)
                three = await seconds(backend, prompt, seed + 2, _TAKES)
                timing = bare.answer(prompt, sizes.write_tokens, sampling, takes=_TAKES)
                one = await seconds(backend, prompt, seed + 2, 1)
                if seed >= 0:  # the first round reads the prompt
                    ours.append(three)
                    theirs.append(timing.first + timing.rest)
                    alone.append(one)
        finally:
            bare.close()
            await backend.close()
        note = (
            f"medians of {len(ours)}, {sizes.write_tokens} tokens each; "
            f"{median(ours) / median(alone):.2f} times as long as one take"
        )
        what = f"{_TAKES} takes at once, against a bare batch"
        limit = 1.1
        return Row(
            what, median(ours) * 1000, median(theirs) * 1000, "ms", Bar.RATIO_AT_MOST, limit, note
        )

    return [asyncio.run(run())]


def reopening(sizes: Sizes) -> list[Row]:
    """The first token right after the model is shown ready, against one with the prefix warm."""

    async def run(folder: Path) -> Row:
        keeping = Keeping(folder=folder / "states")
        spec = replace(model_spec(), context_tokens=_WINDOW, keeping=keeping)
        story = folder / "light.forge"
        ours = Ours(story, sizes.day_page, sizes.day_answer, spec, prepares=True)
        cold: list[float] = []
        warm: list[float] = []
        read: list[int] = []
        try:
            await ours.start()
            await ours.do(Action(Deed.APPEND))
            await ours.ask(1, 0)
            for seed in range(max(2, sizes.rounds // 2)):
                for _again in range(3):
                    await ours.do(Action(Deed.RETRY))
                    warm.append((await ours.ask(1, seed)).wait)
                # An author looks at what came before the story is closed.
                await ours.pause(sizes.day_pause)
                await ours.do(Action(Deed.RESTART))
                asked = await ours.ask(1, seed)
                cold.append(asked.wait)
                read.append(asked.usage.read)
        finally:
            await ours.close()
        note = (
            f"medians of {len(cold)} and {len(warm)}; {median(read):g} tokens read; "
            f"start-up {median(ours.started[1:]):.2f} s"
        )
        what = f"first token after reopening, {sizes.day_page:,} tokens, against a warm prefix"
        cold_ms, warm_ms = median(cold) * 1000, median(warm) * 1000
        return Row(what, cold_ms, warm_ms, "ms", Bar.RATIO_AT_MOST, 3, note)

    with tempfile.TemporaryDirectory() as folder:
        return [asyncio.run(run(Path(folder)))]
