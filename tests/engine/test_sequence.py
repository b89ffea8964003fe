"""The record of what the model has read, held against what llama.cpp was really told."""

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import llama_cpp.llama_cpp as lib
import numpy as np
import numpy.typing as npt
import pytest

from storyforge.domain.model import ModelSpec
from storyforge.domain.sampling import Sampling
from storyforge.engine import llama
from storyforge.engine.faults import EngineFault, FaultKind
from storyforge.engine.lanes import Kind
from storyforge.engine.sequence import CachedSequence
from tests.engine.conftest import ask
from tests.engine.tiny import write_model

STORY = (
    "Mara had kept the light at Skerry Point for eleven years. On the night the boat came in "
    "without a crew, she was awake. She took the storm lantern from its hook and went down to the "
    "slip. Something small moved under the canvas, and for a moment she thought of the seals that "
    "slept there in autumn. The rope was wet. Nobody answered when she called, and the oars lay "
    "crossed in the bottom of the boat as if someone had put them away for the winter."
)


class RecordingSequence(CachedSequence):
    """Keeps, cell by cell, what llama.cpp was told to hold."""

    def __init__(self, context: object, block: int, kind: Kind) -> None:
        self.cells: dict[int, dict[int, int]] = defaultdict(dict)
        super().__init__(context, block, kind)

    def _decode(self, rows: Sequence[tuple[int, int, int]], outputs: int) -> int:
        code = super()._decode(rows, outputs)
        if code == 0:
            for lane, position, token in rows:
                assert position not in self.cells[lane]
                self.cells[lane][position] = token
        return code

    def _copy(self, source: int, lane: int) -> None:
        super()._copy(source, lane)
        assert not self.cells[lane]
        self.cells[lane] = dict(self.cells[source])

    def _remove_from(self, lane: int, position: int) -> bool:
        done = super()._remove_from(lane, position)
        if done:
            kept = {at: token for at, token in self.cells[lane].items() if at < position}
            self.cells[lane] = kept
        return done

    def _empty(self) -> None:
        super()._empty()
        self.cells.clear()

    def holds(self, lane: int = 0) -> list[int]:
        """The tokens at 0 … n−1; llama.cpp's own bounds must agree."""
        cells = self.cells[lane]
        count = len(cells)
        assert sorted(cells) == list(range(count))
        assert lib.llama_memory_seq_pos_max(self._memory, lane) == count - 1
        if count and not self._kind.recurrent:
            assert lib.llama_memory_seq_pos_min(self._memory, lane) == 0
        return [cells[at] for at in range(count)]


@pytest.fixture
def recorded(model: llama.LlamaModel) -> Iterator[llama.LlamaModel]:
    """SmolLM2 with a recording wrapper around its cache."""
    plain, model.sequence = model.sequence, RecordingSequence(model.context, 64, model.kind)
    yield model
    model.sequence.clear()
    model.sequence.close()
    model.sequence = plain


@pytest.fixture(scope="module")
def cold(smollm2: Path) -> Iterator[llama.LlamaModel]:
    model = llama.load(ModelSpec(smollm2, context_tokens=512), lambda _: True)
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


def next_token_odds(model: llama.LlamaModel) -> npt.NDArray[np.float64]:
    row = lib.llama_get_logits_ith(model.context, -1)
    logits = np.ctypeslib.as_array(row, (model.vocabulary.size,)).astype(np.float64)
    odds: npt.NDArray[np.float64] = np.exp(logits - logits.max())
    odds /= odds.sum()
    return odds


def test_the_cache_holds_the_request_and_its_odds_stay_near_a_cold_one(
    recorded: llama.LlamaModel, cold: llama.LlamaModel
) -> None:
    draw = random.Random(20)
    text, apart, read, asked = STORY, [], 0, 0
    sequence = recorded.sequence
    assert isinstance(sequence, RecordingSequence)
    for edit in range(30):
        text = edited(text, draw)
        tokens = recorded.vocabulary.encode_prompt(text)
        ask(recorded, text, 0)
        assert sequence.holds() == sequence.tokens == tokens
        warm_odds = next_token_odds(recorded)
        ask(cold, text, 0)
        apart.append(float(np.abs(warm_odds - next_token_odds(cold)).sum() / 2))
        cold.sequence.clear()
        heard = ask(recorded, text, 3, sampling=Sampling(seed=edit))
        read, asked = read + heard.finish.usage.read, asked + len(tokens)
        # All of the request, and all that was written but for the last token, which nothing needs.
        held = sequence.holds()
        assert held == sequence.tokens
        assert held[: len(tokens)] == tokens
        written = b"".join(recorded.vocabulary.piece(token) for token in held[len(tokens) :])
        assert heard.text.encode().startswith(written)
        if draw.random() < 0.5:  # the author lets it stand: tokens read one by one are reused
            text += heard.text
    print(f"total variation: mean {np.mean(apart):.4f}, most {np.max(apart):.4f}")
    assert np.mean(apart) <= 0.03
    assert np.max(apart) <= 0.2


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


class FailingSequence(CachedSequence):
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
