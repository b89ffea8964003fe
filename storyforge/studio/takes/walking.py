"""Walking the takes of a place, and keeping what the author changed before another stands there.

It says which take comes next; putting it on the page is the screen's business.
"""

from typing import TYPE_CHECKING

from storyforge.domain.generation import Asked, StopReason, Take, TakeKind, TakeState
from storyforge.domain.origin import Place, Provenance
from storyforge.domain.story import Page

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile


def place_to_retry(story: "StoryFile", provenance: Provenance, caret: int) -> Place | None:
    """The place with takes that the caret is in or directly behind; None elsewhere.

    Where a model would not write, nothing stands; but it can be looked at there, and asked again.
    """
    for place in provenance.places_at(caret):
        takes = story.takes.of_place(place.id)
        if walkable(takes) or any(take.reason is StopReason.REFUSED for take in takes):
            return place
    return None


def walkable(takes: tuple[Take, ...]) -> tuple[Take, ...]:
    """The takes that can stand on a page, by number."""
    lawful = (t for t in takes if t.standing and t.state is not TakeState.RUNNING)
    return tuple(sorted(lawful, key=lambda take: take.number))


def keep_if_changed(
    story: "StoryFile", scene_id: str, place_id: str, standing_text: str
) -> Take | None:
    """Keep what stands at a place as an "edited" take, if no take holds it yet.

    Answers the take that now holds it where it was kept, None where nothing had to be.
    """
    if not standing_text:
        return None
    known = story.takes.of_place(place_id)
    if any(standing_text in (take.standing, take.text) for take in known):
        return None
    return story.takes.keep_edited(
        scene_id, place_id, standing_text, asked=beside(known[-1]) if known else None
    )


def parent_at(story: "StoryFile", page: Page, offset: int) -> str:
    """The id of the take that a continuation at `offset` goes on from; "" behind the author's own.

    Behind or within a sum of several takes that is the sum, not the one that a sentence came from.
    """
    for place in page.provenance.places_at(offset):
        text = page.text[place.start : place.end]
        same = [take for take in story.takes.of_place(place.id) if take.standing == text != ""]
        if place.start < offset and same:
            return same[-1].id
    return page.provenance.take_before(offset)


def asked_again(takes: tuple[Take, ...]) -> Asked:
    """How one more take of a place is asked for: as its newest one was, the same wish and prompt.

    Another choice of a word was made once; the place is simply continued again.
    """
    made = [take for take in takes if take.state is not TakeState.EDITED]
    if not made or made[-1].kind is TakeKind.CHOICE:
        return Asked()
    return Asked(made[-1].kind, made[-1].wish, prompt=made[-1].prompt)


def beside(take: Take) -> Asked:
    """What a take of the author's own hand shares with one that it stands beside."""
    return Asked(take.kind, parent_id=take.parent_id, revision_id=take.revision_id)


def neighbour(
    takes: tuple[Take, ...], standing_text: str, current_take_id: str | None, step: int
) -> Take | None:
    """The take to put in the place of what stands there; None at either end.

    Where nothing stands (the continuation was undone), that is the newest one.

    Args:
        takes: those of one place.
        standing_text: what stands there now.
        current_take_id: the take it came from, as far as is known.
        step: 1 towards the newer takes, -1 towards the older ones.
    """
    order = walkable(takes)
    if not order:
        return None
    if not standing_text:
        return order[-1]
    same = [n for n, take in enumerate(order) if take.standing == standing_text]
    ids = [take.id for take in order]
    current = ids.index(current_take_id) if current_take_id in ids else None
    if same:
        at = current if current in same and current is not None else same[-1]
    elif current is not None:
        at = current
    else:
        return order[-1]
    target = at + step
    return order[target] if 0 <= target < len(order) else None
