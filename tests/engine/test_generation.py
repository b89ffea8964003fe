"""Answers of a real small model, in this process."""

from dataclasses import replace

import pytest

from storyforge.domain.generation import Reading, StopReason, Text
from storyforge.domain.model import ModelSpec
from storyforge.domain.sampling import Sampling
from storyforge.domain.text import clean
from storyforge.engine import generation, llama
from storyforge.engine.faults import EngineFault, FaultKind
from tests.engine.conftest import ask

GREEDY = Sampling(temperature=0, repeat_penalty=1, seed=1)
PROMPT = "Mara had kept the light at Skerry Point for eleven years."


def test_the_same_request_repeats_itself_from_an_empty_cache(model: llama.LlamaModel) -> None:
    first = ask(model, PROMPT)
    model.sequence.clear()
    ask(model, "Something else was read meanwhile.", 2)
    model.sequence.clear()
    second = ask(model, PROMPT)
    assert first.text == second.text
    assert first.text
    assert second.finish.usage.reused == 0


def test_a_drawn_seed_is_told_and_repeats_the_text(model: llama.LlamaModel) -> None:
    first = ask(model, PROMPT, sampling=Sampling(seed=None))
    model.sequence.clear()
    seed = first.finish.usage.seed
    assert ask(model, PROMPT, sampling=Sampling(seed=seed)).text == first.text


def test_only_what_was_added_is_read(model: llama.LlamaModel) -> None:
    first = ask(model, PROMPT)
    usage = first.finish.usage
    assert (usage.reused, usage.read, usage.written) == (0, 15, 12)
    assert usage.read_seconds > 0
    assert usage.write_seconds > 0
    longer = ask(model, PROMPT + " On the night", 1)
    assert longer.finish.usage.reused == 15
    assert longer.finish.usage.read == 3


def test_taking_again_reads_only_the_last_token(model: llama.LlamaModel) -> None:
    ask(model, PROMPT)
    again = ask(model, PROMPT, sampling=Sampling(seed=8))
    assert (again.finish.usage.reused, again.finish.usage.read) == (14, 1)


def test_reading_tells_its_progress_block_by_block(model: llama.LlamaModel) -> None:
    heard = ask(model, "the sea and the stones and " * 30, 1)
    progress = [each for each in heard.deltas if isinstance(each, Reading)]
    total = heard.finish.usage.read
    assert [each.done for each in progress] == [*range(0, total, 64), total]
    assert {each.total for each in progress} == {total}


def test_a_stop_while_reading_is_honoured_within_a_block(model: llama.LlamaModel) -> None:
    asked = 0

    def after_some_calls() -> bool:
        nonlocal asked
        asked += 1
        return asked > 300  # within the first block: llama.cpp asks hundreds of times a block

    heard = ask(model, "the sea and the stones and " * 60, stopped=after_some_calls)
    assert heard.finish.reason is StopReason.STOPPED
    assert heard.finish.usage.written == 0
    assert heard.finish.usage.read <= 64
    assert heard.text == ""


def test_after_an_aborted_reading_the_text_is_that_of_a_cold_one(model: llama.LlamaModel) -> None:
    prompt = "The tide came in over the stones, and the lamp was lit. " * 12
    cold = ask(model, prompt, 4, sampling=GREEDY).text
    model.sequence.clear()
    calls = iter(range(10**9))
    ask(model, prompt, 4, stopped=lambda: next(calls) > 1500)
    assert 0 < len(model.sequence.tokens) < len(model.vocabulary.encode_prompt(prompt))
    warm = ask(model, prompt, 4, sampling=GREEDY)
    assert warm.finish.usage.reused > 0
    assert warm.text == cold


def test_a_stop_while_writing_keeps_what_came(model: llama.LlamaModel) -> None:
    heard = ask(model, PROMPT, 1000, stopped=lambda: len(model.sequence.tokens) >= 18)
    assert heard.finish.reason is StopReason.STOPPED
    assert heard.finish.usage.written == 3
    assert heard.text


