"""States of scenes: put back, they are what a cold cache would hold; what is odd is read again."""

import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import llama_cpp.llama_cpp as lib
import numpy as np
import numpy.typing as npt
import pytest

from storyforge.domain.generation import Request
from storyforge.domain.model import Keeping, ModelSpec
from storyforge.domain.sampling import Sampling
from storyforge.engine import llama, states
from storyforge.engine.generation import generate
from storyforge.engine.kvstore import held
from storyforge.engine.memory import Memory
from storyforge.engine.reading import measure, prepare
from tests.engine.conftest import Heard
from tests.engine.tiny import write_model

GIB = 1 << 30
TOP = "Memory: the light, the keeper, and the boat that came in without a crew, long ago. " * 3
ONE = TOP + "Mara went down to the slip with the lantern. " * 12
TWO = TOP + "The inspector read every page of the log, twice. " * 12

Load = Callable[..., llama.LlamaModel]


@pytest.fixture(scope="session", params=["llama", "mamba", "gemma3"])
def any_path(request: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_model(tmp_path_factory.mktemp("kinds") / f"{request.param}.gguf", request.param)


@pytest.fixture
def load() -> Iterator[Load]:
    """Loads models; each is closed at the end, if it was not before."""
    loaded: list[llama.LlamaModel] = []

    def made(path: Path, folder: Path | None = None, **settings: Any) -> llama.LlamaModel:
        keeping = settings.pop("keeping", Keeping(folder=folder, disk_bytes=GIB))
        window = settings.pop("context_tokens", 2048)
        # One thread: on a busy machine two of them wait for each other at every layer.
        settings |= {"threads": 1, "threads_batch": 1}
        spec = ModelSpec(path, context_tokens=window, keeping=keeping, **settings)
        loaded.append(llama.load(spec, lambda _: True))
        return loaded[-1]

    yield made
    for model in loaded:
        if model.context is not None:
            shut(model)


def shut(model: llama.LlamaModel) -> None:
    model.close()
    model.context = None


def wanted(text: str, slot: str, tokens: int = 5, **settings: Any) -> Request:
    return Request(text, tokens, sampling=Sampling(seed=7, **settings), slot=slot)


def go_on(model: llama.LlamaModel, text: str, slot: str, **settings: Any) -> Heard:
    heard = Heard()
    generate(model, wanted(text, slot, **settings), lambda: False, heard.deltas.append)
    return heard


def odds(model: llama.LlamaModel, text: str, slot: str) -> npt.NDArray[np.float64]:
    """The next token's odds behind `text`, with whatever the cache holds."""
    go_on(model, text, slot, tokens=0)
    row = lib.llama_get_logits_ith(model.context, -1)
    logits = np.ctypeslib.as_array(row, (model.vocabulary.size,)).astype(np.float64)
    found: npt.NDArray[np.float64] = np.exp(logits - logits.max())
    found /= found.sum()
    return found


def apart(one: npt.NDArray[np.float64], other: npt.NDArray[np.float64]) -> float:
    return float(np.abs(one - other).sum() / 2)


def cold(model: llama.LlamaModel, text: str) -> npt.NDArray[np.float64]:
    model.states._kept.clear()
    model.sequence.clear()
    return odds(model, text, "")


def whole(model: llama.LlamaModel) -> None:
    """What is taken down is what llama.cpp holds."""
    memory = lib.llama_get_memory(model.context)
    assert lib.llama_memory_seq_pos_max(memory, 0) == len(model.sequence.tokens) - 1


def test_switching_scenes_reads_neither_again(any_path: Path, load: Load) -> None:
    model = load(any_path)
    first = go_on(model, ONE, "one")
    assert first.finish.usage.reused == 0
    go_on(model, TWO, "two")
    count = len(model.vocabulary.encode_prompt(ONE))
    request = wanted(ONE, "one")
    assert measure(model, request).reused == count - 1
    again = go_on(model, ONE, "one")
    assert again.finish.usage.read == 1
    assert again.text == first.text
    whole(model)
    more = ONE + "She listened. "
    grown, usage = odds(model, more, "one"), go_on(model, more, "one").finish.usage
    assert usage.read < 40
    assert apart(grown, cold(model, more)) < 1e-3


def test_a_story_that_is_opened_again_goes_on_without_reading(
    any_path: Path, tmp_path: Path, load: Load
) -> None:
    before = load(any_path, tmp_path)
    first = go_on(before, ONE, "one")
    go_on(before, TWO, "two")
    before.states.leave("two")
    shut(before)
    assert held(tmp_path)[0] == 2
    after = load(any_path, tmp_path)
    again = go_on(after, ONE, "one")
    assert again.finish.usage.read == 1
    assert again.text == first.text
    whole(after)
    assert go_on(after, TWO, "two").finish.usage.read == 1
    warm = odds(after, TWO + "He sighed. ", "two")
    assert apart(warm, cold(after, TWO + "He sighed. ")) < 1e-3


def test_a_scene_never_read_before_goes_on_from_another_s_memory(
    tiny_path: Path, tmp_path: Path, load: Load
) -> None:
    before = load(tiny_path, tmp_path)
    go_on(before, ONE, "one")
    shut(before)
    after = load(tiny_path, tmp_path)
    top = len(after.vocabulary.encode_prompt(TOP))
    assert go_on(after, TWO, "two").finish.usage.reused >= top - 1


def test_behind_a_reopening_a_retry_and_what_was_cut_off_an_answer_read_nothing_twice(
    any_path: Path, tmp_path: Path, load: Load
) -> None:
    before = load(any_path, tmp_path)
    go_on(before, ONE, "one")
    shut(before)
    after = load(any_path, tmp_path)
    first = go_on(after, ONE, "one", tokens=40)
    assert first.finish.usage.read == 1
    retried = go_on(after, ONE, "one", tokens=40)
    assert (retried.finish.usage.read, retried.text) == (1, first.text)
    kept = ONE + first.text[: len(first.text) // 2]  # trimmed to a sentence
    usage = go_on(after, kept, "one").finish.usage
    assert usage.reused >= len(after.vocabulary.encode_prompt(ONE)) - 1
    after.states.leave("one")
    go_on(after, TWO, "two")
    assert go_on(after, kept, "one").finish.usage.read == 1
    assert apart(odds(after, kept, "one"), cold(after, kept)) < 1e-3


def test_an_edit_far_up_is_read_again_and_nothing_false_remains(
    any_path: Path, tmp_path: Path, load: Load
) -> None:
    before = load(any_path, tmp_path)
    go_on(before, ONE, "one")
    shut(before)
    after = load(any_path, tmp_path)
    edited = ONE.replace("slip", "beach", 3)
    request = wanted(edited, "one")
    promised = measure(after, request).reused
    warm = odds(after, edited, "one")
    whole(after)
    again = measure(after, request)
    assert again.reused == again.total - 1
    assert apart(warm, cold(after, edited)) < 1e-3
    cuttable = not (after.kind.recurrent or after.kind.sliding)
    assert (promised > 0) == cuttable


def test_what_was_taken_back_is_still_there(tiny_path: Path, load: Load) -> None:
    model = load(tiny_path)
    go_on(model, ONE, "one")
    go_on(model, ONE[:300] + "Another text altogether. " * 12, "one")
    assert go_on(model, ONE, "one").finish.usage.read == 1


def test_reading_ahead_and_leaving_before_the_first_word_keeps_the_page(
    any_path: Path, tmp_path: Path, load: Load
) -> None:
    before = load(any_path, tmp_path)
    assert prepare(before, wanted(ONE, "one"), lambda: False, lambda _: None)
    before.states.leave("one")
    shut(before)
    assert go_on(load(any_path, tmp_path), ONE, "one").finish.usage.read == 1


@pytest.mark.parametrize(
    "other",
    [
        {"flash_attention": True},
        {"batch_tokens": 32},
        {"context_tokens": 1024},
    ],
)
def test_other_settings_have_other_states(
    tiny_path: Path, tmp_path: Path, load: Load, other: dict[str, Any]
) -> None:
    before = load(tiny_path, tmp_path)
    go_on(before, ONE, "one")
    shut(before)
    after = load(tiny_path, tmp_path, **other)
    assert go_on(after, ONE, "one").finish.usage.reused == 0


def test_another_model_in_the_same_place_has_other_states(tmp_path: Path, load: Load) -> None:
    path = write_model(tmp_path / "a.gguf")
    before = load(path, tmp_path / "states")
    go_on(before, ONE, "one")
    shut(before)
    path.unlink()
    write_model(path, seed=8)
    after = load(path, tmp_path / "states")
    assert go_on(after, ONE, "one").finish.usage.reused == 0


def test_a_broken_file_is_thrown_away_and_the_page_is_read(
    tiny_path: Path, tmp_path: Path, load: Load, caplog: pytest.LogCaptureFixture
) -> None:
    before = load(tiny_path, tmp_path)
    first = go_on(before, ONE, "one")
    shut(before)
    (file,) = tmp_path.glob("*.state")
    data = bytearray(file.read_bytes())
    data[-100] ^= 1
    file.write_bytes(data)
    after = load(tiny_path, tmp_path)
    heard = go_on(after, ONE, "one")
    assert (heard.finish.usage.reused, heard.text) == (0, first.text)
    assert "is thrown away" in caplog.text
    assert not file.exists()


def test_a_state_that_llama_does_not_take_leaves_the_cache_empty(
    tiny_path: Path, tmp_path: Path, load: Load, caplog: pytest.LogCaptureFixture
) -> None:
    before = load(tiny_path, tmp_path)
    first = go_on(before, ONE, "one")
    before.states.leave("one")
    assert before.states.shelf is not None
    assert before.states.shelf.settle(10)
    store = before.states.shelf._store
    assert store is not None
    (heading,) = store.headings()
    data = store.read(heading)
    assert data is not None
    # Whole by our own account, and nothing that llama.cpp knows.
    data[0] ^= 3
    assert store.write("one", heading.tokens, heading.exact, memoryview(data))
    after = load(tiny_path, tmp_path)
    heard = go_on(after, ONE, "one")
    assert (heard.finish.usage.reused, heard.text) == (0, first.text)
    assert "did not take a state" in caplog.text
    whole(after)


def test_memory_is_bounded_and_what_was_used_longest_ago_goes(tiny_path: Path, load: Load) -> None:
    model = load(tiny_path)
    go_on(model, ONE, "one")
    size = int(lib.llama_state_seq_get_size(model.context, 0))
    bounded = load(tiny_path, keeping=Keeping(memory_bytes=5 * size // 2))
    for slot in ("one", "two", "three", "four"):
        go_on(bounded, ONE + slot * 30, slot)
    assert [each.slot for each in bounded.states._kept] == ["two", "three"]


def test_where_memory_is_short_nothing_is_kept_and_the_disk_still_is(
    tiny_path: Path, tmp_path: Path, load: Load, caplog: pytest.LogCaptureFixture
) -> None:
    model = load(tiny_path, tmp_path)
    caplog.set_level(logging.INFO)
    free = 300 << 20
    model.states = states.States(model, lambda: Memory(GIB, free))
    go_on(model, ONE, "one")
    model.states.leave("one")
    assert model.states.shelf is not None
    assert model.states.shelf.settle(10)
    assert held(tmp_path)[0] == 1
    free = 0
    go_on(model, TWO, "two")
    go_on(model, ONE, "one")
    assert "is not kept: memory is short" in caplog.text
    assert "is not read back: memory is short" in caplog.text
    assert model.states._kept == []


def test_what_was_asked_in_passing_is_not_kept(tiny_path: Path, tmp_path: Path, load: Load) -> None:
    model = load(tiny_path, tmp_path)
    go_on(model, ONE, "one")
    for slot in (":summaries", "one:expand", ""):
        go_on(model, slot + TWO, slot)
        model.states.leave(slot)
    assert [each.slot for each in model.states._kept] == ["one"]
    assert go_on(model, ONE, "one").finish.usage.read == 1
    shut(model)
    assert held(tmp_path)[0] == 1


def test_the_settings_may_say_that_nothing_is_kept(tiny_path: Path, load: Load) -> None:
    model = load(tiny_path, keeping=Keeping(states=False))
    go_on(model, ONE, "one")
    go_on(model, TWO, "two")
    assert model.states._kept == []
    assert go_on(model, ONE, "one").finish.usage.reused < len(TOP) + 10


def test_a_story_reopened_by_two_programs_is_whole_in_both(
    tiny_path: Path, tmp_path: Path, load: Load
) -> None:
    first, second = load(tiny_path, tmp_path), load(tiny_path, tmp_path)
    go_on(first, ONE, "one")
    first.states.leave("one")
    assert first.states.shelf is not None
    assert first.states.shelf.settle(10)
    assert go_on(second, ONE, "one").finish.usage.read == 1
    go_on(second, ONE + "More. ", "one")
    shut(second)
    shut(first)
    assert held(tmp_path)[0] == 1


def test_what_was_read_as_blocks_is_exact_after_reopening(
    tiny_path: Path, tmp_path: Path, load: Load
) -> None:
    before = load(tiny_path, tmp_path)
    text = go_on(before, ONE, "one", repeatable=True, tokens=20).text
    shut(before)
    after = load(tiny_path, tmp_path)
    count = len(after.vocabulary.encode_prompt(ONE + text))
    usage = go_on(after, ONE + text, "one", repeatable=True).finish.usage
    # Whole blocks of the prompt, and nothing that was written token by token.
    assert usage.reused == len(after.vocabulary.encode_prompt(ONE)) // 64 * 64
    assert usage.reused + usage.read == count
