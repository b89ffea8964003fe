"""Our samplers against llama.cpp's: the same odds, the same past, the same way back."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from storyforge.domain.presets import SHIPPED
from storyforge.domain.sampling import Sampling
from storyforge.engine.faults import EngineFault, FaultKind
from storyforge.engine.torch.drawing import Drawer
from tests.engine.bare import Bare, Logits
from tests.engine.test_sampling import NEAR, PLAIN, Floats, distance, frequencies

REPETITIVE = (30, 31, 32, 33, 34, 50, 51, 30, 31, 32, 33)


@pytest.fixture(scope="module")
def model(tiny_path: Path) -> Iterator[Bare]:
    bare = Bare(tiny_path)
    yield bare
    bare.close()


@pytest.fixture
def logits(model: Bare) -> Logits:
    """Some tokens worth drawing, the others far below."""
    drawn = np.random.default_rng(3)
    made = drawn.normal(-9, 1, model.vocabulary.size)
    made[20:60] = drawn.normal(0, 2, 40)
    made[31:35] = 4.0  # what the story repeats
    return made.astype("f4")


def drawer(model: Bare, sampling: Sampling, story: tuple[int, ...] = ()) -> Drawer:
    return Drawer(sampling, model.vocabulary, model.window, story)


def odds(drawing: Drawer, logits: Logits) -> Floats:
    """How likely each token of the vocabulary is."""
    found = drawing.odds(logits)
    assert found is not None
    whole = np.zeros(len(logits))
    whole[found[0]] = found[1]
    return whole


WISHES: dict[str, dict[str, Any]] = {
    "temperature": {"temperature": 1.7},
    "dynamic temperature": {"dynamic_range": 0.8, "dynamic_exponent": 1.5},
    "top_k": {"top_k": 5},
    "top_p": {"top_p": 0.7},
    "min_p": {"min_p": 0.3},
    "typical_p": {"typical_p": 0.5},
    "top_n_sigma": {"top_n_sigma": 0.6},
    "xtc": {"xtc_probability": 1, "xtc_threshold": 0.1},
    "penalties": {"repeat_penalty": 1.4, "presence_penalty": 0.5, "frequency_penalty": 0.3},
    "near penalties": {"repeat_penalty": 1.8, "repeat_range": 3},
    "dry": {"dry_multiplier": 0.5, "dry_base": 1.6, "dry_breakers": ()},
    "dry with breakers": {"dry_multiplier": 2, "dry_allowed_length": 1, "dry_breakers": ("\x1d",)},
    "mirostat": {"mirostat": True, "mirostat_tau": 1.0, "top_k": 1},
    "another order": {"temperature": 0.5, "min_p": 0.1, "order": ("temperature", "min_p")},
    "narrowed first": {"top_k": 10, "repeat_penalty": 2, "order": ("top_k", "penalties", "xtc")},
    "greedy": {"temperature": 0, "repeat_penalty": 1.5},
}


@pytest.mark.parametrize("wish", WISHES.values(), ids=WISHES)
def test_each_sampler_leaves_the_odds_that_llama_cpp_leaves(
    model: Bare, logits: Logits, wish: dict[str, Any]
) -> None:
    sampling = replace(PLAIN, **wish)
    ours = odds(drawer(model, sampling, REPETITIVE), logits)
    theirs = frequencies(model, sampling, logits, REPETITIVE)
    assert distance(ours, theirs) < NEAR
    assert not theirs[ours == 0].any()
    plain = odds(drawer(model, PLAIN, REPETITIVE), logits)
    assert distance(ours, plain) > NEAR, "it changes something"


@pytest.mark.parametrize("preset", SHIPPED, ids=lambda preset: preset.name)
def test_the_presets_that_ship_draw_alike(model: Bare, logits: Logits, preset: Any) -> None:
    sampling = replace(preset.sampling, seed=5)
    drawing = drawer(model, sampling, REPETITIVE)
    ours = np.mean([odds(drawing, logits) for _ in range(300)], axis=0)
    assert distance(ours, frequencies(model, sampling, logits, REPETITIVE)) < 2 * NEAR


def test_tokens_are_drawn_by_their_odds(model: Bare, logits: Logits) -> None:
    drawing = drawer(model, PLAIN)
    drawn = [drawing.choose(logits) or 0 for _ in range(5000)]
    told = np.bincount(drawn, minlength=len(logits)) / len(drawn)
    assert distance(told, odds(drawing, logits)) < NEAR


def test_what_is_forbidden_is_never_drawn(model: Bare, logits: Logits) -> None:
    likely = np.zeros(len(logits), bool)
    likely[np.argsort(-logits)[:3]] = True
    drawing = drawer(model, replace(PLAIN, top_k=4))
    assert not {drawing.choose(logits, likely) for _ in range(200)} & set(np.flatnonzero(likely))
    assert drawing.choose(logits, np.ones(len(logits), bool)) is None
    hopeless = np.full(len(logits), -np.inf, "f4")
    assert drawing.choose(hopeless) is None


@pytest.mark.parametrize("name", ["penalties", "dry", "mirostat"])
def test_after_going_back_the_past_is_as_if_nothing_had_been_drawn(
    model: Bare, logits: Logits, name: str
) -> None:
    wish = replace(PLAIN, **WISHES[name])
    straight, detour = (drawer(model, wish, (20, 21, 22, 20)) for _ in range(2))
    for drawing in (straight, detour):
        for token in (21, 30):
            drawing.choose(logits)
            drawing.accept(token)
    for token in (31, 22, 20):
        detour.choose(logits)
        detour.accept(token)
    detour.take_back(3)
    detour.settle(2)
    detour.close()
    assert distance(odds(straight, logits), odds(detour, logits)) < 1e-9


def test_mirostat_follows_its_target(model: Bare, logits: Logits) -> None:
    drawing = drawer(model, replace(PLAIN, mirostat=True, mirostat_tau=2.0, mirostat_eta=0.3))
    surprises = []
    for _ in range(400):
        before = odds(drawing, logits)
        token = drawing.choose(logits)
        assert token is not None
        surprises.append(-np.log2(before[token]))
        drawing.accept(token)
    assert abs(np.mean(surprises) - 2.0) < 0.1


def test_a_seed_repeats_the_draws_and_another_does_not(model: Bare, logits: Logits) -> None:
    def drawn(seed: int) -> list[int | None]:
        drawing = drawer(model, replace(PLAIN, xtc_probability=0.5, seed=seed))
        return [drawing.choose(logits) for _ in range(30)]

    assert drawn(4) == drawn(4) != drawn(5)
    assert drawn(2**40) == drawn(2**40)


def test_a_value_out_of_its_range_is_a_fault(model: Bare) -> None:
    with pytest.raises(EngineFault) as caught:
        drawer(model, replace(PLAIN, repeat_penalty=0.0))
    assert caught.value.fault.kind is FaultKind.SAMPLER_REFUSED
    assert caught.value.fault.about == "repeat_penalty"
