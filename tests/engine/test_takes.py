"""Several takes in one batch, held against what llama.cpp was really told and a cold cache."""

import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from storyforge.domain.generation import Reading, StopReason, Text
from storyforge.domain.model import ModelSpec
from storyforge.domain.sampling import Sampling
from storyforge.engine import llama
from storyforge.engine.memory import TAKES_ROOM
from tests.engine.conftest import ask
from tests.engine.tiny import write_model
from tests.engine.watching import apart, cold_row, watching

ARCHITECTURES = ["llama", "mamba", "gemma3"]
STORY = "The tide came in over the stones, and nobody had lit the lamp. " * 3


def load(path: Path) -> llama.LlamaModel:
    spec = ModelSpec(path, context_tokens=512, threads=1, threads_batch=1)
    return llama.load(spec, lambda _: True)


@pytest.fixture(params=ARCHITECTURES)
def pair(
    request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[tuple[llama.LlamaModel, llama.LlamaModel]]:
    """The same model twice: one to work with, one to ask from an empty cache."""
    path = write_model(tmp_path / "model.gguf", request.param)
    warm, cold = load(path), load(path)
    yield warm, cold
    warm.close()
    cold.close()


def test_every_take_is_drawn_from_its_own_text(
    pair: tuple[llama.LlamaModel, llama.LlamaModel],
) -> None:
    warm, cold = pair
    tokens = warm.vocabulary.encode_prompt(STORY)
    with watching(warm) as watch:
        sampling = Sampling(seed=3, min_p=0, min_tokens=12)
        heard = ask(warm, STORY, 12, takes=4, sampling=sampling)
        for rows, drawn in zip(watch.rows, watch.drawn, strict=True):
            for at in (0, len(rows) // 2, len(rows) - 1):
                row = cold_row(cold, tokens + drawn[:at])
                assert apart(rows[at], row) < 0.001
    assert len(set(heard.texts)) == 4
    assert [end.usage.seed for end in heard.finishes] == [3, 4, 5, 6]
    usages = [end.usage for end in heard.finishes]
    assert [usage.read for usage in usages] == [len(tokens), 0, 0, 0]
    assert all(usage.written == 12 and usage.write_seconds > 0 for usage in usages)


def test_a_banned_phrase_sends_one_take_back_and_leaves_the_others_alone(
    pair: tuple[llama.LlamaModel, llama.LlamaModel],
) -> None:
    warm, _cold = pair
    free = Sampling(seed=5, temperature=1.2)
    plain = ask(warm, STORY, 24, takes=3, sampling=free).texts
    unwanted = next(plain[0][at : at + 3] for at in range(4, 12) if plain[0][at : at + 3].strip())
    with watching(warm):
        heard = ask(
            warm, STORY, 24, takes=3, sampling=Sampling(seed=5, temperature=1.2, banned=(unwanted,))
        )
    assert unwanted not in heard.texts[0]
    assert heard.texts[0] != plain[0]


def test_takes_end_each_for_itself(tiny: llama.LlamaModel) -> None:
    ends = set()
    for seed in range(0, 32, 8):
        sampling = Sampling(seed=seed, top_k=0, top_p=1, min_p=0)
        heard = ask(tiny, "a", 40, takes=8, sampling=sampling)
        assert [end.take for end in heard.finishes] == list(range(8))
        ends |= {end.reason for end in heard.finishes}
    assert ends == {StopReason.END, StopReason.LENGTH}


def test_one_take_is_ended_and_the_others_go_on_in_their_own_lanes(
    pair: tuple[llama.LlamaModel, llama.LlamaModel],
) -> None:
    warm, cold = pair
    tokens = warm.vocabulary.encode_prompt(STORY)
    rounds = Counter[int]()

    def ended(take: int) -> bool:
        rounds[take] += 1
        return take == 1 and rounds[take] > 4

    with watching(warm) as watch:
        sampling = Sampling(seed=3, min_p=0, min_tokens=12)
        heard = ask(warm, STORY, 12, takes=3, sampling=sampling, ended=ended)
        for rows, drawn in zip(watch.rows, watch.drawn, strict=True):
            assert apart(rows[-1], cold_row(cold, tokens + drawn[: len(rows) - 1])) < 0.001
    assert [end.usage.written for end in heard.finishes] == [12, 4, 12]
    reasons = [end.reason for end in heard.finishes]
    assert reasons == [StopReason.LENGTH, StopReason.STOPPED, StopReason.LENGTH]


def test_the_take_that_is_chosen_is_not_read_again(tiny: llama.LlamaModel) -> None:
    tokens = tiny.vocabulary.encode_prompt(STORY)
    sampling = Sampling(seed=9, min_p=0, min_tokens=12)
    with watching(tiny) as watch:
        for take in range(3):
            ask(tiny, STORY, 12, takes=3, sampling=sampling)
            wanted = tokens + watch.drawn[take]
            assert tiny.sequence.reusable(wanted) == len(tokens) + 11
            assert tiny.sequence.keep_prefix(wanted) == len(tokens) + 11
            watch.sequence.check()


def test_what_does_not_fit_into_one_batch_is_written_in_the_next(tiny: llama.LlamaModel) -> None:
    room = tiny.window + TAKES_ROOM
    prompt = "x" * 100
    tokens = len(tiny.vocabulary.encode_prompt(prompt))
    limit = (room - tokens) // 5
    assert tiny.takes_at_once(tokens, limit) == 5
    sampling = Sampling(seed=1, min_tokens=limit)
    with watching(tiny) as watch:
        heard = ask(tiny, prompt, limit, takes=8, sampling=sampling)
        assert watch.sequence.copies == 4 + 2
    assert [end.usage.written for end in heard.finishes] == [limit] * 8
    reading = [each for each in heard.deltas if isinstance(each, Reading)]
    assert reading[-1].done == reading[-1].total


def test_the_window_told_is_that_of_one_take(tiny: llama.LlamaModel) -> None:
    assert tiny.window == 512
    full = "x" * (tiny.window - 40)
    room = tiny.window - len(tiny.vocabulary.encode_prompt(full))
    heard = ask(tiny, full, 10_000, takes=8, sampling=Sampling(seed=2, min_tokens=500))
    assert [end.usage.written for end in heard.finishes] == [room] * 8


def test_a_stop_ends_all_takes_and_keeps_their_texts(tiny: llama.LlamaModel) -> None:
    rounds = iter(range(10**9))
    with watching(tiny):
        heard = ask(
            tiny, "abc", 200, takes=5, sampling=Sampling(seed=1, min_tokens=200),
            stopped=lambda: next(rounds) > 60,
        )  # fmt: skip
    assert {end.reason for end in heard.finishes} == {StopReason.STOPPED}
    assert len({end.usage.written for end in heard.finishes}) == 1
    assert all(heard.texts)


def test_a_stop_while_reading_ends_takes_that_were_never_begun(tiny: llama.LlamaModel) -> None:
    heard = ask(tiny, STORY, takes=3, stopped=lambda: True)
    assert [end.reason for end in heard.finishes] == [StopReason.STOPPED] * 3
    assert not any(isinstance(each, Text) for each in heard.deltas)


def test_edits_between_takes_leave_the_record_true(
    pair: tuple[llama.LlamaModel, llama.LlamaModel],
) -> None:
    warm, cold = pair
    draw = random.Random(4)
    text = STORY
    with watching(warm) as watch:
        for round_ in range(12):
            at = draw.randrange(len(text))
            text = text[:at] + draw.choice("abc ") + text[at + draw.randrange(3) :]
            takes = draw.choice((1, 2, 4))
            stop_after = draw.choice((10**9, 40))
            calls = iter(range(10**9))
            heard = ask(
                warm, text, 6, takes=takes, sampling=Sampling(seed=round_, min_p=0),
                stopped=lambda: next(calls) > stop_after,  # noqa: B023 - called here
            )  # fmt: skip
            watch.sequence.check()
            for rows, drawn in zip(watch.rows, watch.drawn, strict=True):
                if rows:
                    tokens = warm.vocabulary.encode_prompt(text) + drawn[: len(rows) - 1]
                    assert apart(rows[-1], cold_row(cold, tokens)) < 0.001
            if draw.random() < 0.5:
                text += draw.choice(heard.texts)
