"""What one API is: how a request is told to it and how its answers are read. Pure.

An `Api` knows addresses below the base URL, headers and JSON; sockets, retries and time-outs are
`wire`'s. Each answer has a `Decoder` of its own, which is fed event by event.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Protocol

from storyforge.backends.remote.faults import Fault, FaultKind, RemoteFault
from storyforge.domain.generation import (
    Noted,
    Refusal,
    Request,
    StopReason,
    Text,
    Thought,
    Usage,
    Waiting,
)
from storyforge.domain.hosts import is_loopback
from storyforge.domain.model import Capabilities, KeptPrice, RemoteModel, RemoteSpec

#: where a model of Ollama's runs whose name says that it is in the cloud
OLLAMA_CLOUD = "ollama.com"
_IN_CLOUD = re.compile(r":(?:[^:/]*-)?cloud$")


class Framing(Enum):
    """How an answer comes."""

    #: one JSON document
    JSON = "json"
    #: server-sent events
    EVENTS = "events"
    #: a JSON document a line
    LINES = "lines"
    #: a file: a picture, as an example
    BYTES = "bytes"


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a form: a value, or a file where it has a file name."""

    name: str
    data: bytes
    file: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """One HTTP request, without its secrets.

    Attributes:
        path: behind the base URL, with a slash in front.
        above: not behind all of it, but in the place of its last part: beside “/v1”.
        body: sent as JSON; None sends none.
        form: sent as a form with files, in the place of `body`.
        limit: bytes that the answer may have; 0 for as many as is usual.
        again: it may be sent once more where nothing has come of it yet.
    """

    method: str
    path: str
    body: Mapping[str, Any] | None = None
    query: Mapping[str, str] = field(default_factory=dict)
    framing: Framing = Framing.JSON
    again: bool = True
    above: bool = False
    form: tuple[Part, ...] = ()
    limit: int = 0


@dataclass(frozen=True, slots=True)
class Event:
    """A server-sent event, a line, or a whole document; `name` is empty for the last two.

    A file is in `raw`.
    """

    data: str
    name: str = ""
    raw: bytes = b""

    def document(self) -> dict[str, Any]:
        """What its JSON says.

        Raises:
            RemoteFault: it is no JSON, or no object.
        """
        try:
            found = json.loads(self.data)
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            raise RemoteFault(Fault(FaultKind.MALFORMED))
        return found


@dataclass(frozen=True, slots=True)
class Ended:
    """The answer's end, as the API tells it; `usage` has tokens only."""

    reason: StopReason
    usage: Usage = field(default_factory=Usage)


Piece = Text | Thought | Refusal | Waiting | Noted | Ended


class Decoder(Protocol):
    """Reads one answer."""

    def feed(self, event: Event) -> Iterable[Piece]:
        """What an event says.

        Raises:
            RemoteFault: it is an error, or nothing that this API says.
        """
        ...

    def end(self) -> Iterator[Piece]:
        """The stream is over.

        Raises:
            RemoteFault: it was cut off, or it was empty.
        """
        ...


class Api(Protocol):
    """One kind of API.

    What most of them have nothing to say to has its answer here: derive from it.

    Attributes:
        name: as the registry and the settings have it.
        home: the provider's own base URL; empty where there is no usual one.
        usual_window: context tokens where neither settings nor API tell.
        styles: what `RemoteSpec.style` may say; the usual way is one of them, too.
        kept_price: what it costs that prompts are kept; None where that is not asked for.
    """

    name: str
    home: str
    usual_window: int
    styles: tuple[str, ...] = ()
    kept_price: KeptPrice | None = None

    def headers(self, key: str) -> Mapping[str, str]:
        """What goes with each call; `key` may be empty."""
        ...

    def can(self, spec: RemoteSpec) -> Capabilities:
        """What this API can do with that model."""
        ...

    def encode(self, spec: RemoteSpec, request: Request, omit: frozenset[str]) -> Call:
        """One answer (`request.takes` is 1), streamed.

        What a model thinks counts for an API as written: where it thinks, room for that is asked
        for beside `request.max_tokens`, and whoever reads the answer ends it after so many tokens.

        Args:
            omit: names of parameters that this model has refused.
        """
        ...

    def decoder(self) -> Decoder:
        """For one answer."""
        ...

    def refused(self, status: int, body: str) -> str:
        """The name of the parameter that this error refuses; "" where it is another error."""
        ...

    def parameter(self, spec: RemoteSpec, sampler: str) -> str:
        """What a field of `Sampling` is called there, and in `refused`."""
        return sampler

    def only_chats(self, spec: RemoteSpec, fault: Fault) -> bool:
        """Whether `fault` says that there is no going on with a text, so that it is talked to."""
        return False

    def models(self, spec: RemoteSpec) -> Call | None:
        """Asks what models there are, and for their windows; None where it cannot be asked."""
        ...

    def read_models(self, spec: RemoteSpec, document: Any) -> tuple[RemoteModel, ...]:
        """The answer to `models`."""
        ...

    def describe(self, spec: RemoteSpec) -> Call | None:
        """Asks for the one model of `spec` where `models` says too little; nothing of a story."""
        return None

    def read_description(self, spec: RemoteSpec, document: Any) -> RemoteModel:
        """The answer to `describe`."""
        return RemoteModel(spec.model)

    def place(self, spec: RemoteSpec) -> str:
        """The host that reads the text although the address is another; "" where it is the same.

        Ollama speaks like others' servers as well, and passes on what is for its cloud.
        """
        return OLLAMA_CLOUD if is_loopback(spec.url) and _IN_CLOUD.search(spec.model) else ""

    def count(self, spec: RemoteSpec, text: str) -> Call | None:
        """Asks for the tokens of a text.

        None where there is no such call, or where it sends the text out and is slow.
        """
        return None

    def read_count(self, document: Any) -> int:
        """The answer to `count`."""
        return 0

    def abort(self, spec: RemoteSpec) -> Call | None:
        """Stops the answer where closing the connection does not; None where it does."""
        return None
