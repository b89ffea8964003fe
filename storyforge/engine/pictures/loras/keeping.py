"""LoRAs that were read, kept in memory as long as there is room: changing back costs no reading."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from storyforge.borrowed import reason
from storyforge.domain.picture.adapters import LoraUse
from storyforge.domain.picture.orders import Family
from storyforge.engine.faults import EngineFault, Fault, FaultKind
from storyforge.engine.memory import find_memory
from storyforge.engine.pictures.loras import wholes
from storyforge.engine.pictures.loras.pairs import Change, NoPairs, changes_of
from storyforge.engine.pictures.weights import read_tensors
from storyforge.images import heads, lora_keys, loras
from storyforge.images.pickles import is_pickled

#: bytes; some ten usual ones of SDXL, and never more than a share of what is free
MOST = 2 << 30
_SHARE = 4


@dataclass(frozen=True, slots=True)
class Weights:
    """A LoRA in memory.

    Attributes:
        changes: by part of the pipeline and squeezed name.
        hash: twelve hex digits of its weights' SHA-256.
        family: that it was made for, by its keys; None where they do not say.
        base: what it was made for, in the words of its file; empty where it does not tell.
        size: bytes.
    """

    changes: Mapping[tuple[str, str], Change]
    hash: str
    family: Family | None
    base: str
    size: int


class Kept:
    """LoRAs by their file, those that were used last.

    Args:
        most: bytes of them; None goes by what is free now. The last one stays, however large.
    """

    def __init__(self, most: int | None = None) -> None:
        self._most = min(MOST, find_memory().free // _SHARE) if most is None else most
        self._kept: OrderedDict[tuple[Path, int, int], Weights] = OrderedDict()

    @property
    def size(self) -> int:
        """Bytes that are kept."""
        return sum(each.size for each in self._kept.values())

    def get(self, use: LoraUse) -> Weights:
        """The LoRA, from memory where its file is as it was.

        Raises:
            EngineFault: it cannot be read.
        """
        try:
            stat = use.path.stat()
            key = (use.path, stat.st_mtime_ns, stat.st_size)
            if key not in self._kept:
                self._kept[key] = read(use)
        except OSError as error:
            raise EngineFault(Fault(FaultKind.LORA_UNREAD, use.name, more=reason(error))) from error
        self._kept.move_to_end(key)
        while self.size > self._most and len(self._kept) > 1:
            self._kept.popitem(last=False)
        return self._kept[key]


def read(use: LoraUse) -> Weights:
    """A LoRA from its file.

    Raises:
        EngineFault: it is damaged, would run something, is of a kind that is not known, or needs
            a library that is not there.
        OSError: it cannot be read.
    """
    tensors = read_tensors(use.path)
    try:
        metadata = {} if is_pickled(use.path) else heads.read(use.path).metadata
        changes = changes_of(tensors, metadata)
        digest = loras.hash_of(use.path)
    except NoPairs as error:
        raise EngineFault(Fault(FaultKind.LORA_KIND, use.name, more=str(error))) from error
    except ValueError as error:
        raise EngineFault(Fault(FaultKind.LORA_DAMAGED, use.name, more=str(error))) from error
    way = next((of for each in changes.values() if (of := wholes.library_for(each))), None)
    if way is not None and find_spec("lycoris") is None:
        raise EngineFault(Fault(FaultKind.NO_LYCORIS, use.name, more=way.value))
    size = sum(each.numel() * each.element_size() for each in tensors.values())
    family = lora_keys.family_of({name: tuple(each.shape) for name, each in tensors.items()})
    base = loras.base_told(metadata) or (str(family) if family else "")
    return Weights(changes, digest, family, base, size)
