"""A priced model's costs, written down: in the ledger before a request is sent, and behind it.

`Metered` stands between a priced backend and all who ask it, so nothing is asked beyond the day's
limit. What is told before, and whether the author agrees, is `spending`'s.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import TYPE_CHECKING

from storyforge.backends.base import Backend
from storyforge.domain.generation import (
    Alternative,
    Cached,
    Delta,
    Finish,
    Loading,
    Reading,
    Refusal,
    Request,
    Text,
    Thought,
)
from storyforge.domain.model import ModelCard, Price
from storyforge.errors import Refused, StoryforgeError
from storyforge.i18n import _
from storyforge.studio import ledger
from storyforge.studio.spending import Estimate, LimitReached, laid_out

if TYPE_CHECKING:
    from storyforge.setting_tables import SpendingSettings

log = logging.getLogger(__name__)


def metered(backend: Backend, told: "SpendingSettings") -> Backend:
    """`backend`, with its costs written down; itself where it has no price."""
    price = backend.card.price
    return backend if price is None else Metered(backend, price, told.daily_limit)


class Metered:
    """A backend with a price; it keeps `Backend`'s contract, and the ledger.

    Args:
        limit: no more than so much a day; None for no limit.
    """

    def __init__(self, backend: Backend, price: Price, limit: float | None) -> None:
        self._backend = backend
        self._price = price
        self._limit = limit

    @property
    def card(self) -> ModelCard:
        """What to tell the author."""
        return self._backend.card

    async def load(self) -> AsyncGenerator[Loading, None]:
        """Make the model ready."""
        async with aclosing(self._backend.load()) as steps:
            async for step in steps:
                yield step

    async def count_tokens(self, texts: tuple[str, ...]) -> tuple[int, ...]:
        """The tokens of each text."""
        return await self._backend.count_tokens(texts)

    async def stream(self, request: Request, stop: asyncio.Event) -> AsyncGenerator[Delta, None]:
        """Answer `request`, unless that would pass the day's limit.

        Raises:
            LimitReached: it would.
            ModelError: as the backend says.
        """
        (counted,) = await self._backend.count_tokens((request.prompt,))
        # What is said around a prompt has a section, and is not in it.
        read = max(counted, laid_out(request))
        expected = Estimate(
            request.takes * self._price.most(read, request.max_tokens),
            self._price.currency,
        )
        entry = await asyncio.to_thread(
            begun, expected, self.card.name, self.card.profile, self._limit
        )
        bill = _Bill(expected.cost, request.takes)
        try:
            async with aclosing(self._backend.stream(request, stop)) as deltas:
                async for delta in deltas:
                    bill.heard(delta)
                    yield delta
        except StoryforgeError:
            bill.failed = True
            raise
        finally:
            # Not in a thread: nothing may be awaited once this is closed. It takes 0.1 ms.
            settled(entry, bill.total)

    async def prepare(self, request: Request, stop: asyncio.Event) -> AsyncGenerator[Reading, None]:
        """Read ahead."""
        async with aclosing(self._backend.prepare(request, stop)) as steps:
            async for step in steps:
                yield step

    async def cached(self, request: Request) -> Cached:
        """How much of a prompt would not be read again."""
        return await self._backend.cached(request)

    async def alternatives(
        self, request: Request, count: int, stop: asyncio.Event
    ) -> tuple[Alternative, ...]:
        """The likeliest tokens."""
        return await self._backend.alternatives(request, count, stop)

    async def score(self, request: Request, text: str, stop: asyncio.Event) -> float | None:
        """How likely `text` is behind the prompt."""
        return await self._backend.score(request, text, stop)

    async def leave(self, slot: str) -> None:
        """The author left what is kept under `slot`."""
        await self._backend.leave(slot)

    async def forget(self, slots: tuple[str, ...]) -> None:
        """What was read for these is not to be kept."""
        await self._backend.forget(slots)

    async def close(self) -> None:
        """Let the model go."""
        await self._backend.close()


class _Bill:
    """What a request has cost so far.

    Attributes:
        failed: it ended with an error.
    """

    def __init__(self, expected: float, takes: int) -> None:
        self._share = expected / takes
        self._open = set(range(takes))
        self._spent = 0.0
        self._came = False
        self.failed = False

    def heard(self, delta: Delta) -> None:
        """Something came of it."""
        if isinstance(delta, Finish):
            self._open.discard(delta.take)
            self._spent += delta.usage.cost
        elif isinstance(delta, Text | Thought | Refusal):
            self._came = True

    @property
    def total(self) -> float:
        """What is known; of takes whose end nobody heard what was expected of them.

        Where a request failed before its first word, nothing is charged.
        """
        unknown = 0 if self.failed and not self._came else len(self._open)
        return self._spent + unknown * self._share


def begun(expected: Estimate, name: str, profile: str, limit: float | None) -> ledger.Entry | None:
    """The request's entry; None where nothing can be kept, and there is no limit to keep.

    Raises:
        LimitReached: the day's limit would be passed.
        Refused: nothing can be written down, and there is a limit.
    """
    try:
        entry = ledger.begin(expected.cost, expected.currency, name, profile)
        spent = ledger.spent().get(expected.currency, 0.0)
    except OSError as error:
        if limit is None:
            log.warning("What a request costs could not be written down", exc_info=True)
            return None
        raise Refused(
            _("What was spent today cannot be written down, so nothing was sent."),
            title=_("The day's limit"),
            hint=_("Make room on the disk, or write with a model on this machine."),
        ) from error
    if limit is not None and spent > limit:
        settled(entry, 0.0)
        raise LimitReached(expected, spent - expected.cost, limit)
    return entry


def settled(entry: ledger.Entry | None, cost: float) -> None:
    """Write down what a request has cost."""
    if entry is None:
        return
    try:
        entry.settle(cost)
    except OSError:
        # The estimate stands: rather too much is counted than too little.
        log.warning("What a request cost could not be written down", exc_info=True)
