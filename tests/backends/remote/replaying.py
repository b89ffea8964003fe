"""A real server on this machine that says what an API once said, byte by byte, and keeps what it
was asked.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SHAPES = Path(__file__).parent / "shapes"
_TYPES = {
    ".sse": "text/event-stream",
    ".ndjson": "application/x-ndjson",
    ".json": "application/json",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said to one request.

    Attributes:
        step: bytes a piece; 0 says it in one.
        hang: after so many bytes nothing more is said, until the other side goes.
    """

    body: bytes
    type: str = "application/json"
    status: int = 200
    step: int = 0
    hang: int | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: Any = None


@dataclass(slots=True)
class Replay:
    """What is known of the server.

    Attributes:
        gone: the other side has closed a connection that was still being answered.
    """

    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    gone: asyncio.Event = field(default_factory=asyncio.Event)

    def to(self, path: str) -> list[Asked]:
        """The requests to one path."""
        return [each for each in self.asked if each.path == path]


def shape(name: str, *, step: int = 0, hang: int | None = None, status: int = 200) -> Answer:
    """A recorded answer, from `shapes/`."""
    path = SHAPES / name
    return Answer(path.read_bytes(), _TYPES[path.suffix], status, step, hang)


def saying(document: Any, status: int = 200) -> Answer:
    """An answer that is one document."""
    return Answer(json.dumps(document).encode(), status=status)


@asynccontextmanager
async def replaying(answers: Mapping[str, Answer | Sequence[Answer]]) -> AsyncIterator[Replay]:
    """A server that answers by path, several answers in turn and the last again and again.

    “DELETE /path” as a key is for that method alone; what nobody set is a 404.
    """
    replay = Replay()
    told: dict[str, int] = {}

    def answer_to(asked: Asked) -> Answer:
        key = f"{asked.method} {asked.path}"
        key = key if key in answers else asked.path
        found = answers.get(key, Answer(b'{"error": "not found"}', status=404))
        if isinstance(found, Answer):
            return found
        told[key] = told.get(key, -1) + 1
        return found[min(told[key], len(found) - 1)]

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while (asked := await _heard(reader)) is not None:
                replay.asked.append(asked)
                if not await _say(answer_to(asked), reader, writer):
                    replay.gone.set()
                    return
        except (ConnectionError, asyncio.IncompleteReadError):
            replay.gone.set()
        finally:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    replay.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        yield replay


async def _heard(reader: asyncio.StreamReader) -> Asked | None:
    head = await reader.readline()
    if not head:
        return None
    method, target, _version = head.decode().split()
    headers = dict[str, str]()
    while line := (await reader.readline()).decode().strip():
        name, _colon, value = line.partition(":")
        headers[name.lower()] = value.strip()
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    path = target.partition("?")[0]
    return Asked(method, path, headers, json.loads(body) if body else None)


async def _say(answer: Answer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
    """Say it; False where the other side went before its end."""
    writer.write(
        f"HTTP/1.1 {answer.status} X\r\ncontent-type: {answer.type}\r\n"
        "transfer-encoding: chunked\r\n\r\n".encode()
    )
    body = answer.body if answer.hang is None else answer.body[: answer.hang]
    step = answer.step or max(len(body), 1)
    for at in range(0, len(body), step):
        piece = body[at : at + step]
        writer.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
        await writer.drain()
        # The other side gets its turn: pieces would arrive as one.
        await asyncio.sleep(0)
    if answer.hang is not None:
        return bool(await reader.read(1))
    writer.write(b"0\r\n\r\n")
    await writer.drain()
    return True
