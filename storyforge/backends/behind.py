"""A backend whose answers are written behind the author's wishes, for whatever asks a `Backend`."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

from storyforge.backends.sharing import Shared
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


class Behind:
    """Asks `shared` behind the author; an answer comes whole, begun again when they came between.

    Short questions put nobody off and are asked at once.
    """

    def __init__(self, shared: Shared) -> None:
        self._shared = shared

    @property
    def card(self) -> ModelCard:
        """What to tell the author."""
        return self._shared.card

    async def load(self) -> AsyncGenerator[Loading, None]:
        """Make the model ready."""
        async with aclosing(self._shared.beneath.load()) as steps:
            async for step in steps:
                yield step

    async def count_tokens(self, texts: tuple[str, ...]) -> tuple[int, ...]:
        """The tokens of each text."""
        return await self._shared.beneath.count_tokens(texts)

    async def stream(self, request: Request, stop: asyncio.Event) -> AsyncGenerator[Delta, None]:
        """The answer to `request`, once the author wants nothing.

        Raises:
            ModelError: the model cannot be loaded, or it failed.
        """
        answered = await self._shared.answer_behind(request, stop, lambda _text: False)
        if answered is None:
            yield Finish(StopReason.STOPPED, Usage())
            return
        if answered.text:
            yield Text(answered.text)
        yield Finish(answered.reason, answered.usage)

    async def prepare(self, request: Request, stop: asyncio.Event) -> AsyncGenerator[Reading, None]:
        """Read ahead; the author's own reading ahead goes first."""
        async with aclosing(self._shared.beneath.prepare(request, stop)) as steps:
            async for step in steps:
                yield step

    async def cached(self, request: Request) -> Cached:
        """How much of a prompt would not be read again."""
        return await self._shared.beneath.cached(request)

    async def alternatives(
        self, request: Request, count: int, stop: asyncio.Event
    ) -> tuple[Alternative, ...]:
        """The likeliest tokens behind the prompt."""
        return await self._shared.beneath.alternatives(request, count, stop)

    async def score(self, request: Request, text: str, stop: asyncio.Event) -> float | None:
        """How likely `text` is behind the prompt."""
        return await self._shared.beneath.score(request, text, stop)

    async def leave(self, slot: str) -> None:
        """What is kept under `slot` is not needed for now."""
        await self._shared.beneath.leave(slot)

    async def forget(self, slots: tuple[str, ...]) -> None:
        """What was read for these is not to be kept."""
        await self._shared.beneath.forget(slots)

    async def close(self) -> None:
        """Nothing: the model is the author's."""
