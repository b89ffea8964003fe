"""What models with a price may cost: estimates before, the day's limit, and the bill behind.

`Metered` stands between a priced backend and all who ask it, so nothing is asked beyond the limit
and everything is in the ledger. Whether an author agrees to an estimate is the screen's to ask.
"""

import asyncio
import json
import logging
import math
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

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
    Usage,
)
from storyforge.domain.kept_json import read_json
from storyforge.domain.model import ModelCard, Price
from storyforge.domain.money import money
from storyforge.errors import Refused, StoryforgeError
from storyforge.i18n import _
from storyforge.studio import ledger

if TYPE_CHECKING:
    from storyforge.setting_tables import SpendingSettings
    from storyforge.store.story_file import StoryFile

log = logging.getLogger(__name__)

#: the story's own setting: what was spent on it beside its takes
_SPENT_BESIDE = "spent_beside"


@dataclass(frozen=True, slots=True)
class Estimate:
    """What something is going to cost, about.

    Attributes:
        tries: so many times where no answer is any good; each is paid for.
    """

    cost: float
    currency: str
    tries: int = 1

    @property
    def told(self) -> str:
        """ "about 0.12 USD"."""
        amount = money(self.cost, self.currency)
        if self.tries == 1:
            return _("about {amount}").format(amount=amount)
        most = money(self.cost * self.tries, self.currency)
        return _("about {amount}, up to {most} where it is asked again").format(
            amount=amount, most=most
        )


class NeedsYes(Refused):
    """Nothing was sent: it costs so much that the author is asked first."""

    def __init__(self, estimate: Estimate) -> None:
        super().__init__(
            _("This costs {amount}; nothing was sent.").format(amount=estimate.told),
            title=_("What it costs"),
            hint=_("Say yes to it; on the command line with --yes."),
        )
        self.estimate = estimate


class LimitReached(Refused):
    """Nothing was sent: the day's limit would be passed."""

    def __init__(self, estimate: Estimate, before: float, limit: float) -> None:
        super().__init__(
            _(
                "The day's limit of {limit} would be passed: {spent} are spent, and this costs "
                "{amount}. Nothing was sent."
            ).format(
                limit=money(limit, estimate.currency),
                spent=money(before, estimate.currency),
                amount=estimate.told,
            ),
            title=_("The day's limit"),
            hint=_("Write with a model on this machine, or change “daily_limit” under [spending]."),
        )
        self.estimate = estimate


def estimate(card: ModelCard, read: int, written: int, times: int = 1) -> Estimate | None:
    """What so many tokens cost of a model, so many times; None where no price is set."""
    price = card.price
    if price is None:
        return None
    return Estimate(times * price.of(Usage(read=read, written=written)), price.currency)


def estimate_of(card: ModelCard, request: Request) -> Estimate | None:
    """What a request costs at the most, thinking apart; None where no price is set."""
    return estimate(card, _laid_out(request), request.max_tokens, request.takes)


async def ask_first(found: Estimate | None) -> None:
    """Let nothing begin that costs so much that the author wants to be asked; None costs nothing.

    What the day's limit leaves no room for is not asked about: a yes would not help.

    Raises:
        LimitReached: the day's limit would be passed.
        NeedsYes: it costs so much.
        BadInput: the settings cannot be read.
    """
    if found is None or not found.cost:
        return
    told = await asyncio.to_thread(_settings)
    if told.daily_limit is not None:
        spent = (await asyncio.to_thread(spent_today)).get(found.currency, 0.0)
        if spent + found.cost > told.daily_limit:
            raise LimitReached(found, spent, told.daily_limit)
    if found.cost >= told.ask_from:
        raise NeedsYes(found)


def spent_on(story: "StoryFile") -> dict[str, float]:
    """What models have cost for a story, by currency: its takes, and what was made beside them."""
    spent = story.takes.costs()
    for currency, cost in _beside(story).items():
        spent[currency] = spent.get(currency, 0.0) + cost
    return spent


def note_spent(story: "StoryFile", usage: Usage) -> None:
    """Add what was made for a story and is no take: it is known only here."""
    if usage.cost:
        spent = _beside(story)
        spent[usage.currency] = spent.get(usage.currency, 0.0) + usage.cost
        story.remember(_SPENT_BESIDE, json.dumps(spent))


def _beside(story: "StoryFile") -> dict[str, float]:
    read = read_json(story.recall(_SPENT_BESIDE))
    costs = read.items() if isinstance(read, dict) else ()
    return {
        str(currency): float(cost)
        for currency, cost in costs
        if isinstance(cost, float) and 0 < cost < math.inf
    }


def spent_today() -> dict[str, float]:
    """What was spent today, by currency; nothing where that cannot be read."""
    try:
        return ledger.spent()
    except OSError:
        log.warning("What was spent could not be read", exc_info=True)
        return {}


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

    async def load(self) -> AsyncIterator[Loading]:
        """Make the model ready."""
        async with aclosing(cast("AsyncGenerator[Loading, None]", self._backend.load())) as steps:
            async for step in steps:
                yield step

    async def count_tokens(self, texts: tuple[str, ...]) -> tuple[int, ...]:
        """The tokens of each text."""
        return await self._backend.count_tokens(texts)

    async def stream(self, request: Request, stop: asyncio.Event) -> AsyncIterator[Delta]:
        """Answer `request`, unless that would pass the day's limit.

        Raises:
            LimitReached: it would.
            ModelError: as the backend says.
        """
        (counted,) = await self._backend.count_tokens((request.prompt,))
        # What is said around a prompt has a section, and is not in it.
        read = max(counted, _laid_out(request))
        expected = Estimate(
            request.takes * self._price.of(Usage(read=read, written=request.max_tokens)),
            self._price.currency,
        )
        entry = await asyncio.to_thread(
            begun, expected, self.card.name, self.card.profile, self._limit
        )
        bill = _Bill(expected.cost, request.takes)
        source = cast("AsyncGenerator[Delta, None]", self._backend.stream(request, stop))
        try:
            async with aclosing(source) as deltas:
                async for delta in deltas:
                    bill.heard(delta)
                    yield delta
        except StoryforgeError:
            bill.failed = True
            raise
        finally:
            # Not in a thread: nothing may be awaited once this is closed. It takes 0.1 ms.
            settled(entry, bill.total)

    async def prepare(self, request: Request, stop: asyncio.Event) -> AsyncIterator[Reading]:
        """Read ahead."""
        source = cast("AsyncGenerator[Reading, None]", self._backend.prepare(request, stop))
        async with aclosing(source) as steps:
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

    async def close(self) -> None:
        """Let the model go."""
        await self._backend.close()


def _laid_out(request: Request) -> int:
    """Tokens of the sections that a prompt is made of; 0 where it is not told by sections."""
    return sum(section.given for section in request.sections)


def _settings() -> "SpendingSettings":
    from storyforge import settings

    return settings.load().spending


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
