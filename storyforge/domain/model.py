"""A model and how it is to be loaded. Frozen values."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from storyforge.domain.generation import Usage


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


#: Cores that threads stay on: performance cores, efficiency cores too, all logical processors.
Which = Literal["performance", "physical", "all"]
#: Tokens evaluated in one call, where nothing else is set: a stop loses no more than these.
USUAL_BATCH = 64


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
        pin_threads: keep threads on the cores they are for, where the system allows.
        give_way: work with fewer threads while other programs want their processors.
        writing_on, reading_on: which cores these are.
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
    batch_tokens: int = USUAL_BATCH
    pin_threads: bool = True
    give_way: bool = True
    writing_on: Which = "performance"
    reading_on: Which = "performance"
    keeping: Keeping = field(default_factory=Keeping)


@dataclass(frozen=True, slots=True)
class TransformersSpec:
    """A local model that transformers runs; None lets the engine decide.

    Attributes:
        path: a folder with config.json, a tokenizer and safetensors; or a GGUF file.
        context_tokens: the context window; capped by what the model was trained on.
        dtype: "auto" as the files have it where the processor can, "float32", "bfloat16" or
            "float16".
        device: "auto" spreads it over what there is, the processor last; or as torch calls it.
        quantise: "none", "8bit" or "4bit".
        threads: for writing. threads_batch: for reading the prompt.
        trust_code: the author allowed the program code in the folder to run.
        batch_tokens: the largest number of tokens evaluated in one call while reading.
        give_way: work with fewer threads while other programs want their processors.
    """

    path: Path
    context_tokens: int = 8192
    dtype: str = "auto"
    device: str = "auto"
    quantise: str = "none"
    threads: int | None = None
    threads_batch: int | None = None
    trust_code: bool = False
    batch_tokens: int = USUAL_BATCH
    give_way: bool = True
    keeping: Keeping = field(default_factory=Keeping)


@dataclass(frozen=True, slots=True)
class Price:
    """What a million tokens cost, in `currency` (ISO 4217).

    Attributes:
        reading: a million tokens of the prompt. writing: of the answer, its thinking included.
        cached: of the prompt where the provider had them already; None where it is the same.
        keeping: beside `reading`, of what the provider keeps for the next request.
    """

    reading: float
    writing: float
    cached: float | None = None
    currency: str = "USD"
    keeping: float = 0.0

    def of(self, usage: Usage) -> float:
        """What one answer cost."""
        cached = self.reading if self.cached is None else self.cached
        prompt = usage.read * self.reading + usage.reused * cached + usage.kept * self.keeping
        return (prompt + usage.written * self.writing) / 1e6

    def most(self, read: int, written: int) -> float:
        """What an answer costs whose prompt is new to the provider, and is kept there."""
        return self.of(Usage(read=read, kept=read, written=written))


@dataclass(frozen=True, slots=True)
class KeptPrice:
    """What it costs that a provider keeps a prompt for the next request, in shares of reading it.

    Attributes:
        first: beside it, for what is kept. again: in its place, for what was kept.
    """

    first: float
    again: float


@dataclass(frozen=True, slots=True)
class RemoteSpec:
    """A model behind an API; of its key it knows nothing.

    Attributes:
        backend: the API's name, as the registry has it.
        name: for the status line.
        model: as the API calls it; may be empty where a server has only one.
        url: the base URL, without a slash at its end.
        context_tokens: the context window; None asks the API, or takes its usual one.
        chats: talk to it although it could go on with a text; None takes what it can.
        profile: the name of the profile.
        reasoning: how hard it thinks, in the API's own word; empty leaves that to the model.
        stall_seconds: without a word for so long a stream counts as dead.
        style: which of its ways of asking, where an API has several; empty for the usual one.
        plain_http: the author allowed an unencrypted way to another machine.
        template: how it is asked where it is talked to, for its card; empty for the usual way.
        thinks: it was seen to think before it writes.
    """

    backend: str
    name: str
    model: str
    url: str
    context_tokens: int | None = None
    chats: bool | None = None
    price: Price | None = None
    profile: str = ""
    reasoning: str = ""
    stall_seconds: float = 120.0
    style: str = ""
    plain_http: bool = False
    template: str = ""
    thinks: bool = False


@dataclass(frozen=True, slots=True)
class RemoteModel:
    """One of the models that an API lists.

    Attributes:
        context_tokens: its window; 0 where the API does not tell.
        infill: it leads its answer to a text behind the caret.
        place: the host that it runs on where its server only passes the text on.
        note: what an author should know of it, in a few words.
        style: how its server wants to be asked, as `RemoteSpec.style` says it; may be empty.
    """

    id: str
    name: str = ""
    context_tokens: int = 0
    infill: bool = False
    place: str = ""
    note: str = ""
    style: str = ""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a backend can do with the model it has.

    Attributes:
        samplers: the fields of `Sampling` it honours; what is not here is greyed out.
        takes: how many it writes in one batch; 1 where they are written one after the other.
        infill: it leads its answer to a text behind the caret by the model's own tokens.
        alternatives: it can tell the likeliest tokens at a spot.
        prepares: it can read a prompt ahead of the request, and keep what it has read.
        continues: it goes on with a text itself; else it is talked to, by a template.
        counts: it counts in the model's own tokens; else it estimates.
        structured: its answer keeps to a JSON Schema.
    """

    samplers: frozenset[str] = frozenset()
    takes: int = 1
    infill: bool = False
    alternatives: bool = False
    prepares: bool = False
    continues: bool = True
    counts: bool = True
    structured: bool = False


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What an author should know of the model in use.

    Attributes:
        name: short, for the status line.
        place: "" for this machine, else the host it runs on.
        context_tokens: the usable window; 0 while not yet known.
        guessed: that window was only taken, since nobody told it.
        languages: the languages it is known to write; empty when unknown.
        note: one honest sentence about it, or empty.
        can: what it can do; exact once the model is loaded.
        profile: the name of the profile it was chosen by; empty where there is none.
        price: what its tokens cost; None where no price is set.
        unencrypted: what goes there could be read on its way, and the author has not allowed it.
        template: how it is asked where it is talked to: a task of prompts/chat; may be empty.
        layers: where those of a loaded model lie, in words; empty where there is no GPU.
    """

    name: str
    place: str = ""
    context_tokens: int = 0
    languages: tuple[str, ...] = ()
    note: str = ""
    can: Capabilities = field(default_factory=Capabilities)
    profile: str = ""
    price: Price | None = None
    unencrypted: bool = False
    template: str = ""
    layers: str = ""
    guessed: bool = False

    @property
    def is_local(self) -> bool:
        """Whether the author's text stays on this machine."""
        return not self.place

    @property
    def writer(self) -> str:
        """Its name beside what it wrote; of a remote one the profile says how it was set."""
        if self.is_local or self.profile in ("", self.name):
            return self.name
        return f"{self.name} ({self.profile})"


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
