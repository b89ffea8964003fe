"""What can be known of a painter's files before a process touches them; it needs no torch."""

import importlib.util
from pathlib import Path

from storyforge.domain.picture.orders import Family, PainterSpec
from storyforge.engine.faults import EngineFault, Fault, FaultKind, refusing
from storyforge.i18n import _
from storyforge.images import checkpoints, diffusers_folders, weight_files
from storyforge.images.checkpoints import CheckpointFacts, Kind

_LIBRARIES = ("torch", "diffusers", "transformers", "accelerate", "safetensors")


def preflight(spec: PainterSpec) -> CheckpointFacts:
    """What the checkpoint of `spec` is.

    Raises:
        ModelError: it cannot be loaded: it is missing, not whole, a pickle that would run
            something, or nothing to draw with; or diffusers is not installed.
    """
    with refusing(
        _("The checkpoint cannot be read: {why}."),
        _("Look whether its files are there and may be read."),
    ):
        return check(spec)


def check(spec: PainterSpec) -> CheckpointFacts:
    """The same as `preflight`, in the engine's own terms.

    Raises:
        EngineFault, WrongFile, OSError: it cannot be loaded.
    """
    if not all(map(importlib.util.find_spec, _LIBRARIES)):
        raise EngineFault(Fault(FaultKind.NO_PICTURES))
    facts = checkpoints.look(spec.path)
    if (refusal := facts.refusal()) is not None:
        raise refusal
    vae = spec.vae or facts.vae
    if vae is None and not facts.has_vae:
        raise EngineFault(Fault(FaultKind.NO_VAE, spec.path.name))
    for file in _files(vae) if vae is not None else ():
        weight_files.look(file)
    if facts.family is Family.IF and not facts.stages:
        raise EngineFault(Fault(FaultKind.NO_SECOND_STAGE, spec.path.name))
    refiner_of(spec, facts)
    return facts


def refiner_of(spec: PainterSpec, base: CheckpointFacts) -> CheckpointFacts | None:
    """What the refiner of `spec` is; None where none is set.

    Raises:
        EngineFault: it is none, or its base is not SDXL.
        WrongFile, OSError: it cannot be read.
    """
    path = spec.refiner
    if path is None:
        return None
    if base.family is not Family.SDXL:
        family = base.family.value if base.family else ""
        raise EngineFault(Fault(FaultKind.REFINER_UNFIT, path.name, more=family))
    facts = checkpoints.look(path)
    if facts.kind is not Kind.REFINER:
        raise EngineFault(Fault(FaultKind.NO_REFINER, path.name))
    return facts


def _files(vae: Path) -> tuple[Path, ...]:
    place = diffusers_folders.vae_in(vae)
    if not place.is_dir():
        return (place,)
    files = diffusers_folders.files_of(place)
    if not files:
        raise EngineFault(Fault(FaultKind.NO_VAE, vae.name))
    return files
