"""Whether a model fits into memory, asked before the system must answer by killing something."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psutil

from storyforge.domain.model import ModelSpec
from storyforge.engine import cgroups
from storyforge.engine.faults import EngineFault, Fault, FaultKind
from storyforge.engine.gguf import GgufHead

# Bytes an element: q8_0 stores 32 in 34 bytes, q4_0 32 in 18.
_ELEMENT = {"f16": 2.0, "q8_0": 34 / 32, "q4_0": 18 / 32}


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


def cache_bytes(head: GgufHead, context_tokens: int, kv_type: str) -> int:
    """An estimate of the KV cache: layers × heads × (key + value) × window.

    Models that keep less (sliding windows, recurrent layers) are estimated too high.
    """
    heads = head.number("attention.head_count")
    kv_heads = head.number("attention.head_count_kv", heads)
    width = head.number("embedding_length") // heads if heads else 0
    both = head.number("attention.key_length", width) + head.number("attention.value_length", width)
    elements = head.number("block_count") * kv_heads * both * context_tokens
    return int(elements * _ELEMENT.get(kv_type, 2.0))


def check_fits(head: GgufHead, spec: ModelSpec, find: Callable[[], Memory] = find_memory) -> None:
    """Refuse a model that cannot work in this machine's memory.

    A mapped file may take all memory there is, for the system can drop and read its pages again;
    what is copied or computed must fit into what is free.

    Raises:
        EngineFault: it needs more; both numbers are named.
    """
    memory = find()
    trained = head.number("context_length") or spec.context_tokens
    cache = cache_bytes(head, min(trained, spec.context_tokens), spec.kv_type)
    copied = cache if spec.mmap and not spec.mlock else cache + head.size
    for needed, given in ((head.size + cache, memory.total), (copied, memory.free)):
        if needed > given:
            raise EngineFault(Fault(FaultKind.LARGER_THAN_MEMORY, head.path.name, needed, given))
