"""Painters with a price: what a picture may cost is written down before it is asked for.

The ledger and the day's limit are those of the text models. A picture that did not come because
the server refused it costs nothing; one that was stopped is counted with what was expected of it.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import replace
from typing import cast

from storyforge.backends.pictures.base import Painted, Painter, Readying
from storyforge.backends.pictures.remote import openai_api
from storyforge.domain.generation import Loading, Usage
from storyforge.domain.picture.orders import Drawn, Order, PainterCard
from storyforge.domain.picture.remote import PicturePrice, RemotePainterSpec
from storyforge.errors import StoryforgeError
from storyforge.studio.metering import begun, settled
from storyforge.studio.spending import Estimate


def estimate(spec: RemotePainterSpec, orders: tuple[Order, ...]) -> Estimate | None:
    """What so many pictures cost about; None where no price is set."""
    if spec.price is None:
        return None
    cost = sum(_expected(spec, spec.price, order) for order in orders)
    return Estimate(cost, spec.price.currency)


class PricedPainter:
    """A painter with a price; it keeps `Painter`'s contract, and the ledger.

    Args:
        limit: no more than so much a day; None for no limit.
    """

    def __init__(
        self, painter: Painter, spec: RemotePainterSpec, price: PicturePrice, limit: float | None
    ) -> None:
        self._painter = painter
        self._spec = spec
        self._price = price
        self._limit = limit

    @property
    def card(self) -> PainterCard:
        """What to tell the author."""
        return self._painter.card

    async def load(self) -> AsyncIterator[Readying]:
        """Make the painter ready."""
        async with aclosing(cast("AsyncGenerator[Readying, None]", self._painter.load())) as steps:
            async for step in steps:
                yield step

    async def paint(self, order: Order, stop: asyncio.Event) -> AsyncIterator[Painted]:
        """Draw one picture, unless that would pass the day's limit.

        Raises:
            LimitReached: it would.
            ModelError: as the painter says.
        """
        cost = _expected(self._spec, self._price, order)
        expected = Estimate(cost, self._price.currency)
        entry = await asyncio.to_thread(
            begun, expected, self._spec.model or self._spec.profile, self._spec.profile, self._limit
        )
        source = cast("AsyncGenerator[Painted, None]", self._painter.paint(order, stop))
        asked = True
        try:
            async with aclosing(source) as steps:
                async for step in steps:
                    # Until it is ready nothing was asked for.
                    asked = not (isinstance(step, Loading) and step.fraction < 1)
                    if isinstance(step, Drawn):
                        step = self._billed(step, cost)
                        cost = step.usage.cost if step.usage is not None else cost
                    yield step
        except StoryforgeError:
            cost = 0.0
            raise
        finally:
            # Not in a thread: nothing may be awaited once this is closed. It takes 0.1 ms.
            settled(entry, cost if asked else 0.0)

    async def close(self) -> None:
        """Let the painter go."""
        await self._painter.close()

    def _billed(self, drawn: Drawn, expected: float) -> Drawn:
        """The picture with what it cost: by its tokens, or as expected where none were told."""
        told, currency = drawn.usage, self._price.currency
        if told is None:
            return replace(drawn, usage=Usage(cost=expected, currency=currency, estimated=True))
        cost = self._price.of(told.read, told.written)
        return replace(drawn, usage=replace(told, cost=cost, currency=currency))


def _expected(spec: RemotePainterSpec, price: PicturePrice, order: Order) -> float:
    tokens = openai_api.expected(order, spec.effort)
    return price.of(tokens.read, tokens.written)
