"""One request to a model, the stream that answers it, and the take that is kept. Frozen values."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum

#: counts the tokens of each text, in the model's own tokens
TokenCounter = Callable[[tuple[str, ...]], tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Sampling:
    """How the next token is drawn.

    The defaults are llama.cpp's (temperature 0.8, top_k 40, top_p 0.95, min_p 0.05) with the
    repetition penalty that mikupad uses for stories (1.1 over 256 tokens).

    Attributes:
        temperature: 0 takes the likeliest token each time.
        top_k: 0 is off. top_p: 1 is off. min_p: 0 is off. repeat_penalty: 1 is off.
        repeat_range: tokens looked back over, the story's tail included; -1 the whole window.
        seed: None draws one; the take records which.
    """

    temperature: float = 0.8
    top_k: int = 40
    top_p: float = 0.95
    min_p: float = 0.05
    repeat_penalty: float = 1.1
    repeat_range: int = 256
    seed: int | None = None


class LengthUnit(StrEnum):
    """What a continuation's length is measured in."""

    SENTENCE = "sentence"
    PARAGRAPH = "paragraph"
    TOKENS = "tokens"


@dataclass(frozen=True, slots=True)
class Length:
    """How far one continuation goes.

    Attributes:
        tokens: the most tokens it may take, whatever the unit.
    """

    unit: LengthUnit = LengthUnit.TOKENS
    tokens: int = 120


class SectionState(StrEnum):
    """What became of a section of the prompt."""

    WHOLE = "whole"
    TRIMMED = "trimmed"
    LEFT_OUT = "left out"


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the prompt and what became of it.

    Attributes:
        wanted, given: tokens asked for and granted.
        why: one short sentence for the author.
    """

    name: str
    text: str
    wanted: int
    given: int
    state: SectionState = SectionState.WHOLE
    why: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """Everything a backend gets; it never sees the story.

    Attributes:
        prompt: the text to go on from.
        max_tokens: tokens to write at the most.
        stop: strings that end the answer; they are not part of it.
        sections: what `prompt` is made of, top to bottom.
        template_hash: identifies the template that laid the sections out.
    """

    prompt: str
    max_tokens: int = 120
    stop: tuple[str, ...] = ()
    sampling: Sampling = field(default_factory=Sampling)
    sections: tuple[Section, ...] = ()
    template_hash: str = ""

    @property
    def hash(self) -> str:
        """Identifies prompt, limits and sampling; 16 hex digits of SHA-256."""
        told = [self.prompt, self.max_tokens, self.stop, asdict(self.sampling), self.template_hash]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]


class StopReason(StrEnum):
    """Why a stream ended."""

    LENGTH = "length"
    END = "end of text"
    STOP_STRING = "stop string"
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Usage:
    """What one answer cost.

    Attributes:
        reused, read: prompt tokens found in the cache, and evaluated.
        written: tokens of the answer.
        read_seconds, write_seconds: time for each.
        seed: the seed that was used.
    """

    reused: int = 0
    read: int = 0
    written: int = 0
    read_seconds: float = 0.0
    write_seconds: float = 0.0
    seed: int = 0

    @property
    def tokens_per_second(self) -> float:
        """Writing speed; 0 when nothing was written."""
        return self.written / self.write_seconds if self.write_seconds > 0 else 0.0


@dataclass(frozen=True, slots=True)
class Loading:
    """The model is being loaded; `fraction` of it is in, 0 to 1."""

    fraction: float


@dataclass(frozen=True, slots=True)
class Reading:
    """The prompt is being read: `done` of `total` new tokens, `reused` were in the cache."""

    done: int
    total: int
    reused: int


@dataclass(frozen=True, slots=True)
class Text:
    """A piece of the answer; never half a character."""

    text: str


@dataclass(frozen=True, slots=True)
class Finish:
    """The last delta of every stream."""

    reason: StopReason
    usage: Usage


Delta = Loading | Reading | Text | Finish


class TakeState(StrEnum):
    """How far a take got."""

    RUNNING = "running"
    FINISHED = "finished"
    STOPPED = "stopped"
    FAILED = "failed"
    #: found running when the story was opened: the program had died
    INTERRUPTED = "interrupted"
    #: the author's changed version of a take, kept before another replaced it
    EDITED = "edited"


@dataclass(frozen=True, slots=True)
class Take:
    """One answer at one place, as it is kept for good.

    Attributes:
        number: 1, 2, … within the place, in the order they were made.
        text: all that the model wrote, fitted to the page.
        kept: how many characters of `text` stood on the page when it finished; the rest was cut.
    """

    id: str
    scene_id: str
    place_id: str
    number: int
    created: datetime
    text: str
    kept: int
    state: TakeState
    model: str = ""
    request_hash: str = ""
    sampling: Sampling = field(default_factory=Sampling)
    usage: Usage = field(default_factory=Usage)
    reason: StopReason | None = None

    @property
    def standing(self) -> str:
        """The text this take puts on the page."""
        return self.text[: self.kept]
