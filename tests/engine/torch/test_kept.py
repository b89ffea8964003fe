"""What was read for other scenes is gone on from, while there is room for it."""

from pathlib import Path

import pytest

from storyforge.domain.model import Keeping
from storyforge.engine.memory import Memory
from storyforge.engine.torch.kept import Texts
from storyforge.engine.torch.model import TorchModel
from tests.engine.conftest import ask
from tests.engine.torch.conftest import Load

ONE = "The tide came in over the stones, and the lamp was lit. " * 3
TWO = "Nobody answered when she called, and the oars lay crossed. " * 3


def read(model: TorchModel, text: str, slot: str, tokens: int = 4) -> int:
    return ask(model, text, tokens, slot=slot).finish.usage.read


@pytest.mark.parametrize("kind", ["llama", "gemma3", "mamba"])
def test_a_scene_that_is_come_back_to_is_not_read_again(
    load: Load, folders: dict[str, Path], kind: str
) -> None:
    model = load(folders[kind])
    first = ask(model, ONE, 6, slot="one").text
    assert read(model, TWO, "two") > 100
    words = model.vocabulary
    assert model.states.reach(words.encode_prompt(ONE)) == len(words.encode_prompt(ONE)) - 1
    again = ask(model, ONE, 6, slot="one")
    assert again.finish.usage.read == 1
    assert again.text == first
    assert read(model, TWO + " So", "two") <= 4


def test_what_is_passing_or_short_of_room_is_not_kept(load: Load, folder: Path) -> None:
    model = load(folder)
    read(model, ONE, "verb:rewrite")
    read(model, TWO, "two")
    assert read(model, ONE, "one") > 100
    for settings in (Keeping(states=False), Keeping(memory_bytes=1000)):
        model = load(folder, keeping=settings)
        read(model, ONE, "one")
        read(model, TWO, "two")
        assert read(model, ONE, "one") > 100


def test_what_was_used_longest_ago_goes_first(load: Load, folder: Path) -> None:
    model = load(folder)
    # Two texts of 180 tokens: 2 layers × 2 heads × 8 numbers × 2 × 4 bytes a token.
    room = 2 * 190 * 256
    keeping = Keeping(memory_bytes=room)
    model.states = Texts(model.sequence, keeping, lambda: Memory(1 << 30, 1 << 30))
    texts = {name: f"{name} {ONE}" for name in "abcd"}
    for name, text in texts.items():
        read(model, text, name)
    model.states.leave("d")
    tokens = {name: model.vocabulary.encode_prompt(text) for name, text in texts.items()}
    kept = [name for name, each in tokens.items() if model.states.reach(each) > 100]
    assert kept == ["b", "c", "d"], "the last is not kept yet: it is what was read"
    read(model, texts["b"], "b")
    model.states.close()
    assert model.states.reach(tokens["c"]) < 5


def test_the_same_every_time_goes_on_from_whole_blocks_only(load: Load, folder: Path) -> None:
    model = load(folder, batch_tokens=64)
    ask(model, ONE, 4, slot="one")
    ask(model, TWO, 4, slot="two")
    tokens = model.vocabulary.encode_prompt(ONE)
    assert model.states.reach(tokens, exact=True) == 128
    assert model.states.reach(tokens) == len(tokens) - 1


def test_what_is_forgotten_is_read_again(load: Load, folder: Path) -> None:
    model = load(folder)
    assert read(model, ONE, "one") == len(model.vocabulary.encode_prompt(ONE))
    read(model, TWO, "two")
    model.states.forget(("one", "two"))
    for text in (ONE, TWO):
        assert model.states.reach(model.vocabulary.encode_prompt(text)) == 0
