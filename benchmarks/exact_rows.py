"""Is what is reused what an empty cache would give? Edit sequences on the real model.

In this process, without a pipe: logits are compared, not times. Scenes are switched and each
sequence is broken by a restart, so that saved states are in it.
"""

import tempfile
from collections.abc import Callable
from contextlib import redirect_stderr
from dataclasses import replace
from io import StringIO
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.edits import Author, Deed, Step
from benchmarks.engine_rows import model_spec
from benchmarks.sizes import Sizes
from benchmarks.table import Bar, Row
from storyforge.domain.generation import Delta, Request, Text
from storyforge.domain.model import Keeping, ModelSpec
from storyforge.domain.sampling import Sampling
from storyforge.engine import llama, reading
from storyforge.engine.generation import generate

_SAME = Sampling(repeatable=True)
_OTHER = Sampling()
_TOKENS = 8
# Questions to "stopped?" that are answered with no while reading ahead: some blocks are read.
_PATIENCE = 900
_SITTINGS = (2, 2)


def same(sizes: Sizes) -> list[Row]:
    """“Same every time”, and how far other presets stray."""
    sequences = sizes.rounds * 8 + 2
    unlike = answers = 0
    apart: list[float] = []
    # llama.cpp's log is in the engine's file otherwise; here it would bury the table.
    with tempfile.TemporaryDirectory() as folder, redirect_stderr(StringIO()):
        spec = replace(model_spec(), context_tokens=1024)
        cold = _load(replace(spec, keeping=Keeping(states=False)))
        warm = replace(spec, keeping=Keeping(folder=Path(folder)))

        def ask(model: llama.LlamaModel, step: Step, author: Author, seed: int) -> None:
            nonlocal unlike, answers
            sampling = replace(_SAME, seed=seed)
            said = _answers(model, _request(step, sampling, author.takes()))
            for take, text in enumerate(said):
                cold.sequence.clear()
                alone = _answers(cold, _request(step, replace(sampling, seed=seed + take), 1))
                unlike += text != alone[0]
                answers += 1
            author.read(said[-1])

        def stray(model: llama.LlamaModel, step: Step, author: Author, seed: int) -> None:
            row = _row(model, step)
            cold.sequence.clear()
            apart.append(_variation(row, _row(cold, step)))
            sampling = replace(_OTHER, seed=seed)
            author.read(_answers(model, _request(step, sampling, author.takes()))[-1])

        try:
            for seed in range(sequences):
                _live(warm, seed, ask)
                _live(warm, seed, stray)
        finally:
            cold.close()
    what = f"{sequences} edit sequences"
    return [
        Row(
            "the same every time: answers unlike a cold cache's",
            unlike, unit="", bar=Bar.AT_MOST, limit=0, note=f"of {answers}; {what}",
        ),
        Row(
            "other presets: total variation to a cold cache, mean",
            float(np.mean(apart)), unit="", bar=Bar.AT_MOST, limit=0.03, note=what,
        ),
        Row(
            "other presets: total variation to a cold cache, most",
            float(np.max(apart)), unit="", bar=Bar.AT_MOST, limit=0.2, note=what,
        ),
    ]  # fmt: skip


def _live(
    spec: ModelSpec, seed: int, ask: Callable[[llama.LlamaModel, Step, Author, int], None]
) -> None:
    """One author's sequence, with a restart in it."""
    author = Author(seed)
    for steps in _SITTINGS:
        model = _load(spec)
        try:
            for number in range(steps):
                step = author.step()
                _do(model, step)
                ask(model, step, author, number)
        finally:
            model.close()


def _do(model: llama.LlamaModel, step: Step) -> None:
    if step.deed is Deed.STOPPED_AHEAD:
        calls = iter(range(10**9))
        request = replace(_request(step, _SAME, 1), prompt=step.before)
        reading.prepare(model, request, lambda: next(calls) > _PATIENCE, lambda _: None)
    elif step.deed is not Deed.NOTHING:
        takes = 3 if step.deed is Deed.OTHER_TAKES else 1
        _answers(model, replace(_request(step, _OTHER, takes), prompt=step.before))


def _load(spec: ModelSpec) -> llama.LlamaModel:
    return llama.load(spec, lambda _: True)


def _request(step: Step, sampling: Sampling, takes: int) -> Request:
    return Request(step.prompt, _TOKENS, sampling=sampling, takes=takes, slot=step.scene)


def _answers(model: llama.LlamaModel, request: Request) -> list[str]:
    heard: list[Delta] = []
    generate(model, request, lambda: False, heard.append)
    said = [each for each in heard if isinstance(each, Text)]
    return ["".join(t.text for t in said if t.take == take) for take in range(request.takes)]


def _row(model: llama.LlamaModel, step: Step) -> npt.NDArray[np.float64]:
    """The logits behind the prompt; nothing is written."""
    import llama_cpp.llama_cpp as lib

    generate(model, replace(_request(step, _OTHER, 1), max_tokens=0), lambda: False, lambda _: None)
    row = lib.llama_get_logits_ith(model.context, -1)
    return np.ctypeslib.as_array(row, (model.vocabulary.size,)).astype("f8")


def _variation(one: npt.NDArray[np.float64], other: npt.NDArray[np.float64]) -> float:
    odds = [np.exp(row - row.max()) for row in (one, other)]
    return float(np.abs(odds[0] / odds[0].sum() - odds[1] / odds[1].sum()).sum() / 2)
