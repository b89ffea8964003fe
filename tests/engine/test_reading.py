"""Prompts read ahead, measured, and such as have a text behind the gap."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from storyforge.domain.generation import Cached, Reading, Request
from storyforge.domain.model import ModelSpec
from storyforge.domain.sampling import Sampling
from storyforge.engine import llama, reading
from tests.engine.conftest import ask
from tests.engine.tiny import write_model

STORY = "The tide came in over the stones. " * 8
SAME = Sampling(seed=1, repeatable=True)


def prepare(model: llama.LlamaModel, request: Request, calls: int = 10**9) -> list[Reading]:
    """Read ahead, stopped after so many questions."""
    heard = list[Reading]()
    asked = iter(range(10**9))
    reading.prepare(model, request, lambda: next(asked) >= calls, heard.append)
    return heard


def test_what_was_read_ahead_is_not_read_again(tiny: llama.LlamaModel) -> None:
    total = len(tiny.vocabulary.encode_prompt(STORY))
    heard = prepare(tiny, Request(STORY))
    assert heard[0] == Reading(0, total - 1, 0)
    assert heard[-1] == Reading(total - 1, total - 1, 0)
    assert reading.measure(tiny, Request(STORY)) == Cached(total - 1, total)
    assert prepare(tiny, Request(STORY)) == []
    assert ask(tiny, STORY, 1).finish.usage.read == 1


def test_whole_blocks_are_read_ahead_where_only_they_count(tiny: llama.LlamaModel) -> None:
    total = len(tiny.vocabulary.encode_prompt(STORY))
    heard = prepare(tiny, Request(STORY, sampling=SAME))
    assert heard[-1].done == total // 64 * 64
    assert prepare(tiny, Request(STORY, sampling=SAME)) == []
    assert reading.measure(tiny, Request(STORY, sampling=SAME)).reused == total // 64 * 64
    assert ask(tiny, STORY, 1, sampling=SAME).finish.usage.read == total % 64


def test_reading_ahead_that_is_stopped_keeps_what_it_has(tiny: llama.LlamaModel) -> None:
    heard = prepare(tiny, Request(STORY), calls=150)
    assert 0 < heard[-1].done < heard[-1].total
    assert len(tiny.sequence.tokens) == heard[-1].done
    assert prepare(tiny, Request(STORY))[0].reused == heard[-1].done


def test_where_a_stop_is_not_heard_within_blocks_are_as_small_as_they_must_be(
    tiny: llama.LlamaModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(llama.LlamaModel, "on_gpu", True)
    monkeypatch.setattr(reading, "_GIVE_WAY", 0.0)
    heard = prepare(tiny, Request(STORY))
    assert [each.done for each in heard[:4]] == [0, 64, 72, 80]
    tiny.sequence.clear()
    # But not where their borders count.
    heard = prepare(tiny, Request(STORY, sampling=SAME))
    assert [each.done for each in heard[:4]] == [0, 64, 128, 192]


def test_a_prompt_that_is_too_long_is_left_to_the_request(tiny: llama.LlamaModel) -> None:
    assert prepare(tiny, Request("x" * 600)) == []
    assert reading.measure(tiny, Request("x" * 600)).total > tiny.window


def test_a_recurrent_model_keeps_what_it_has_read_through_a_stop(tmp_path: Path) -> None:
    path = write_model(tmp_path / "mamba.gguf", "mamba")
    model = llama.load(ModelSpec(path, 512, threads=1, threads_batch=1), lambda _: True)
    try:
        cold = ask(model, STORY, 8).text
        model.sequence.clear()
        heard = prepare(model, Request(STORY), calls=200)
        assert 0 < heard[-1].done < heard[-1].total
        assert prepare(model, Request(STORY))[0].reused == heard[-1].done
        assert ask(model, STORY, 8).text == cold
        # Another answer starts from before the last token, as with any model.
        again = ask(model, STORY, 8)
        assert (again.text, again.finish.usage.read) == (cold, 1)
    finally:
        model.close()


@pytest.fixture
def filler(tmp_path: Path) -> Iterator[llama.LlamaModel]:
    path = write_model(tmp_path / "filler.gguf", infill=True)
    model = llama.load(ModelSpec(path, 512, threads=1, threads_batch=1), lambda _: True)
    yield model
    model.close()


def test_the_text_behind_a_gap_stands_in_the_prompt(
    filler: llama.LlamaModel, tiny: llama.LlamaModel
) -> None:
    vocabulary = filler.vocabulary
    assert vocabulary.infills
    tokens = vocabulary.encode_gap("She <pre> came.", "He left.")
    before, behind, middle = range(vocabulary.size - 3, vocabulary.size)
    text, suffix = vocabulary.encode("She <pre> came."), vocabulary.encode("He left.")
    assert tokens == [1, before, *text, behind, *suffix, middle]
    # What looks like a token in the story is only its characters.
    assert before not in text
    heard = ask(filler, "She <pre> came.", 4, suffix="He left.")
    assert heard.finish.usage.read == len(tokens)
    longer = ask(filler, "She <pre> came. And then", 4, suffix="He left.")
    assert longer.finish.usage.reused == 2 + len(text)
    # Penalties and banned phrases look at what stands before the gap, not at what comes behind it.
    request = Request("She came.", suffix="He left.")
    story = reading.before_answer(filler, request, reading.encode(filler, request))
    assert story == vocabulary.encode_prompt("She came.")
    # A model without such tokens goes on from the text before the gap.
    assert not tiny.vocabulary.infills
    plain = len(tiny.vocabulary.encode_prompt("She"))
    assert ask(tiny, "She", 4, suffix="He left.").finish.usage.read == plain
