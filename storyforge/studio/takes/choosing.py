"""Another choice of one word that a model wrote: what else could have stood there, and how likely.

The model is asked about the one spot only; nothing is kept of its chances while it writes. A choice
is the beginning of a word at the least: the model finishes the word when it goes on from there.
"""

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from storyforge.backends.base import Backend
from storyforge.domain.generation import Alternative
from storyforge.domain.origin import PlaceKind
from storyforge.domain.seam import for_the_model
from storyforge.domain.story import Page, Passage
from storyforge.domain.word_at import word_at
from storyforge.errors import Refused
from storyforge.i18n import _
from storyforge.studio.continuing import Wish, loaded
from storyforge.studio.prompt.asking import ask

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
        lead: what of the take stands before the word and the space that parts them.
    """

    place_id: str
    passage: Passage
    lead: str
    word: str


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
    # A full stop in the word's place would not want the space, so that comes with the choice.
    lead = for_the_model(page.text[place.start : start])
    return Spot(place.id, passage, lead, page.text[start:end])


async def choices_at(
    story: "StoryFile", spot: Spot, backend: Backend, wish: Wish, stop: "asyncio.Event"
) -> tuple[Alternative, ...]:
    """What could stand in the word's place, the likeliest first; empty when stopped.

    Their texts are as they would stand behind the spot's lead: with a space where one is missing.

    Raises:
        NotAllowed: the story's text may not go to that model.
        Refused: the model cannot tell.
        ModelError: it cannot be loaded, or it failed.
    """
    async for _loading in loaded(backend, stop, story):
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
    joins = not before or before[-1].isspace() or before[-1] in _JOINS
    for one in await backend.alternatives(request, _ASKED, stop):
        text = one.text.lstrip(" ") if joins else one.text
        # The model was asked without a space at the end (`for_the_model`): what it sets without
        # one goes on the word before, which is the author's.
        glued = before.endswith(" ") and not one.text.startswith((" ", "\n"))
        if text.strip(" ") and not glued:
            chances[text] += one.probability
    found = (Alternative(text, probability) for text, probability in chances.items())
    return tuple(sorted(found, key=lambda one: -one.probability))
