"""What transformers models have read: the record held against the same text read from nothing."""

import random
from pathlib import Path

import numpy as np
import pytest

from storyforge.domain.sampling import Sampling
from storyforge.engine.faults import EngineFault, FaultKind
from storyforge.engine.sequence import Interrupted
from storyforge.engine.torch.model import TorchModel
from tests.engine.conftest import ask
from tests.engine.torch.conftest import Load
from tests.engine.torch.folders import write_folder
from tests.engine.watching import Logits, apart

KINDS = ["llama", "gemma3", "mamba"]
PAGE = "The tide came in over the stones, and the lamp was lit. Nobody answered."
GREEDY = Sampling(temperature=0, repeat_penalty=1, seed=1)


def row_of(model: TorchModel, tokens: list[int], lane: int = 0) -> Logits:
    """The logits behind `tokens`, by what the lane has of them."""
    model.sequence.keep_prefix(tokens)
    model.sequence.read(tokens, lambda: False, lambda _: None)
    assert model.sequence.lane(lane) == tokens
    return model.logits(-1)


def edited(text: str, draw: random.Random) -> str:
    at = draw.randrange(len(text))
    match draw.randrange(3):
        case 0:
            return text[:at]
        case 1:
            return text[:at] + draw.choice(("the old ", "海", "\n")) + text[at:]
        case _:
            return text + " She listened."


@pytest.mark.parametrize("kind", KINDS)
def test_after_any_edits_the_odds_are_those_of_a_cold_reading(
    load: Load, folders: dict[str, Path], kind: str
) -> None:
    warm, cold = load(folders[kind], batch_tokens=16), load(folders[kind], batch_tokens=16)
    draw, text, reused = random.Random(3), PAGE * 2, 0
    for step in range(12):
        text = edited(text or PAGE, draw)
        tokens = warm.vocabulary.encode_prompt(text)
        reused += warm.sequence.reusable(tokens)
        near = row_of(warm, tokens)
        cold.sequence.clear()
        assert apart(near, row_of(cold, tokens)) < 1e-3, step
        if step % 3 == 0:
            ask(warm, text, 5, sampling=GREEDY, takes=2)
    assert reused > 100 or kind == "mamba"


def test_a_state_is_gone_on_from_where_little_was_added(
    load: Load, folders: dict[str, Path]
) -> None:
    model = load(folders["mamba"])
    page = PAGE * 3
    ask(model, page, 5)
    added = ask(model, page + " So", 2).finish.usage
    assert added.read <= 4
    assert added.reused > 190
    assert ask(model, page + PAGE, 2).finish.usage.reused == 0, "reading it whole is faster"


def test_windows_that_slide_keep_what_lies_behind_them(
    load: Load, folders: dict[str, Path]
) -> None:
    """The model's own cache, which drops it, gives the same odds."""
    import torch
    from transformers import DynamicCache

    model = load(folders["gemma3"])
    tokens = model.vocabulary.encode_prompt(PAGE)
    told = model._model(
        input_ids=torch.tensor([tokens]), cache=DynamicCache(config=model._model.config)
    )
    assert apart(row_of(model, tokens), told.logits[0, -1].float().detach().numpy()) < 1e-3
    assert model.sequence.reusable(tokens[:40]) == 39


@pytest.mark.parametrize("kind", KINDS)
def test_takes_at_once_are_those_of_one_after_the_other(
    load: Load, folders: dict[str, Path], kind: str
) -> None:
    model = load(folders[kind])
    three = ask(model, PAGE, 20, sampling=Sampling(seed=7, min_tokens=20), takes=3)
    alone = [
        ask(model, PAGE, 20, sampling=Sampling(seed=7 + n, min_tokens=20)).text for n in range(3)
    ]
    assert three.texts == alone
    assert len(set(alone)) == 3
    assert model.kind.takes == (1 if kind == "mamba" else 8)


def test_takes_that_end_or_go_back_leave_the_batch(load: Load, folder: Path) -> None:
    model = load(folder)
    free = ask(model, PAGE, 40, sampling=Sampling(seed=5), takes=4)
    word = free.texts[0][3:5]
    wish = Sampling(seed=5, banned=(word,))
    model.sequence.clear()
    heard = ask(model, PAGE, 40, sampling=wish, takes=4)
    assert len(heard.finishes) == 4
    assert all(word not in text for text in heard.texts)
    for lane in range(4):
        tokens = list(model.sequence.lane(lane))
        model.sequence.step([(lane, 7)])
        assert apart(model.logits(-1), row_of(load(folder), [*tokens, 7])) < 1e-3


def test_the_take_that_is_chosen_is_not_read_again(tiny: TorchModel) -> None:
    ask(tiny, PAGE, 12, sampling=Sampling(seed=3, min_tokens=12), takes=3)
    chosen = list(tiny.sequence.lane(1))
    assert chosen != tiny.sequence.lane(0)
    assert tiny.sequence.keep_prefix([*chosen, 7]) == len(chosen)


@pytest.mark.parametrize("kind", KINDS)
def test_a_stop_within_an_evaluation_leaves_the_record_true(
    load: Load, folders: dict[str, Path], kind: str
) -> None:
    model = load(folders[kind], batch_tokens=16)
    tokens = model.vocabulary.encode_prompt(PAGE)
    asked = 0

    def stopped() -> bool:
        nonlocal asked
        asked += 1
        return asked == (2 if kind == "mamba" else 6)  # between two layers

    model.sequence.watch(stopped)
    with pytest.raises(Interrupted):
        model.sequence.read(tokens, lambda: False, lambda _: None)
    model.sequence.watch(None)
    assert len(model.sequence.tokens) == (0 if kind == "mamba" else 32)
    near = row_of(model, tokens)
    model.sequence.clear()
    assert np.allclose(near, row_of(model, tokens), atol=1e-4)


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_every_time_whatever_was_read_before(
    load: Load, folders: dict[str, Path], kind: str
) -> None:
    model = load(folders[kind], batch_tokens=16)
    wish = Sampling(repeatable=True, seed=1, temperature=1.5)
    first = ask(model, PAGE, 16, sampling=wish).text
    ask(model, PAGE[:30] + "Something else entirely.", 9, sampling=wish, takes=2)
    assert ask(model, PAGE, 16, sampling=wish).text == first
    ask(model, PAGE + first, 4, sampling=wish)
    assert ask(model, PAGE, 16, sampling=wish).text == first


def test_what_torch_refuses_is_a_fault_and_leaves_nothing_half_read(
    load: Load, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = load(write_folder(tmp_path / "model"))
    ask(model, PAGE, 2)
    plain = model.sequence._forward
    errors: list[Exception] = [
        RuntimeError("shapes do not match\nsomewhere"),
        RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes"),
        ValueError("a model's own code"),
    ]
    for error, kind in zip(errors, (FaultKind.NOT_READ, FaultKind.NO_MEMORY, None), strict=True):

        def refuse(*_: object, error: Exception = error) -> None:
            raise error

        monkeypatch.setattr(model.sequence, "_forward", refuse)
        with pytest.raises(ValueError if kind is None else EngineFault) as caught:
            ask(model, "Something else.", 2)
        if isinstance(caught.value, EngineFault):
            assert caught.value.fault.kind is kind
            assert "\n" not in caught.value.fault.about
        assert model.sequence.tokens == []
        monkeypatch.setattr(model.sequence, "_forward", plain)
        assert ask(model, PAGE, 2).finish.usage.written == 2
