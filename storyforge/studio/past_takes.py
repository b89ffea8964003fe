"""Going back in a story's history: what a page was right after a take.

It reads only; keeping what stands now and putting the page there is the desk's business.
"""

from typing import TYPE_CHECKING

from storyforge.domain.generation import Take, TakeState
from storyforge.domain.origin import Origin, Span
from storyforge.domain.story import Page
from storyforge.errors import Refused
from storyforge.i18n import _

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile


def page_after(story: "StoryFile", take: Take) -> Page:
    """The scene as it was when `take` had just come to stand: the snapshot before it, and the take.

    Raises:
        Refused: there is no such snapshot; it is from before takes kept one.
        BadInput: the snapshot is not in the story.
    """
    page = story.revisions.page(take.revision_id) if take.revision_id else None
    place = page.provenance.place(take.place_id) if page is not None else None
    if page is None or place is None:
        raise Refused(
            _("What stood around this take was not kept: it is from an older storyforge."),
            title=_("No way back to it"),
            hint=_("Its text is here: put the caret to its place and press F7."),
        )
    origin = Origin.EDITED if take.state is TakeState.EDITED else Origin.MODEL
    spans = (Span(len(take.standing), origin, take.id),) if take.standing else ()
    provenance = page.provenance.replaced(place.start, place.end, spans, into=place.id)
    text = page.text[: place.start] + take.standing + page.text[place.end :]
    return Page(page.scene_id, text, provenance, place.start + len(take.standing))


def standing_takes(page: Page) -> frozenset[str]:
    """The ids of the takes whose words are on a page."""
    return frozenset(span.take for span in page.provenance.spans if span.take)
