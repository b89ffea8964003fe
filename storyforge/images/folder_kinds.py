"""What lies in a folder or file, by the names that other programs give; a look at heads.

The names are those of AUTOMATIC1111, Forge and ComfyUI; our own layout has ComfyUI's.
"""

import json
from collections.abc import Collection, Iterator
from enum import StrEnum
from pathlib import Path

from storyforge.errors import BadInput
from storyforge.images import heads
from storyforge.paths import at_home

#: of files that may be weights
SUFFIXES = frozenset((".safetensors", ".ckpt", ".pt", ".pth", ".bin"))
#: ComfyUI's list of other folders
EXTRA_PATHS = "extra_model_paths.yaml"


class Sort(StrEnum):
    """What a file is."""

    CHECKPOINT = "checkpoint"
    LORA = "LoRA"
    EMBEDDING = "embedding"
    VAE = "VAE"
    HYPERNETWORK = "hypernetwork"
    CONTROLNET = "ControlNet"
    IP_ADAPTER = "IP-Adapter"
    #: CLIP's other half, which an IP-Adapter sees with
    IMAGE_ENCODER = "image encoder"
    #: what reads a pose, a depth or lines out of a picture
    READER = "reader"


_FOLDERS = {
    "stable-diffusion": Sort.CHECKPOINT,
    "checkpoints": Sort.CHECKPOINT,
    "diffusers": Sort.CHECKPOINT,
    "lora": Sort.LORA,
    "loras": Sort.LORA,
    "lycoris": Sort.LORA,
    "embeddings": Sort.EMBEDDING,
    "vae": Sort.VAE,
    "hypernetworks": Sort.HYPERNETWORK,
    "controlnet": Sort.CONTROLNET,
    "controlnets": Sort.CONTROLNET,
    "ipadapter": Sort.IP_ADAPTER,
    "ip-adapter": Sort.IP_ADAPTER,
    "ip_adapter": Sort.IP_ADAPTER,
    "clip_vision": Sort.IMAGE_ENCODER,
    "image_encoder": Sort.IMAGE_ENCODER,
    "annotator": Sort.READER,
    "annotators": Sort.READER,
    "controlnet_aux": Sort.READER,
    "controlnetpreprocessor": Sort.READER,
}
#: in whose folders those of the other sorts have their own
_MIXED = frozenset((Sort.CONTROLNET, Sort.IP_ADAPTER))
#: of which one may be a folder of diffusers or transformers
_AS_FOLDERS = frozenset((*_MIXED, Sort.IMAGE_ENCODER, Sort.READER))
_CONFIG = "config.json"
_WEIGHTS = ("diffusion_pytorch_model", "model", "pytorch_model")
#: in a program's folder, where its extensions for stagings keep their models
OF_EXTENSIONS = {
    "extensions/sd-webui-controlnet/models": Sort.CONTROLNET,
    "extensions/sd-webui-controlnet/annotator/downloads": Sort.READER,
    "custom_nodes/comfyui_controlnet_aux/ckpts": Sort.READER,
}
#: what lies beside them and is nothing of ours
_FOREIGN = frozenset(
    (
        "clip", "codeformer", "configs", "deepbooru", "deepdanbooru",
        "diffusion_models", "esrgan", "extensions", "gfpgan", "gligen", "karlo",
        "latent_upscale_models", "ldsr", "outputs", "photomaker", "realesrgan", "repositories",
        "style_models", "swinir", "text_encoder", "text_encoders", "torch_deepdanbooru", "unet",
        "upscale_models", "vae-approx", "vae_approx", "venv", "__pycache__", "node_modules",
    )
)  # fmt: skip
#: an embedding is a few vectors; the smallest other file of weights is larger
_LARGEST_EMBEDDING = 1_500_000
#: of a pickled file in a folder that does not say what it is
_SMALLEST_CHECKPOINT = 800_000_000
_LORA_ENDS = (
    ".lora_down.weight", ".lora_A.weight", ".lora.down.weight", ".hada_w1_a", ".lokr_w1",
    ".lokr_w1_a", ".diff",
)  # fmt: skip
_LONGEST_LIST = 1_000_000


def of_name(name: str, around: Sort | None = None) -> Sort | None:
    """What lies in a folder of that name; None where the name does not say.

    Args:
        around: what lies in the folder that it is in; its own name counts less then.
    """
    if around is None or around in _MIXED:
        return _FOLDERS.get(name.casefold(), around)
    return around


def is_models(name: str) -> bool:
    """Whether a folder of that name holds those of the sorts, in A1111 as in ComfyUI."""
    return name.casefold() == "models"


def is_foreign(name: str) -> bool:
    """Whether nothing of ours lies in a folder of that name."""
    return name.casefold() in _FOREIGN


