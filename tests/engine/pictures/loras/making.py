"""LoRAs with random weights, made and written by the public tools that authors' files come from."""

from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

from storyforge.domain.picture.adapters import LoraUse
from storyforge.domain.picture.orders import Family, PainterSpec, Saving
from storyforge.engine.pictures.loaded import Loaded

_ATTENTION = ("to_q", "to_k", "to_v", "to_out.0", "proj_in", "ff.net.0.proj")
#: of the U-Net, as a LoCon has them
EVERYWHERE = (*_ATTENTION, "conv1", "conv2", "conv_in", "conv_out", "time_emb_proj", "linear_1")
_TEXT = ("q_proj", "out_proj", "fc1")

Weights = dict[str, Any]


def loaded_of(pipe: Any, family: Family, dtype: Any = None) -> Loaded:
    """A pipeline as loading hands it on."""
    import torch

    cpu = torch.device("cpu")
    kind = dtype or torch.float32
    return Loaded(pipe, family, PainterSpec(Path("tiny")), Saving.NONE, cpu, kind, 1)


def use(path: Path, weight: float = 1.0, text_weight: float | None = None) -> LoraUse:
    """A use of the LoRA at `path`, by its own name."""
    return LoraUse(path.stem, path, weight, text_weight)


def adapt(pipe: Any, *, seed: int = 1, rank: int = 4, alpha: int = 4, **more: Any) -> Weights:
    """A LoRA by peft for all parts of a pipeline, by diffusers' names; the pipeline stays as it is.

    Args:
        more: for peft's configuration of the U-Net.
    """
    import torch
    from peft import LoraConfig, inject_adapter_in_model
    from peft.utils import get_peft_model_state_dict

    torch.manual_seed(seed)
    made: Weights = {}
    targets = list(more.pop("target_modules", _ATTENTION))
    for part in ("unet", "text_encoder", "text_encoder_2"):
        model = getattr(pipe, part, None)
        if model is None:
            continue
        names = targets if part == "unet" else list(_TEXT)
        config = LoraConfig(
            r=rank, lora_alpha=alpha, init_lora_weights=False, target_modules=names, **more
        )
        model = deepcopy(model)
        inject_adapter_in_model(config, model)
        weights = get_peft_model_state_dict(model)
        made |= {f"{part}.{name}": each.detach().clone() for name, each in weights.items()}
    return made


def write(
    path: Path, weights: Mapping[str, Any], metadata: Mapping[str, str] | None = None
) -> Path:
    """A safetensors file of it."""
    from safetensors.torch import save_file

    whole = {name: each.contiguous().clone() for name, each in weights.items()}
    save_file(whole, path, metadata=dict(metadata or {}))
    return path


def kohya(weights: Weights, alpha: float | None = None) -> Weights:
    """It by kohya's names, with another alpha where one is given."""
    import torch
    from diffusers.utils import convert_state_dict_to_kohya

    made: Weights = convert_state_dict_to_kohya(weights)
    for name in made:
        if name.endswith(".alpha") and alpha is not None:
            made[name] = torch.tensor(alpha)
    return made


def weights_of(pipe: Any) -> Weights:
    """All that a LoRA may change, copied."""
    parts = ("unet", "text_encoder", "text_encoder_2")
    return {
        f"{part}.{name}": each.clone()
        for part in parts
        if getattr(pipe, part, None) is not None
        for name, each in getattr(pipe, part).state_dict().items()
    }


def changed(before: Weights, after: Weights) -> set[str]:
    """The names of weights that are not the same, bit for bit."""
    import torch

    return {name for name, each in after.items() if not torch.equal(each, before[name])}


def by_hand(before: Weights, weights: Weights, scale: float) -> Weights:
    """The slow reference: each weight with its change, from the two halves by diffusers' names."""
    import torch

    after = dict(before)
    for name, down in weights.items():
        if ".lora_A." not in name:
            continue
        target = name.replace(".lora_A.", ".")
        up = weights[name.replace("lora_A", "lora_B")]
        change = torch.einsum("or,r...->o...", up.flatten(1).double(), down.double()) * scale
        whole = before[target].double() + change.reshape(before[target].shape)
        after[target] = whole.to(before[target].dtype)
    return after


def furthest(one: Weights, other: Weights) -> float:
    """The largest difference of two numbers."""
    assert one.keys() == other.keys()
    return max(float((one[name].float() - other[name].float()).abs().max()) for name in one)
