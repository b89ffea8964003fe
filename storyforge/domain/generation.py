"""One request to a model, the stream that answers it, and the take that is kept. Frozen values."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum

from storyforge.domain.sampling import Sampling
from storyforge.domain.sections import Section

#: counts the tokens of each text, in the model's own tokens
TokenCounter = Callable[[tuple[str, ...]], tuple[int, ...]]


class Role(StrEnum):
    """Who speaks in a conversation with a model."""

    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation with a model that only chats."""

    role: Role
    text: str


@dataclass(frozen=True, slots=True)
class Request:
    """Everything a backend gets; it never sees the story.

    Attributes:
        prompt: the text to go on from.
        max_tokens: tokens to write at the most.
        stop: strings that end the answer; they are not part of it.
        sections: what `prompt` is made of, top to bottom.
        template_hash: identifies the template that laid the sections out.
        suffix: text that the answer is to lead to; for models that can fill in the middle.
        takes: answers to write at once, 1 to 8; they differ by their seeds (seed, seed + 1, …).
        slot: whose reading this is (a scene's id): what was read for it is kept under that name.
            With a “:” in it, it is passing, and nothing of it is kept.
        messages: the same as a conversation, for models that are talked to; their backend has them
            made of the prompt. What an assistant says last begins the answer: models that cannot
            go on with it are not told it.
        schema: JSON Schema that the answer has to keep, as text; for models that are `structured`.
        begun: what of an answer to `schema` stands at the prompt's end already.
        language: the story's, as a BCP 47 tag; what is said around the prompt is in it.
        chat: how a model that is talked to is asked: a task of prompts/chat.
        talk: the story's own template for that; empty for the library's.
    """

    prompt: str
    max_tokens: int = 120
    stop: tuple[str, ...] = ()
    sampling: Sampling = field(default_factory=Sampling)
    sections: tuple[Section, ...] = ()
    template_hash: str = ""
    suffix: str = ""
    takes: int = 1
    slot: str = ""
    messages: tuple[Message, ...] = ()
    schema: str = ""
    begun: str = ""
    language: str = "en"
    chat: str = "continue"
    talk: str = ""

    @property
    def hash(self) -> str:
        """Identifies prompt, limits and sampling; 16 hex digits of SHA-256."""
        told = [self.prompt, self.suffix, self.max_tokens, self.stop, asdict(self.sampling)]
        told.append(self.template_hash)
        if self.schema:
            told += [self.schema, self.begun]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]


class StopReason(StrEnum):
    """Why a stream ended."""

    LENGTH = "length"
    END = "end of text"
    STOP_STRING = "stop string"
    #: every way on led into a banned phrase
    BANNED = "banned phrases"
    #: the model would not write it; what it said instead (`Refusal`) never reaches the page
    REFUSED = "refused"
    #: the provider's filter cut the answer off
    FILTERED = "content filter"
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Usage:
    """What one answer cost.

    Attributes:
        reused, read: prompt tokens found in the cache, and evaluated.
        written: tokens of the answer, those of its thinking included.
        read_seconds, write_seconds: time for each.
        seed: the seed that was used.
        thought: tokens of the model's thinking.
        cost: the price of it all, in `currency` (ISO 4217); 0 where no prices are set.
        estimated: the tokens were not counted by the model itself.
        kept: of those read, what the provider keeps for the next request, at a price.
    """

    reused: int = 0
    read: int = 0
    written: int = 0
    read_seconds: float = 0.0
    write_seconds: float = 0.0
    seed: int = 0
    thought: int = 0
    cost: float = 0.0
    currency: str = ""
    estimated: bool = False
    kept: int = 0

    def __add__(self, other: "Usage") -> "Usage":
        """Both together; the seed is the first one's."""
        return Usage(
            self.reused + other.reused,
            self.read + other.read,
            self.written + other.written,
            self.read_seconds + other.read_seconds,
            self.write_seconds + other.write_seconds,
            self.seed or other.seed,
            self.thought + other.thought,
            self.cost + other.cost,
            self.currency or other.currency,
            self.estimated or other.estimated,
            self.kept + other.kept,
        )

    @property
    def tokens_per_second(self) -> float:
        """Writing speed; 0 when nothing was written."""
        return self.written / self.write_seconds if self.write_seconds > 0 else 0.0


