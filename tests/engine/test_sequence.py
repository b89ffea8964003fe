"""The record of what the model has read, held against what llama.cpp was really told."""

import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from storyforge.domain.model import ModelSpec
from storyforge.domain.sampling import Sampling
from storyforge.engine import llama
from storyforge.engine.cells import LlamaSequence
from storyforge.engine.faults import EngineFault, FaultKind
from tests.engine.conftest import ask
from tests.engine.tiny import write_model
from tests.engine.watching import RecordingSequence, apart, cold_row, watching

STORY = (
    "Mara had kept the light at Skerry Point for eleven years. On the night the boat came in "
    "without a crew, she was awake. She took the storm lantern from its hook and went down to the "
    "slip. Something small moved under the canvas, and for a moment she thought of the seals that "
    "slept there in autumn. The rope was wet. Nobody answered when she called, and the oars lay "
    "crossed in the bottom of the boat as if someone had put them away for the winter."
)


@pytest.fixture
def recorded(model: llama.LlamaModel) -> Iterator[llama.LlamaModel]:
    """SmolLM2 with a recording wrapper around its cache."""
    with watching(model):
        yield model


@pytest.fixture(scope="module")
def cold(smollm2: Path) -> Iterator[llama.LlamaModel]:
    spec = ModelSpec(smollm2, context_tokens=512, threads=1, threads_batch=1)
    model = llama.load(spec, lambda _: True)
    yield model
    model.close()


def edited(text: str, draw: random.Random) -> str:
    """`text` after one edit of an author: a word changed, cut or set in, or a sentence added."""
    words = text.split(" ")
    at = draw.randrange(len(words))
    match draw.randrange(4):
        case 0:
            words[at] = draw.choice(("grey", "slowly", "Skerry", "the child", "海"))
        case 1:
            del words[at]
        case 2:
            words.insert(at, draw.choice(("old", "and then", "never")))
        case _:
            words.append("She listened. ")
    return " ".join(words)


def test_the_cache_holds_the_request_and_its_odds_stay_near_a_cold_one(
    model: llama.LlamaModel, cold: llama.LlamaModel
) -> None:
    draw = random.Random(20)
    text, far = STORY, []
    with watching(model) as watch:
        for edit in range(12):
            text = edited(text, draw)
            tokens = model.vocabulary.encode_prompt(text)
            heard = ask(model, text, 3, takes=draw.choice((1, 1, 3)), sampling=Sampling(seed=edit))
            watch.sequence.check()
            take = draw.randrange(len(watch.rows))
            far.append(apart(watch.rows[take][-1], cold_row(cold, tokens + watch.drawn[take][:-1])))
            if draw.random() < 0.5:  # the author lets it stand: tokens read one by one are reused
                text += heard.texts[take]
    print(f"total variation: mean {np.mean(far):.4f}, most {np.max(far):.4f}")
    assert np.mean(far) <= 0.03
    assert np.max(far) <= 0.2


def test_an_aborted_block_leaves_the_record_true(recorded: llama.LlamaModel) -> None:
    sequence = recorded.sequence
    assert isinstance(sequence, RecordingSequence)
    for limit in (0, 1, 200, 700, 1500):
        calls = iter(range(10**9))
        ask(recorded, STORY, 3, stopped=lambda: next(calls) >= limit)  # noqa: B023 - called here
        assert sequence.holds() == sequence.tokens
        sequence.clear()
    ask(recorded, STORY, 2)
    assert sequence.holds() == sequence.tokens


def test_a_model_that_cannot_forget_a_tail_reads_again(tmp_path: Path) -> None:
    path = write_model(tmp_path / "mamba.gguf", "mamba")
    model = llama.load(ModelSpec(path, context_tokens=512), lambda _: True)
    try:
        first = ask(model, "The tide came in.", 20)
        changed = ask(model, "The tide went out.", 20)
        assert changed.finish.usage.reused == 0
        again = ask(model, "The tide came in.", 20)
        assert again.text == first.text
        # What only grew is not read again: nothing has to be forgotten.
        before = list(model.sequence.tokens)
        assert model.sequence.keep_prefix([*before, 40]) == len(before)
    finally:
        model.close()


def test_behind_a_retry_that_was_stopped_another_text_is_read_from_its_beginning(
    tmp_path: Path,
) -> None:
    path = write_model(tmp_path / "mamba.gguf", "mamba")
    spec = ModelSpec(path, context_tokens=512, threads=1, threads_batch=1)
    model = llama.load(spec, lambda _: True)
    try:
        with watching(model):
            ask(model, "The tide came in over the stones.", 4)
            ask(model, "The tide came in over the stones.", 4, stopped=lambda: True)
            other = ask(model, "A boat.", 4)
        assert other.finish.usage.reused == 0
        assert other.text == ask(model, "A boat.", 4).text
    finally:
        model.close()


class FailingSequence(LlamaSequence):
    """llama.cpp refuses the second block."""

    def _decode(self, rows: Sequence[tuple[int, int, int]], outputs: int) -> int:
        return super()._decode(rows, outputs) if rows[0][1] == 0 else -3


def test_when_llama_refuses_the_cache_is_empty_and_works_again(tiny: llama.LlamaModel) -> None:
    plain, tiny.sequence = tiny.sequence, FailingSequence(tiny.context, 64, tiny.kind)
    with pytest.raises(EngineFault) as caught:
        ask(tiny, "x" * 200)
    assert caught.value.fault.kind is FaultKind.NOT_READ
    assert tiny.sequence.tokens == []
    tiny.sequence.close()
    tiny.sequence = plain
    assert ask(tiny, "x" * 200, 2).finish.usage.read > 200
