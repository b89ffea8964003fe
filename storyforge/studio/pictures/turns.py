"""A painter and the language model where there is room for one of them: they take turns.

The author's words go first. A picture in hand is stopped within a step when the model is asked for,
and drawn anew once the author has rested; a seed makes it the same picture.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from typing import cast

from storyforge.backends.pictures.base import Painted, Painter, Readying
from storyforge.backends.stopping import either
from storyforge.domain.picture.orders import Drawn, Order, PainterCard, PainterSpec
from storyforge.engine.gpu import gpu_status
from storyforge.studio.profiles.seat import Seat

# What is left of the free memory then is the program's, the page's and the system's.
_SHARE = 0.8


class SeatedPainter:
    """A painter that takes the seat of the local models while it works.

    Args:
        patience: waited for, or until a stop, before a model is sent away.
    """

    def __init__(
        self, painter: Painter, seat: Seat, patience: Callable[[asyncio.Event], Awaitable[None]]
    ) -> None:
        self._painter = painter
        self._seat = seat
        self._patience = patience

    @property
    def card(self) -> PainterCard:
        """What to tell the author."""
        return self._painter.card

    async def load(self) -> AsyncIterator[Readying]:
        """Make the painter ready."""
        await self._wait(asyncio.Event())
        async with self._seat.held(self._painter):
            source = cast("AsyncGenerator[Readying, None]", self._painter.load())
            async with aclosing(source) as steps:
                async for step in steps:
                    yield step

    async def paint(self, order: Order, stop: asyncio.Event) -> AsyncIterator[Painted]:
        """Draw one picture; begun again where the author's model came between."""
        while not stop.is_set():
            await self._seat.given_up(self._painter)
            await self._wait(stop)
            if stop.is_set():
                return
            async with (
                self._seat.held(self._painter),
                either(stop, self._seat.wanted) as ended,
            ):
                source = cast("AsyncGenerator[Painted, None]", self._painter.paint(order, ended))
                async with aclosing(source) as steps:
                    async for step in steps:
                        yield step
                        if isinstance(step, Drawn):
                            return

    async def close(self) -> None:
        """Let the painter go, and the seat."""
        await self._painter.close()
        await self._seat.leave(self._painter)

    async def _wait(self, stop: asyncio.Event) -> None:
        if self._seat.holder not in (None, self._painter):
            await self._patience(stop)


def takes_turns(spec: PainterSpec, needed: int, free: int) -> bool:
    """Whether there may be no room for this painter beside a language model.

    Args:
        needed, free: bytes of memory: what the painter takes, and what can be had.
    """
    if spec.device != "cpu" and gpu_vendor():
        return True
    return needed > free * _SHARE


def gpu_vendor() -> str:
    """Whose GPU this machine has; empty where it has none."""
    return gpu_status().vendor
