"""Another choice of one word that a model wrote: what else could have stood there, and how likely.

The model is asked about the one spot only; nothing is kept of its chances while it writes. A choice
is the beginning of a word at the least: the model finishes the word when it goes on from there.
"""

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from storyforge.backends.base import Backend
from storyforge.domain.origin import PlaceKind
from storyforge.domain.story import Page, Passage
from storyforge.domain.word_at import word_at
from storyforge.errors import Refused
from storyforge.i18n import _
from storyforge.studio.asking import ask
from storyforge.studio.continuing import Wish, loaded

if TYPE_CHECKING:
    import asyncio

    from storyforge.store.story_file import StoryFile

# Asked of the model; fewer are left when those that look alike are taken together.
_ASKED = 12
# Behind these and behind white space a word begins at once, without a space of its own.
_JOINS = "“‘«(「『—–-"


@dataclass(frozen=True, slots=True)
class Spot:
    """A word within a take on the page.

    Attributes:
        passage: what stands around the take's place.
        lead: what of the take stands before the word.
    """

    place_id: str
    passage: Passage
    lead: str
    word: str


@dataclass(frozen=True, slots=True)
class Choice:
    """What could stand there.

    Attributes:
        text: as it would stand, with the space before it where one is missing.
        probability: 0 to 1.
    """

    text: str
    probability: float


def spot_at(page: Page) -> Spot | None:
    """The word at the page's caret, if a model wrote it at a place of takes; innermost place."""
    found = word_at(page.text, page.caret)
    if found is None:
        return None
    start, end = found
    if not page.provenance.take_before(start + 1):
        return None
    places = [
        place
        for place in page.provenance.places
        if place.kind is PlaceKind.TAKE and place.start <= start and end <= place.end
    ]
    if not places:
        return None
    place = min(places, key=lambda one: one.end - one.start)
    passage = Passage(page.scene_id, page.text[: place.start], page.text[place.end :])
    return Spot(place.id, passage, page.text[place.start : start], page.text[start:end])


async def choices_at(
    story: "StoryFile", spot: Spot, backend: Backend, wish: Wish, stop: "asyncio.Event"
) -> tuple[Choice, ...]:
    """What could stand in the word's place, the likeliest first; empty when stopped.

    Raises:
        Refused: the model cannot tell.
        ModelError: it cannot be loaded, or it failed.
    """
    async for _loading in loaded(backend, stop):
        continue
    if stop.is_set():
        return ()
    if not backend.card.can.alternatives:
        raise Refused(
            _("{model} does not tell what else it could have written.").format(
                model=backend.card.name
            ),
            title=_("No other words"),
            hint=_("A model on this machine does."),
        )
    before = spot.passage.before + spot.lead
    there = Passage(spot.passage.scene_id, before, spot.passage.after)
    request, _notes = await ask(story, there, backend, wish.length, wish.sampling)
    chances: dict[str, float] = defaultdict(float)
    for one in await backend.alternatives(request, _ASKED, stop):
        joins = not before or before[-1].isspace() or before[-1] in _JOINS
        text = one.text.lstrip(" ") if joins else one.text
        if text.strip(" "):
            chances[text] += one.probability
    return tuple(sorted((Choice(t, p) for t, p in chances.items()), key=lambda c: -c.probability))
