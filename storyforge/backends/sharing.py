"""One backend for the author and for work behind them: the author always goes first.

What is asked through `Shared` itself is the author's. It stops an answer that is written behind at
once, and that one begins again when the author has been served; what was read for it need not be
read again where the backend keeps it. It owns no model and no queue.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from contextlib import aclosing
from dataclasses import dataclass
from typing import TypeVar

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
    Text,
    Usage,
)
from storyforge.domain.model import ModelCard

_T = TypeVar("_T")

# Seconds without a wish of the author's before work behind goes on: who asks often asks again.
_REST = 2.0


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer that was written behind: whole, or as far as its asker wanted it."""

    text: str
    reason: StopReason
    usage: Usage


class Turns:
    """Whose turn it is at one model, or at several that share a machine: the author goes first.

    Args:
        rest: seconds without a wish of the author's before work behind goes on.
        gives_way: work behind stops for the author; False where both can be served at once.
    """

    def __init__(self, rest: float = _REST, *, gives_way: bool = True) -> None:
        self._rest = rest
        self._gives_way = gives_way
        self._asked = 0
        self._free = asyncio.Event()
        self._free.set()
        self._served = float("-inf")
        self._interrupted = asyncio.Event()
        self.one_behind = asyncio.Lock()

    def begun_behind(self) -> asyncio.Event:
        """Work behind begins; the event is set when it is to give way."""
        self._interrupted = asyncio.Event()
        return self._interrupted

    async def until_free(self, stop: asyncio.Event, rest: float | None = None) -> None:
        """Wait until the author has wanted nothing for `rest` seconds, or until the stop."""
        rest = self._rest if rest is None else rest
        while self._gives_way and not stop.is_set():
            await _either(self._free, stop)
            if not self._free.is_set():
                continue
            left = self._served + rest - time.monotonic()
            if left <= 0:
                return
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), left)

    @contextlib.contextmanager
    def authors(self) -> Iterator[None]:
        """The author wants something."""
        self._asked += 1
        if self._gives_way:
            self._free.clear()
            self._interrupted.set()
        try:
            yield
        finally:
            self._asked -= 1
            if not self._asked:
                self._served = time.monotonic()
                self._free.set()


