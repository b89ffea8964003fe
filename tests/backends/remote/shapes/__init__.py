"""Answers of APIs as they come over the wire, byte by byte: one a file.

They have the shapes that the official SDKs' types and the providers' own examples show, in their
framing (spaces, line ends, events' names); only the prose is ours. Nobody's key is in them.
"""

from dataclasses import dataclass, field
from pathlib import Path

from storyforge.backends.remote.api import Api, Ended, Event, Framing, Piece
from storyforge.backends.remote.faults import FaultKind, RemoteFault
from storyforge.backends.remote.reading import Body
from storyforge.domain.generation import Refusal, StopReason, Text, Thought, Usage

_HERE = Path(__file__).parent


def shape(name: str) -> bytes:
    """The bytes of one answer."""
    return (_HERE / name).read_bytes()


def said(name: str) -> str:
    """The text of one answer: an error, or a document."""
    return shape(name).decode()


@dataclass
class Read:
    """What an answer says, whatever its pieces."""

    text: str = ""
    thought: str = ""
    refusal: str = ""
    reason: StopReason | None = None
    usage: Usage = field(default_factory=Usage)
    fault: FaultKind | None = None

    def hear(self, piece: Piece) -> None:
        if isinstance(piece, Text):
            self.text += piece.text
        elif isinstance(piece, Thought):
            self.thought += piece.text
        elif isinstance(piece, Refusal):
            self.refusal += piece.text
        elif isinstance(piece, Ended):
            assert self.reason is None, "ended twice"
            self.reason, self.usage = piece.reason, piece.usage


def framed(pieces: list[bytes], framing: Framing = Framing.EVENTS) -> tuple[Event, ...]:
    """The events in the bytes of an answer, as `wire` frames them."""
    body = Body(framing, "text/event-stream")
    return tuple(event for piece in pieces for event in body.feed(piece)) + tuple(body.end())


def decoded(api: Api, events: tuple[Event, ...]) -> Read:
    """What a decoder of `api` makes of them."""
    read, decoder = Read(), api.decoder()
    try:
        for event in events:
            for piece in decoder.feed(event):
                read.hear(piece)
        for piece in decoder.end():
            read.hear(piece)
    except RemoteFault as error:
        read.fault = error.fault.kind
    return read
