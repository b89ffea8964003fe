"""What models with a price may cost, told before, and what they have cost for a story.

Whether an author agrees to an estimate is the screen's to ask; that nothing is asked beyond the
day's limit is `metering`'s to hold.
"""

import asyncio
import json
import logging
import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from storyforge.domain.generation import Request, Usage
from storyforge.domain.kept_json import read_json
from storyforge.domain.model import ModelCard
from storyforge.domain.money import money
from storyforge.errors import Refused
from storyforge.i18n import _, sentences
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
        left: what the day's limit leaves of it, where that is less.
    """

    cost: float
    currency: str
    tries: int = 1
    left: float | None = None

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

    @property
    def brief(self) -> str:
        """The same for a row: "0.12 USD to 0.36 USD"."""
        if self.tries == 1:
            return self.told
        least, most = (money(self.cost * times, self.currency) for times in (1, self.tries))
        return _("{least} to {most}").format(least=least, most=most)

    @property
    def question(self) -> str:
        """In sentences: what it costs, and how far it comes with that today."""
        told = _("This costs {amount}.").format(amount=self.told)
        if self.left is None:
            return told
        rest = _("The day's limit leaves {amount}: it stops there, and what was made stays.")
        return sentences((told, rest.format(amount=money(self.left, self.currency))))

    @property
    def agreed(self) -> str:
        """The amount that a yes is said to."""
        if self.left is None:
            return self.told
        return _("{amount} at the most").format(amount=money(self.left, self.currency))


class NeedsYes(Refused):
    """Nothing was sent: it costs so much that the author is asked first."""

    def __init__(self, estimate: Estimate) -> None:
        super().__init__(
            sentences((estimate.question, _("Nothing was sent."))),
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
    return Estimate(times * price.most(read, written), price.currency)


def estimate_of(card: ModelCard, request: Request) -> Estimate | None:
    """What a request costs at the most, thinking apart; None where no price is set."""
    return estimate(card, laid_out(request), request.max_tokens, request.takes)


async def ask_first(found: Estimate | None, parts: int = 1) -> None:
    """Let nothing begin that costs so much that the author wants to be asked; None costs nothing.

    What the day's limit leaves no room for is not asked about: a yes would not help.

    Args:
        parts: what is made in turn, each of which stays: where the limit leaves room for one of
            them it is asked whether that is to be made.

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
        left = told.daily_limit - spent
        if found.cost / parts > left:
            raise LimitReached(found, spent, told.daily_limit)
        if found.cost > left:
            raise NeedsYes(replace(found, left=left))
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


def laid_out(request: Request) -> int:
    """Tokens of the sections that a prompt is made of; 0 where it is not told by sections."""
    return sum(section.given for section in request.sections)


def _settings() -> "SpendingSettings":
    from storyforge import settings

    return settings.load().spending
