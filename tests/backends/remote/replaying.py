"""A real server on this machine that says, by path, what an API once said."""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.backends.remote import shapes
from tests.backends.remote.far_side import Answer, Asked, FarSide, document, listening

_TYPES = {
    ".sse": "text/event-stream",
    ".ndjson": "application/x-ndjson",
    ".json": "application/json",
}

Answers = Answer | Sequence[Answer]


@dataclass
class Replay(FarSide):
    """Answers by path, several answers in turn and the last again and again.

    Attributes:
        routes: “DELETE /path” is for that method alone; what is not there is a 404.
    """

    routes: Mapping[str, Answers] = field(default_factory=dict)
    _told: dict[str, int] = field(default_factory=dict)

    def choose(self, asked: Asked) -> Answer:
        path = asked.path.partition("?")[0]
        key = f"{asked.method} {path}"
        key = key if key in self.routes else path
        found = self.routes.get(key, document({"error": "not found"}, 404))
        if isinstance(found, Answer):
            return found
        self._told[key] = self._told.get(key, -1) + 1
        return found[min(self._told[key], len(found) - 1)]

    def to(self, path: str) -> list[Asked]:
        """The requests to one path."""
        return [each for each in self.asked if each.path.partition("?")[0] == path]


@asynccontextmanager
async def replaying(routes: Mapping[str, Answers]) -> AsyncIterator[Replay]:
    """A server that knows `routes`, for as long as the block lasts."""
    async with listening(Replay([], routes=routes)) as replay:
        yield replay


def shape(name: str, *, step: int = 0, hang: int | None = None, status: int = 200) -> Answer:
    """A recorded answer.

    Args:
        step: bytes a piece; 0 says it in one.
        hang: after so many bytes nothing more is said, until the caller goes.
    """
    body = shapes.shape(name)[:hang]
    step = step or len(body)
    pieces = tuple(body[at : at + step] for at in range(0, len(body), step))
    kind = _TYPES[Path(name).suffix]
    return Answer(pieces, status, kind, ends="well" if hang is None else "never")


def told(name: str) -> object:
    """A recorded document."""
    return json.loads(shapes.said(name))
