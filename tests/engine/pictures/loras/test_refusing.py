"""A LoRA that cannot be used is named before anything is drawn, and no weight is touched."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import torch

from storyforge.domain.picture.orders import Family
from storyforge.engine.faults import EngineFault, FaultKind, to_error
from storyforge.engine.pictures.loras.merging import Loras
from tests.engine.pictures.loras import making
from tests.images import weights

_TO_K = "down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_k"
_KOHYA = f"lora_unet_{_TO_K.replace('.', '_')}"


@pytest.fixture
def family() -> Family:
    return Family.SD1


def _refused(loras: Loras, path: Path) -> EngineFault:
    with pytest.raises(EngineFault) as caught:
        loras.apply([making.use(path)])
    error = to_error(caught.value.fault)
    assert "{" not in error.message
    assert path.stem in error.message
    return caught.value


@pytest.mark.parametrize(("width", "name"), [(1024, "SD 2.x"), (2048, "SDXL")])
def test_one_for_another_base_is_named_by_its_head_alone(
    tmp_path: Path, loras: Loras, width: int, name: str
) -> None:
    path = weights.write(tmp_path / "ink.safetensors", weights.lora(width))
    fault = _refused(loras, path).fault
    assert (fault.kind, fault.about, fault.more) == (FaultKind.LORA_OTHER_BASE, "ink", name)


def test_where_the_keys_say_nothing_the_metadata_name_the_base(
    tmp_path: Path, loras: Loras
) -> None:
    shapes = {f"{_KOHYA}.lora_down.weight": (4, 32), f"{_KOHYA}.lora_up.weight": (32, 4)}
    told = {"ss_base_model_version": "sdxl_base_v1-0"}
    path = weights.write(tmp_path / "ink.safetensors", shapes, told)
    fault = _refused(loras, path).fault
    assert (fault.kind, fault.more) == (FaultKind.LORA_OTHER_BASE, "SDXL")


def test_one_without_a_weight_that_fits_is_named_with_its_base(
    tmp_path: Path, loras: Loras
) -> None:
    shapes = {"transformer.blocks.0.attn.to_q.lora_A.weight": (4, 9),
              "transformer.blocks.0.attn.to_q.lora_B.weight": (9, 4)}  # fmt: skip
    told = {"ss_base_model_version": "flux1"}
    path = weights.write(tmp_path / "flux.safetensors", shapes, told)
    fault = _refused(loras, path).fault
    assert (fault.kind, fault.more) == (FaultKind.LORA_UNFIT, "flux1")
    sizes = {f"{_KOHYA}.lora_down.weight": (4, 77), f"{_KOHYA}.lora_up.weight": (32, 4)}
    path = weights.write(tmp_path / "other.safetensors", sizes)
    assert _refused(loras, path).fault.kind is FaultKind.LORA_OF_NOBODY


def test_a_norm_has_no_two_halves_and_no_lengths(tmp_path: Path, loras: Loras) -> None:
    norm = "lora_unet_down_blocks_0_resnets_0_norm1"
    pair: Mapping[str, tuple[int, ...]] = {"lora_down.weight": (4, 1), "lora_up.weight": (32, 4)}
    whole: Mapping[str, tuple[int, ...]] = {"w_norm": (32,), "dora_scale": (1, 32)}
    for number, shapes in enumerate((pair, whole)):
        named = {f"{norm}.{end}": shape for end, shape in shapes.items()}
        path = weights.write(tmp_path / f"{number}.safetensors", named)
        assert _refused(loras, path).fault.kind is FaultKind.LORA_OF_NOBODY


def test_parts_without_a_place_are_told_and_the_rest_is_used(
    tmp_path: Path, pipe: Any, loras: Loras
) -> None:
    before = making.weights_of(pipe)
    made = making.adapt(pipe, target_modules=["to_k"])
    made |= {name.replace("unet.down_blocks.0", "unet.down_blocks.9"): each
             for name, each in made.items() if "down_blocks.0" in name}  # fmt: skip
    made["bundle_emb.ink.string_to_param.*"] = torch.zeros(2, 32)
    applied = loras.apply([making.use(making.write(tmp_path / "ink.safetensors", made))])
    (note,) = applied.notes
    assert note.values["name"] == "ink"
    assert int(note.values["left"]) == 2
    assert making.changed(before, making.weights_of(pipe))


@pytest.mark.parametrize(
    ("ends", "kind"),
    [
        (("oft_blocks",), "OFT"),
        (("a1.weight", "b1.weight"), "GLoRA"),
        (("something",), f"{_KOHYA}.something"),
    ],
)
def test_other_kinds_are_named(
    tmp_path: Path, loras: Loras, ends: tuple[str, ...], kind: str
) -> None:
    shapes = {f"{_KOHYA}.{end}": (4, 4) for end in ends}
    fault = _refused(loras, weights.write(tmp_path / "other.safetensors", shapes)).fault
    assert (fault.kind, fault.more) == (FaultKind.LORA_KIND, kind)


@pytest.mark.parametrize(
    "shapes",
    [
        {"lora_down.weight": (4, 32)},
        {"lora_down.weight": (4, 32), "lora_up.weight": (32, 5)},
        {"lora_down.weight": (4, 32), "lora_up.weight": (32, 4, 3, 3)},
        {"lora_down.weight": (4,), "lora_up.weight": (32, 4)},
        {"lora_down.weight": (4, 32), "lora_up.weight": (32, 4), "alpha": (2,)},
        {"lora_down.weight": (4, 32), "lora_up.weight": (32, 4), "lora_mid.weight": (4, 4)},
        {"hada_w1_a": (32, 4), "hada_w1_b": (4, 32), "hada_w2_a": (32, 4)},
        {"hada_w1_a": (32, 4), "hada_w1_b": (4, 32), "hada_w2_a": (32, 4), "hada_w2_b": (4, 31)},
        {"lokr_w1": (4, 4), "lokr_w2_a": (8, 2)},
        {"lokr_w1_a": (4, 2), "lokr_w1_b": (3, 4), "lokr_w2": (8, 8)},
        {"diff": (32, 32, 3)},
        {"lora_down.weight": (1,), "lora_up.weight": (0, 0), "dora_scale": (32,)},
        {
            "hada_w1_a": (32, 4),
            "hada_w1_b": (4, 4, 8, 1),
            "hada_w2_a": (32, 4),
            "hada_w2_b": (4, 32),
        },
        {"lokr_w1_a": (2, 4), "lokr_w1_b": (4, 2, 1, 1), "lokr_w2": (16, 16)},
        {"lokr_w1": (2, 2), "lokr_w2": (16, 16), "lokr_t2": (4, 4, 1, 1)},
    ],
)
def test_halves_that_do_not_belong_together_are_named(
    tmp_path: Path, loras: Loras, shapes: Mapping[str, tuple[int, ...]]
) -> None:
    whole = {f"{_KOHYA}.{end}": shape for end, shape in shapes.items()}
    fault = _refused(loras, weights.write(tmp_path / "odd.safetensors", whole)).fault
    assert (fault.kind, fault.more) == (FaultKind.LORA_DAMAGED, _KOHYA)


@pytest.mark.parametrize(
    ("name", "shapes"),
    [
        ("conv_norm_out", {"lora_down.weight": (4, 1), "lora_up.weight": (32, 4)}),
        ("conv_norm_out", {"w_norm": (32,), "dora_scale": (1, 1)}),
        (_TO_K, {"lora_down.weight": (4, 32), "lora_up.weight": (32, 4), "dora_scale": (1, 0)}),
    ],
)
def test_what_lies_about_its_sides_is_named_before_a_weight_is_touched(
    tmp_path: Path, loras: Loras, name: str, shapes: Mapping[str, tuple[int, ...]]
) -> None:
    whole = {f"lora_unet_{name.replace('.', '_')}.{end}": sides for end, sides in shapes.items()}
    fault = _refused(loras, weights.write(tmp_path / "odd.safetensors", whole)).fault
    assert fault.kind is FaultKind.LORA_OF_NOBODY


def test_one_that_is_not_whole_or_not_there_is_named(
    tmp_path: Path, pipe: Any, loras: Loras
) -> None:
    path = making.write(tmp_path / "half.safetensors", making.adapt(pipe))
    path.write_bytes(path.read_bytes()[:-9])
    assert _refused(loras, path).fault.kind is FaultKind.NOT_WHOLE
    assert _refused(loras, tmp_path / "gone.safetensors").fault.kind is FaultKind.LORA_UNREAD


def test_the_second_of_two_is_looked_at_before_the_first_is_put_in(
    tmp_path: Path, pipe: Any, loras: Loras
) -> None:
    before = making.weights_of(pipe)
    good = making.write(tmp_path / "good.safetensors", making.adapt(pipe))
    bad = weights.write(tmp_path / "bad.safetensors", weights.lora(2048))
    with pytest.raises(EngineFault):
        loras.apply([making.use(good), making.use(bad)])
    assert not making.changed(before, making.weights_of(pipe))


class _Runs:
    """Whoever unpickles it is the victim."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def __reduce__(self) -> tuple[Any, ...]:
        return (open, (str(self._file), "w"))


@pytest.mark.parametrize("name", ["ink.pt", "ink.ckpt", "ink.bin"])
def test_a_pickled_one_that_would_run_something_is_refused_by_name(
    tmp_path: Path, pipe: Any, loras: Loras, name: str
) -> None:
    path, victim = tmp_path / name, tmp_path / "victim"
    torch.save({**making.kohya(making.adapt(pipe)), "more": _Runs(victim)}, path)
    fault = _refused(loras, path).fault
    assert fault.kind is FaultKind.FORBIDDEN_PICKLE
    assert fault.about == name
    assert "open" in fault.more
    assert not victim.exists()


def test_a_pickled_one_of_tensors_alone_is_as_good(tmp_path: Path, pipe: Any, loras: Loras) -> None:
    made = making.kohya(making.adapt(pipe))
    loras.apply([making.use(making.write(tmp_path / "ink.safetensors", made))])
    safe = making.weights_of(pipe)
    torch.save(made, tmp_path / "old.pt")
    applied = loras.apply([making.use(tmp_path / "old.pt")])
    assert not making.changed(safe, making.weights_of(pipe))
    assert applied.facts[0].hash
