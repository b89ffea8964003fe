"""The original programs' layout of a single file: which tensors are whose, how large its parts are.

What is converted, is converted by diffusers' own tables. Configurations are those that ship, with
the sizes that the file's own tensors or its NAME.yaml say.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from storyforge.domain.picture.orders import Family
from storyforge.engine.faults import EngineFault, Fault, FaultKind
from storyforge.engine.pictures.families import ROWS
from storyforge.images.checkpoint_kinds import BY_COUNT, OF_REFINER, UNET
from storyforge.images.checkpoint_sizes import TEXT, VAE

if TYPE_CHECKING:
    import torch

    Tensors = dict[str, torch.Tensor]

# A configuration is 3 KB.
_LONGEST = 1 << 20
_FIRST, _SECOND = "conditioner.embedders.0.", "conditioner.embedders.1."
_ONLY = "cond_stage_model."
_CLIP, _OPEN = "transformer.", "model."
# Layers of OpenCLIP's encoder that Stable Diffusion 2 uses: all but the last.
_OF_SD2 = 23
# Early files have CLIP without this level.
_BARE = tuple(f"{_ONLY}{_CLIP}{part}." for part in ("embeddings", "encoder", "final_layer_norm"))


def shipped(family: Family, part: str) -> dict[str, Any]:
    """The configuration that ships for a part of a family's checkpoints."""
    file = "scheduler_config.json" if part == "scheduler" else "config.json"
    told: dict[str, Any] = json.loads((ROWS[family].config / part / file).read_text("utf-8"))
    return told


def wanted(names: Iterable[str]) -> tuple[list[str], list[str], list[str]]:
    """The tensors of a file that are read, for (U-Net, text encoders, VAE)."""
    unet, text, vae = [], [], []
    for name in names:
        if name.startswith(UNET):
            unet.append(name)
        elif name.startswith(TEXT):
            text.append(name)
        elif name.startswith(VAE):
            vae.append(name)
    return unet, text, vae


def read_yaml(path: Path) -> dict[str, Any]:
    """An original configuration.

    Raises:
        EngineFault: it is none.
    """
    import yaml

    try:
        with path.open("rb") as opened:
            told = yaml.safe_load(opened.read(_LONGEST))
        params: dict[str, Any] = told["model"]["params"]
        if not isinstance(params, dict):
            raise TypeError(params)
    except (OSError, yaml.YAMLError, LookupError, TypeError, ValueError, RecursionError) as error:
        raise _unfit(path, "model.params") from error
    return dict(told)


def prediction_of(original: Mapping[str, Any]) -> str:
    """What an original configuration says that the U-Net tells; empty where it says nothing."""
    params = original["model"]["params"]
    if "parameterization" in params:
        return {"v": "v_prediction", "x0": "sample"}.get(params["parameterization"], "epsilon")
    denoiser = str(params.get("denoiser_config", ""))
    if "VScaling" in denoiser:
        return "v_prediction"
    return "epsilon" if "EpsScaling" in denoiser else ""


def shipped_refiner() -> dict[str, Any]:
    """The configuration that ships for the U-Net of SDXL's refiner."""
    file = ROWS[Family.SDXL].config.with_name("sdxl_refiner") / "unet" / "config.json"
    told: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return told


def unet_config(
    family: Family,
    weights: "Tensors",
    original: Mapping[str, Any] | None,
    path: Path | None,
    *,
    refiner: bool = False,
) -> dict[str, Any]:
    """The configuration of a U-Net: the shipped one, or by the original where sizes are unusual.

    Args:
        weights: as the file has them.
        original, path: the YAML and where it lies.

    Raises:
        EngineFault: the original does not say all of it.
    """
    usual = shipped_refiner() if refiner else shipped(family, "unet")
    is_usual = sum(each.numel() for each in weights.values()) in (*BY_COUNT, OF_REFINER)
    if original is None or path is None or is_usual:
        return usual
    from diffusers.loaders.single_file_utils import create_unet_diffusers_config_from_ldm

    try:
        told = create_unet_diffusers_config_from_ldm(dict(original), weights)
    except (LookupError, TypeError, ValueError, AttributeError, AssertionError) as error:
        raise _unfit(path, "unet_config") from error
    if family is Family.SDXL:
        # diffusers knows it by the width of its words, which is the usual one only.
        added = ("addition_embed_type", "addition_time_embed_dim")
        told |= {"class_embed_type": None, **{name: usual[name] for name in added}}
    return {**usual, **told}


def unet_weights(weights: "Tensors", config: Mapping[str, Any], name: str) -> "Tensors":
    """A U-Net's weights under diffusers' names."""
    from diffusers.loaders.single_file_utils import convert_ldm_unet_checkpoint

    return _converted(convert_ldm_unet_checkpoint, weights, config, name)


def vae_weights(weights: "Tensors", config: Mapping[str, Any], name: str) -> "Tensors":
    """A VAE's weights under diffusers' names."""
    from diffusers.loaders.single_file_utils import convert_ldm_vae_checkpoint

    return _converted(convert_ldm_vae_checkpoint, weights, config, name)


