"""What a backend answers, gathered."""

import asyncio

from storyforge.backends.base import Backend
from storyforge.domain.generation import Delta, Finish, Request, Text
from storyforge.errors import ModelError


async def answer(
    backend: Backend, request: Request, stop: asyncio.Event | None = None
) -> list[Delta]:
    """Every delta of one stream."""
    return [delta async for delta in backend.stream(request, stop or asyncio.Event())]


async def broken(backend: Backend, request: Request) -> tuple[list[Delta], ModelError]:
    """What came of a stream before it failed, and how it did."""
    heard = list[Delta]()
    try:
        async for delta in backend.stream(request, asyncio.Event()):
            heard.append(delta)
    except ModelError as error:
        return heard, error
    raise AssertionError("It did not fail.")


def text_of(deltas: list[Delta]) -> str:
    """What was written in it."""
    return "".join(delta.text for delta in deltas if isinstance(delta, Text))


def finish_of(deltas: list[Delta]) -> Finish:
    """How it ended."""
    last = deltas[-1]
    assert isinstance(last, Finish)
    return last
