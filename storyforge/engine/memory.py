"""Whether a model fits into memory, asked before the system must answer by killing something."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psutil

from storyforge.domain.model import ModelSpec
from storyforge.engine import cgroups
from storyforge.engine.faults import EngineFault, Fault, FaultKind
from storyforge.engine.gguf_header import MOST_LAYERS, Header

#: Tokens that the KV cache holds beyond the window, so that several takes can be written at once
#: where the prompt nearly fills it: eight of 128.
TAKES_ROOM = 1024
#: Windows are looked for in steps of so many tokens; the smallest is one step.
WINDOW_STEP = 256
#: Bytes an element: q8_0 stores 32 in 34 bytes, q4_0 32 in 18.
ELEMENT = {"f16": 2.0, "q8_0": 34 / 32, "q4_0": 18 / 32}
_SPLIT = re.compile(r"^(?P<stem>.*)-(?P<number>\d{5})-of-(?P<count>\d{5})\.gguf$")


@dataclass(frozen=True, slots=True)
class Memory:
    """Bytes this process may use in all, and bytes that are free now."""

    total: int
    free: int


def find_memory(root: Path = Path("/")) -> Memory:
    """The machine's memory, or the container's where that is less."""
    machine = psutil.virtual_memory()
    limit = cgroups.memory(root)
    if limit is None:
        return Memory(machine.total, machine.available)
    return Memory(min(machine.total, limit[0]), min(machine.available, limit[1]))


def cache_elements(header: Header) -> tuple[int, ...]:
    """Numbers that each layer keeps of a token: its heads × (key + value).

    Models that keep less (compressed keys and values) are estimated too high.
    """
    own = header.text("general.architecture")
    layers = min(header.number(f"{own}.block_count"), MOST_LAYERS)
    heads = header.number(f"{own}.attention.head_count")
    kv_heads = header.number(f"{own}.attention.head_count_kv", heads)
    by_layer = header.arrays.get(f"{own}.attention.head_count_kv", ())
    width = header.number(f"{own}.embedding_length") // heads if heads else 0
    key = header.number(f"{own}.attention.key_length", width)
    value = header.number(f"{own}.attention.value_length", width)
    # Layers at the end that look into what others keep.
    own_layers = layers - header.number(f"{own}.attention.shared_kv_layers")
    return tuple(
        (by_layer[at] if at < len(by_layer) else kv_heads) * (key + value) if at < own_layers else 0
        for at in range(layers)
    )


def cache_bytes(header: Header, context_tokens: int, kv_type: str) -> int:
    """An estimate of the KV cache of `context_tokens`."""
    return int(sum(cache_elements(header)) * context_tokens * ELEMENT[kv_type])


def files_of(path: Path) -> tuple[Path, ...]:
    """The files of a model: the one, or all the parts of one that is split."""
    split = _SPLIT.match(path.name)
    if split is None:
        return (path,)
    stem, count = split["stem"], int(split["count"])
    return tuple(path.with_name(f"{stem}-{at:05}-of-{count:05}.gguf") for at in range(1, count + 1))


def size_on_disk(path: Path) -> int:
    """Bytes of a model file, with its siblings where a model is split over several.

    Raises:
        OSError: one of them is missing.
    """
    return sum(part.stat().st_size for part in files_of(path))


def check_fits(
    header: Header, size: int, spec: ModelSpec, find: Callable[[], Memory] = find_memory
) -> None:
    """Refuse a model of `size` bytes that cannot work in this machine's memory.

    A mapped file may take all memory there is, for the system can drop and read its pages again;
    what is copied or computed must fit into what is free.

    Raises:
        EngineFault: it needs more; both numbers are named.
    """
    memory = find()
    own = header.text("general.architecture")
    window = header.number(f"{own}.context_length") or spec.context_tokens
    window = min(window, spec.context_tokens)
    each = cache_bytes(header, 1, spec.kv_type)
    cache = cache_bytes(header, window + TAKES_ROOM, spec.kv_type)
    copied = 0 if spec.mmap and not spec.mlock else size
    room = min(memory.total - size, memory.free - copied)
    largest = max(0, room // each - TAKES_ROOM) // WINDOW_STEP * WINDOW_STEP if each else 0
    for needed, given in ((size + cache, memory.total), (copied + cache, memory.free)):
        if needed > given:
            about = spec.path.name
            fault = Fault(FaultKind.LARGER_THAN_MEMORY, about, needed, given, largest)
            raise EngineFault(fault)
