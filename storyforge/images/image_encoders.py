"""Image encoders: CLIP's other half, which turns a picture into numbers. What their files say.

A folder of transformers tells its sizes; a single file, as ComfyUI has them, tells by its tensors.
Nothing here knows torch.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from storyforge.images import diffusers_folders, weight_files
from storyforge.images.heads import Tensors
from storyforge.images.wrong import Wrong, WrongFile

_CONFIG = "config.json"
# Widths that are known: all have 16 heads, and which function they bend by follows from what they
# give. OpenAI's own bends by another one than those that LAION trained.
_WIDTHS = (1024, 1280, 1664)
_HEADS, _OPENAI = 16, 768
_FIRST = "vision_model.embeddings.class_embedding"
_PATCHES = "vision_model.embeddings.patch_embedding.weight"
_PLACES = "vision_model.embeddings.position_embedding.weight"
_BENDS = "vision_model.encoder.layers.0.mlp.fc1.weight"
_GIVES = "visual_projection.weight"


@dataclass(frozen=True, slots=True)
class EncoderFacts:
    """An image encoder.

    Attributes:
        width: numbers that it has of each part of a picture.
        gives: numbers that it gives of the whole picture.
        config: as transformers has it.
        files: with its weights.
        numbers: of its weights.
    """

    path: Path
    width: int
    gives: int
    config: Mapping[str, Any]
    files: tuple[Path, ...]
    numbers: int


def look(path: Path) -> EncoderFacts:
    """What the folder or file at `path` is.

    Raises:
        OSError: it cannot be read.
        WrongFile: it is damaged, or none that is known here.
    """
    files = diffusers_folders.files_of(path) if path.is_dir() else (path,)
    tensors: dict[str, Any] = {}
    for file in files:
        tensors |= weight_files.look(file).tensors
    if _GIVES not in tensors or _FIRST not in tensors:
        raise WrongFile(Wrong.NO_IMAGE_ENCODER, path.name)
    told = path / _CONFIG
    config = diffusers_folders.read_json(told) if path.is_dir() and told.is_file() else None
    numbers = sum(each.count for each in tensors.values())
    try:
        config = reckoned(tensors) if config is None else config
        width, gives = int(config["hidden_size"]), int(config["projection_dim"])
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise WrongFile(Wrong.NO_IMAGE_ENCODER, path.name) from error
    return EncoderFacts(path, width, gives, config, files, numbers)


def reckoned(tensors: Tensors) -> dict[str, Any]:
    """The configuration of a single file, by its sizes.

    Raises:
        ValueError, KeyError, IndexError: it is none whose sizes are known.
    """
    gives, width = tensors[_GIVES].shape
    if width not in _WIDTHS:
        raise ValueError(width)
    patch = tensors[_PATCHES].shape[2]
    places = tensors[_PLACES].shape[0] - 1
    layers = {name.split(".")[3] for name in tensors if ".encoder.layers." in name}
    return {
        "hidden_size": width,
        "intermediate_size": tensors[_BENDS].shape[0],
        "num_hidden_layers": len(layers),
        "num_attention_heads": _HEADS,
        "projection_dim": gives,
        "patch_size": patch,
        "image_size": patch * round(places**0.5),
        "hidden_act": "quick_gelu" if gives == _OPENAI else "gelu",
    }
