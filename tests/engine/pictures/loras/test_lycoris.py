"""LyCORIS files of every kind, made by that library itself, change what it would change."""

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import torch

from storyforge.domain.picture.orders import Family
from storyforge.engine.faults import EngineFault, FaultKind, to_error
from storyforge.engine.pictures.loras import keeping
from storyforge.engine.pictures.loras.merging import Loras
from tests.engine.pictures import tiny
from tests.engine.pictures.loras import making

_NEAR = 3e-6
#: of the U-Net: two of attention, a 3×3 and a 1×1 convolution, and a norm
_LAYERS = (
    "down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_k",
    "down_blocks.0.attentions.0.transformer_blocks.0.ff.net.0.proj",
    "down_blocks.0.resnets.0.conv1",
    "down_blocks.0.attentions.0.proj_in",
)
_NORM = "down_blocks.0.resnets.0.norm1"
_KINDS: Mapping[str, dict[str, Any]] = {
    "LoHa": {"algo": "loha"},
    "LoHa with cores": {"algo": "loha", "use_tucker": True},
    "LoKr": {"algo": "lokr", "factor": 4},
    "LoKr with cores": {"algo": "lokr", "factor": 2, "use_tucker": True},
    "LoKr of two pairs": {"algo": "lokr", "factor": 8, "decompose_both": True},
    "LoKr whole": {"algo": "lokr", "factor": 4, "full_matrix": True},
    "LoCon with cores": {"algo": "locon", "use_tucker": True},
    "full": {"algo": "full"},
    "norms": {"algo": "locon", "train_norm": True},
    "DoRA on a LoHa": {"algo": "loha", "dora_wd": True},
    "DoRA on a LoKr": {"algo": "lokr", "factor": 4, "dora_wd": True},
    "DoRA on a LoCon with cores": {"algo": "locon", "use_tucker": True, "dora_wd": True},
}


@pytest.fixture
def family() -> Family:
    return Family.SD1


def _network(unet: Any, alpha: float, **told: Any) -> Any:
    """A network of lycoris-lora on some layers of `unet`, with weights of its own."""
    from lycoris import LycorisNetwork, create_lycoris

    names = [*_LAYERS, *([_NORM] if told.get("train_norm") else [])]
    LycorisNetwork.apply_preset({"enable_conv": True, "target_module": [], "target_name": names})
    network = create_lycoris(
        unet, 1.0, linear_dim=2, linear_alpha=alpha, conv_dim=2, conv_alpha=alpha, **told
    )
    torch.manual_seed(9)
    with torch.no_grad():
        for module in network.loras:
            for parameter in module.parameters():
                parameter.add_(torch.randn_like(parameter) * 0.2)
            if hasattr(module, "is_diff"):  # a full one knows its difference once it was in use
                module.apply_to()
                module.restore()
    assert len(network.loras) == len(names)
    return network


def _file(path: Path, network: Any, prefix: str = "lora_unet_") -> Path:
    made = {
        f"{module.lora_name.replace('lycoris_', prefix)}.{name}": each.detach()
        for module in network.loras
        for name, each in module.state_dict().items()
    }
    return making.write(path, made)


def _as_trained(unet: Any, network: Any) -> dict[str, Any]:
    """Each layer's weight as the network's own forward has it: how the file was trained."""
    paths = {f"lycoris_{name.replace('.', '_')}": name for name, _module in unet.named_modules()}
    found = {}
    for module in network.loras:
        name = paths[module.lora_name]
        layer = unet.get_submodule(name)
        if hasattr(module, "w_norm"):
            found[name] = layer.weight + module.w_norm
        elif hasattr(module, "is_diff"):
            found[name] = module.weight
        else:
            scale = module.scale if hasattr(module, "lora_down") else 1.0
            made = module.make_weight() if hasattr(module, "lora_down") else None
            diff = made if made is not None else module.get_weight(module.shape)
            whole = layer.weight + diff * scale
            found[name] = module.apply_weight_decompose(whole) if module.wd else whole
    return found


@pytest.mark.parametrize("kind", _KINDS)
def test_a_file_counts_as_it_was_trained(
    tmp_path: Path, pipe: Any, loras: Loras, kind: str
) -> None:
    network = _network(tiny.pipe_of(Family.SD1).unet, 1.0, **_KINDS[kind])
    path = _file(tmp_path / "ink.safetensors", network)
    before = making.weights_of(pipe)
    with torch.no_grad():
        trained = _as_trained(pipe.unet, network)
    applied = loras.apply([making.use(path)])
    assert (applied.notes, applied.text_digest) == ((), "")
    for name, weight in trained.items():
        mine = pipe.unet.get_submodule(name).weight
        assert torch.allclose(mine, weight, atol=_NEAR), name
        assert not torch.equal(mine, before[f"unet.{name}.weight"])
    biases = {n for n in making.changed(before, making.weights_of(pipe)) if n.endswith("bias")}
    assert bool(biases) == (kind in ("full", "norms"))


