"""The parts of a single file, with its VAE and its original configuration beside it."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from storyforge.domain.picture.orders import Family
from storyforge.engine.pictures import originals, parts, vae
from storyforge.engine.pictures.tokenizers import clip_tokenizer
from storyforge.engine.pictures.weights import Told, read_tensors
from storyforge.images import checkpoints, clip_vocabulary, weight_files
from storyforge.images.checkpoints import CheckpointFacts

if TYPE_CHECKING:
    import torch

# What fills a prompt up to the window: its end in OpenAI's CLIP, the first token in OpenCLIP.
_PADS = {
    (Family.SD1, "tokenizer"): clip_vocabulary.END,
    (Family.SD2, "tokenizer"): "!",
    (Family.SDXL, "tokenizer"): clip_vocabulary.END,
    (Family.SDXL, "tokenizer_2"): "!",
}


@dataclass(frozen=True, slots=True)
class Made:
    """The parts of a pipeline by their names, and what was learned while they were made.

    Attributes:
        prediction: that the files say; empty where they do not.
    """

    parts: dict[str, Any]
    prediction: str


@dataclass(frozen=True, slots=True)
class Wishes:
    """How the parts shall be.

    Attributes:
        vae: another VAE's file or folder; None for the checkpoint's own.
        config: an original configuration; None for what ships.
        prediction: the author's word, which counts more than the files'.
    """

    dtype: "torch.dtype"
    vae_dtype: "torch.dtype"
    vae: Path | None = None
    config: Path | None = None
    prediction: str = ""


def size_of(path: Path, *, with_vae: bool) -> int:
    """Bytes of the file that will be read."""
    tensors = weight_files.look(path).tensors
    unet, text, own = originals.wanted(tensors)
    return sum(tensors[name].size for name in (*unet, *text, *(own if with_vae else ())))


def unet_size(path: Path) -> int:
    """Bytes of the file's U-Net."""
    tensors = weight_files.look(path).tensors
    return sum(tensors[name].size for name in originals.wanted(tensors)[0])


def refiner_unet(path: Path, dtype: "torch.dtype", told: Told) -> Any:
    """The U-Net of SDXL's refiner; its `NAME.yaml` counts where its sizes are unusual.

    Raises:
        EngineFault: it cannot be used.
    """
    config = checkpoints.config_beside(path)
    original = originals.read_yaml(config) if config is not None else None
    names = originals.wanted(weight_files.look(path).tensors)[0]
    return _unet(path, names, Family.SDXL, dtype, original, config, told, refiner=True)


def _unet(
    path: Path,
    names: list[str],
    family: Family,
    dtype: "torch.dtype",
    original: dict[str, Any] | None,
    config: Path | None,
    told: Told,
    *,
    refiner: bool = False,
) -> Any:
    from diffusers import UNet2DConditionModel

    weights = read_tensors(path, names, dtype=dtype, told=told)
    made = originals.unet_config(family, weights, original, config, refiner=refiner)
    weights = originals.unet_weights(weights, made, path.name)
    return parts.build(UNet2DConditionModel, made, weights, path.name)


def load(facts: CheckpointFacts, family: Family, wishes: Wishes, told: Told) -> Made:
    """The parts of the checkpoint.

    Raises:
        EngineFault: they cannot be used.
    """
    from transformers import CLIPTextModel, CLIPTextModelWithProjection

    path, name = facts.path, facts.path.name
    original = originals.read_yaml(wishes.config) if wishes.config is not None else None
    unet_names, text_names, vae_names = originals.wanted(weight_files.look(path).tensors)

    unet = _unet(path, unet_names, family, wishes.dtype, original, wishes.config, told)
    made = {"unet": unet}

    weights = read_tensors(path, text_names, dtype=wishes.dtype, told=told)
    for part, (config, mine) in originals.encoders(family, weights).items():
        projects = part == "text_encoder_2"
        kind = CLIPTextModelWithProjection if projects else CLIPTextModel
        made[part] = parts.build(kind, config, mine, name)
        name_of = part.replace("text_encoder", "tokenizer")
        made[name_of] = tokenizer(family, name_of)

    if wishes.vae is not None:
        made["vae"] = vae.load(wishes.vae, family, wishes.vae_dtype, told)
    else:
        weights = read_tensors(path, vae_names, dtype=wishes.vae_dtype, told=told)
        scale = vae.scale_of(original) if original is not None else None
        made["vae"] = vae.build(family, weights, name, scale)

    said = originals.prediction_of(original) if original is not None else ""
    prediction = wishes.prediction or said or facts.prediction
    made["scheduler"] = scheduler(family, prediction, zero_snr=facts.zero_snr)
    return Made(made, prediction)


def tokenizer(family: Family, part: str) -> Any:
    """The tokenizer that ships for a family's part of that name."""
    return clip_tokenizer(_PADS[family, part])


def scheduler(family: Family, prediction: str, *, zero_snr: bool) -> Any:
    """The family's scheduler; of those that are built from it each takes over what it knows."""
    import diffusers

    config = originals.shipped(family, "scheduler")
    if prediction:
        config["prediction_type"] = prediction
    if zero_snr:
        kind: Any = diffusers.EulerDiscreteScheduler
        return kind.from_config(config, rescale_betas_zero_snr=True, timestep_spacing="trailing")
    kind = getattr(diffusers, config["_class_name"])
    return kind.from_config(config)
