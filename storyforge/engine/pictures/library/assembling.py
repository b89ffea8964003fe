"""The pipelines of a folder that diffusers draws with by itself, put together of its parts."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from storyforge.domain.picture.orders import Family, PainterNote
from storyforge.engine.faults import EngineFault, Fault, FaultKind
from storyforge.engine.pictures.library import reading
from storyforge.engine.pictures.weights import Told
from storyforge.i18n import N_
from storyforge.images import diffusers_folders
from storyforge.images.checkpoints import CheckpointFacts

if TYPE_CHECKING:
    import torch

_CLIP, _CLIP_2, _T5 = (
    (f"text_encoder{each}", f"tokenizer{each}") for each in ("", "_2", "_3")
)  # fmt: skip
_MODEL = ("transformer", "vae", "scheduler")
_CHECKER = ("safety_checker", "feature_extractor")
#: what a family's pipeline is made of, and which of it may be missing
_PARTS: dict[Family, tuple[tuple[str, ...], tuple[str, ...]]] = {
    Family.SD3: ((*_MODEL, *_CLIP, *_CLIP_2), _T5),
    Family.FLUX: ((*_MODEL, *_CLIP, *_CLIP_2), ()),
    Family.IF: (("unet", "scheduler", *_CLIP), _CHECKER),
}
_SECOND = ("unet", "scheduler", "image_noising_scheduler")
_THIRD = ("unet", "vae", "scheduler", "low_res_scheduler", *_CLIP)
_SMALL = N_(
    "There is no upscaler beside {name}: pictures become a quarter as wide and high as is set. "
    "Put the folder of Stable Diffusion's ×4 upscaler beside it."
)


def size_of(facts: CheckpointFacts, family: Family) -> int:
    """Bytes that will be read."""
    needed, more = _PARTS[family]
    later = zip(facts.stages, (_SECOND, _THIRD), strict=False)
    return reading.size_of(facts.path, (*needed, *more)) + sum(
        reading.size_of(stage, parts) for stage, parts in later
    )


def load(
    facts: CheckpointFacts, family: Family, dtype: "torch.dtype", told: Told
) -> tuple[Any, ...]:
    """The pipelines of a painter, in the order in which they draw.

    Raises:
        EngineFault: they cannot be used.
        OSError, WrongFile: they cannot be read.
    """
    import diffusers

    needed, more = _PARTS[family]
    made = _read(facts.path, needed, dtype, told) | reading.read(facts.path, more, dtype, told)
    others: dict[str, Any] = dict.fromkeys(more)
    if family is Family.IF:
        others |= {"watermarker": None, "requires_safety_checker": False}
    kind = getattr(diffusers, f"{diffusers_folders.pipeline_of(facts.path)}Pipeline")
    pipes = [kind(**{**others, **made})]
    for stage, parts in zip(facts.stages, (_SECOND, _THIRD), strict=False):
        kind = getattr(diffusers, f"{diffusers_folders.pipeline_of(stage)}Pipeline")
        pipes.append(kind(**_read(stage, parts, dtype, told), **_absent(stage, facts)))
    for pipe in pipes:
        pipe.set_progress_bar_config(disable=True)
    return tuple(pipes)


def notes_of(facts: CheckpointFacts) -> tuple[PainterNote, ...]:
    """What to say of how it was put together."""
    if facts.family is Family.IF and len(facts.stages) == 1:
        return (PainterNote(_SMALL, {"name": facts.path.name}),)
    return ()


def _absent(stage: Path, facts: CheckpointFacts) -> dict[str, Any]:
    """What a later stage goes without: T5 has read already, and the whole picture is checked."""
    if stage != facts.stages[0]:
        return {}
    names = ("tokenizer", "text_encoder", *_CHECKER, "watermarker")
    return {**dict.fromkeys(names), "requires_safety_checker": False}


def _read(folder: Path, parts: tuple[str, ...], dtype: "torch.dtype", told: Told) -> dict[str, Any]:
    """All of these parts.

    Raises:
        EngineFault: one is missing.
    """
    made = reading.read(folder, parts, dtype, told)
    missing = next((part for part in parts if part not in made), None)
    if missing is not None:
        raise EngineFault(Fault(FaultKind.CHECKPOINT_LACKS, folder.name, more=missing))
    return made
