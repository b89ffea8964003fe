"""The parts of a folder of diffusers. No class of a folder's own is ever imported."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from storyforge.domain.picture.orders import Family
from storyforge.engine.faults import EngineFault, Fault, FaultKind
from storyforge.engine.pictures import parts, single_files, vae
from storyforge.engine.pictures.single_files import Made, Wishes
from storyforge.engine.pictures.weights import Told, read_tensors
from storyforge.images import diffusers_folders
from storyforge.images.checkpoints import CheckpointFacts

if TYPE_CHECKING:
    import torch

    Tensors = dict[str, torch.Tensor]

_ENCODERS = ("text_encoder", "text_encoder_2")
_CHECKER, _EYES = "safety_checker", "feature_extractor"


def size_of(path: Path, *, with_vae: bool) -> int:
    """Bytes of the folder that will be read."""
    wanted = ("unet", *_ENCODERS, _CHECKER, *(("vae",) if with_vae else ()))
    there = diffusers_folders.parts(path)
    files = (diffusers_folders.files_of(path / part) for part in wanted if part in there)
    return sum(file.stat().st_size for each in files for file in each)


def load(facts: CheckpointFacts, family: Family, wishes: Wishes, told: Told) -> Made:
    """The parts of the checkpoint; a safety checker among them where it brings one.

    Raises:
        EngineFault: they cannot be used.
        OSError, WrongFile: they cannot be read.
    """
    from transformers import CLIPTextModel, CLIPTextModelWithProjection

    path, there = facts.path, diffusers_folders.parts(facts.path)
    kinds = {"CLIPTextModel": CLIPTextModel}
    kinds["CLIPTextModelWithProjection"] = CLIPTextModelWithProjection
    made = {"unet": unet_of(path, wishes.dtype, told)}
    for part in _ENCODERS:
        if part in there:
            kind = kinds.get(there[part])
            if kind is None:
                raise EngineFault(Fault(FaultKind.OTHER_FAMILY, path.name, more=there[part]))
            made[part] = _part(path / part, kind, wishes.dtype, told)
            name = part.replace("text_encoder", "tokenizer")
            made[name] = _tokenizer(path / name, family)
    if wishes.vae is not None:
        made["vae"] = vae.load(wishes.vae, family, wishes.vae_dtype, told)
    else:
        made["vae"] = vae.load_folder(path / "vae", wishes.vae_dtype, told)
    prediction = wishes.prediction or facts.prediction
    made["scheduler"] = scheduler_of(path / "scheduler", there, prediction, family)
    if there.get(_CHECKER) == "StableDiffusionSafetyChecker" and family is not Family.SDXL:
        made |= _checker(path, wishes.dtype, told)
    return Made(made, prediction or made["scheduler"].config.prediction_type)


def unet_of(path: Path, dtype: "torch.dtype", told: Told) -> Any:
    """The U-Net of the folder.

    Raises:
        EngineFault: it cannot be used.
        OSError, WrongFile: it cannot be read.
    """
    from diffusers import UNet2DConditionModel

    return _part(path / "unet", UNet2DConditionModel, dtype, told)


def _part(folder: Path, kind: Any, dtype: "torch.dtype", told: Told) -> Any:
    weights: Tensors = {}
    for file in diffusers_folders.files_of(folder):
        weights |= read_tensors(file, dtype=dtype, told=told)
    name = f"{folder.parent.name}/{folder.name}"
    return parts.build(kind, diffusers_folders.read_json(folder / "config.json"), weights, name)


def _tokenizer(folder: Path, family: Family) -> Any:
    """The folder's own, else the one that ships."""
    if not (folder / "tokenizer_config.json").is_file():
        return single_files.tokenizer(family, folder.name)
    from transformers import CLIPTokenizer

    return CLIPTokenizer.from_pretrained(folder, local_files_only=True)


def scheduler_of(folder: Path, there: dict[str, str], prediction: str, family: Family) -> Any:
    """The folder's own where diffusers knows it, else the family's."""
    import diffusers

    kind = getattr(diffusers, there.get("scheduler", ""), None)
    if kind is None or not issubclass(kind, diffusers.SchedulerMixin):
        return single_files.scheduler(family, prediction, zero_snr=False)
    config = diffusers_folders.read_json(folder / "scheduler_config.json")
    return kind.from_config(config | ({"prediction_type": prediction} if prediction else {}))


def _checker(path: Path, dtype: "torch.dtype", told: Told) -> dict[str, Any]:
    """The checkpoint's own word on what may be seen: it is kept, and what it blackens is named."""
    from diffusers.pipelines.stable_diffusion.safety_checker import StableDiffusionSafetyChecker
    from transformers import CLIPImageProcessor

    return {
        _CHECKER: _part(path / _CHECKER, StableDiffusionSafetyChecker, dtype, told),
        _EYES: CLIPImageProcessor.from_pretrained(path / _EYES, local_files_only=True),
    }
