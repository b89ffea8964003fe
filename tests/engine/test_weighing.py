"""The likeliest tokens at a spot, and that looking leaves the cache as it was."""

import unicodedata
from pathlib import Path

import numpy as np
import pytest

from storyforge.domain.generation import Request
from storyforge.domain.model import ModelSpec
from storyforge.domain.sampling import Sampling
from storyforge.engine import llama
from storyforge.engine.faults import EngineFault, FaultKind
from storyforge.engine.sequence import Interrupted
from storyforge.engine.weighing import weigh
from tests.engine.conftest import ask
from tests.engine.tiny import write_model
from tests.engine.watching import cold_row, odds, watching

SAT = "the cat sat. the cat sat. the cat sat. the cat"


def test_the_likeliest_word_comes_first(model: llama.LlamaModel) -> None:
    found = weigh(model, Request(SAT), 5, lambda: False)
    assert found[0].text == " sat"
    assert found[0].probability > 0.5
    told = [each.probability for each in found]
    assert told == sorted(told, reverse=True)
    assert len(found) == 5
    assert sum(told) <= 1


def test_looking_back_leaves_what_was_read_and_written(model: llama.LlamaModel) -> None:
    with watching(model) as watch:
        heard = ask(model, SAT, 6, sampling=Sampling(temperature=0, seed=1))
        held = list(model.sequence.tokens)
        weigh(model, Request(SAT), 3, lambda: False)
        assert watch.sequence.holds() == held
        watch.sequence.check()
        # Of what is not in the cache, only the news are read.
        weigh(model, Request(SAT + heard.text + " down and"), 3, lambda: False)
        watch.sequence.check()
        assert model.sequence.tokens[: len(held)] == held


def test_half_characters_are_made_whole(model: llama.LlamaModel) -> None:
    found = weigh(model, Request("灯台守は海を見た。彼女は"), 12, lambda: False)
    assert len(found) > 6
    for each in found:
        assert each.text
        assert "\ufffd" not in each.text
    assert any(unicodedata.name(each.text[0], "").startswith(("HIRA", "CJK")) for each in found)


@pytest.mark.parametrize("architecture", ["llama", "mamba", "gemma3"])
def test_every_kind_of_model_tells_the_odds_of_an_empty_cache(
    tmp_path: Path, architecture: str
) -> None:
    path = write_model(tmp_path / "model.gguf", architecture)
    model = llama.load(ModelSpec(path, 512, threads=1, threads_batch=1), lambda _: True)
    story = "The tide came in over the stones. " * 4
    try:
        with watching(model) as watch:
            for prompt in (story, story[:40], story + "She", story):
                ask(model, prompt, 5, takes=3)
                for spot in (prompt, prompt[:-7]):
                    found = weigh(model, Request(spot), 60, lambda: False)
                    watch.sequence.check()
                    cold = odds(cold_row(model, model.vocabulary.encode_prompt(spot)))
                    letters = range(3 + ord("A"), 3 + ord("z"))
                    best = max(letters, key=lambda token: cold[token])
                    told = {each.text: each.probability for each in found}
                    assert np.isclose(told[chr(best - 3)], cold[best], rtol=0.01)
    finally:
        model.close()


def test_it_can_be_stopped_and_says_when_the_prompt_is_too_long(tiny: llama.LlamaModel) -> None:
    with pytest.raises(Interrupted):
        weigh(tiny, Request("x" * 300), 5, lambda: True)
    calls = iter(range(100))
    ask(tiny, "xyz", 0)
    with pytest.raises(Interrupted):
        weigh(tiny, Request("xyz"), 5, lambda: next(calls) > 1)
    assert tiny.sequence.reusable(tiny.vocabulary.encode_prompt("xyz")) > 1
    with pytest.raises(EngineFault) as caught:
        weigh(tiny, Request("x" * 600), 5, lambda: False)
    assert caught.value.fault.kind is FaultKind.TOO_LONG
