"""The contract every painter keeps: an order goes in, steps and a picture come out."""

import asyncio
from collections.abc import AsyncIterator
from typing import Protocol

from storyforge.domain.generation import Loading
from storyforge.domain.picture.orders import Drawing, Drawn, Order, PainterCard, PainterNote

#: what a painter says while it is made ready
Readying = Loading | PainterNote
#: what a painter says while it draws
Painted = Loading | PainterNote | Drawing | Drawn


class Painter(Protocol):
    """A checkpoint that can draw.

    It draws one picture at a time. It raises `ModelError` for anything it can explain.
    """

    @property
    def card(self) -> PainterCard:
        """What to tell the author; device, memory and hash are exact once `load` has ended."""
        ...

    def load(self) -> AsyncIterator[Readying]:
        """Make the painter ready; yields progress, or nothing when it is ready already.

        Raises:
            ModelError: it cannot be loaded.
        """
        ...

    def paint(self, order: Order, stop: asyncio.Event) -> AsyncIterator[Painted]:
        """Draw one picture; loads first where needed. The last thing is `Drawn`, unless stopped.

        A stop is heard within one step.

        Raises:
            ModelError: it cannot be loaded or drawn.
        """
        ...

    async def close(self) -> None:
        """Let the checkpoint go and give its memory back."""
        ...
