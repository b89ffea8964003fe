"""What lies in a folder or file, by the names that other programs give; a look at heads.

The names are those of AUTOMATIC1111, Forge and ComfyUI; our own layout has ComfyUI's.
"""

from collections.abc import Iterator
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


_FOLDERS = {
    "stable-diffusion": Sort.CHECKPOINT,
    "checkpoints": Sort.CHECKPOINT,
    "diffusers": Sort.CHECKPOINT,
    "lora": Sort.LORA,
    "loras": Sort.LORA,
    "lycoris": Sort.LORA,
    "embeddings": Sort.EMBEDDING,
    "vae": Sort.VAE,
}
#: what lies beside them and is nothing of ours
_FOREIGN = frozenset(
    (
        "clip", "clip_vision", "codeformer", "configs", "controlnet", "deepbooru", "deepdanbooru",
        "diffusion_models", "esrgan", "extensions", "gfpgan", "gligen", "hypernetworks", "karlo",
        "latent_upscale_models", "ldsr", "outputs", "photomaker", "realesrgan", "repositories",
        "style_models", "swinir", "text_encoder", "text_encoders", "torch_deepdanbooru", "unet",
        "upscale_models", "vae-approx", "vae_approx", "venv", "__pycache__", "node_modules",
    )
)  # fmt: skip
#: an embedding is a few vectors; the smallest other file of weights is larger
_LARGEST_EMBEDDING = 1_500_000
#: of a pickled file in a folder that does not say what it is
_SMALLEST_CHECKPOINT = 800_000_000
_LONGEST_LIST = 1_000_000


def of_name(name: str) -> Sort | None:
    """What lies in a folder of that name; None where the name does not say."""
    return _FOLDERS.get(name.casefold())


def is_models(name: str) -> bool:
    """Whether a folder of that name holds those of the sorts, in A1111 as in ComfyUI."""
    return name.casefold() == "models"


def is_foreign(name: str) -> bool:
    """Whether nothing of ours lies in a folder of that name."""
    return name.casefold() in _FOREIGN


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


def _of_pickled(path: Path, size: int) -> Sort:
    if size <= _LARGEST_EMBEDDING:
        return Sort.EMBEDDING
    if "vae" in path.stem.casefold():
        return Sort.VAE
    return Sort.CHECKPOINT if size >= _SMALLEST_CHECKPOINT else Sort.LORA


def _of_keys(names: "heads.Tensors", size: int) -> Sort | None:
    """By the names that the tensors of a safetensors file have."""
    ends = (".lora_down.weight", ".lora_A.weight", ".lora.down.weight", ".hada_w1_a", ".lokr_w1")
    if any(name.endswith(ends) for name in names):
        return Sort.LORA
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
