"""The contract every painter keeps: an order goes in, steps and a picture come out."""

import asyncio
from collections.abc import AsyncIterator
from typing import Protocol

from storyforge.domain.generation import Loading
from storyforge.domain.picture.orders import Drawing, Drawn, Order, PainterCard, PainterNote
from storyforge.errors import ModelError

#: what a painter says while it is made ready
Readying = Loading | PainterNote
#: what a painter says while it draws
Painted = Loading | PainterNote | Drawing | Drawn


class NotReady(ModelError):
    """The painter itself cannot be loaded: no order to it can be drawn."""


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
            NotReady: it cannot be loaded.
        """
        ...

    def paint(self, order: Order, stop: asyncio.Event) -> AsyncIterator[Painted]:
        """Draw one picture; loads first where needed. The last thing is `Drawn`, unless stopped.

        A stop is heard within one step.

        Raises:
            NotReady: it cannot be loaded.
            ModelError: the picture cannot be drawn.
        """
        ...

    async def close(self) -> None:
        """Let the checkpoint go and give its memory back."""
        ...
