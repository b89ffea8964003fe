"""LoRAs come and go, several at once and in any order, and nothing of them stays."""

import random
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import torch

from storyforge.domain.picture.orders import Family
from storyforge.engine.pictures.loras.keeping import Kept
from storyforge.engine.pictures.loras.merging import Loras, together, weight_of
from storyforge.engine.sequence import Interrupted
from tests.engine.pictures import tiny
from tests.engine.pictures.loras import making


@pytest.fixture
def family() -> Family:
    """The one whose parts are the most."""
    return Family.SDXL


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory, pipes: Mapping[Family, Any]) -> list[Path]:
    """Three LoRAs that change some weights in common, the last of them the text encoders only."""
    where, pipe = tmp_path_factory.mktemp("loras"), pipes[Family.SDXL]
    one = making.adapt(pipe, seed=1)
    two = making.adapt(pipe, seed=2, target_modules=["to_q", "conv1"])
    three = making.adapt(pipe, seed=3)
    return [
        making.write(where / "one.safetensors", making.kohya(one)),
        making.write(where / "two.safetensors", two),
        making.write(where / "three.safetensors", {n: e for n, e in three.items() if "text" in n}),
    ]


def test_several_add_up_whatever_was_there_before(
    pipe: Any, loras: Loras, files: list[Path]
) -> None:
    before = making.weights_of(pipe)
    one, two = making.use(files[0], 0.5), making.use(files[1], -0.7)
    loras.apply([one])
    first = making.weights_of(pipe)
    loras.apply([two])
    second = making.weights_of(pipe)
    loras.apply([one, two])
    both = making.weights_of(pipe)
    for name, each in both.items():
        summed = first[name].double() + second[name].double() - before[name].double()
        assert torch.allclose(each.double(), summed, atol=2e-6), name
    loras.apply([])
    assert not making.changed(before, making.weights_of(pipe))


def test_nothing_drifts_however_often_they_are_switched(
    pipe: Any, loras: Loras, files: list[Path]
) -> None:
    before = making.weights_of(pipe)
    last = [making.use(files[0], 0.8), making.use(files[2], 0.3)]
    loras.apply(last)
    straight = making.weights_of(pipe)
    chance = random.Random(7)
    for _turn in range(60):
        some = chance.sample(files, chance.randint(0, 3))
        loras.apply([making.use(each, chance.uniform(-1, 1)) for each in some])
    loras.apply(last)
    assert not making.changed(straight, making.weights_of(pipe))
    loras.remove()
    assert not making.changed(before, making.weights_of(pipe))


def test_the_text_encoders_have_a_weight_of_their_own(
    pipe: Any, loras: Loras, files: list[Path]
) -> None:
    before = making.weights_of(pipe)
    loras.apply([making.use(files[0], 1.0)])
    whole = making.weights_of(pipe)
    applied = loras.apply([making.use(files[0], 1.0, 0.0)])
    only = making.weights_of(pipe)
    assert {name.split(".")[0] for name in making.changed(before, only)} == {"unet"}
    assert {name.split(".")[0] for name in making.changed(only, whole)} == {
        "text_encoder",
        "text_encoder_2",
    }
    assert applied.facts[0].text_weight == 0.0
    assert not applied.text_digest


def test_encodings_are_the_same_as_long_as_their_digest_is(loras: Loras, files: list[Path]) -> None:
    digests = [
        loras.apply(uses).text_digest
        for uses in (
            [making.use(files[0], 0.5)],
            [making.use(files[0], 0.9, 0.5)],
            [making.use(files[0], 0.6)],
            [making.use(files[2], 0.5)],
            [],
        )
    ]
    assert digests[0] == digests[1]
    assert len(set(digests)) == 4
    assert digests[-1] == ""


def test_one_named_twice_counts_with_the_sum(files: list[Path]) -> None:
    one = making.use(files[0], 0.5)
    (both,) = together([one, making.use(files[0], 0.25, 0.1)])
    assert (both.weight, both.text_weight) == (0.75, 0.6)
    assert together([one, making.use(files[0], -0.5), making.use(files[1], 0.0)]) == ()


def test_what_is_the_same_is_not_reckoned_again(pipe: Any, loras: Loras, files: list[Path]) -> None:
    uses = [making.use(files[1], 0.5)]
    loras.apply(uses)
    weight = pipe.unet.down_blocks[0].resnets[0].conv1.weight
    version = weight._version
    loras.apply(uses)
    assert weight._version == version