@pytest.mark.parametrize("kind", _KINDS)
def test_where_alpha_is_the_rank_it_is_what_the_library_merges(
    tmp_path: Path, pipe: Any, loras: Loras, kind: str
) -> None:
    theirs = tiny.pipe_of(Family.SD1).unet
    network = _network(theirs, 2.0, **_KINDS[kind])
    loras.apply([making.use(_file(tmp_path / "ink.safetensors", network))])
    network.merge_to(1.0)
    mine = pipe.unet.state_dict()
    for name, each in theirs.state_dict().items():
        assert torch.allclose(mine[name], each, atol=_NEAR), name


def test_weights_several_at_once_and_back_to_the_bit(
    tmp_path: Path, pipe: Any, loras: Loras
) -> None:
    before = making.weights_of(pipe)
    unet = tiny.pipe_of(Family.SD1).unet
    paths = [
        _file(tmp_path / f"{kind}.safetensors", _network(unet, 1.0, **_KINDS[kind]))
        for kind in ("LoHa", "DoRA on a LoKr", "norms")
    ]
    plain = making.write(tmp_path / "plain.safetensors", making.adapt(pipe))
    loras.apply([making.use(paths[0], 1.0)])
    whole = making.weights_of(pipe)
    loras.apply([making.use(paths[0], 0.4)])
    some = making.weights_of(pipe)
    for name, each in some.items():
        expected = before[name] + 0.4 * (whole[name] - before[name])
        assert torch.allclose(each, expected, atol=_NEAR), name
    last = [*(making.use(each, 0.5) for each in paths), making.use(plain, 0.7)]
    loras.apply(last)
    straight = making.weights_of(pipe)
    loras.apply([making.use(paths[1], -0.3)])
    loras.apply(last)
    assert not making.changed(straight, making.weights_of(pipe))
    loras.remove()
    assert not making.changed(before, making.weights_of(pipe))


def test_the_librarys_own_names_are_known_too(tmp_path: Path, pipe: Any, loras: Loras) -> None:
    network = _network(tiny.pipe_of(Family.SD1).unet, 1.0, **_KINDS["LoKr"])
    loras.apply([making.use(_file(tmp_path / "kohya.safetensors", network))])
    theirs = making.weights_of(pipe)
    loras.apply([making.use(_file(tmp_path / "own.safetensors", network, "lycoris_"))])
    assert not making.changed(theirs, making.weights_of(pipe))


def test_an_older_one_has_a_dora_length_for_each_input(
    tmp_path: Path, pipe: Any, loras: Loras
) -> None:
    layer = pipe.unet.get_submodule(_LAYERS[2])
    before = layer.weight.detach().clone()
    out, into = before.shape[:2]
    torch.manual_seed(5)
    one, other = torch.randn(4, 4), torch.randn(out // 4, into // 4, 3, 3)
    lengths = torch.rand(1, into, 1, 1) + 0.5
    base = f"lora_unet_{_LAYERS[2].replace('.', '_')}"
    made = {f"{base}.lokr_w1": one, f"{base}.lokr_w2": other, f"{base}.dora_scale": lengths}
    loras.apply([making.use(making.write(tmp_path / "older.safetensors", made), 0.5)])
    whole = before + torch.kron(one[:, :, None, None], other)
    turned = whole / whole.square().sum(dim=(0, 2, 3), keepdim=True).sqrt() * lengths
    assert torch.allclose(layer.weight, (before + turned) / 2, atol=1e-5)


def test_norms_have_the_names_of_the_original_code_too(
    pipe: Any, loras: Loras, tmp_path: Path
) -> None:
    shift = torch.ones(32)
    made = {"lora_unet_input_blocks_1_0_in_layers_0.w_norm": shift,
            "lora_unet_out_0.b_norm": shift}  # fmt: skip
    before = making.weights_of(pipe)
    loras.apply([making.use(making.write(tmp_path / "norms.safetensors", made))])
    assert making.changed(before, making.weights_of(pipe)) == {
        f"unet.{_NORM}.weight",
        "unet.conv_norm_out.bias",
    }


def test_without_the_library_it_is_named_before_anything_is_read_into_the_weights(
    tmp_path: Path, loras: Loras, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = f"lora_unet_{_LAYERS[0].replace('.', '_')}"
    made = {f"{base}.lokr_w1": torch.ones(4, 4), f"{base}.lokr_w2": torch.ones(8, 8)}
    path = making.write(tmp_path / "ink.safetensors", made)
    there = {"lycoris": None}
    monkeypatch.setattr(keeping, "find_spec", lambda name: there.get(name, find_spec(name)))
    with pytest.raises(EngineFault) as caught:
        loras.apply([making.use(path)])
    assert caught.value.fault.kind is FaultKind.NO_LYCORIS
    assert "LoKr" in to_error(caught.value.fault).message
