"""What the head of a painter's checkpoint tells: its family, and the memory that it will take.

A head is read once, as long as its file stays as it is.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from storyforge.domain.picture.orders import Family, PainterSpec, Saving
from storyforge.engine.gpu import gpu_status
from storyforge.engine.memory import find_memory
from storyforge.engine.pictures import memory
from storyforge.engine.pictures.memory import ALONE, Beside
from storyforge.images import checkpoints
from storyforge.images.checkpoints import CheckpointFacts
from storyforge.images.wrong import WrongFile

_BYTES = {"float32": 4, "float16": 2, "bfloat16": 2}


@dataclass(frozen=True, slots=True)
class Room:
    """The memory that a painter takes at its largest moment, in bytes.

    Attributes:
        on_gpu: of a GPU, as far as that is known before a driver is asked.
        machine: of the machine's own memory.
        free: of the machine's own memory, now.
        saving: the mode that it would be loaded in; None where only a GPU's driver knows.
    """

    on_gpu: int
    machine: int
    free: int
    saving: Saving | None

    @property
    def needed(self) -> int:
        """The larger one."""
        return max(self.on_gpu, self.machine)


def facts_of(path: Path) -> CheckpointFacts:
    """What a checkpoint is.

    Raises:
        OSError: it cannot be read.
        WrongFile: it is damaged, or a pickle that would have to run something.
    """
    stat = path.stat()
    # Later stages lie beside a folder.
    around = path.parent.stat().st_mtime_ns if path.is_dir() else 0
    return _facts(path, stat.st_size, stat.st_mtime_ns, around)


def family_of(path: Path) -> Family | None:
    """Its family; None where it does not tell: why is said when it is loaded."""
    try:
        return facts_of(path).family
    except (OSError, WrongFile):
        return None


def bytes_each(spec: PainterSpec, *, gpu: bool) -> int:
    """Of a number of its weights, on a GPU or a processor."""
    return _BYTES.get(spec.dtype, 2 if gpu else 4)


def room(spec: PainterSpec, width: int, height: int, beside: Beside = ALONE) -> Room:
    """What it takes to draw pictures of so many pixels, with so much beside the checkpoint.

    Raises:
        OSError, WrongFile: as `facts_of`.
    """
    facts = facts_of(spec.path)
    gpu = spec.device != "cpu" and bool(gpu_status().vendor)
    taken = {
        mode: memory.needs(
            facts.sizes,
            mode,
            width=width,
            height=height,
            bytes_each=bytes_each(spec, gpu=gpu),
            vae_bytes=4 if spec.float32_vae else 0,
            beside=beside,
        )
        for mode in Saving
    }
    now = find_memory()
    if gpu:
        needs = taken[spec.saving or Saving.NONE]
        return Room(needs.device, needs.machine, now.free, spec.saving)
    saving = memory.choose(spec.saving, taken, now, None)
    needs = taken[saving]
    return Room(0, needs.device + needs.machine, now.free, saving)


@lru_cache(maxsize=256)
def _facts(path: Path, _size: int, _changed: int, _around: int) -> CheckpointFacts:
    return checkpoints.look(path)
