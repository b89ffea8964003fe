"""A model and how it is to be loaded. Frozen values."""

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Keeping:
    """What is kept of the texts a local model has read, so that they need not be read again.

    Attributes:
        states: keep it slot by slot; False keeps only what was read last.
        folder: where it is kept on the disk; None keeps it in memory only.
        disk_bytes, memory_bytes: how much of it, at the most; None goes by what is free.
    """

    states: bool = True
    folder: Path | None = None
    disk_bytes: int | None = None
    memory_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """A local model and its load settings; None lets the engine decide.

    Attributes:
        context_tokens: the context window; capped by what the model was trained on.
        threads: for writing (bound by memory bandwidth).
        threads_batch: for reading the prompt (bound by compute).
        gpu_layers: layers on the GPU; -1 all, None as many as fit where the engine has a GPU.
        kv_type: "f16", "q8_0" or "q4_0".
        batch_tokens: the largest number of tokens evaluated in one call while reading.
        pin_threads: keep writing threads on performance cores where the system allows.
    """

    path: Path
    context_tokens: int = 8192
    threads: int | None = None
    threads_batch: int | None = None
    gpu_layers: int | None = None
    kv_type: str = "f16"
    flash_attention: bool = False
    mmap: bool = True
    mlock: bool = False
    batch_tokens: int = 64
    pin_threads: bool = True
    keeping: Keeping = field(default_factory=Keeping)


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a backend can do with the model it has.

    Attributes:
        samplers: the fields of `Sampling` it honours; what is not here is greyed out.
        takes: how many it writes in one batch; 1 where they are written one after the other.
        infill: it leads its answer to a text behind the caret by the model's own tokens.
        alternatives: it can tell the likeliest tokens at a spot.
        prepares: it can read a prompt ahead of the request, and keep what it has read.
    """

    samplers: frozenset[str] = frozenset()
    takes: int = 1
    infill: bool = False
    alternatives: bool = False
    prepares: bool = False


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What an author should know of the model in use.

    Attributes:
        name: short, for the status line.
        place: "" for this machine, else the host it runs on.
        context_tokens: the usable window; 0 while not yet known.
        languages: the languages it is known to write; empty when unknown.
        note: one honest sentence about it, or empty.
        can: what it can do; exact once the model is loaded.
    """

    name: str
    place: str = ""
    context_tokens: int = 0
    languages: tuple[str, ...] = ()
    note: str = ""
    can: Capabilities = field(default_factory=Capabilities)

    @property
    def is_local(self) -> bool:
        """Whether the author's text stays on this machine."""
        return not self.place


@dataclass(frozen=True, slots=True)
class ModelFile:
    """What a GGUF file says of itself.

    Attributes:
        size: bytes on disk.
        parameters: number of weights; 0 when the file does not tell.
        context_tokens: the window it was trained on.
        template: the chat template, empty when it has none.
        languages: tags of the languages it is said to write; empty when the file does not tell.
    """

    path: Path
    name: str
    architecture: str
    size: int
    quantisation: str
    parameters: int
    context_tokens: int
    template: str
    languages: tuple[str, ...] = ()
