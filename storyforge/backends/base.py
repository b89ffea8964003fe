"""The contract every backend keeps: a request goes in, a stream of deltas comes out."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Protocol

from storyforge.domain.generation import (
    Alternative,
    Cached,
    Delta,
    Loading,
    Reading,
    Request,
)
from storyforge.domain.model import ModelCard


class Backend(Protocol):
    """A model that can continue a text.

    A backend serves one stream at a time. It raises `ModelError` for anything it can explain.
    """

    @property
    def card(self) -> ModelCard:
        """What to tell the author; `context_tokens` is exact once `load` has ended."""
        ...

    def load(self) -> AsyncGenerator[Loading, None]:
        """Make the model ready; yields progress, or nothing when it is ready already."""
        ...

    async def count_tokens(self, texts: tuple[str, ...]) -> tuple[int, ...]:
        """The tokens of each text, without any token that only opens a prompt."""
        ...

    def stream(self, request: Request, stop: asyncio.Event) -> AsyncGenerator[Delta, None]:
        """Answer `request`; the last delta is a `Finish`, also when `stop` was set.

        With several takes their deltas come mixed, each with its take's number, and each take has
        a `Finish` of its own. Closing the iterator early stops the model too, but then nobody
        hears what it cost.
        """
        ...

    def prepare(self, request: Request, stop: asyncio.Event) -> AsyncGenerator[Reading, None]:
        """Read the prompt ahead of the request; yields progress, and ends early when stopped.

        A `stream` that is asked for meanwhile stops it by itself; counting and measuring only come
        between. Does nothing where the model is not loaded, cannot be read ahead for, or the prompt
        is too long.

        Raises:
            ModelError: the model could not read.
        """
        ...

    async def cached(self, request: Request) -> Cached:
        """How much of the prompt would not be read again, were it asked for now.

        Raises:
            ModelError: the model is not loaded, or could not count.
        """
        ...

    async def alternatives(
        self, request: Request, count: int, stop: asyncio.Event
    ) -> tuple[Alternative, ...]:
        """The likeliest tokens behind the prompt, the likeliest first; empty when stopped.

        Raises:
            ModelError: the model cannot tell them.
        """
        ...

    async def score(self, request: Request, text: str, stop: asyncio.Event) -> float | None:
        """How likely `text` is behind the prompt: the mean logarithm of its tokens' probabilities.

        None where the model cannot tell, or it was stopped.

        Raises:
            ModelError: the model cannot be loaded, or it failed.
        """
        ...

    async def leave(self, slot: str) -> None:
        """The author left what is kept under `slot`: bring it to the disk, behind other work."""
        ...

    async def forget(self, slots: tuple[str, ...]) -> None:
        """Let go of all that was read for these: their texts are gone for good.

        Raises:
            ModelError: the engine stopped.
        """
        ...

    async def close(self) -> None:
        """Let the model go and give its memory back."""
        ...