class Shared:
    """A backend that keeps `Backend`'s contract and has a way for work behind the author's.

    Args:
        rest: seconds without a wish of the author's before work behind goes on.
        behind: what work behind asks in the place of `backend`: the same model.
        turns: whose turn it is, where several backends share that.
    """

    def __init__(
        self,
        backend: Backend,
        *,
        rest: float = _REST,
        behind: Backend | None = None,
        turns: Turns | None = None,
    ) -> None:
        self._backend = backend
        self._behind = behind or backend
        self._turns = turns or Turns(rest)
        self._uses = 0
        self._idle = asyncio.Event()
        self._idle.set()

    @property
    def card(self) -> ModelCard:
        """What to tell the author."""
        return self._backend.card

    @property
    def beneath(self) -> Backend:
        """The backend for short questions of work behind: they put nobody off."""
        return self._behind

    async def load(self) -> AsyncGenerator[Loading, None]:
        """Make the model ready; no wish that work behind would have to give way to."""
        with self._used():
            async with aclosing(self._backend.load()) as steps:
                async for step in steps:
                    yield step

    async def count_tokens(self, texts: tuple[str, ...]) -> tuple[int, ...]:
        """The tokens of each text, for the author: a model that writes would count them after."""
        with self._author():
            return await self._backend.count_tokens(texts)

    async def stream(self, request: Request, stop: asyncio.Event) -> AsyncGenerator[Delta, None]:
        """Answer the author."""
        with self._author():
            async with aclosing(self._backend.stream(request, stop)) as deltas:
                async for delta in deltas:
                    yield delta

    async def prepare(self, request: Request, stop: asyncio.Event) -> AsyncGenerator[Reading, None]:
        """Read ahead for the author."""
        with self._author():
            async with aclosing(self._backend.prepare(request, stop)) as steps:
                async for step in steps:
                    yield step

    async def cached(self, request: Request) -> Cached:
        """How much of a prompt would not be read again."""
        with self._author():
            return await self._backend.cached(request)

    async def alternatives(
        self, request: Request, count: int, stop: asyncio.Event
    ) -> tuple[Alternative, ...]:
        """The likeliest tokens, for the author."""
        with self._author():
            return await self._backend.alternatives(request, count, stop)

    async def score(self, request: Request, text: str, stop: asyncio.Event) -> float | None:
        """How likely `text` is behind the prompt, for the author."""
        with self._author():
            return await self._backend.score(request, text, stop)

    async def leave(self, slot: str) -> None:
        """The author left what is kept under `slot`."""
        with self._author():
            await self._backend.leave(slot)

    async def forget(self, slots: tuple[str, ...]) -> None:
        """What was read for these is not to be kept; no wish that puts work behind off."""
        with self._used():
            await self._backend.forget(slots)

    async def retire(self) -> None:
        """Let the model go once nothing is asked of it; who still holds this may go on asking."""
        await self._idle.wait()
        await self.close()

    async def close(self) -> None:
        """Let the model go."""
        await self._backend.close()
        if self._behind is not self._backend:
            await self._behind.close()

    async def answer_behind(
        self, request: Request, stop: asyncio.Event, enough: Callable[[str], bool]
    ) -> Answered | None:
        """The answer to `request`, written while the author wants nothing; None when stopped.

        One at a time: another one waits until this one has ended.

        Args:
            enough: whether the text so far is all that is wanted.

        Raises:
            ModelError: the model cannot be loaded, or it failed.
        """
        return await self._in_turn(stop, lambda ended: self._once(request, ended, enough))

    async def score_behind(self, request: Request, text: str, stop: asyncio.Event) -> float | None:
        """As `score`, while the author wants nothing.

        Raises:
            ModelError: the model cannot be loaded, or it failed.
        """
        return await self._in_turn(stop, lambda ended: self._behind.score(request, text, ended))

    async def _in_turn(
        self, stop: asyncio.Event, ask: Callable[[asyncio.Event], Awaitable[_T | None]]
    ) -> _T | None:
        """What `ask` gives while the author wants nothing; again where the author came between.

        Args:
            ask: is handed the event that ends it.
        """
        with self._used():
            async with self._turns.one_behind:
                while not stop.is_set():
                    await self._turns.until_free(stop)
                    if stop.is_set():
                        break
                    give_way = self._turns.begun_behind()
                    async with either(stop, give_way) as ended:
                        found = await ask(ended)
                    if found is not None or not give_way.is_set():
                        return found
        return None

    @contextlib.contextmanager
    def _author(self) -> Iterator[None]:
        """The author wants something of this model."""
        with self._used(), self._turns.authors():
            yield

    @contextlib.contextmanager
    def _used(self) -> Iterator[None]:
        self._uses += 1
        self._idle.clear()
        try:
            yield
        finally:
            self._uses -= 1
            if not self._uses:
                self._idle.set()

    async def _once(
        self, request: Request, ended: asyncio.Event, enough: Callable[[str], bool]
    ) -> Answered | None:
        """One attempt; None when it was ended before it was enough."""
        text, finish, done = "", Finish(StopReason.STOPPED, Usage()), False
        async with aclosing(self._behind.stream(request, ended)) as deltas:
            async for delta in deltas:
                if isinstance(delta, Text):
                    text += delta.text
                    if not done and enough(text):
                        done = True
                        ended.set()
                elif isinstance(delta, Finish):
                    finish = delta
        if done:
            return Answered(text, StopReason.LENGTH, finish.usage)
        if finish.reason is StopReason.STOPPED:
            return None
        return Answered(text, finish.reason, finish.usage)


async def _either(one: asyncio.Event, other: asyncio.Event) -> None:
    """Wait until one of the two is set."""
    waits = [asyncio.create_task(event.wait()) for event in (one, other)]
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
