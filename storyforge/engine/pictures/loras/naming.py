"""Which weight of a pipeline a LoRA's file means by a name. No torch here but its modules' kinds.

All names are compared squeezed, with underscores for dots: so kohya's and diffusers' are one. A
U-Net's weights have a second name each, that of the original code, which kohya's SDXL LoRAs use.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

UNET = "unet"
TEXT = "text_encoder"
SECOND_TEXT = "text_encoder_2"
#: behind a squeezed name, which has no dot: the bias beside the weight
BIAS = ".bias"

# The longer ones first. `convert_state_dict_to_kohya` calls the only encoder of SD 1.x the first.
_PREFIXES = (
    ("lora_unet_", UNET),
    ("unet_", UNET),
    ("diffusion_model_", UNET),
    ("lycoris_", UNET),  # of a U-Net that lycoris-lora was wrapped around by itself
    ("lora_te1_", TEXT),
    ("lora_te2_", SECOND_TEXT),
    ("lora_te_", TEXT),
    ("text_encoder_2_", SECOND_TEXT),
    ("text_encoder_", TEXT),
)
_BLOCK = re.compile(r"(down|up)_blocks\.(\d+)\.(resnets|attentions|downsamplers|upsamplers)\.(\d+)")
_MIDDLE = re.compile(r"mid_block\.(resnets|attentions)\.(\d+)")
_RESNET = {
    "conv1": "in_layers.2",
    "conv2": "out_layers.3",
    "time_emb_proj": "emb_layers.1",
    "conv_shortcut": "skip_connection",
    "norm1": "in_layers.0",
    "norm2": "out_layers.0",
}
_SINGLE = {
    "conv_in": "input_blocks.0.0",
    "conv_norm_out": "out.0",
    "conv_out": "out.2",
    "time_embedding.linear_1": "time_embed.0",
    "time_embedding.linear_2": "time_embed.2",
    "add_embedding.linear_1": "label_emb.0.0",
    "add_embedding.linear_2": "label_emb.0.2",
}
# How diffusers wrote them before it had peft.
_OLDER = (
    (re.compile(r"_processor_"), "_"),
    (re.compile(r"(attn\d_to_out)$"), r"\1_0"),
    (re.compile(r"self_attn_to_([qkv])$"), r"self_attn_\1_proj"),
    (re.compile(r"self_attn_to_out$"), "self_attn_out_proj"),
)


@dataclass(frozen=True, slots=True)
class Place:
    """A weight: of the part `part` of the pipeline, at `path` in it; or (`name`) the bias there."""

    part: str
    path: str
    name: str = "weight"


def squeezed(name: str) -> tuple[str, str]:
    """(part of the pipeline, name in it) of a name that a file uses."""
    name = name.removeprefix("base_model.model.").replace(".", "_")
    part = UNET
    for prefix, of in _PREFIXES:
        if name.startswith(prefix):
            part, name = of, name.removeprefix(prefix)
            break
    for old, new in _OLDER:
        name = old.sub(new, name)
    return part, name if part == UNET else name.removeprefix("text_model_")


def index(pipe: Any) -> dict[tuple[str, str], tuple[Place, Any]]:
    """Every weight that a LoRA can change, by part and squeezed name: its place and module.

    Biases and norms too: LyCORIS may train them along.
    """
    from torch import nn

    found: dict[tuple[str, str], tuple[Place, Any]] = {}
    for part in (UNET, TEXT, SECOND_TEXT):
        model: Any = getattr(pipe, part, None)
        for path, module in model.named_modules() if model is not None else ():
            if not isinstance(module, nn.Linear | nn.Conv2d | nn.GroupNorm | nn.LayerNorm):
                continue
            for name in _names(part, path, model.config):
                key = name.replace(".", "_")
                if module.weight is not None:
                    found[part, key] = (Place(part, path), module)
                if module.bias is not None:
                    found[part, key + BIAS] = (Place(part, path, "bias"), module)
    return found


def _names(part: str, path: str, config: Any) -> Iterator[str]:
    if part != UNET:
        yield path.removeprefix("text_model.")
        return
    yield path
    original = original_name(path, config)
    if original is not None:
        yield original


def original_name(path: str, config: Mapping[str, Any]) -> str | None:
    """What the original code calls a weight of a U-Net; None for one that it has not.

    Args:
        config: of diffusers' U-Net; both number the blocks by the layers of each.
    """
    if path in _SINGLE:
        return _SINGLE[path]
    layers = config["layers_per_block"]
    middle = _MIDDLE.match(path)
    if middle:
        place = "1" if middle[1] == "attentions" else str(2 * int(middle[2]))
        return f"middle_block.{place}.{_inner(path[middle.end() + 1 :])}"
    block = _BLOCK.match(path)
    if block is None or not isinstance(layers, int):
        return None
    rest = path[block.end() + 1 :]
    number, layer = int(block[2]), int(block[4])
    if block[1] == "down":
        if block[3] == "downsamplers":
            return f"input_blocks.{(number + 1) * (layers + 1)}.0.op"
        inner = 1 if block[3] == "attentions" else 0
        return f"input_blocks.{1 + number * (layers + 1) + layer}.{inner}.{_inner(rest)}"
    if block[3] == "upsamplers":
        inner = 2 if "CrossAttn" in config["up_block_types"][number] else 1
        return f"output_blocks.{number * (layers + 1) + layers}.{inner}.conv"
    inner = 1 if block[3] == "attentions" else 0
    return f"output_blocks.{number * (layers + 1) + layer}.{inner}.{_inner(rest)}"


def _inner(rest: str) -> str:
    return _RESNET.get(rest, rest)
