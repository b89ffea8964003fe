"""Tiny ControlNets: the real class with few and random weights, in the layouts that there are."""

from functools import cache
from pathlib import Path
from typing import Any

from storyforge.domain.picture.orders import Family
from tests.engine.pictures import original, tiny


@cache
def net_of(family: Family, seed: int = 13) -> Any:
    """A ControlNet for `tiny.pipe_of(family)`, which is heard from the first step on."""
    import torch
    from diffusers import ControlNetModel

    torch.manual_seed(seed)
    net = ControlNetModel.from_unet(tiny.pipe_of(family).unet)
    with torch.no_grad():
        # Made as zeros, so that training begins with an unchanged picture.
        for name, each in net.named_parameters():
            if name.startswith(("controlnet_down", "controlnet_mid", "controlnet_cond_embedding")):
                each.normal_(0, 0.1)
    return net.eval()


def write_folder(folder: Path, family: Family, seed: int = 13, *, pickled: bool = False) -> Path:
    """A folder as diffusers saves it."""
    net_of(family, seed).save_pretrained(folder, safe_serialization=not pickled)
    return folder


def write_file(path: Path, family: Family, seed: int = 13, prefix: str = "") -> Path:
    """A single file in the original layout, .safetensors or .pth by its name.

    Args:
        prefix: "control_model." in a file of the first ones, which holds its checkpoint, too.
    """
    import torch
    from safetensors.torch import save_file

    weights = original.control_weights(net_of(family, seed))
    weights = {prefix + name: each for name, each in weights.items()}
    if prefix:
        weights["model.diffusion_model.out.2.bias"] = torch.zeros(4)
    if path.suffix == ".safetensors":
        save_file(weights, path)
    else:
        torch.save(weights, path)
    return path
