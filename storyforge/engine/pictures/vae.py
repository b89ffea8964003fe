"""The VAE: a checkpoint's own, or another one from a file or folder. Its sizes follow from it."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from storyforge.domain.picture.orders import Family
from storyforge.engine.faults import EngineFault, Fault, FaultKind
from storyforge.engine.pictures import originals, parts
from storyforge.engine.pictures.reading import faulted
from storyforge.engine.pictures.weights import Told, read_tensors
from storyforge.images import diffusers_folders, weight_files
from storyforge.images.checkpoint_sizes import VAE

if TYPE_CHECKING:
    import torch

    Tensors = dict[str, torch.Tensor]

_LATENTS = 4
_ORIGINAL, _OURS = (
    "encoder.down.{}.block.{}.conv1.weight",
    "encoder.down_blocks.{}.resnets.{}.conv1.weight",
)
_PARTS = ("encoder.", "decoder.", "quant_conv.", "post_quant_conv.")


def build(family: Family, weights: "Tensors", name: str, scale: float | None = None) -> Any:
    """A VAE from the weights of a single file, under the original or diffusers' names.

    Args:
        weights: perhaps under a checkpoint's prefix.
        name: of the file.
        scale: of its latents, where a configuration says another than the family's.

    Raises:
        EngineFault: it is none of these families.
    """
    from diffusers import AutoencoderKL

    mine = {_bare(key): each for key, each in weights.items()}
    mine = {key: each for key, each in mine.items() if key.startswith(_PARTS)}
    config = _config(family, mine, name)
    if scale is not None:
        config["scaling_factor"] = scale
    if _ORIGINAL.format(0, 0) in mine:
        mine = originals.vae_weights(mine, config, name)
    return parts.build(AutoencoderKL, config, mine, name)


def load(path: Path, family: Family, dtype: "torch.dtype", told: Told) -> Any:
    """The VAE at `path`, a file or a folder of diffusers.

    Raises:
        EngineFault: it cannot be used.
    """
    with faulted(path):
        if not path.is_dir():
            return build(family, read_tensors(path, dtype=dtype, told=told), path.name)
        return load_folder(diffusers_folders.vae_in(path), dtype, told)


def load_folder(folder: Path, dtype: "torch.dtype", told: Told) -> Any:
    """The VAE of a folder of diffusers.

    Raises:
        EngineFault: it cannot be used.
        OSError, WrongFile: it cannot be read.
    """
    from diffusers import AutoencoderKL

    files = diffusers_folders.files_of(folder)
    config = diffusers_folders.read_json(folder / "config.json")
    kind = config.get("_class_name")
    if not files or kind != AutoencoderKL.__name__:
        raise _unfit(folder.name, str(kind))
    if config.get("latent_channels", _LATENTS) != _LATENTS:
        raise _unfit(folder.name, f"latent_channels = {config['latent_channels']}")
    weights: Tensors = {}
    for file in files:
        weights |= read_tensors(file, dtype=dtype, told=told)
    return parts.build(AutoencoderKL, config, weights, f"{folder.parent.name}/{folder.name}")


def size_of(path: Path) -> int:
    """Bytes that will be read of the VAE at `path`.

    Raises:
        EngineFault: it cannot be used.
    """
    with faulted(path):
        if not path.is_dir():
            return sum(each.size for each in weight_files.look(path).tensors.values())
        files = diffusers_folders.files_of(diffusers_folders.vae_in(path))
        return sum(file.stat().st_size for file in files)


def _bare(name: str) -> str:
    for prefix in VAE:
        name = name.removeprefix(prefix)
    return name


def _config(family: Family, mine: "Tensors", name: str) -> dict[str, Any]:
    """The family's configuration with the sizes that the weights have."""
    layout = _ORIGINAL if _ORIGINAL.format(0, 0) in mine else _OURS
    levels = _count(lambda at: layout.format(at, 0) in mine)
    layers = _count(lambda at: layout.format(0, at) in mine)
    latents = mine.get("post_quant_conv.weight")
    if not levels or latents is None:
        raise _unfit(name, next(iter(sorted(mine)), "—"))
    if latents.shape[0] != _LATENTS:
        raise _unfit(name, f"latent_channels = {latents.shape[0]}")
    return {
        **originals.shipped(family, "vae"),
        "block_out_channels": [int(mine[layout.format(at, 0)].shape[0]) for at in range(levels)],
        "layers_per_block": layers,
        "down_block_types": ["DownEncoderBlock2D"] * levels,
        "up_block_types": ["UpDecoderBlock2D"] * levels,
    }


def _count(there: Callable[[int], bool]) -> int:
    at = 0
    while there(at):
        at += 1
    return at


def scale_of(original: Mapping[str, Any]) -> float | None:
    """How an original configuration scales its latents; None where it does not say."""
    scale = original["model"]["params"].get("scale_factor")
    return float(scale) if isinstance(scale, (int, float)) else None


def _unfit(name: str, more: str) -> EngineFault:
    return EngineFault(Fault(FaultKind.VAE_UNFIT, name, more=more))
