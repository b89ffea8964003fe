"""From files to a painter: offline, without a pickle executed, and with a word of how far it is."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from storyforge import digests
from storyforge.domain.picture.orders import Family, PainterSpec, Saving
from storyforge.engine import hardware
from storyforge.engine.faults import EngineFault, Fault, FaultKind
from storyforge.engine.memory import find_memory
from storyforge.engine.pictures import (
    devices,
    folder_parts,
    memory,
    predicting,
    preflight,
    refining,
    single_files,
    vae,
)
from storyforge.engine.pictures.families import ROWS, habits_of
from storyforge.engine.pictures.library import assembling
from storyforge.engine.pictures.library.kinds import KINDS
from storyforge.engine.pictures.loaded import Loaded
from storyforge.engine.pictures.painter import Painter
from storyforge.engine.pictures.painting import LoadedPainter, is_out_of_memory
from storyforge.engine.pictures.reading import faulted
from storyforge.engine.pictures.single_files import Made, Wishes
from storyforge.engine.sequence import Interrupted
from storyforge.images import checkpoints, diffusers_folders
from storyforge.images.checkpoints import CheckpointFacts

if TYPE_CHECKING:
    import torch

Progress = Callable[[float], bool]


def load_painter(spec: PainterSpec, progress: Progress) -> Painter:
    """The painter of `spec`.

    Args:
        progress: hears the fraction of all bytes that was read, often; False ends the loading.

    Raises:
        EngineFault: it cannot be loaded.
        Interrupted: `progress` said False.
    """
    return LoadedPainter(load(spec, progress))


def load(spec: PainterSpec, progress: Progress) -> Loaded:
    """The checkpoint of `spec` in memory; as for `load_painter`."""
    with faulted(spec.path):
        facts = preflight.check(spec)
        refiner = preflight.refiner_of(spec, facts)
    if facts.family is None:
        raise EngineFault(Fault(FaultKind.NO_CHECKPOINT, spec.path.name))
    _library()
    device = devices.device_of(spec.device)
    dtype = devices.dtype_of(spec.dtype, device, facts.family)
    saving, needed = _saving(facts, refiner, spec, device, dtype)
    with _explained(spec.path, needed, device), faulted(spec.path):
        wishes = _wishes(facts, spec, dtype)
        meter = Meter(_size(facts, wishes) + _size_of_refiner(refiner), progress)
        pipe, later, made = _pipes(facts, facts.family, refiner, wishes, meter)
        digest = checkpoints.autov2(spec.path, meter.hashed)
        loaded = Loaded(
            pipe,
            facts.family,
            spec,
            saving,
            device,
            dtype,
            _set_threads(spec),
            needed,
            digest,
            {
                **_facts(spec, wishes),
                **_facts_of_refiner(refiner, spec, meter),
                **_facts_of_stages(facts, meter),
            },
            later=later,
        )
        memory.apply(loaded, saving)
        if made is None:
            loaded.notes = assembling.notes_of(facts)
        else:
            predicting.settle(loaded, made)
    if not progress(1.0):
        raise Interrupted
    return loaded


def _pipes(
    facts: CheckpointFacts,
    family: Family,
    refiner: CheckpointFacts | None,
    wishes: Wishes,
    meter: "Meter",
) -> tuple[Any, tuple[Any, ...], Made | None]:
    """(what begins a picture, what draws on, our own parts; None where diffusers draws itself)."""
    if family in KINDS:
        first, *later = assembling.load(facts, family, wishes.dtype, meter.read)
        return first, tuple(later), None
    reader = folder_parts if facts.path.is_dir() else single_files
    made = reader.load(facts, family, wishes, meter.read)
    pipe = _pipeline(family, made)
    if refiner is None:
        return pipe, (), made
    return pipe, (refining.load(refiner.path, wishes, pipe, meter.read),), made


class Meter:
    """Says how much of `total` bytes was read, and hears whether to go on."""

    def __init__(self, total: int, progress: Progress) -> None:
        self._total = max(1, total)
        self._progress = progress
        self._done = 0

    def read(self, count: int) -> None:
        """So many bytes more; raises `Interrupted` where nobody wants them any more."""
        self._done += count
        if not self._progress(min(1.0, self._done / self._total)):
            raise Interrupted

    def hashed(self) -> bool:
        """Asked before each piece of a file that is only hashed: false, or the end of it all."""
        self.read(digests.PIECE)
        return False


def _library() -> None:
    """Import what draws, or say why it cannot be."""
    try:
        import accelerate  # noqa: F401
        import diffusers  # noqa: F401
        import torch  # noqa: F401
        import transformers  # noqa: F401
    except ModuleNotFoundError as error:
        raise EngineFault(Fault(FaultKind.NO_PICTURES)) from error
    except (ImportError, OSError, RuntimeError) as error:
        raise EngineFault(Fault(FaultKind.PICTURES_UNUSABLE, _first_line(error))) from error


def _saving(
    facts: CheckpointFacts,
    refiner: CheckpointFacts | None,
    spec: PainterSpec,
    device: "torch.device",
    dtype: "torch.dtype",
) -> tuple[Saving, int]:
    """(the saving mode, what it takes where it calculates)."""
    side = habits_of(facts.family).size
    beside = memory.Beside(in_turns=() if refiner is None else (refiner.sizes.unet,))
    taken = {
        mode: memory.needs(
            facts.sizes,
            mode,
            width=side,
            height=side,
            bytes_each=dtype.itemsize,
            vae_bytes=4 if spec.float32_vae else 0,
            beside=beside,
        )
        for mode in Saving
    }
    free = devices.free_on(device)
    machine = None if device.type in devices.SHARING else find_memory()
    saving = memory.choose(spec.saving, taken, free, machine)
    for needed, given in (
        (taken[saving].device, free.total),
        (taken[saving].machine, machine.total if machine is not None else 0),
    ):
        if needed > given and (given or machine is None):
            about = spec.path.name
            raise EngineFault(Fault(FaultKind.PAINTER_TOO_LARGE, about, needed, given))
    return saving, taken[saving].device


def _wishes(facts: CheckpointFacts, spec: PainterSpec, dtype: "torch.dtype") -> Wishes:
    import torch

    vae_dtype = torch.float32 if spec.float32_vae else dtype
    return Wishes(
        dtype, vae_dtype, spec.vae or facts.vae, spec.config or facts.config, spec.prediction
    )


def _size(facts: CheckpointFacts, wishes: Wishes) -> int:
    """Bytes that will be read, once more for the hash where it is not known yet."""
    hashed = 0 if checkpoints.known_autov2(facts.path) else facts.size
    if facts.family is not None and facts.family in KINDS:
        return assembling.size_of(facts, facts.family) + hashed
    reader = folder_parts if facts.path.is_dir() else single_files
    own: int = reader.size_of(facts.path, with_vae=wishes.vae is None)
    return own + hashed + (vae.size_of(wishes.vae) if wishes.vae is not None else 0)


def _size_of_refiner(refiner: CheckpointFacts | None) -> int:
    if refiner is None:
        return 0
    hashed = 0 if checkpoints.known_autov2(refiner.path) else refiner.size
    return refining.size_of(refiner.path) + hashed


def _facts_of_refiner(
    refiner: CheckpointFacts | None, spec: PainterSpec, meter: Meter
) -> dict[str, str]:
    if refiner is None:
        return {}
    digest = checkpoints.autov2(refiner.path, meter.hashed)
    return {
        "refiner": refiner.path.stem if refiner.path.is_file() else refiner.path.name,
        "refiner hash": digest,
        "refine from": f"{spec.refine_from:g}",
    }


def _facts_of_stages(facts: CheckpointFacts, meter: Meter) -> dict[str, str]:
    """What draws on where the first stage ends."""
    hashes = {each.name: checkpoints.autov2(each, meter.hashed) for each in facts.stages}
    return {"later stages": json.dumps(hashes, ensure_ascii=False)} if hashes else {}


def _pipeline(family: Family, made: Made) -> Any:
    """diffusers' pipeline of the parts."""
    import diffusers

    kind = getattr(diffusers, ROWS[family].pipeline)
    more: dict[str, Any] = {}
    if family is Family.SDXL:
        # The base models' own way with an empty negative prompt.
        more = {"force_zeros_for_empty_prompt": True, "add_watermarker": False}
    else:
        none = {"safety_checker": None, "feature_extractor": None}
        more = {**none, "requires_safety_checker": False}
        more = {name: value for name, value in more.items() if name not in made.parts}
    pipe = kind(**made.parts, **more)
    pipe.set_progress_bar_config(disable=True)
    return pipe