def _converted(convert: Any, weights: "Tensors", config: Mapping[str, Any], name: str) -> "Tensors":
    try:
        found: Tensors = convert(weights, config)
    except (LookupError, AttributeError) as error:
        raise EngineFault(Fault(FaultKind.CHECKPOINT_LACKS, name, more=str(error))) from error
    return found


def encoders(family: Family, weights: "Tensors") -> dict[str, tuple[dict[str, Any], "Tensors"]]:
    """Each text encoder's configuration and weights, under transformers' names."""
    if family is Family.SDXL:
        return {
            "text_encoder": _clip(family, "text_encoder", weights, _FIRST + _CLIP),
            "text_encoder_2": _open_clip(family, "text_encoder_2", weights, _SECOND + _OPEN),
        }
    weights = {_usual_name(name): each for name, each in weights.items()}
    if family is Family.SD2:
        return {"text_encoder": _open_clip(family, "text_encoder", weights, _ONLY + _OPEN)}
    return {"text_encoder": _clip(family, "text_encoder", weights, _ONLY + _CLIP)}


def _usual_name(name: str) -> str:
    if name.startswith(_FIRST):
        return _ONLY + name.removeprefix(_FIRST)
    if name.startswith(_BARE):
        start = _ONLY + _CLIP
        return f"{start}text_model.{name.removeprefix(start)}"
    return name


def _clip(
    family: Family, part: str, weights: "Tensors", prefix: str
) -> "tuple[dict[str, Any], Tensors]":
    """OpenAI's: as transformers has it."""
    mine = {name.removeprefix(prefix): w for name, w in weights.items() if name.startswith(prefix)}
    layer = "text_model.encoder.layers.{}.mlp.fc1.weight"
    tokens = mine.get("text_model.embeddings.token_embedding.weight")
    return _sized(shipped(family, part), mine, tokens, layer, None), mine


def _open_clip(
    family: Family, part: str, weights: "Tensors", prefix: str
) -> "tuple[dict[str, Any], Tensors]":
    """OpenCLIP's: query, key and value in one matrix, its projection turned."""
    mine = {name.removeprefix(prefix): w for name, w in weights.items() if name.startswith(prefix)}
    layer = "transformer.resblocks.{}.mlp.c_fc.weight"
    tokens = mine.get("token_embedding.weight")
    projection = mine.pop("text_projection", None)
    if family is Family.SD2:
        projection = None  # what it makes is not used there, and neither is the last layer
    config = _sized(shipped(family, part), mine, tokens, layer, projection)
    if family is Family.SD2:
        layers = config["num_hidden_layers"]
        config["num_hidden_layers"] = _OF_SD2 if layers == _OF_SD2 else layers - 1
    found = _of_open_clip(mine)
    if projection is not None:
        found["text_projection.weight"] = projection.T
    return config, found


def _sized(
    usual: dict[str, Any], mine: "Tensors", tokens: Any, layer: str, projection: Any
) -> dict[str, Any]:
    """The shipped configuration with the sizes of the tensors that are there."""
    if tokens is None or layer.format(0) not in mine:
        return usual
    width = int(tokens.shape[1])
    each = usual["hidden_size"] // usual["num_attention_heads"]
    layers = 0
    while layer.format(layers) in mine:
        layers += 1
    told = {
        "hidden_size": width,
        "intermediate_size": int(mine[layer.format(0)].shape[0]),
        "num_attention_heads": max(1, width // each),
        "num_hidden_layers": layers,
    }
    if projection is not None:
        told["projection_dim"] = int(projection.shape[1])
    return {**usual, **told}


_NAMES = (
    ("transformer.resblocks.", "encoder.layers."),
    (".ln_1.", ".layer_norm1."),
    (".ln_2.", ".layer_norm2."),
    (".mlp.c_fc.", ".mlp.fc1."),
    (".mlp.c_proj.", ".mlp.fc2."),
    (".attn.out_proj.", ".self_attn.out_proj."),
)
_ENDS = {
    "positional_embedding": "embeddings.position_embedding.weight",
    "token_embedding.weight": "embeddings.token_embedding.weight",
    "ln_final.weight": "final_layer_norm.weight",
    "ln_final.bias": "final_layer_norm.bias",
}


def _of_open_clip(mine: "Tensors") -> "Tensors":
    """OpenCLIP's weights under transformers' names, whatever their sizes."""
    found: Tensors = {}
    for name, each in mine.items():
        if name in _ENDS:
            found[_ENDS[name]] = each
            continue
        for theirs, ours in _NAMES:
            name = name.replace(theirs, ours)
        start, in_one, kind = name.partition(".attn.in_proj_")
        if not in_one:
            found[name] = each
            continue
        for at, part in enumerate(each.chunk(3)):
            found[f"{start}.self_attn.{'qkv'[at]}_proj.{kind}"] = part.clone()
    return found


def _unfit(path: Path, more: str) -> EngineFault:
    return EngineFault(Fault(FaultKind.BAD_CONFIGURATION, path.name, more=more))
