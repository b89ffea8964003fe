"""Whatever tool wrote a LoRA, it changes the weights that its maker meant, as much as he meant."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import torch

from storyforge.domain.picture.orders import Family
from storyforge.engine.pictures.loras import naming
from storyforge.engine.pictures.loras.merging import Loras
from tests.engine.pictures import original, tiny
from tests.engine.pictures.loras import making

_NEAR = 2e-6


def test_a_lora_by_kohyas_names_is_what_diffusers_makes_of_it(
    tmp_path: Path, pipe: Any, family: Family, loras: Loras
) -> None:
    before = making.weights_of(pipe)
    made = making.adapt(pipe)
    path = making.write(tmp_path / "ink.safetensors", making.kohya(made, alpha=2.0))
    applied = loras.apply([making.use(path, 0.8)])
    after = making.weights_of(pipe)
    assert making.furthest(after, making.by_hand(before, made, 0.8 * 2 / 4)) < _NEAR
    assert len(making.changed(before, after)) == len(made) // 2
    assert [(each.name, each.weight) for each in applied.facts] == [("ink", 0.8)]
    assert not applied.notes
    bare = tiny.pipe_of(family)
    bare.load_lora_weights(str(path), adapter_name="ink")
    bare.set_adapters("ink", 0.8)
    bare.fuse_lora(components=["unet"])
    bare.unload_lora_weights()
    theirs = bare.unet.state_dict()
    assert all(
        torch.allclose(each, theirs[n], atol=_NEAR) for n, each in pipe.unet.state_dict().items()
    )


def test_diffusers_own_files_and_their_alpha(
    tmp_path: Path, pipe: Any, family: Family, loras: Loras
) -> None:
    before = making.weights_of(pipe)
    made = making.adapt(pipe, alpha=8)
    path = making.write(tmp_path / "plain.safetensors", made)
    loras.apply([making.use(path)])
    assert making.furthest(making.weights_of(pipe), making.by_hand(before, made, 1.0)) < _NEAR
    told: dict[str, Any] = {}
    for part in ("unet", "text_encoder", "text_encoder_2"):
        told |= {f"{part}.r": 4, f"{part}.lora_alpha": 8, f"{part}.use_rslora": part == "unet"}
    told["unet.alpha_pattern"] = {"attn2.to_k": 2}
    metadata = {"format": "pt", "lora_adapter_metadata": json.dumps(told)}
    path = making.write(tmp_path / "told.safetensors", made, metadata)
    loras.apply([making.use(path)])
    after = making.weights_of(pipe)
    for name in sorted(making.changed(before, after)):
        scale = 2.0 if not name.startswith("unet.") else 4.0
        scale = 1.0 if name.endswith("attn2.to_k.weight") else scale
        expected = making.by_hand(before, made, scale)[name]
        assert torch.allclose(after[name], expected, atol=1e-5), name


def test_names_from_before_peft_are_the_same_weights(
    tmp_path: Path, pipe: Any, loras: Loras
) -> None:
    made = making.adapt(pipe)
    older = {}
    for name, each in made.items():
        text = name.replace("lora_A", "down").replace("lora_B", "up")
        for new in ("to_q", "to_k", "to_v", "to_out.0"):
            text = text.replace(f".{new}.", f".processor.{new.removesuffix('.0')}_lora.")
        for new, old in (("q_proj", "to_q_lora"), ("out_proj", "to_out_lora")):
            text = text.replace(f".{new}.", f".{old}.")
        text = text.replace(".fc1.", ".fc1.lora_linear_layer.")
        for rest in ("proj_in", "ff.net.0.proj"):
            text = text.replace(f".{rest}.", f".{rest}.lora.")
        older[text] = each
    loras.apply([making.use(making.write(tmp_path / "new.safetensors", made))])
    today = making.weights_of(pipe)
    loras.apply([making.use(making.write(tmp_path / "old.safetensors", older))])
    assert not making.changed(today, making.weights_of(pipe))


def test_every_weight_of_a_u_net_has_the_name_of_the_original_code(
    pipe: Any, family: Family
) -> None:
    theirs = original.unet_weights(pipe.unet)
    linear = {
        name: module
        for name, module in pipe.unet.named_modules()
        if isinstance(
            module,
            torch.nn.Linear | torch.nn.Conv2d | torch.nn.GroupNorm | torch.nn.LayerNorm,
        )
    }
    assert linear
    for name, module in linear.items():
        told = naming.original_name(name, pipe.unet.config)
        assert torch.equal(theirs[f"model.diffusion_model.{told}.weight"], module.weight), name
    assert naming.original_name("encoder_hid_proj", pipe.unet.config) is None
    assert len(naming.index(pipe)) > 2 * len(linear)


def test_the_original_names_of_sdxl_as_kohyas_files_have_them() -> None:
    kinds = ["CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"]
    config = {"layers_per_block": 2, "up_block_types": kinds}
    for ours, theirs in {
        "down_blocks.1.attentions.0.proj_in": "input_blocks.4.1.proj_in",
        "down_blocks.0.downsamplers.0.conv": "input_blocks.3.0.op",
        "mid_block.attentions.0.proj_out": "middle_block.1.proj_out",
        "mid_block.resnets.1.conv1": "middle_block.2.in_layers.2",
        "up_blocks.0.upsamplers.0.conv": "output_blocks.2.2.conv",
        "up_blocks.1.attentions.2.proj_in": "output_blocks.5.1.proj_in",
        "up_blocks.2.resnets.2.conv_shortcut": "output_blocks.8.0.skip_connection",
        "add_embedding.linear_2": "label_emb.0.2",
    }.items():
        assert naming.original_name(ours, config) == theirs


def test_a_lora_by_the_original_codes_names_is_the_same(
    tmp_path: Path, pipe: Any, loras: Loras
) -> None:
    made = making.adapt(pipe, target_modules=making.EVERYWHERE)
    renamed = {}
    for name, each in making.kohya(made).items():
        base, end = name.split(".", 1)
        for path, _module in pipe.unet.named_modules():
            if base == f"lora_unet_{path.replace('.', '_')}":
                theirs = naming.original_name(path, pipe.unet.config)
                base = f"lora_unet_{str(theirs).replace('.', '_')}"
                break
        renamed[f"{base}.{end}"] = each
    loras.apply([making.use(making.write(tmp_path / "new.safetensors", made))])
    new = making.weights_of(pipe)
    loras.apply([making.use(making.write(tmp_path / "old.safetensors", renamed))])
    assert not making.changed(new, making.weights_of(pipe))


def test_encoders_with_and_without_their_older_names(
    tmp_path: Path, pipe: Any, loras: Loras
) -> None:
    before = making.weights_of(pipe)
    made = {n: e for n, e in making.adapt(pipe).items() if n.startswith("text_encoder.")}
    older = {n.replace("text_encoder.encoder", "text_encoder.text_model.encoder"): e
             for n, e in made.items()}  # fmt: skip
    kohya = {n.replace("lora_te1_encoder", "lora_te_text_model_encoder"): e
             for n, e in making.kohya(made).items()}  # fmt: skip
    results = []
    for number, weights in enumerate([made, older, kohya]):
        assert number == 0 or weights.keys() != made.keys()
        path = making.write(tmp_path / f"{number}.safetensors", weights)
        assert loras.apply([making.use(path)]).text_digest
        results.append(making.weights_of(pipe))
    assert len(making.changed(before, results[0])) == 9
    assert not making.changed(results[0], results[1])
    assert not making.changed(results[0], results[2])


def test_a_locon_is_two_convolutions_one_after_the_other(
    tmp_path: Path, pipes: Mapping[Family, Any]
) -> None:
    pipe = pipes[Family.SD1]
    loras = Loras(making.loaded_of(pipe, Family.SD1))
    made = making.adapt(pipe, target_modules=("conv1", "conv_shortcut", "proj_in"))
    path = making.write(tmp_path / "locon.safetensors", making.kohya(made, alpha=1.0))
    module = pipe.unet.down_blocks[0].resnets[0].conv1
    picture = torch.randn(2, module.in_channels, 9, 7)
    with torch.no_grad():
        plain = module(picture)
        loras.apply([making.use(path, 1.5)])
        changed = module(picture)
        loras.remove()
        name = "unet.down_blocks.0.resnets.0.conv1"
        down, up = (made[f"{name}.lora_{half}.weight"] for half in "AB")
        assert down.shape[2:] == (3, 3)
        slow = torch.nn.functional.conv2d(picture, down, padding=1)
        slow = torch.nn.functional.conv2d(slow, up) * 1.5 / 4
        assert torch.allclose(changed - plain, slow, atol=1e-5)
        assert torch.equal(module(picture), plain)


@pytest.mark.parametrize("layout", ["peft", "kohya"])
def test_a_dora_is_what_peft_makes_of_it(
    tmp_path: Path, pipes: Mapping[Family, Any], layout: str
) -> None:
    from peft import LoraConfig, inject_adapter_in_model
    from peft.utils import get_peft_model_state_dict

    pipe = pipes[Family.SD1]
    loras = Loras(making.loaded_of(pipe, Family.SD1))
    torch.manual_seed(4)
    model = tiny.pipe_of(Family.SD1).unet
    config = LoraConfig(
        r=4, lora_alpha=2, use_dora=True, init_lora_weights=False,
        target_modules=["to_q", "to_k", "conv1", "proj_in"],
    )  # fmt: skip
    inject_adapter_in_model(config, model)
    for name, each in model.named_parameters():
        if "magnitude" in name:
            each.data.mul_(1.0 + 0.3 * torch.rand_like(each))
    made = {f"unet.{n}": e.clone() for n, e in get_peft_model_state_dict(model).items()}
    metadata = {"lora_adapter_metadata": json.dumps({"unet.r": 4, "unet.lora_alpha": 2})}
    if layout == "kohya":
        made = _dora_by_kohya(made, alpha=2.0)
        metadata = {}
    loras.apply([making.use(making.write(tmp_path / "dora.safetensors", made, metadata))])
    for name, module in model.named_modules():
        if hasattr(module, "merge") and hasattr(module, "base_layer"):
            module.merge()
            mine = pipe.unet.get_submodule(name).weight
            assert torch.allclose(mine, module.base_layer.weight, atol=1e-5), name
    loras.remove()


def _dora_by_kohya(made: making.Weights, alpha: float) -> making.Weights:
    renamed: making.Weights = {}
    for name, each in made.items():
        base, end = name.rsplit(".lora_", 1)
        base = base.replace("unet.", "lora_unet.").replace(".", "_")
        if end.startswith("magnitude"):
            renamed[f"{base}.dora_scale"] = each.reshape(-1, *[1] * (3 if "conv" in base else 1))
        else:
            half = "lora_down" if end.startswith("A") else "lora_up"
            renamed[f"{base}.{half}.weight"] = each
            renamed[f"{base}.alpha"] = torch.tensor(alpha)
    return renamed


def test_an_older_dora_has_a_length_for_each_input(
    tmp_path: Path, pipes: Mapping[Family, Any]
) -> None:
    pipe = pipes[Family.SD1]
    loras = Loras(making.loaded_of(pipe, Family.SD1))
    module = pipe.unet.down_blocks[0].resnets[0].time_emb_proj
    before = module.weight.detach().clone()
    torch.manual_seed(5)
    down, up = torch.randn(4, before.shape[1]), torch.randn(before.shape[0], 4)
    lengths = torch.rand(1, before.shape[1]) + 0.5
    base = "lora_unet_down_blocks_0_resnets_0_time_emb_proj"
    path = making.write(
        tmp_path / "older.safetensors",
        {f"{base}.lora_down.weight": down, f"{base}.lora_up.weight": up,
         f"{base}.dora_scale": lengths},
    )  # fmt: skip
    loras.apply([making.use(path, 0.5)])
    whole = before + up @ down
    turned = whole / whole.norm(dim=0, keepdim=True) * lengths
    assert torch.allclose(module.weight, (before + turned) / 2, atol=1e-5)
    loras.remove()
