"""Every sampler against its formula, on made-up logits: frequencies of thousands of draws."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from storyforge.domain.sampling import ORDER, Sampling
from storyforge.engine.faults import EngineFault, FaultKind, to_error
from storyforge.engine.sampling import Sampler, settle_seed
from tests.engine.bare import Bare

Floats = npt.NDArray[np.float64]

PLAIN = Sampling(temperature=1, top_k=0, top_p=1, min_p=0, repeat_penalty=1, seed=5)
DRAWS = 5000
# Total variation of so many draws from their own distribution stays well below it.
NEAR = 0.045


@pytest.fixture(scope="module")
def model(tiny_path: Path) -> Iterator[Bare]:
    bare = Bare(tiny_path)
    yield bare
    bare.close()


@pytest.fixture
def logits(model: Bare) -> npt.NDArray[np.float32]:
    """Some tokens worth drawing, the others far below."""
    drawn = np.random.default_rng(3)
    made = drawn.normal(-9, 1, model.vocabulary.size)
    made[20:60] = drawn.normal(0, 2, 40)
    return made.astype("f4")


def softmax(logits: npt.ArrayLike) -> Floats:
    weights = np.exp(np.asarray(logits, "f8") - np.max(logits))
    return np.asarray(weights / weights.sum(), "f8")


def keep(p: Floats, kept: npt.NDArray[np.bool_]) -> Floats:
    p = np.where(kept, p, 0)
    return np.asarray(p / p.sum(), "f8")


def distance(one: Floats, two: Floats) -> float:
    return float(np.abs(one - two).sum() / 2)


def frequencies(
    model: Bare,
    sampling: Sampling,
    logits: npt.NDArray[np.float32],
    story: tuple[int, ...] = (),
) -> Floats:
    sampler = Sampler(sampling, model.vocabulary, model.window, story)
    drawn = Counter(sampler.choose(logits) for _ in range(DRAWS))
    sampler.close()
    counts = np.zeros(len(logits))
    for token, count in drawn.items():
        assert token is not None
        counts[token] = count
    return counts / DRAWS


def top_k(p: Floats, k: int) -> Floats:
    return keep(p, p >= np.sort(p)[-k])


def top_p(p: Floats, most: float) -> Floats:
    order = np.argsort(-p)
    kept = np.zeros(len(p), bool)
    kept[order[: int(np.searchsorted(np.cumsum(p[order]), most) + 1)]] = True
    return keep(p, kept)


def typical(p: Floats, most: float) -> Floats:
    surprise = -np.log(p)
    order = np.argsort(np.abs(surprise - (p * surprise).sum()))
    kept = np.zeros(len(p), bool)
    kept[order[: int(np.searchsorted(np.cumsum(p[order]), most) + 1)]] = True
    return keep(p, kept)


def sigma(logits: Floats, n: float) -> Floats:
    return keep(softmax(logits), logits >= logits.max() - n * logits.std())


def warmed(logits: Floats, temperature: float, spread: float, exponent: float) -> Floats:
    p = softmax(logits)
    entropy = -(p * np.log(p)).sum() / np.log(len(p))
    low, high = max(0.0, temperature - spread), temperature + spread
    return softmax(logits / (low + (high - low) * entropy**exponent))


def test_temperature_divides_the_logits(model: Bare, logits: npt.NDArray[np.float32]) -> None:
    for temperature in (0.5, 1.0, 1.7):
        wish = replace(PLAIN, temperature=temperature)
        told = frequencies(model, wish, logits)
        assert distance(told, softmax(logits.astype("f8") / temperature)) < NEAR


@pytest.mark.parametrize(
    ("wish", "reference"),
    [
        ({"top_k": 5}, lambda z: top_k(softmax(z), 5)),
        ({"top_p": 0.7}, lambda z: top_p(softmax(z), 0.7)),
        ({"min_p": 0.3}, lambda z: keep(softmax(z), softmax(z) >= 0.3 * softmax(z).max())),
        ({"typical_p": 0.5}, lambda z: typical(softmax(z), 0.5)),
        ({"top_n_sigma": 0.6}, lambda z: sigma(z, 0.6)),
        (
            {"temperature": 1.0, "dynamic_range": 0.8, "dynamic_exponent": 1.5},
            lambda z: warmed(z, 1.0, 0.8, 1.5),
        ),
    ],
    ids=["top_k", "top_p", "min_p", "typical_p", "top_n_sigma", "dynamic temperature"],
)
def test_each_sampler_does_what_its_formula_says(
    model: Bare,
    logits: npt.NDArray[np.float32],
    wish: dict[str, Any],
    reference: Callable[[Floats], Floats],
) -> None:
    expected = reference(logits.astype("f8"))
    assert distance(softmax(logits), expected) > 2 * NEAR, "it changes something"
    told = frequencies(model, replace(PLAIN, **wish), logits)
    assert distance(told, expected) < NEAR
    assert not told[expected == 0].any()


def test_xtc_leaves_out_all_but_the_last_of_the_likely_ones(
    model: Bare, logits: npt.NDArray[np.float32]
) -> None:
    p = softmax(logits)
    likely = np.flatnonzero(p >= 0.1)
    assert len(likely) > 1
    out = p.copy()
    out[[n for n in likely if p[n] > p[likely].min()]] = 0
    always = frequencies(model, replace(PLAIN, xtc_probability=1, xtc_threshold=0.1), logits)
    assert distance(always, out / out.sum()) < NEAR
    half = frequencies(model, replace(PLAIN, xtc_probability=0.5, xtc_threshold=0.1), logits)
    assert distance(half, (p + out / out.sum()) / 2) < NEAR


def test_the_three_penalties_count_what_was_written(
    model: Bare, logits: npt.NDArray[np.float32]
) -> None:
    a, b, c = (int(token) for token in np.argsort(-logits)[:3])
    story = (99, c, b, b, a, a, a)
    wish = replace(
        PLAIN, repeat_penalty=1.3, frequency_penalty=0.4, presence_penalty=0.7, repeat_range=5
    )
    z = logits.astype("f8")
    for token, count in Counter(story[-5:]).items():
        z[token] = z[token] * 1.3 if z[token] <= 0 else z[token] / 1.3
        z[token] -= 0.4 * count + 0.7
    assert distance(softmax(logits), softmax(z)) > 2 * NEAR
    assert distance(frequencies(model, wish, logits, story), softmax(z)) < NEAR
    wide = replace(wish, repeat_range=-1)
    assert frequencies(model, wide, logits, story)[c] < softmax(z)[c] / 2


def test_dry_makes_going_on_with_a_repetition_dear(model: Bare) -> None:
    # … 30 31 32 33 34 … 30 31 32 33: going on with 34 would repeat four tokens.
    story = (30, 31, 32, 33, 34, 50, 51, 30, 31, 32, 33)
    z = np.full(model.vocabulary.size, -30.0)
    z[[34, 50]] = (3.0, 0.0)
    wish = replace(PLAIN, dry_multiplier=0.5, dry_base=1.6, dry_allowed_length=2, dry_breakers=())
    expected = z.copy()
    expected[34] -= 0.5 * 1.6 ** (4 - 2)
    told = partial(frequencies, model, logits=z.astype("f4"), story=story)
    assert distance(told(wish), softmax(expected)) < NEAR
    assert distance(told(replace(wish, dry_allowed_length=5)), softmax(z)) < NEAR
    assert distance(told(replace(wish, dry_range=5)), softmax(z)) < NEAR, "out of its reach"
    # A breaker in the middle: only what stands behind it counts as repeated.
    (breaker,) = model.vocabulary.encode("\n")[-1:]
    broken = (30, breaker, 32, 33, 34, 50, 51, 30, breaker, 32, 33)
    expected[34] = 3.0 - 0.5 * 1.6 ** (2 - 2)
    told = partial(frequencies, model, logits=z.astype("f4"), story=broken)
    assert distance(told(replace(wish, dry_breakers=("\n",))), softmax(expected)) < NEAR


def test_mirostat_follows_its_target(model: Bare, logits: npt.NDArray[np.float32]) -> None:
    tau, eta = 2.0, 0.3
    wish = replace(PLAIN, mirostat=True, mirostat_tau=tau, mirostat_eta=eta, top_k=1)
    sampler = Sampler(wish, model.vocabulary, model.window, ())
    p, most, surprises = softmax(logits), 2 * tau, []
    for _ in range(400):
        within = -np.log2(p) <= most
        within[p.argmax()] = True
        token = sampler.choose(logits)
        assert token is not None
        assert within[token] or -np.log2(p[token]) < most + 1e-3
        sampler.accept(token)
        surprise = -np.log2(keep(p, within)[token])
        most -= eta * (surprise - tau)
        surprises.append(surprise)
    sampler.close()
    assert abs(np.mean(surprises) - tau) < 0.1


def test_the_order_of_the_samplers_is_kept(model: Bare, logits: npt.NDArray[np.float32]) -> None:
    wish = replace(PLAIN, temperature=0.5, min_p=0.1)
    z = logits.astype("f8")
    p, cold = softmax(z), softmax(z / 0.5)
    last = frequencies(model, wish, logits)
    assert distance(last, keep(cold, p >= 0.1 * p.max())) < NEAR
    first = frequencies(model, replace(wish, order=("temperature", "min_p")), logits)
    assert distance(first, keep(cold, cold >= 0.1 * cold.max())) < NEAR
    assert distance(first, last) > NEAR
    none = frequencies(model, replace(wish, order=()), logits)
    assert distance(none, p) < NEAR


def test_typical_bears_what_others_have_thrown_out(
    model: Bare, logits: npt.NDArray[np.float32]
) -> None:
    far = logits.copy()
    far[100:] = -2000.0  # a probability of 0, whose logarithm would spoil the sum
    wish = replace(PLAIN, typical_p=0.5, top_n_sigma=3.0)
    told = frequencies(model, wish, far)
    assert told.sum() == pytest.approx(1)
    assert not told[100:].any()


def test_temperature_zero_takes_the_likeliest_after_the_penalties(model: Bare) -> None:
    z = np.full(model.vocabulary.size, -5.0, "f4")
    z[[40, 41]] = (4.0, 3.9)
    # What narrows the choice or leaves out the likeliest has no say.
    wish = replace(PLAIN, temperature=0, xtc_probability=1, xtc_threshold=0.1, mirostat=True)
    sampler = Sampler(wish, model.vocabulary, model.window, (40,))
    assert sampler.choose(z) == 40
    sampler.close()
    sampler = Sampler(replace(wish, repeat_penalty=1.5), model.vocabulary, model.window, (40,))
    assert [sampler.choose(z) for _ in range(3)] == [41] * 3
    sampler.close()


def test_forbidden_tokens_are_never_drawn_and_the_others_share_what_they_had(
    model: Bare, logits: npt.NDArray[np.float32]
) -> None:
    p = softmax(logits)
    forbidden = np.zeros(len(p), bool)
    forbidden[np.argsort(-p)[:3]] = True
    sampler = Sampler(PLAIN, model.vocabulary, model.window, ())
    drawn = Counter(sampler.choose(logits, forbidden) for _ in range(DRAWS))
    counts = np.array([drawn[n] for n in range(len(p))]) / DRAWS
    assert distance(counts, keep(p, ~forbidden)) < NEAR
    assert sampler.choose(logits, np.ones(len(p), bool)) is None
    sampler.close()


@pytest.mark.parametrize(
    "wish",
    [
        replace(PLAIN, repeat_penalty=1.5, frequency_penalty=0.3, repeat_range=3),
        replace(PLAIN, dry_multiplier=1.0, dry_allowed_length=1, dry_breakers=()),
        replace(PLAIN, mirostat=True, mirostat_tau=2.0, mirostat_eta=0.5),
    ],
    ids=["penalties", "dry", "mirostat"],
)
def test_after_going_back_the_past_is_as_if_nothing_had_been_drawn(
    model: Bare, logits: npt.NDArray[np.float32], wish: Sampling
) -> None:
    story = (20, 21, 22, 20)
    straight = Sampler(wish, model.vocabulary, model.window, story)
    detour = Sampler(wish, model.vocabulary, model.window, story)
    for token in (21, 30):
        straight.choose(logits)
        straight.accept(token)
        detour.choose(logits)
        detour.accept(token)
    for token in (31, 22, 20):
        detour.choose(logits)
        detour.accept(token)
    detour.take_back(3)
    p, q = (
        np.bincount([s.choose(logits) or 0 for _ in range(DRAWS)], minlength=len(logits)) / DRAWS
        for s in (straight, detour)
    )
    # Repeated draws at one place see the same mirostat, too.
    assert distance(p, q) < NEAR
    straight.close()
    detour.close()


def test_a_seed_repeats_the_draws_and_another_does_not(
    model: Bare, logits: npt.NDArray[np.float32]
) -> None:
    def drawn(seed: int) -> list[int | None]:
        wish = replace(PLAIN, xtc_probability=0.5, seed=seed)
        sampler = Sampler(wish, model.vocabulary, model.window, ())
        found = [sampler.choose(logits) for _ in range(30)]
        sampler.close()
        sampler.close()
        return found

    assert drawn(4) == drawn(4) != drawn(5)
    assert drawn(3) == drawn(0xFFFFFFFF * 5 + 3)
    # llama.cpp takes this for "any"; it must repeat itself all the same.
    assert drawn(0xFFFFFFFF) == drawn(0xFFFFFFFF)
    assert settle_seed(7) == 7
    assert settle_seed(None) != settle_seed(None)


def test_what_llama_cpp_refuses_is_a_fault(model: Bare, monkeypatch: pytest.MonkeyPatch) -> None:
    class Refusing:
        def __getattr__(self, name: str) -> object:
            import llama_cpp.llama_cpp as lib

            return (lambda *_: None) if name.endswith("init_min_p") else getattr(lib, name)

    sampler = Sampler(PLAIN, model.vocabulary, model.window, ())
    # llama.cpp itself refuses nothing that is within our ranges.
    monkeypatch.setattr(sampler, "_lib", Refusing())
    with pytest.raises(EngineFault) as caught:
        sampler._build(replace(PLAIN, min_p=0.5), model.vocabulary, model.window)
    assert caught.value.fault.kind is FaultKind.SAMPLER_REFUSED
    assert caught.value.fault.about == "min_p"
    monkeypatch.undo()
    sampler.close()


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"repeat_penalty": 0.0}, "repeat_penalty"),
        ({"temperature": float("nan")}, "temperature"),
        ({"dry_multiplier": float("inf")}, "dry_multiplier"),
        ({"order": ("tea",)}, "order"),
    ],
)
def test_a_value_out_of_its_range_never_reaches_llama_cpp(
    model: Bare, wish: dict[str, Any], field: str
) -> None:
    with pytest.raises(EngineFault) as caught:
        Sampler(replace(PLAIN, **wish), model.vocabulary, model.window, ())
    assert caught.value.fault.kind is FaultKind.SAMPLER_REFUSED
    assert caught.value.fault.about == field
    assert "“" + field in to_error(caught.value.fault).message


def test_the_standard_order_names_each_sampler_once() -> None:
    assert len(set(ORDER)) == len(ORDER)
