"""What the program and its engine process say to each other; how it gets there is `pipe`'s.

Every command but `Stop` opens a job with its own number; every answer names its job, and one of
them ends it.
"""

from dataclasses import dataclass

from storyforge.domain.generation import Alternative, Cached, Delta, Request
from storyforge.domain.model import ModelSpec, TransformersSpec
from storyforge.domain.picture.orders import (
    Drawing,
    Drawn,
    Order,
    PainterCard,
    PainterNote,
    PainterSpec,
)
from storyforge.domain.picture.staging import Control
from storyforge.engine.faults import Fault
from storyforge.engine.fitting import Device, Plan


@dataclass(frozen=True, slots=True)
class Load:
    """Make a model or a painter ready; another one that was loaded is let go first.

    Attributes:
        spec: its kind says which library runs it.
    """

    job: int
    spec: ModelSpec | TransformersSpec | PainterSpec


@dataclass(frozen=True, slots=True)
class Count:
    """Count the tokens of each text."""

    job: int
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Generate:
    """Answer `request`; here and below its sections stay at home, for only the prompt is read."""

    job: int
    request: Request


@dataclass(frozen=True, slots=True)
class Prepare:
    """Read the prompt of `request` ahead, until it is stopped or there is other work.

    `SHORT` work only comes between; all other commands end it.
    """

    job: int
    request: Request


@dataclass(frozen=True, slots=True)
class Measure:
    """Tell how much of the prompt would not have to be read."""

    job: int
    request: Request


@dataclass(frozen=True, slots=True)
class Weigh:
    """Tell the `count` likeliest tokens behind the prompt."""

    job: int
    request: Request
    count: int


@dataclass(frozen=True, slots=True)
class Score:
    """Tell how likely `text` is behind the prompt."""

    job: int
    request: Request
    text: str


@dataclass(frozen=True, slots=True)
class Leave:
    """What is kept under `slot` is not asked for soon: bring it to the disk."""

    job: int
    slot: str


@dataclass(frozen=True, slots=True)
class Forget:
    """What was read for `slots` is not to be kept: their texts are gone for good."""

    job: int
    slots: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Survey:
    """Tell which GPUs llama.cpp would use."""

    job: int


@dataclass(frozen=True, slots=True)
class Try:
    """Time reading and writing, some rounds of no more than `seconds` each."""

    job: int
    batch: int
    seconds: float
    rounds: int


@dataclass(frozen=True, slots=True)
class Paint:
    """Draw one picture with the painter that is loaded."""

    job: int
    order: Order


@dataclass(frozen=True, slots=True)
class ReadStaging:
    """Read what `control` keeps of its picture, for one of about `size`; no painter is asked."""

    job: int
    control: Control
    size: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Stop:
    """End `job` now; it still answers. A job that has ended already does not mind.

    Attributes:
        take: the one that is meant, where the others go on.
    """

    job: int
    take: int | None = None


Command = (
    Load
    | Count
    | Generate
    | Prepare
    | Measure
    | Weigh
    | Score
    | Leave
    | Forget
    | Survey
    | Try
    | Paint
    | ReadStaging
    | Stop
)
#: done within milliseconds
SHORT = (Count, Measure, Leave, Forget)


@dataclass(frozen=True, slots=True)
class Loaded:
    """The model is ready.

    Attributes:
        context_tokens: the usable window.
        threads, threads_batch: for writing and reading.
        gpu: the engine can use a GPU.
        flash_forced: flash attention was switched on because the KV type needs it.
        infill: the model has tokens for a text that stands behind its answer.
        takes: answers it writes in one batch.
        plan: where its layers lie; None where there is no GPU.
    """

    job: int
    context_tokens: int
    threads: int
    threads_batch: int
    gpu: bool = False
    flash_forced: bool = False
    infill: bool = False
    takes: int = 1
    plan: Plan | None = None


@dataclass(frozen=True, slots=True)
class PainterReady:
    """The painter is ready; `notes` are what the author should read of how it was loaded."""

    job: int
    card: PainterCard
    notes: tuple[PainterNote, ...] = ()


@dataclass(frozen=True, slots=True)
class Counted:
    """The tokens of each text."""

    job: int
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Measured:
    """How much of the prompt is in the cache."""

    job: int
    cached: Cached


@dataclass(frozen=True, slots=True)
class Weighed:
    """The likeliest tokens, the likeliest first."""

    job: int
    alternatives: tuple[Alternative, ...]


@dataclass(frozen=True, slots=True)
class Scored:
    """The mean logarithm of the text's tokens' probabilities; None where it has none."""

    job: int
    score: float | None


@dataclass(frozen=True, slots=True)
class Surveyed:
    """The GPUs, in llama.cpp's order."""

    job: int
    devices: tuple[Device, ...]


@dataclass(frozen=True, slots=True)
class Tried:
    """Tokens a second of each round."""

    job: int
    reading: tuple[float, ...]
    writing: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """A delta of a job: progress of loading or reading, text, or a take's finish."""

    job: int
    delta: Delta


@dataclass(frozen=True, slots=True)
class Shown:
    """How far a picture is, what its author should read of it, and the picture."""

    job: int
    step: Drawing | Drawn | PainterNote


@dataclass(frozen=True, slots=True)
class Done:
    """The job has ended; all there was to say was said before, or it was stopped."""

    job: int


@dataclass(frozen=True, slots=True)
class Faulted:
    """The job ended by a fault; the engine lives on."""

    job: int
    fault: Fault


Answer = (
    Loaded
    | PainterReady
    | Counted
    | Measured
    | Weighed
    | Scored
    | Surveyed
    | Tried
    | Said
    | Shown
    | Done
    | Faulted
)


def ends_job(answer: Answer) -> bool:
    """Whether nothing follows `answer` in its job."""
    return not isinstance(answer, Said | Shown)
