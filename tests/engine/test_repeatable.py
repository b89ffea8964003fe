"""“Same every time”: bit for bit as from an empty cache, whatever was read before."""

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from storyforge.domain.generation import Request
from storyforge.domain.model import Keeping, ModelSpec
from storyforge.domain.sampling import Sampling
from storyforge.engine import llama, reading
from tests.engine.conftest import ask
from tests.engine.tiny import write_model
from tests.engine.watching import Watch, watching

SAME = Sampling(repeatable=True, min_p=0, top_k=0, top_p=1, min_tokens=5)
MEMORY = "She was the keeper of the light, and she was never late. " * 2
# How many authors work with a model of each kind; a plain one is what most have.
SEQUENCES = {"llama": 50, "mamba": 12, "gemma3": 12}


def load(spec: ModelSpec) -> llama.LlamaModel:
    return llama.load(spec, lambda _: True)


class Author:
    """Does at random what authors do, and asks after each step whether it is the same."""

    def __init__(self, spec: ModelSpec, cold: llama.LlamaModel, seed: int) -> None:
        self._spec = spec
        self._draw = random.Random(seed)
        self._cold = cold
        self._scenes = {name: f"{MEMORY}{name * 3} came in. " for name in "abc"}
        self._scene = "a"
        self.reused = 0

    def write(self, steps: int) -> None:
        """Work on the story in one sitting; what was read is on the disk afterwards."""
        model = load(self._spec)
        try:
            with watching(model) as watch:
                for step in range(steps):
                    self._act(model)
                    self._ask(model, watch, step)
            model.states.leave(self._scene)
        finally:
            model.close()

    def _act(self, model: llama.LlamaModel) -> None:
        draw, text = self._draw, self._scenes[self._scene]
        at = draw.randrange(len(text) // 2, len(text))
        match draw.randrange(7):
            case 0:
                text += "Nobody answered. "
            case 1:
                text = text[:at] + draw.choice("xyz ") + text[at + draw.randrange(4) :]
            case 2:
                self._scene = draw.choice("abc")
                return
            case 3:  # reading ahead that is stopped
                calls = iter(range(10**9))
                text += "The oars lay crossed in the bottom of the boat. " * 3
                request = Request(text, sampling=SAME, slot=self._scene)
                reading.prepare(model, request, lambda: next(calls) > 40, lambda _: None)
            case 4:  # takes of another preset, which are written in one batch
                ask(model, text, 6, takes=3, slot=self._scene)
            case 5:
                ask(model, text[:at], 3, slot=self._scene)
        self._scenes[self._scene] = text

    def _ask(self, model: llama.LlamaModel, watch: Watch, seed: int) -> None:
        text = self._scenes[self._scene]
        same = replace(SAME, seed=seed)
        takes = self._draw.choice((1, 1, 2))
        warm = ask(model, text, 5, sampling=same, slot=self._scene, takes=takes)
        self.reused += warm.finishes[0].usage.reused
        with watching(self._cold) as cold_watch:
            for take in range(takes):
                self._cold.sequence.clear()
                alone = replace(SAME, seed=seed + take)
                cold = ask(self._cold, text, 5, sampling=alone)
                assert warm.texts[take] == cold.text
                assert np.array_equal(watch.rows[take], cold_watch.rows[0])
        if self._draw.random() < 0.5:
            self._scenes[self._scene] = text + warm.texts[-1]


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
        author = Author(spec, cold, seed)
        author.write(4)
        author.write(3)
        reused += author.reused
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
