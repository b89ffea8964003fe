"""How likely a given text is, and that judging it leaves the cache as it was."""

import math
from pathlib import Path

import pytest

from storyforge.domain.generation import Request
from storyforge.domain.model import ModelSpec
from storyforge.engine import llama
from storyforge.engine.faults import EngineFault, FaultKind
from storyforge.engine.scoring import score
from storyforge.engine.sequence import Interrupted
from storyforge.engine.weighing import weigh
from tests.engine.conftest import ask
from tests.engine.tiny import write_model
from tests.engine.watching import watching

SAT = "the cat sat. the cat sat. the cat sat. the cat"


def scored(model: llama.LlamaModel, prompt: str, text: str) -> float:
    found = score(model, Request(prompt), text, lambda: False)
    assert found is not None
    return found


def test_what_a_model_would_say_is_likelier_than_what_it_would_not(model: llama.LlamaModel) -> None:
    assert scored(model, SAT, " sat. the cat sat.") > scored(model, SAT, " flew over the moon.")
    (best,) = weigh(model, Request(SAT), 1, lambda: False)
    assert math.isclose(scored(model, SAT, best.text), math.log(best.probability), abs_tol=0.05)


def test_judging_leaves_what_was_read_and_written(model: llama.LlamaModel) -> None:
    with watching(model) as watch:
        ask(model, SAT, 6)
        held = list(model.sequence.tokens)
        scored(model, SAT, " sat down and slept.")
        assert watch.sequence.holds() == held
        watch.sequence.check()


@pytest.mark.parametrize("architecture", ["llama", "mamba", "gemma3"])
def test_every_kind_of_model_judges_the_same_again(tmp_path: Path, architecture: str) -> None:
    path = write_model(tmp_path / "model.gguf", architecture)
    model = llama.load(ModelSpec(path, 512, threads=1, threads_batch=1), lambda _: True)
    try:
        first = scored(model, "The tide came in.", " Nobody came.")
        ask(model, "Something else altogether.", 5)
        assert math.isclose(
            scored(model, "The tide came in.", " Nobody came."), first, rel_tol=0.01
        )
    finally:
        model.close()


def test_what_cannot_be_judged_is_said(tiny: llama.LlamaModel) -> None:
    assert score(tiny, Request("xyz"), "", lambda: False) is None
    assert score(tiny, Request("xyz"), "long " * 300, lambda: False) is not None
    with pytest.raises(Interrupted):
        score(tiny, Request("xyz"), "abc", lambda: True)
    with pytest.raises(EngineFault) as caught:
        score(tiny, Request("x" * 600), "abc", lambda: False)
    assert caught.value.fault.kind is FaultKind.TOO_LONG
