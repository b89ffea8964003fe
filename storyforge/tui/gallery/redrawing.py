"""A part of the marked picture drawn anew: marked on it, or masked, in several candidates."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from storyforge import paths
from storyforge.errors import BadInput
from storyforge.i18n import _
from storyforge.tui.gallery.area import Area
from storyforge.tui.work import lazily

# A part rarely comes out well at once.
_CANDIDATES = 3


class Redrawing(Area):
    """Has a part marked, and drawn."""

    def verbs(self) -> dict[str, Callable[[], object]]:
        """The actions this area carries out."""
        return {"gallery_part": lambda: self.start(self._part)}

    async def _part(self) -> None:
        gallery = self.gallery
        picture = gallery.picture
        if picture is None:
            gallery.house.tell(_("Mark a picture first."))
            return
        if not self.may_change() or not await gallery.picturing.has_painter():
            return
        marking = await lazily("storyforge.tui.gallery.region")
        image = await asyncio.to_thread(gallery.story.pictures.read, picture.id)
        graphics = gallery.house.terminal.graphics
        wanted = await self.ask(
            marking.MarkRegion(
                image,
                (picture.width, picture.height),
                gallery.screening.mode,
                graphics.cell,
                max(gallery.prompting.values.count, _CANDIDATES),
                self._paint,
            )
        )
        if wanted is not None:
            await gallery.drawing.redraw(picture, wanted.redraw, count=wanted.count)

    async def _paint(self, picture: bytes) -> Path:
        """A copy in the cache folder, opened in the system's own program."""
        viewers = await lazily("storyforge.studio.viewers")
        copy = paths.cache_dir() / "painted" / "mask.png"
        await asyncio.to_thread(_put, copy, picture)
        try:
            await asyncio.to_thread(viewers.show, copy)
        except BadInput as error:  # it can still be painted: where it lies is told in any case
            self.gallery.house.tell(error.message)
        return copy


def _put(file: Path, data: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
