"""A model that writes as the scripted one does, and is said to run elsewhere or to cost money."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace

from storyforge.backends.scripted import ScriptedBackend
from storyforge.domain.generation import Delta, Finish, Request
from storyforge.domain.model import ModelCard, Price

PRICE = Price(reading=1000.0, writing=10_000.0)


class Elsewhere(ScriptedBackend):
    """Runs at a host; keeps what it was sent.

    Attributes:
        sent: every text that was counted or streamed.
    """

    def __init__(
        self,
        *script: str,
        host: str = "api.far.example",
        price: Price | None = None,
        unencrypted: bool = False,
        note: str = "",
    ) -> None:
        super().__init__(script, name="Far")
        self._shown = {"place": host, "price": price, "unencrypted": unencrypted, "note": note}
        self._price = price
        self.sent: list[str] = []

    @property
    def card(self) -> ModelCard:
        return replace(super().card, profile="far", **self._shown)  # type: ignore[arg-type]

    async def count_tokens(self, texts: tuple[str, ...]) -> tuple[int, ...]:
        self.sent.extend(texts)
        return await super().count_tokens(texts)

    async def stream(self, request: Request, stop: asyncio.Event) -> AsyncGenerator[Delta, None]:
        self.sent.append(request.prompt)
        async with aclosing(super().stream(request, stop)) as deltas:
            async for delta in deltas:
                if isinstance(delta, Finish) and self._price is not None:
                    cost = self._price.of(delta.usage)
                    usage = replace(delta.usage, cost=cost, currency=self._price.currency)
                    delta = replace(delta, usage=usage)
                yield delta