def test_a_slow_token_is_interrupted_within(
    model: llama.LlamaModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(generation, "_SLOW_ROUND", 0.0)
    calls = iter(range(10**9))
    heard = ask(model, PROMPT, 50, stopped=lambda: next(calls) > 4000)
    assert heard.finish.reason is StopReason.STOPPED
    # Some tokens, each asked about hundreds of times: the watcher was on while writing.
    assert 0 < heard.finish.usage.written < 20
    assert ask(model, PROMPT, 2).finish.reason is StopReason.LENGTH


def test_a_stop_string_over_token_borders_never_shows(model: llama.LlamaModel) -> None:
    whole = ask(model, PROMPT, 16, sampling=GREEDY).text
    cut = whole[9:13]
    at = whole.find(cut)
    heard = ask(model, PROMPT, 16, stop=(cut,), sampling=GREEDY)
    assert heard.text == whole[:at]
    assert heard.finish.reason is StopReason.STOP_STRING


def test_control_tokens_in_a_story_are_only_text(model: llama.LlamaModel) -> None:
    tokens = model.vocabulary.encode("a <|im_end|> b")
    assert not any(model.vocabulary.ends_text(token) for token in tokens)
    assert b"".join(model.vocabulary.piece(token) for token in tokens) == b"a <|im_end|> b"
    assert model.vocabulary.piece(2) == b""


def test_text_of_any_script_survives_the_vocabulary(model: llama.LlamaModel) -> None:
    text = "灯台守は海を見た。👩‍🚀 naïve\u3000\x00end"
    tokens = model.vocabulary.encode(text)
    assert b"".join(model.vocabulary.piece(token) for token in tokens).decode() == text


def test_an_empty_prompt_can_be_gone_on_from(model: llama.LlamaModel) -> None:
    assert ask(model, "", 3).finish.usage.read == 1


def test_temperature_zero_and_top_k_one_take_the_likeliest(model: llama.LlamaModel) -> None:
    greedy = ask(model, PROMPT, 8, sampling=GREEDY)
    model.sequence.clear()
    only = ask(model, PROMPT, 8, sampling=replace(GREEDY, temperature=2.0, top_k=1, seed=3))
    assert greedy.text == only.text


def test_the_penalty_sees_the_story(model: llama.LlamaModel) -> None:
    prompt = "the cat sat. the cat sat. the cat sat. the cat"
    plain = ask(model, prompt, 1, sampling=GREEDY).text
    assert plain == " sat"
    near = replace(GREEDY, repeat_penalty=1.9, repeat_range=1)
    assert ask(model, prompt, 1, sampling=near).text == " sat"
    for reach in (64, -1):
        far = replace(GREEDY, repeat_penalty=1.9, repeat_range=reach)
        assert ask(model, prompt, 1, sampling=far).text != " sat"


def test_a_prompt_larger_than_the_window_is_a_fault(tiny: llama.LlamaModel) -> None:
    fits = "x" * (tiny.window - 4)
    tokens = len(tiny.vocabulary.encode_prompt(fits))
    with pytest.raises(EngineFault) as caught:
        ask(tiny, "x" * tiny.window)
    assert caught.value.fault.kind is FaultKind.TOO_LONG
    assert caught.value.fault.given == tiny.window == 512
    heard = ask(tiny, fits, 100)
    assert heard.finish.usage.written <= tiny.window - tokens


def test_random_bytes_of_a_model_arrive_as_clean_text(tiny: llama.LlamaModel) -> None:
    for seed in range(8):
        heard = ask(tiny, "海へ", 60, sampling=Sampling(temperature=1.5, seed=seed))
        pieces = [each.text for each in heard.deltas if isinstance(each, Text)]
        assert all(piece == clean(piece) for piece in pieces)
        assert "\ufffd" not in heard.text


def test_the_end_of_text_ends_the_answer(tiny: llama.LlamaModel) -> None:
    reasons = {ask(tiny, "a", 400, sampling=Sampling(seed=seed)).finish.reason for seed in range(4)}
    assert StopReason.END in reasons


def test_a_seed_beyond_32_bits_is_folded(tiny: llama.LlamaModel) -> None:
    huge = 0xFFFFFFFF * 5 + 3
    one = ask(tiny, "a", sampling=Sampling(seed=huge))
    two = ask(tiny, "a", sampling=Sampling(seed=3))
    assert one.text == two.text
    assert one.finish.usage.seed == huge
    # llama.cpp takes 0xFFFFFFFF for "any"; it must repeat itself all the same.
    again = [ask(tiny, "a", sampling=Sampling(seed=0xFFFFFFFF)).text for _ in range(2)]
    assert again[0] == again[1]


def test_nothing_to_write_only_reads(tiny: llama.LlamaModel) -> None:
    heard = ask(tiny, "abc", 0)
    assert (heard.finish.reason, heard.finish.usage.written) == (StopReason.LENGTH, 0)
    assert len(tiny.sequence.tokens) == heard.finish.usage.read


@pytest.mark.parametrize("kv_type", ["q8_0", "q4_0"])
def test_a_quantised_cache_switches_flash_attention_on(smollm2: object, kv_type: str) -> None:
    from tests.engine.conftest import smollm2_path

    spec = ModelSpec(smollm2_path(), context_tokens=256, kv_type=kv_type, mmap=False)
    model = llama.load(spec, lambda _: True)
    try:
        assert model.flash_forced
        assert ask(model, PROMPT, 3).text
    finally:
        model.close()
