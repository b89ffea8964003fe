"""The contract every backend keeps: a request goes in, a stream of deltas comes out."""

import asyncio
from collections.abc import AsyncIterator
from typing import Protocol

from storyforge.domain.generation import Delta, Loading, Request
from storyforge.domain.model import ModelCard


class Backend(Protocol):
    """A model that can continue a text.

    A backend serves one stream at a time. It raises `ModelError` for anything it can explain.
    """

    @property
    def card(self) -> ModelCard:
        """What to tell the author; `context_tokens` is exact once `load` has ended."""
        ...

    def load(self) -> AsyncIterator[Loading]:
        """Make the model ready; yields progress, or nothing when it is ready already."""
        ...

    async def count_tokens(self, texts: tuple[str, ...]) -> tuple[int, ...]:
        """The tokens of each text, without any token that only opens a prompt."""
        ...

    def stream(self, request: Request, stop: asyncio.Event) -> AsyncIterator[Delta]:
        """Answer `request`; the last delta is a `Finish`, also when `stop` was set.

        Closing the iterator early stops the model too, but then nobody hears what it cost.
        """
        ...

    async def close(self) -> None:
        """Let the model go and give its memory back."""
        ...
