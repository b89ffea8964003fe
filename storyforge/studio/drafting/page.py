"""How a drafted beat gets into its scene: at the end of what stands there, as a take of its place.

A beat comes onto the page when it is whole. What was half written when the model was stopped or the
program died is a take of the place, to be looked at and taken there, and never stood on the page.
"""

import asyncio
import uuid
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from storyforge.domain.origin import Origin, Place, PlaceKind, Provenance, Span
from storyforge.domain.seam import fit_tail
from storyforge.domain.story import Page, Passage

if TYPE_CHECKING:
    from storyforge.domain.generation import Take
    from storyforge.store.story_file import StoryFile


@dataclass(frozen=True, slots=True)
class Spot:
    """Where the next beat of a scene goes.

    Attributes:
        passage: what stands before it: all of the scene.
        place_id: the anchor of its takes.
        parent_id: the take whose words it goes on from; empty behind the author's own.
    """

    passage: Passage
    place_id: str
    parent_id: str = ""


class PageWriter(Protocol):
    """Puts drafted text into scenes. The author may write in the same scene meanwhile."""

    async def spot(self, scene_id: str) -> Spot:
        """Set an anchor at the end of the scene; it is on the disk when this returns.

        Raises:
            BadInput: the scene is no longer in the story.
            StoryFileError: the story cannot be written.
        """
        ...

    async def put(self, spot: Spot, take: "Take") -> None:
        """Let `take.standing` stand at the spot, as the model's words and as one step.

        The anchor has moved with what the author wrote since; all of that stays. It is on the disk
        when this returns.

        Raises:
            BadInput, StoryFileError: as for `spot`.
        """
        ...


class StorePage:
    """Writes into scenes that no screen shows."""

    def __init__(self, story: "StoryFile") -> None:
        self._story = story

    async def spot(self, scene_id: str) -> Spot:
        """An anchor at the end of the scene: the emptied one that is there, or a new one."""
        return await asyncio.to_thread(self._spot, scene_id)

    async def put(self, spot: Spot, take: "Take") -> None:
        """Let the take stand at the spot."""
        await asyncio.to_thread(self._put, spot, take)

    def _spot(self, scene_id: str) -> Spot:
        page = self._story.scenes.load(scene_id)
        place = place_at_end(page.provenance, len(page.text))
        self._story.scenes.save(replace(page, provenance=page.provenance.with_place(place)))
        return Spot(
            Passage(scene_id, page.text, ""),
            place.id,
            page.provenance.take_before(len(page.text)),
        )

    def _put(self, spot: Spot, take: "Take") -> None:
        with self._story.together():
            page = self._story.scenes.load(spot.passage.scene_id)
            self._story.scenes.save(with_take(page, spot, take))


def place_at_end(provenance: Provenance, end: int) -> Place:
    """The emptied place at the end of a page, whose takes this one will stand beside, or a new one.

    A beat that was undone, or that was half written when the program died, left it there.
    """
    emptied = [
        place
        for place in provenance.places
        if place.kind is PlaceKind.TAKE and place.start == place.end == end
    ]
    return emptied[-1] if emptied else Place(uuid.uuid4().hex, end, end)


def with_take(page: Page, spot: Spot, take: "Take") -> Page:
    """The page with the take at the spot; at its end where the anchor is gone."""
    end = len(page.text)
    place = page.provenance.place(spot.place_id) or Place(spot.place_id, end, end)
    text = take.standing
    spans = (Span(len(text), Origin.MODEL, take.id),) if text else ()
    provenance = page.provenance.with_place(place)
    provenance = provenance.replaced(place.start, place.end, spans, into=place.id)
    before, behind = page.text[: place.start], page.text[place.end :]
    # What the author wrote behind the anchor meanwhile begins with a word of its own.
    gap = " " if fit_tail(text, behind) == text + " " else ""
    if gap:
        at = place.start + len(text)
        provenance = provenance.typed(at, at, len(gap))
    whole = before + text + gap + behind
    return replace(page, text=whole, provenance=provenance, caret=place.start + len(text))
