"""A checkpoint as its files tell it, without torch: family, kind, sizes, what lies beside it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from storyforge import digests, paths
from storyforge.domain.picture.orders import Family
from storyforge.images import (
    checkpoint_kinds,
    checkpoint_sizes,
    diffusers_folders,
    weight_files,
)
from storyforge.images.checkpoint_kinds import Kind, What
from storyforge.images.checkpoint_sizes import Sizes
from storyforge.images.heads import SUFFIX, Tensors
from storyforge.images.wrong import Wrong, WrongFile

__all__ = [
    "CheckpointFacts",
    "Kind",
    "Sizes",
    "autov2",
    "config_beside",
    "known_autov2",
    "look",
    "vae_beside",
]

_REMEMBERED = "checkpoints.json"
_DIGITS = 10
_PREDICTIONS = {"epsilon": "epsilon", "eps": "epsilon", "v": "v_prediction", "sample": "sample"}
_PREDICTIONS |= {"v_prediction": "v_prediction"}
_VAE = tuple(f"{prefix}decoder." for prefix in checkpoint_sizes.VAE)
_VIDEO_UNETS = ("UNetSpatioTemporalConditionModel", "UNet3DConditionModel", "UNetMotionModel")
_PIPELINES = ("StableDiffusion", "LatentConsistency")
# It would put its maker's sign on pictures, and is not read.
_MARKER = "watermarker"
_VAE_SUFFIXES = (".safetensors", ".pt", ".ckpt")


@dataclass(frozen=True, slots=True)
class CheckpointFacts:
    """What is known of a checkpoint before it is loaded.

    Attributes:
        path: a file, or a folder of diffusers.
        name: of a family that is not ours, or of the kind of editing or video; else empty.
        prediction: "epsilon", "v_prediction" or "sample" where the files say it; else empty.
        zero_snr: it was trained from pure noise on; it says so itself.
        has_vae: it brings a VAE of its own.
        size: bytes of its weights on disk.
        parameters: numbers in the U-Net.
        vae, config: what lies beside a single file.
        stages: what draws on where DeepFloyd IF's first stage ends, in order.
    """

    path: Path
    kind: Kind
    family: Family | None = None
    name: str = ""
    prediction: str = ""
    zero_snr: bool = False
    has_vae: bool = False
    size: int = 0
    parameters: int = 0
    sizes: Sizes = field(default_factory=Sizes)
    vae: Path | None = None
    config: Path | None = None
    stages: tuple[Path, ...] = ()

    def refusal(self) -> WrongFile | None:
        """Why it cannot be drawn with; None where it can."""
        wrong = self.kind.wrong
        return None if wrong is None else WrongFile(wrong, self.path.name, self.name)


def look(path: Path) -> CheckpointFacts:
    """What the file or folder at `path` is.

    Raises:
        OSError: it cannot be read.
        WrongFile: it is damaged, or a pickle that would have to run something.
    """
    if path.is_dir():
        return _folder(path)
    head = weight_files.look(path)
    what = checkpoint_kinds.of_file(head.tensors)
    said = _PREDICTIONS.get(head.metadata.get("modelspec.prediction_type", ""), "")
    return CheckpointFacts(
        path,
        what.kind,
        what.family,
        what.name,
        # The names that ComfyUI and Forge look for.
        "v_prediction" if "v_pred" in head.tensors else said,
        "ztsnr" in head.tensors,
        any(name.startswith(_VAE) for name in head.tensors),
        path.stat().st_size,
        what.parameters,
        checkpoint_sizes.of_file(head.tensors),
        vae_beside(path),
        config_beside(path),
    )


def autov2(path: Path, given_up: Callable[[], bool] = lambda: False) -> str:
    """The hash by which others know the checkpoint: ten hex digits of its file's SHA-256.

    A folder has none that others know; it gets one of all its weights. Reading takes about a second
    a gigabyte, and is remembered.

    Args:
        given_up: asked now and then; True gives an empty hash.

    Raises:
        OSError: a file cannot be read.
        WrongFile: the folder lacks files.
    """
    found = digests.digest(_files(path), paths.cache_dir() / _REMEMBERED, given_up)
    return (found or "")[:_DIGITS]


def known_autov2(path: Path) -> str:
    """The hash where it is remembered, else nothing; as for `autov2`."""
    return (digests.known(_files(path), paths.cache_dir() / _REMEMBERED) or "")[:_DIGITS]


def _files(path: Path) -> tuple[Path, ...]:
    if diffusers_folders.is_folder(path):
        return tuple(diffusers_folders.all_files(path))
    return diffusers_folders.files_of(path) if path.is_dir() else (path,)


def vae_beside(path: Path) -> Path | None:
    """`NAME.vae.*` beside a single file, which is meant to be used with it."""
    beside = (path.with_name(f"{path.stem}.vae{suffix}") for suffix in _VAE_SUFFIXES)
    return next((file for file in beside if file.is_file()), None)


def config_beside(path: Path) -> Path | None:
    """`NAME.yaml` beside a single file."""
    beside = path.with_name(f"{path.stem}.yaml")
    return beside if beside.is_file() else None


def _folder(path: Path) -> CheckpointFacts:
    if not diffusers_folders.is_folder(path):
        return CheckpointFacts(path, Kind.NONE)
    classes = diffusers_folders.parts(path)
    files = {part: diffusers_folders.files_of(path / part) for part in classes}
    files.pop(_MARKER, None)
    if _is_pickled(path, files):
        raise WrongFile(Wrong.PICKLED_FOLDER, path.name)
    heads = _heads(files)
    what = _of_pipeline(path, classes, heads.get("unet", {}))
    told = path / "scheduler" / "scheduler_config.json"
    scheduler = diffusers_folders.read_json(told) if told.is_file() else {}
    stages = stages_of(path) if what.family is Family.IF else ()
    sizes = checkpoint_sizes.of_parts(heads)
    if what.family is Family.IF:
        sizes = checkpoint_sizes.of_stages(sizes, map(_sizes, stages))
    return CheckpointFacts(
        path,
        what.kind,
        what.family,
        what.name,
        _PREDICTIONS.get(str(scheduler.get("prediction_type", "")), ""),
        scheduler.get("rescale_betas_zero_snr") is True,
        bool(files.get("vae")) or what.family is Family.IF,
        sum(file.stat().st_size for held in files.values() for file in held),
        what.parameters or sizes.unet,
        sizes,
        stages=stages,
    )


def stages_of(path: Path) -> tuple[Path, ...]:
    """What draws on where DeepFloyd IF's first stage at `path` ends: the folders beside it.

    Raises:
        OSError, WrongFile: one of them cannot be read.
    """
    second = diffusers_folders.beside(path, checkpoint_kinds.SECOND_STAGE)
    if second is None:
        return ()
    third = diffusers_folders.beside(path, checkpoint_kinds.THIRD_STAGE)
    return (second,) if third is None else (second, third)


def _sizes(stage: Path) -> Sizes:
    files = {part: diffusers_folders.files_of(stage / part) for part in ("unet", "vae")}
    if diffusers_folders.pipeline_of(stage) == checkpoint_kinds.THIRD_STAGE:
        files["text_encoder"] = diffusers_folders.files_of(stage / "text_encoder")
    if _holds_pickles(files):
        raise WrongFile(Wrong.PICKLED_FOLDER, stage.name)
    return checkpoint_sizes.of_parts(_heads(files))


def _heads(files: Mapping[str, tuple[Path, ...]]) -> dict[str, Tensors]:
    """The tensors of each part, from all its files."""
    return {
        part: {
            name: each for file in held for name, each in weight_files.look(file).tensors.items()
        }
        for part, held in files.items()
    }


def _is_pickled(path: Path, files: Mapping[str, tuple[Path, ...]]) -> bool:
    """Whether a folder whose makers give safetensors has pickles in their place."""
    return diffusers_folders.pipeline_of(path) in checkpoint_kinds.BY_PIPELINE and _holds_pickles(
        files
    )


def _holds_pickles(files: Mapping[str, tuple[Path, ...]]) -> bool:
    return any(file.suffix != SUFFIX for held in files.values() for file in held)


def _of_pipeline(path: Path, classes: dict[str, str], unet: Tensors) -> What:
    """By the U-Net where it has one; else its pipeline's name says what it is."""
    name, kind = diffusers_folders.pipeline_of(path), classes.get("unet", "")
    if (family := checkpoint_kinds.BY_PIPELINE.get(name)) is not None:
        return What(Kind.BASE, family)
    if name == checkpoint_kinds.SECOND_STAGE:
        return What(Kind.STAGE)
    if "Video" in name or "AnimateDiff" in name or kind in _VIDEO_UNETS:
        return What(Kind.VIDEO, name=name)
    if kind != "UNet2DConditionModel" or not name.startswith(_PIPELINES):
        return What(Kind.OTHER, name=name)
    if not unet:
        raise WrongFile(Wrong.NOT_WHOLE, f"{path.name}/unet")
    return checkpoint_kinds.of_unet(unet)