def _set_threads(spec: PainterSpec) -> int:
    """Have torch calculate with as many threads as the processor has good cores for."""
    import torch

    count = hardware.choose_threads(
        hardware.find_cores(), writing=spec.threads, reading=spec.threads, pin=False
    ).reading
    torch.set_num_threads(count)
    return count


def _facts(spec: PainterSpec, wishes: Wishes) -> dict[str, str]:
    """What it takes to load the same again, beside what the loaded checkpoint says itself."""
    found = {"model": spec.path.stem if spec.path.is_file() else spec.path.name}
    if wishes.vae is not None:
        found["VAE"] = wishes.vae.name
        found["VAE hash"] = checkpoints.autov2(diffusers_folders.vae_in(wishes.vae))
    return found


@contextmanager
def _explained(path: Path, needed: int, device: "torch.device") -> Iterator[None]:
    """What the libraries raise, as faults."""
    try:
        yield
    except (EngineFault, Interrupted):
        raise
    except ImportError as error:
        raise EngineFault(Fault(FaultKind.PICTURES_UNUSABLE, _first_line(error))) from error
    except (OSError, ValueError, LookupError, RuntimeError, MemoryError, TypeError) as error:
        if is_out_of_memory(error):
            free = devices.free_on(device).free
            fault = Fault(FaultKind.PAINTER_TOO_LARGE, path.name, needed, free)
            raise EngineFault(fault) from error
        said = _first_line(error)
        raise EngineFault(Fault(FaultKind.PAINTER_NOT_LOADED, path.name, more=said)) from error


def _first_line(error: BaseException) -> str:
    """What a library says, as a part of a sentence."""
    return str(error).strip().partition("\n")[0].rstrip(".") or type(error).__name__
