"""How long an answer will take and what it will cost, told before anything is asked.

Tokens are guessed from letters, since no model need be loaded for a guess; the speed is the one
that was measured (`speeds`).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from storyforge.domain.counting import counts_characters
from storyforge.domain.model import ModelCard
from storyforge.domain.sampling import Sampling
from storyforge.i18n import _, listed
from storyforge.prompting.planning import assemble_plan
from storyforge.studio import speeds
from storyforge.studio.answers.holding import ATTEMPTS
from storyforge.studio.durations import time_words
from storyforge.studio.planning.measures import in_parts, most_tokens, usual_tokens
from storyforge.studio.planning.preparing import Wanted, prepare
from storyforge.studio.spending import Estimate
from storyforge.studio.spending import estimate as cost_of

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile

# Letters of a token; the window of a model that is not loaded yet and does not tell.
_LETTERS, _WINDOW = 4, 8192


@dataclass(frozen=True, slots=True)
class Expected:
    """What is to be expected.

    Attributes:
        seconds: None where the model has not been measured yet.
        cost: of answers as long as they may become; None where no price is set.
    """

    seconds: float | None = None
    cost: Estimate | None = None

    @property
    def told(self) -> str:
        """ "about 2 minutes, about 0.12 USD"."""
        time = time_words(self.seconds) or _("how long it takes is not known yet")
        return listed((time, self.cost.told)) if self.cost is not None else time


def expected(story: "StoryFile", card: ModelCard, wanted: Wanted) -> Expected:
    """What asking for this takes; it blocks.

    Raises:
        BadInput: it cannot be asked for.
    """
    prepared = prepare(story, wanted)
    language = prepared.plan.plan_language
    letters = 1 if counts_characters(language) else _LETTERS
    window = card.context_tokens or _WINDOW
    read = written = most = 0
    for at, count in enumerate(in_parts(prepared.task, prepared.count, window)):
        schema = prepared.schema(count, goes_on=bool(at))
        limit = most_tokens(schema, language)
        request = assemble_plan(
            prepared.part(count, {}),
            prepared.template,
            window,
            limit,
            Sampling(),
            lambda texts: tuple(-(-len(text) // letters) for text in texts),
        )
        read += -(-len(request.prompt) // letters)
        written += min(usual_tokens(schema, language), request.max_tokens)
        most += request.max_tokens
    # What a model on this machine has read for one variant it need not read for the next.
    readings = 1 if card.is_local else wanted.variants
    cost = cost_of(card, read, most, wanted.variants)
    return Expected(
        speeds.seconds(card, read * readings, written * wanted.variants),
        None if cost is None else replace(cost, tries=ATTEMPTS),
    )


def together(several: Iterable[Expected]) -> Expected:
    """What all of these take, one after the other."""
    seconds: float | None = 0.0
    cost: Estimate | None = None
    for one in several:
        seconds = None if seconds is None or one.seconds is None else seconds + one.seconds
        if one.cost is not None:
            before = cost.cost if cost is not None else 0.0
            cost = replace(one.cost, cost=before + one.cost.cost)
    return Expected(seconds, cost)
