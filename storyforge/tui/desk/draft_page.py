"""How a drafted beat comes to the desk: onto the page where its scene is open, else into the file.

Whole pages change hands under the desk's turn, so a scene that is opened or left while its beat is
written loses nothing. What the author writes meanwhile stays, and so does a continuation of theirs.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from storyforge.domain.origin import Place
from storyforge.domain.seam import fit_tail
from storyforge.domain.story import Passage
from storyforge.errors import Refused
from storyforge.i18n import _
from storyforge.studio.drafting.page import Spot, StorePage, place_at_end

if TYPE_CHECKING:
    from storyforge.domain.generation import Take
    from storyforge.store.story_file import StoryFile
    from storyforge.tui.screens.desk import DeskScreen

# Seconds between two looks whether the author has chosen among the takes of another place.
_CHOOSING = 0.2


class DeskPage:
    """Writes drafted text where the author sees it; what F7, undo and typing do, they do as ever.

    Args:
        story: the desk's.
    """

    def __init__(self, desk: "DeskScreen", story: "StoryFile") -> None:
        self._desk = desk
        self._story = story
        self._file = StorePage(story)

    async def spot(self, scene_id: str) -> Spot:
        """An anchor at the end of the scene, on the disk."""
        async with self._undisturbed(scene_id) as is_open:
            if not is_open:
                return await self._file.spot(scene_id)
            page = self._desk.manuscript.page()
            place = place_at_end(page.provenance, len(page.text))
            self._desk.manuscript.keep_place(place)
            self._desk.saving.changed()
            await self._flushed()
            parent = page.provenance.take_before(len(page.text))
            return Spot(Passage(scene_id, page.text, ""), place.id, parent)

    async def put(self, spot: Spot, take: "Take") -> None:
        """Let the take stand at the spot: on the page as one step, or in the file."""
        scene_id = spot.passage.scene_id
        async with self._undisturbed(scene_id) as is_open:
            if is_open:
                self._put(spot, take)
                await self._flushed()
            else:
                before = await asyncio.to_thread(self._story.scenes.load, scene_id)
                await self._file.put(spot, take)
                after = await asyncio.to_thread(self._story.scenes.load, scene_id)
                self._desk.scenes.rewritten(before, after)
                await self._desk.saving.recount()
        for area in self._desk.hearing:
            area.take_written(take)

    @asynccontextmanager
    async def _undisturbed(self, scene_id: str) -> AsyncIterator[bool]:
        """Whether the scene is on the page, which nobody leaves or changes as a whole inside."""
        desk = self._desk
        while True:
            await desk.continuing.rest()
            async with desk.turn:
                if desk.continuing.running or desk.walking.previewing:
                    pass  # begun while the turn was waited for
                elif desk.scene_id != scene_id:
                    yield False
                    return
                elif desk.manuscript.lock_reason:
                    raise Refused(desk.manuscript.lock_reason, title=_("Not drafted"))
                else:
                    yield True
                    return
            await asyncio.sleep(_CHOOSING)

    def _put(self, spot: Spot, take: "Take") -> None:
        manuscript = self._desk.manuscript
        end = len(manuscript.text)
        follows = manuscript.caret == end
        if manuscript.provenance.place(spot.place_id) is None:
            # The author went back to a time before it; the beat goes behind what is there now.
            manuscript.keep_place(Place(spot.place_id, end, end))
        behind = manuscript.passage(spot.place_id).after
        gap = " " if fit_tail(take.standing, behind) == take.standing + " " else ""
        manuscript.begin_stream(spot.place_id, take.id)
        manuscript.end_stream(take.standing, gap=gap)
        if follows:
            manuscript.move_cursor(manuscript.document.end)
        self._desk.saving.touched()
        self._desk.walking.look_again()

    async def _flushed(self) -> None:
        saving = self._desk.saving
        if not await saving.flush() and saving.failed is not None:
            raise saving.failed
