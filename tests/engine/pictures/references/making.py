"""IP-Adapters and image encoders with random weights, laid out as their makers have them."""

from pathlib import Path
from typing import Any

from storyforge.domain.picture.adapters import Reference
from tests.engine.pictures import easel

_SEES, _GIVES, _HIDDEN, _QUERIES = 16, 24, 64, 3
Weights = dict[str, Any]


def write_encoder(folder: Path, *, seed: int = 11, width: int = _SEES, gives: int = _GIVES) -> Path:
    """A tiny CLIP that sees, as a folder of transformers."""
    import torch
    from transformers import CLIPVisionConfig, CLIPVisionModelWithProjection

    torch.manual_seed(seed)
    config = CLIPVisionConfig(
        hidden_size=width,
        intermediate_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        image_size=28,
        patch_size=14,
        projection_dim=gives,
    )
    CLIPVisionModelWithProjection(config).eval().save_pretrained(folder)
    return folder


def plain(width: int) -> Weights:
    """The way from CLIP's picture to four words."""
    import torch

    return {
        "proj.weight": torch.randn(4 * width, _GIVES),
        "proj.bias": torch.randn(4 * width),
        "norm.weight": torch.ones(width),
        "norm.bias": torch.zeros(width),
    }


def plus(width: int) -> Weights:
    """The same part by part, by the names of the adapter's authors."""
    import torch

    made = {
        "latents": torch.randn(1, _QUERIES, _HIDDEN),
        "proj_in.weight": torch.randn(_HIDDEN, _SEES),
        "proj_in.bias": torch.randn(_HIDDEN),
        "proj_out.weight": torch.randn(width, _HIDDEN),
        "proj_out.bias": torch.randn(width),
        "norm_out.weight": torch.ones(width),
        "norm_out.bias": torch.zeros(width),
    }
    for number in range(4):
        own = f"layers.{number}"
        for norm in ("0.norm1", "0.norm2", "1.0"):
            made[f"{own}.{norm}.weight"] = torch.ones(_HIDDEN)
            made[f"{own}.{norm}.bias"] = torch.zeros(_HIDDEN)
        made[f"{own}.0.to_q.weight"] = torch.randn(64, _HIDDEN) * 0.1
        made[f"{own}.0.to_kv.weight"] = torch.randn(128, _HIDDEN) * 0.1
        made[f"{own}.0.to_out.weight"] = torch.randn(_HIDDEN, 64) * 0.1
        made[f"{own}.1.1.weight"] = torch.randn(4 * _HIDDEN, _HIDDEN) * 0.1
        made[f"{own}.1.3.weight"] = torch.randn(_HIDDEN, 4 * _HIDDEN) * 0.1
    return made


def full_face(width: int) -> Weights:
    """The same with a word each part."""
    import torch

    return {
        "proj.0.weight": torch.randn(_SEES, _SEES),
        "proj.0.bias": torch.randn(_SEES),
        "proj.2.weight": torch.randn(width, _SEES),
        "proj.2.bias": torch.randn(width),
        "proj.3.weight": torch.ones(width),
        "proj.3.bias": torch.zeros(width),
    }


def write_adapter(path: Path, pipe: Any, made: Any = plain, *, seed: int = 5) -> Path:
    """An adapter for `pipe`'s U-Net."""
    import torch
    from safetensors.torch import save_file

    torch.manual_seed(seed)
    width = pipe.unet.config.cross_attention_dim
    weights = {f"image_proj.{name}": each for name, each in made(width).items()}
    for number, name in enumerate(pipe.unet.attn_processors):
        if name.endswith("attn1.processor"):
            continue
        inner = pipe.unet.get_submodule(name.removesuffix(".processor")).to_k.out_features
        for side in "kv":
            key = f"ip_adapter.{number}.to_{side}_ip.weight"
            weights[key] = torch.randn(inner, width) * 0.5
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file(weights, path)
    return path


def pickled(adapter: Path, path: Path) -> Path:
    """The same as a pickle: its halves are tables of their own."""
    import torch
    from safetensors.torch import load_file

    halves: dict[str, Weights] = {"image_proj": {}, "ip_adapter": {}}
    for name, each in load_file(adapter).items():
        half, _point, rest = name.partition(".")
        halves[half][rest] = each
    torch.save(halves, path)
    return path


def reference(adapter: Path, **wishes: Any) -> Reference:
    """A use of it."""
    usual: dict[str, Any] = {"image": easel.picture(40, 28), "scale": 0.6}
    return Reference(adapter, **{**usual, **wishes})


def hooks(unet: Any) -> list[str]:
    """The modules that something listens at."""
    return [
        name
        for name, module in unet.named_modules()
        if module._forward_hooks or module._forward_pre_hooks
    ]