def of_folder(folder: Path, names: Collection[str], sort: Sort | None) -> Sort | None:
    """What a folder is that is one model by itself; None where it holds several things.

    Args:
        names: of what lies in it.
        sort: what lies in it by its name and place.
    """
    if "model_index.json" in names:
        return Sort.CHECKPOINT
    if sort not in (None, *_AS_FOLDERS) or _CONFIG not in names:
        return None
    if not any(name.split(".")[0].startswith(_WEIGHTS) for name in names if name != _CONFIG):
        return None
    return _of_config(folder / _CONFIG) or sort


def _of_config(file: Path) -> Sort | None:
    """By the class that a configuration names."""
    try:
        if file.stat().st_size > _LONGEST_LIST:
            return None
        said = json.loads(file.read_text("utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(said, dict):
        return None
    classes = said.get("architectures")
    name = str(
        said.get("_class_name") or (classes[0] if isinstance(classes, list) and classes else "")
    )
    if name.startswith("ControlNet"):
        return Sort.CONTROLNET
    if name.startswith("CLIPVisionModel"):
        return Sort.IMAGE_ENCODER
    return Sort.READER if name.endswith("ForDepthEstimation") else None


def of_file(path: Path, folder: Sort | None) -> Sort | None:
    """What a file is; None for what is no weights.

    Args:
        folder: what its folder holds; None where that is not known, and its head is read.
    """
    if path.suffix.casefold() not in SUFFIXES:
        return None
    # `NAME.vae.pt` beside a checkpoint is the VAE it comes with.
    if path.stem.casefold().endswith(".vae") and folder in (None, Sort.CHECKPOINT):
        return Sort.VAE
    if folder in _MIXED:
        return _of_mixed(path.stem.casefold(), folder)
    if folder is not None:
        return folder
    try:
        size = path.stat().st_size
    except OSError:
        return None
    if path.suffix.casefold() != ".safetensors":
        return _of_pickled(path, size)
    try:
        names = heads.read(path).tensors
    except (BadInput, OSError):
        # A broken file is listed as what it probably was, so that it can be named.
        return Sort.CHECKPOINT if size >= _SMALLEST_CHECKPOINT else Sort.LORA
    return _of_keys(names, size)


def _of_mixed(stem: str, folder: Sort | None) -> Sort | None:
    """A1111 has IP-Adapters among its ControlNets, and those of faces bring a LoRA along."""
    if not stem.startswith(("ip-adapter", "ip_adapter", "ipadapter")):
        return folder
    return Sort.LORA if "lora" in stem.replace("-", "_").split("_") else Sort.IP_ADAPTER


def _of_pickled(path: Path, size: int) -> Sort:
    stem = path.stem.casefold()
    if "hypernet" in stem:
        return Sort.HYPERNETWORK
    if (of := _of_mixed(stem, None)) is not None:
        return of
    if size <= _LARGEST_EMBEDDING:
        return Sort.EMBEDDING
    if "vae" in stem:
        return Sort.VAE
    return Sort.CHECKPOINT if size >= _SMALLEST_CHECKPOINT else Sort.LORA


def _of_keys(names: "heads.Tensors", size: int) -> Sort | None:
    """By the names that the tensors of a safetensors file have."""
    if any(name.endswith(_LORA_ENDS) for name in names):
        return Sort.LORA
    if any(name.startswith(("image_proj.", "ip_adapter.")) for name in names):
        return Sort.IP_ADAPTER
    # Before the checkpoints: those of diffusers have a U-Net's names, too.
    if any(name.startswith(("control_model.", "controlnet_", "input_hint_")) for name in names):
        return Sort.CONTROLNET
    if any(name.startswith(("vision_model.", "visual.")) for name in names):
        return Sort.IMAGE_ENCODER
    if any(name.startswith(("model.diffusion_model.", "down_blocks.")) for name in names):
        return Sort.CHECKPOINT
    if any(name.startswith(("decoder.", "first_stage_model.decoder.")) for name in names):
        return Sort.VAE
    return Sort.EMBEDDING if len(names) <= 4 and size <= _LARGEST_EMBEDDING else None


def extra_paths(file: Path) -> Iterator[tuple[Sort, Path]]:
    """The folders that ComfyUI's list names, with what lies in them; nothing where it is no list.

    It is YAML of one shape: sections, each with a base_path and a line or block a sort.
    """
    try:
        if file.stat().st_size > _LONGEST_LIST:
            return
        lines = file.read_text("utf-8-sig").splitlines()
    except (OSError, ValueError):
        return
    base, sort, block = file.parent, None, 0
    for line in lines:
        text = line.split(" #")[0].strip()
        indent = len(line) - len(line.lstrip())
        if not text or text.startswith("#"):
            continue
        if block and indent > block and sort is not None:
            yield sort, base / at_home(text.strip("'\""))
            continue
        key, _colon, value = (part.strip() for part in text.partition(":"))
        block, sort = 0, of_name(key)
        if indent == 0:
            base = file.parent
        elif key == "base_path":
            base = file.parent / at_home(value.strip("'\""))
        elif value in ("|", "|-", ">"):
            block = indent
        elif sort is not None and value:
            yield sort, base / at_home(value.strip("'\""))
