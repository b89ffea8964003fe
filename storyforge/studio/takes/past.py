"""Going back in a story's history: what a page was right after a take.

It reads only; keeping what stands now and putting the page there is the desk's business.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from storyforge.domain.generation import Take, TakeState
from storyforge.domain.origin import Origin, Place, Span, cut
from storyforge.domain.story import Page
from storyforge.domain.take_tree import TakeHead
from storyforge.errors import Refused
from storyforge.i18n import _

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile

# Characters before a take that tell where in the story it is.
_BEFORE = 400


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
    return with_take(page, place, take)


def with_take(page: Page, place: Place, take: Take) -> Page:
    """`page` with what of `take` may stand at its place, and the caret behind it."""
    origin = Origin.EDITED if take.state is TakeState.EDITED else Origin.MODEL
    spans = (Span(len(take.standing), origin, take.id),) if take.standing else ()
    provenance = page.provenance.replaced(place.start, place.end, spans, into=place.id)
    text = page.text[: place.start] + take.standing + page.text[place.end :]
    return Page(page.scene_id, text, provenance, place.start + len(take.standing))


def words_before(story: "StoryFile", take: Take) -> str:
    """What stood right before a take when it was written; "" where that was not kept."""
    if not take.revision_id:
        return ""
    page = story.revisions.page(take.revision_id)
    place = page.provenance.place(take.place_id)
    return "" if place is None else page.text[max(place.start - _BEFORE, 0) : place.start]


def standing_takes(page: Page, heads: Sequence[TakeHead]) -> frozenset[str]:
    """The ids of the takes that stand on a page: one a place, where any of its words are left.

    Args:
        heads: of that scene, in the order they were made; of two that read alike the later counts.
    """
    at: dict[str, str] = {}
    for place in page.provenance.places:
        text = page.text[place.start : place.end]
        same = [h for h in heads if h.place_id == place.id and h.length and h.reads(text)]
        spans = cut(page.provenance.spans, place.start, place.end)
        found = same[-1].id if same else next((span.take for span in spans if span.take), None)
        if found is not None:
            at[place.id] = found
    return frozenset(at.values())