@dataclass(frozen=True, slots=True)
class Loading:
    """The model is being loaded; `fraction` of it is in, 0 to 1."""

    fraction: float

    @property
    def done(self) -> bool:
        """Whether all of it is in: what is waited for now is the answer."""
        return self.fraction >= 1


@dataclass(frozen=True, slots=True)
class Reading:
    """The prompt is being read: `done` of `total` new tokens, `reused` were in the cache."""

    done: int
    total: int
    reused: int


@dataclass(frozen=True, slots=True)
class Text:
    """A piece of the answer; never half a character. `take` counts from 0."""

    text: str
    take: int = 0


@dataclass(frozen=True, slots=True)
class Thought:
    """A piece of the model's thinking: kept with the take, never on the page."""

    text: str
    take: int = 0


@dataclass(frozen=True, slots=True)
class Refusal:
    """A piece of what the model said in the place of an answer: kept with the take, never shown."""

    text: str
    take: int = 0


@dataclass(frozen=True, slots=True)
class Waiting:
    """The request waits for a turn on another machine, or to be sent again.

    Attributes:
        why: a few words for the status line.
        seconds: how long it takes, as far as is known; 0 where it is not.
        ahead: how many stand before it in a queue; 0 where there is none.
        again: it was sent in vain, and is sent again after these seconds.
    """

    why: str
    seconds: float = 0.0
    ahead: int = 0
    again: bool = False


@dataclass(frozen=True, slots=True)
class Noted:
    """One sentence for the author; nothing went wrong."""

    message: str


@dataclass(frozen=True, slots=True)
class Finish:
    """The last delta of every take; with the last take's the stream ends. `take` counts from 0.

    What several takes share (the prompt's reading) is in the usage of take 0 only.
    """

    reason: StopReason
    usage: Usage
    take: int = 0


Delta = Loading | Reading | Text | Thought | Refusal | Waiting | Noted | Finish


@dataclass(frozen=True, slots=True)
class Cached:
    """How much of a prompt would not have to be read: `reused` of `total` tokens."""

    reused: int
    total: int


@dataclass(frozen=True, slots=True)
class Alternative:
    """A token that could have stood there, and how likely it was, 0 to 1."""

    text: str
    probability: float


class TakeKind(StrEnum):
    """What a take was asked for."""

    CONTINUE = "continue"
    #: in the place of a selection; `wish` names the verb
    REWRITE = "rewrite"
    #: between the text before and behind the caret
    INFILL = "infill"
    #: from another choice of one word
    CHOICE = "choice"
    #: a beat of a scene that was drafted; `wish` is the beat
    DRAFT = "draft"


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
class Asked:
    """How a take was asked for; the fields are those of `Take`."""

    kind: TakeKind = TakeKind.CONTINUE
    wish: str = ""
    parent_id: str = ""
    revision_id: str = ""
    prompt: str = ""


@dataclass(frozen=True, slots=True)
class Take:
    """One answer at one place, as it is kept for good.

    Attributes:
        number: 1, 2, … within the place, in the order they were made.
        text: all that the model wrote, fitted to the page.
        kept: how many characters of `text` stood on the page when it finished; the rest was cut.
        wish: the line the author asked for it with; of a rewriting the verb or the own words.
        parent_id: the take whose words end where it begins; empty where the author's own do.
        revision_id: the snapshot of the scene from before it; empty where there is none.
        bookmark: the author's name for this point of the story's history; may be empty.
        prompt: the prompt, where the author had changed it; empty where it was assembled.
        place: the host that it was written on; empty for this machine.
        thinking: what the model thought before it wrote.
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
    kind: TakeKind = TakeKind.CONTINUE
    wish: str = ""
    parent_id: str = ""
    revision_id: str = ""
    bookmark: str = ""
    prompt: str = ""
    place: str = ""
    thinking: str = ""

    @property
    def standing(self) -> str:
        """The text this take puts on the page."""
        return self.text[: self.kept]
