"""A real server on this machine that answers as it is told, or misbehaves."""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, TypeVar

EVENTS = "text/event-stream"
JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Answer:
    """What one request is answered.

    Attributes:
        pieces: the body, written and flushed piece by piece.
        ends: "well", "cut" (the connection breaks), or "never" (it stalls until the caller goes).
    """

    pieces: tuple[bytes, ...] = ()
    status: int = 200
    kind: str = EVENTS
    headers: tuple[tuple[str, str], ...] = ()
    ends: str = "well"


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it came; the body of a form as its bytes."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any


@dataclass
class FarSide:
    """Answers its requests in turn; the last answer is given again and again.

    Attributes:
        asked: what came, in order.
        gone: set when a caller closed a connection whose answer had not ended.
    """

    answers: list[Answer]
    asked: list[Asked] = field(default_factory=list)
    gone: asyncio.Event = field(default_factory=asyncio.Event)
    began: asyncio.Event = field(default_factory=asyncio.Event)
    url: str = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._answer(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            self.gone.set()
        finally:
            writer.close()

    async def decide(self, asked: Asked, reader: asyncio.StreamReader) -> Answer:
        """As `choose`, for a side that takes its time."""
        return self.choose(asked)

    def choose(self, asked: Asked) -> Answer:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        await self._tell(await read_asked(head, reader), reader, writer)

    async def _tell(
        self, asked: Asked, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.asked.append(asked)
        answer = await self.decide(asked, reader)
        writer.write(_head(answer))
        for piece in answer.pieces:
            writer.write(b"%x\r\n%b\r\n" % (len(piece), piece))
            await writer.drain()
            # Each piece is a packet of its own: the caller has it before the next one.
            await asyncio.sleep(0)
        self.began.set()
        if answer.ends == "never":
            await reader.read()
            self.gone.set()
        elif answer.ends == "well":
            writer.write(b"0\r\n\r\n")
            await writer.drain()


Side = TypeVar("Side", bound=FarSide)


async def read_asked(head: bytes, reader: asyncio.StreamReader) -> Asked:
    """The request that begins with `head`."""
    first, *lines = head.decode().strip().split("\r\n")
    method, path, _version = first.split(" ")
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    is_form = headers.get("content-type", "").startswith("multipart/")
    return Asked(method, path, headers, body if is_form else json.loads(body) if body else None)


def _head(answer: Answer) -> bytes:
    headers = [("content-type", answer.kind), *answer.headers]
    lines = [f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}"]
    lines += [f"{name}: {value}" for name, value in headers if value]
    lines += ["transfer-encoding: chunked", "connection: close"]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


@asynccontextmanager
async def far_side(*answers: Answer, tls: ssl.SSLContext | None = None) -> AsyncIterator[FarSide]:
    """A server that gives `answers`, for as long as the block lasts."""
    async with listening(FarSide(list(answers) or [Answer()]), tls) as far:
        yield far


@asynccontextmanager
async def listening(far: Side, tls: ssl.SSLContext | None = None) -> AsyncIterator[Side]:
    """`far`, on a port of its own for as long as the block lasts."""
    server = await asyncio.start_server(far.serve, "127.0.0.1", 0, ssl=tls)
    scheme = "https" if tls else "http"
    far.url = f"{scheme}://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield far
    finally:
        server.close()


def events(*documents: Any, done: bool = True) -> tuple[bytes, ...]:
    """Documents as server-sent events, a piece each."""
    told = [f"data: {json.dumps(each)}\n\n".encode() for each in documents]
    return (*told, b"data: [DONE]\n\n") if done else tuple(told)


def words(*texts: str, reason: str | None = "length", **usage: int) -> tuple[Any, ...]:
    """A completion of OpenAI's kind, a text an event."""
    told: list[Any] = [{"choices": [{"text": text, "finish_reason": None}]} for text in texts]
    if reason:
        told.append({"choices": [{"text": "", "finish_reason": reason}]})
    if usage:
        told.append({"choices": [], "usage": usage})
    return tuple(told)


def chat(*texts: str, reason: str | None = "length", **usage: int) -> tuple[Any, ...]:
    """A chat completion of OpenAI's kind, a text an event."""
    told: list[Any] = [
        {"choices": [{"delta": {"content": text}, "finish_reason": None}]} for text in texts
    ]
    if reason:
        told.append({"choices": [{"delta": {}, "finish_reason": reason}]})
    if usage:
        told.append({"choices": [], "usage": usage})
    return tuple(told)


def document(told: Any, status: int = 200, **headers: str) -> Answer:
    """One JSON document."""
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Answer((json.dumps(told).encode(),), status, JSON, named)


def bytewise(pieces: Iterable[bytes]) -> tuple[bytes, ...]:
    """The same bytes, each a piece of its own."""
    return tuple(bytes([byte]) for piece in pieces for byte in piece)
