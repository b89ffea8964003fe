"""One local model at a time: the seat in the machine's memory, and who holds it.

Two large models do not fit beside each other. So a local backend takes the seat before it works,
and the one that held it gives its memory back; what that has read lies on the disk then. Models
behind an API need no seat. A painter takes it too where it shares a GPU with them.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from typing import Protocol

from storyforge.backends.base import Backend
from storyforge.backends.stopping import either
from storyforge.domain.generation import (
    Alternative,
    Cached,
    Delta,
    Finish,
    Loading,
    Reading,
    Request,
    StopReason,
    Usage,
)
from storyforge.domain.model import ModelCard


class Sitter(Protocol):
    """Who may hold the seat."""

    async def close(self) -> None:
        """Give the memory back."""
        ...


class Seat:
    """The place in memory for one local model."""

    def __init__(self) -> None:
        self._holder: Sitter | None = None
        self._working = 0
        self._waiting = 0
        self._changed = asyncio.Condition()
        self._wanted = asyncio.Event()

    @property
    def holder(self) -> Sitter | None:
        """Whose model is loaded, or was last."""
        return self._holder

    @property
    def wanted(self) -> asyncio.Event:
        """Set once another model waits for the seat: what nobody has asked for may end."""
        return self._wanted

    @asynccontextmanager
    async def held(self, backend: Sitter) -> AsyncGenerator[None, None]:
        """Hold the seat for `backend`: what another one has begun ends first, then it is closed."""
        async with self._changed:
            while self._holder is not backend:
                if self._holder is None or not self._working:
                    await self._hand_over(backend)
                    break
                await self._wait_for_it()
            self._working += 1
        try:
            yield
        finally:
            async with self._changed:
                self._working -= 1
                self._changed.notify_all()

    async def given_up(self, backend: Sitter) -> None:
        """`backend` was asked for its seat and has ended its work: wait until another holds it."""
        async with self._changed:
            while self._holder is backend and self._wanted.is_set():
                await self._changed.wait()

    async def leave(self, backend: Sitter) -> None:
        """`backend` is gone: the seat is free."""
        async with self._changed:
            if self._holder is backend:
                self._holder = None
                self._changed.notify_all()

    async def _wait_for_it(self) -> None:
        self._waiting += 1
        self._wanted.set()
        try:
            await self._changed.wait()
        finally:
            self._waiting -= 1
            if not self._waiting:
                # Who waited has it, or does not want it any more.
                self._wanted.clear()
                self._changed.notify_all()

    async def _hand_over(self, backend: Sitter) -> None:
        before, self._holder = self._holder, backend
        self._wanted = asyncio.Event()
        self._changed.notify_all()
        if before is not None:
            await before.close()


class Seated:
    """A local backend that takes the seat for whatever needs its model.

    Args:
        profile: the name of the profile that it was made for.
        patience: waited for, or until a stop, before another model is sent away; for work behind
            the author's.
    """

    def __init__(
        self,
        backend: Backend,
        seat: Seat,
        profile: str,
        patience: Callable[[asyncio.Event], Awaitable[None]] | None = None,
    ) -> None:
        self._backend = backend
        self._seat = seat
        self._profile = profile
        self._patience = patience
        self._window = 0

    @property
    def card(self) -> ModelCard:
        """What to tell the author; work behind is told the window though the model is away."""
        card = replace(self._backend.card, profile=self._profile)
        self._window = card.context_tokens or self._window
        if self._patience is not None:
            card = replace(card, context_tokens=self._window)
        return card

    async def load(self) -> AsyncGenerator[Loading, None]:
        """Make the model ready."""
        async with self._held(), aclosing(self._backend.load()) as steps:
            async for step in steps:
                yield step

    async def count_tokens(self, texts: tuple[str, ...]) -> tuple[int, ...]:
        """The tokens of each text."""
        async with self._held():
            return await self._backend.count_tokens(texts)

    async def stream(self, request: Request, stop: asyncio.Event) -> AsyncGenerator[Delta, None]:
        """Answer `request`."""
        await self._wait(stop)
        if stop.is_set():
            for take in range(request.takes):
                yield Finish(StopReason.STOPPED, Usage(), take)
            return
        async with (
            self._seat.held(self._backend),
            aclosing(self._backend.stream(request, stop)) as deltas,
        ):
            async for delta in deltas:
                yield delta

    async def prepare(self, request: Request, stop: asyncio.Event) -> AsyncGenerator[Reading, None]:
        """Read ahead while this model has the seat; it ends when another one is asked for."""
        if self._seat.holder is not self._backend:
            return
        async with (
            self._held(),
            either(stop, self._seat.wanted) as ended,
            aclosing(self._backend.prepare(request, ended)) as steps,
        ):
            async for step in steps:
                yield step

    async def cached(self, request: Request) -> Cached:
        """How much of a prompt would not be read again."""
        async with self._held():
            return await self._backend.cached(request)

    async def alternatives(
        self, request: Request, count: int, stop: asyncio.Event
    ) -> tuple[Alternative, ...]:
        """The likeliest tokens."""
        async with self._held():
            return await self._backend.alternatives(request, count, stop)

    async def score(self, request: Request, text: str, stop: asyncio.Event) -> float | None:
        """How likely `text` is behind the prompt."""
        async with self._held():
            return await self._backend.score(request, text, stop)

    async def leave(self, slot: str) -> None:
        """The author left what is kept under `slot`; who has not the seat has brought it away."""
        if self._seat.holder is self._backend:
            async with self._held():
                await self._backend.leave(slot)

    async def forget(self, slots: tuple[str, ...]) -> None:
        """What was read for these is not to be kept; who has not the seat keeps nothing."""
        if self._seat.holder is self._backend:
            async with self._held():
                await self._backend.forget(slots)

    async def close(self) -> None:
        """Let the model go, and the seat."""
        await self._backend.close()
        await self._seat.leave(self._backend)

    @asynccontextmanager
    async def _held(self) -> AsyncGenerator[None, None]:
        await self._wait(asyncio.Event())
        async with self._seat.held(self._backend):
            yield

    async def _wait(self, stop: asyncio.Event) -> None:
        if self._patience is not None and self._seat.holder not in (None, self._backend):
            await self._patience(stop)
