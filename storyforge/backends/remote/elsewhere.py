"""What no model on another machine does, whatever its API: read ahead, keep, tell the odds."""

import asyncio
from collections.abc import AsyncGenerator

from storyforge.backends.remote.estimating import Estimator
from storyforge.domain.generation import Alternative, Cached, Reading, Request
from storyforge.domain.model import ModelCard
from storyforge.errors import ModelError
from storyforge.i18n import _


class Elsewhere:
    """A part of `Backend`'s contract."""

    def __init__(self) -> None:
        self._estimate = Estimator()

    @property
    def card(self) -> ModelCard:
        """What to tell the author."""
        raise NotImplementedError

    async def prepare(self, request: Request, stop: asyncio.Event) -> AsyncGenerator[Reading, None]:
        """Nothing: what another machine reads ahead would have to be sent, and paid for."""
        nothing: tuple[Reading, ...] = ()
        for reading in nothing:
            yield reading

    async def cached(self, request: Request) -> Cached:
        """Nothing is known of another machine's memory; the total is an estimate."""
        return Cached(0, self._estimate.of(request.prompt))

    async def alternatives(
        self, request: Request, count: int, stop: asyncio.Event
    ) -> tuple[Alternative, ...]:
        """Never: see `Capabilities.alternatives`.

        Raises:
            ModelError: always.
        """
        raise ModelError(
            _("{model} cannot tell which words could stand here.").format(model=self.card.name),
            title=_("Not with this model"),
            hint=_("A local model can."),
        )

    async def score(self, request: Request, text: str, stop: asyncio.Event) -> float | None:
        """Never: no API of those tells it of a text that it did not write."""
        return None

    async def leave(self, slot: str) -> None:
        """Nothing is kept."""

    async def forget(self, slots: tuple[str, ...]) -> None:
        """Nothing is kept."""