def test_a_stop_in_the_middle_leaves_none_in_the_weights(
    pipe: Any, loras: Loras, files: list[Path]
) -> None:
    before = making.weights_of(pipe)
    asked = iter(range(9))
    with pytest.raises(Interrupted):
        loras.apply([making.use(files[0])], lambda: next(asked) == 8)
    assert not making.changed(before, making.weights_of(pipe))
    loras.apply([making.use(files[0])])
    assert making.changed(before, making.weights_of(pipe))


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_is_rounded_once(
    files: list[Path], pipes: Mapping[Family, Any], dtype: torch.dtype
) -> None:
    pipe = tiny.pipe_of(Family.SDXL).to(dtype)
    loras = Loras(making.loaded_of(pipe, Family.SDXL, dtype))
    before = making.weights_of(pipe)
    loras.apply([making.use(files[0], 0.5), making.use(files[1], 0.5)])
    after = making.weights_of(pipe)
    name = "down_blocks.1.attentions.0.transformer_blocks.0.attn1.to_q"
    weight = before[f"unet.{name}.weight"].float()
    from safetensors.torch import load_file

    kohya, plain = load_file(files[0]), load_file(files[1])
    base = f"lora_unet_{name.replace('.', '_')}"
    weight = torch.addmm(
        weight, kohya[f"{base}.lora_up.weight"], kohya[f"{base}.lora_down.weight"], alpha=0.5
    )
    up, down = (plain[f"unet.{name}.lora_{half}.weight"] for half in "BA")
    weight = torch.addmm(weight, up, down, alpha=0.5)
    assert torch.equal(after[f"unet.{name}.weight"], weight.to(dtype))
    for _turn in range(5):
        loras.apply([making.use(files[1], 0.4)])
        loras.apply([making.use(files[0], 0.5), making.use(files[1], 0.5)])
    assert not making.changed(after, making.weights_of(pipe))
    loras.remove()
    assert not making.changed(before, making.weights_of(pipe))


@pytest.fixture
def waiting(files: list[Path]) -> Iterator[Any]:
    """A pipeline whose weights wait in main memory until each layer is used."""
    from accelerate import cpu_offload
    from accelerate.hooks import remove_hook_from_module

    pipe = tiny.pipe_of(Family.SDXL)
    parts = (pipe.unet, pipe.text_encoder, pipe.text_encoder_2)
    for part in parts:
        cpu_offload(part, torch.device("cpu"), offload_buffers=len(part._parameters) > 0)
    yield pipe
    for part in parts:
        remove_hook_from_module(part, recurse=True)


def test_weights_that_wait_elsewhere_are_changed_there(
    waiting: Any, pipe: Any, loras: Loras, files: list[Path]
) -> None:
    assert waiting.unet.conv_in.weight.device.type == "meta"
    offloaded = Loras(making.loaded_of(waiting, Family.SDXL))
    tokens = torch.tensor([[49406, 320, 49407]])
    with torch.no_grad():
        plain = pipe.text_encoder(tokens)[0]
        assert torch.equal(waiting.text_encoder(tokens)[0], plain)
        uses = [making.use(files[0]), making.use(files[2], 0.5)]
        loras.apply(uses)
        offloaded.apply(uses)
        changed = pipe.text_encoder(tokens)[0]
        assert not torch.equal(changed, plain)
        assert torch.equal(waiting.text_encoder(tokens)[0], changed)
        for name, module in pipe.unet.named_modules():
            if isinstance(module, torch.nn.Linear):
                there = weight_of(waiting.unet.get_submodule(name))
                assert torch.equal(there, module.weight), name
        offloaded.remove()
        assert torch.equal(waiting.text_encoder(tokens)[0], plain)


def test_loras_stay_in_memory_as_long_as_there_is_room(files: list[Path]) -> None:
    uses = [making.use(each) for each in files]
    roomy = Kept()
    kept = [roomy.get(each) for each in uses]
    assert all(roomy.get(each) is one for each, one in zip(uses, kept, strict=True))
    assert roomy.size == sum(each.size for each in kept)
    narrow = Kept(most=kept[0].size + kept[1].size)
    first, second = narrow.get(uses[0]), narrow.get(uses[1])
    assert narrow.get(uses[0]) is first
    narrow.get(uses[2])
    assert narrow.size <= kept[0].size + kept[1].size
    assert narrow.get(uses[1]) is not second
    none = Kept(most=0)
    assert none.get(uses[0]) is none.get(uses[0])


def test_a_file_that_was_replaced_is_read_again(tmp_path: Path, files: list[Path]) -> None:
    path = tmp_path / "ink.safetensors"
    path.write_bytes(files[0].read_bytes())
    kept = Kept()
    first = kept.get(making.use(path))
    path.unlink()
    path.write_bytes(files[2].read_bytes())
    assert kept.get(making.use(path)).hash == kept.get(making.use(files[2])).hash != first.hash
