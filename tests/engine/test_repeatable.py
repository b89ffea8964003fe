"""“Same every time”: bit for bit as from an empty cache, whatever was read before."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.edits import Author, Deed, Step
from storyforge.domain.generation import Request
from storyforge.domain.model import Keeping, ModelSpec
from storyforge.domain.sampling import Sampling
from storyforge.engine import llama, reading
from tests.engine.conftest import ask
from tests.engine.tiny import write_model
from tests.engine.watching import Watch, watching

SAME = Sampling(repeatable=True, min_p=0, top_k=0, top_p=1, min_tokens=5)
# How many authors work with a model of each kind; a plain one is what most have.
SEQUENCES = {"llama": 50, "mamba": 12, "gemma3": 12}


def load(spec: ModelSpec) -> llama.LlamaModel:
    return llama.load(spec, lambda _: True)


class Desk:
    """Where an author works, and each answer is held against one from an empty cache."""

    def __init__(self, spec: ModelSpec, cold: llama.LlamaModel, seed: int) -> None:
        self._spec = spec
        self._author = Author(seed)
        self._cold = cold
        self.reused = 0

    def work(self, steps: int) -> None:
        """Work in one sitting; what was read is on the disk afterwards."""
        model = load(self._spec)
        try:
            with watching(model) as watch:
                for seed in range(steps):
                    step = self._author.step()
                    do(model, step)
                    self._ask(model, watch, step, seed)
                model.states.leave(step.scene)
        finally:
            model.close()

    def _ask(self, model: llama.LlamaModel, watch: Watch, step: Step, seed: int) -> None:
        same, takes = replace(SAME, seed=seed), self._author.takes()
        warm = ask(model, step.prompt, 5, sampling=same, slot=step.scene, takes=takes)
        self.reused += warm.finishes[0].usage.reused
        with watching(self._cold) as cold_watch:
            for take in range(takes):
                self._cold.sequence.clear()
                cold = ask(self._cold, step.prompt, 5, sampling=replace(SAME, seed=seed + take))
                assert warm.texts[take] == cold.text
                assert np.array_equal(watch.rows[take], cold_watch.rows[0])
        self._author.read(warm.texts[-1])


def do(model: llama.LlamaModel, step: Step) -> None:
    """What comes before a request."""
    if step.deed is Deed.STOPPED_AHEAD:
        calls = iter(range(10**9))
        request = Request(step.before, sampling=SAME, slot=step.scene)
        reading.prepare(model, request, lambda: next(calls) > 40, lambda _: None)
    elif step.deed is not Deed.NOTHING:
        takes = 3 if step.deed is Deed.OTHER_TAKES else 1
        ask(model, step.before, 6, takes=takes, slot=step.scene)


@pytest.fixture(scope="module", params=list(SEQUENCES))
def spec(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> ModelSpec:
    path = write_model(tmp_path_factory.mktemp("models") / f"{request.param}.gguf", request.param)
    return ModelSpec(path, context_tokens=1024, batch_tokens=16, threads=1, threads_batch=1)


@pytest.fixture
def cold(spec: ModelSpec) -> Iterator[llama.LlamaModel]:
    model = load(replace(spec, keeping=Keeping(states=False)))
    yield model
    model.close()


def test_edits_takes_scenes_and_restarts_change_nothing(
    spec: ModelSpec, cold: llama.LlamaModel, tmp_path: Path
) -> None:
    reused, sequences = 0, SEQUENCES[spec.path.stem]
    spec = replace(spec, keeping=Keeping(folder=tmp_path))
    for seed in range(sequences):
        desk = Desk(spec, cold, seed)
        desk.work(4)
        desk.work(3)
        reused += desk.reused
    # It is not the same because all was read again.
    assert reused > sequences * 200


def test_only_whole_blocks_that_were_read_as_such_are_reused(tiny: llama.LlamaModel) -> None:
    prompt = "x" * 200
    tokens = len(tiny.vocabulary.encode_prompt(prompt))
    same = Sampling(seed=1, repeatable=True, min_tokens=80)
    heard = ask(tiny, prompt, 80, sampling=same)
    assert ask(tiny, prompt, 1, sampling=same).finish.usage.reused == tokens // 64 * 64
    ask(tiny, prompt, 80, sampling=same)
    # What was written stands whole in the cache, but is read again.
    assert ask(tiny, prompt + heard.text, 1, sampling=same).finish.usage.reused == tokens // 64 * 64
    # Read from the middle of a block on, by another preset, nothing counts behind that spot.
    tiny.sequence.clear()
    ask(tiny, prompt[:100], 1, sampling=replace(same, repeatable=False))
    ask(tiny, prompt, 1, sampling=replace(same, repeatable=False))
    assert ask(tiny, prompt, 1, sampling=same).finish.usage.reused == 64
