"""How pictures come onto this screen: the terminal's way, the small ones, the large ones."""

import asyncio
from typing import TYPE_CHECKING

from textual.geometry import Size

from storyforge.i18n import _
from storyforge.tui import seen
from storyforge.tui.gallery.grid_layout import Tile
from storyforge.tui.gallery.showing import Shown
from storyforge.tui.gallery.thumbnails import Thumbnails
from storyforge.tui.graphics import EXTRA, Mode, has_extra

if TYPE_CHECKING:
    from storyforge.domain.picture.pictures import Picture
    from storyforge.tui.gallery.preview import Preview
    from storyforge.tui.screens.gallery import GalleryScreen

# Large pictures in memory, some megabytes each: the ones before and after, and two to compare.
_LARGE = 6
_WORDED = 26
_SEEN = "graphics extra"


class Screening:
    """Gives the grid and the view their pictures.

    Attributes:
        mode: how they are shown.
    """

    def __init__(self, gallery: "GalleryScreen") -> None:
        self._gallery = gallery
        self.mode = Mode.BLOCKS
        read = gallery.story.pictures.read
        self.small = Thumbnails(read, gallery.grid.arrived, self.send)
        self.large = Thumbnails(
            read, lambda _id: gallery.view.refresh(), self.send, kept=_LARGE, whole=True
        )

    def begin(self) -> None:
        """The screen is there: from now on pictures are asked for."""
        self._gallery.grid.ask = self._tile
        self._gallery.view.ask = self._large
        self._gallery.house.terminal.graphics.changed = self._changed
        self._changed()

    async def ready(self) -> None:
        """The setting is known: show them so."""
        settings = await self._gallery.house.ready_settings()
        self._choose(settings.pictures.graphics)
        house = self._gallery.house
        could = house.terminal.graphics.finest() in (Mode.KITTY, Mode.SIXEL)
        if could and self.mode is Mode.BLOCKS and settings.pictures.graphics == "auto":
            await asyncio.to_thread(self._say_extra)

    def _say_extra(self) -> None:
        """Once in an author's life: there is more to be seen."""
        if not has_extra() and not seen.told(_SEEN):
            seen.remember(_SEEN)
            told = _("This terminal shows pictures finely with an extra; in a shell: {command}")
            self._gallery.house.call_later(self._gallery.house.tell, told.format(command=EXTRA))

    async def close(self) -> None:
        """Let all go."""
        await asyncio.gather(self.small.close(), self.large.close())

    def _changed(self) -> None:
        """The terminal answered."""
        settings = self._gallery.house.settings
        self._choose(settings.pictures.graphics if settings is not None else "auto")

    def _choose(self, wanted: str) -> None:
        mode = self._gallery.house.terminal.graphics.mode(wanted)
        worded, grid = mode is Mode.NONE, self._gallery.grid
        if worded != grid.worded:
            grid.resize_tiles(_WORDED, worded)
        if mode is not self.mode:
            self.mode = mode
            grid.refresh()
            self._gallery.view.refresh()

    def _tile(self, tile: Tile, room: Size) -> Shown | str | None:
        return self.small.get(tile.picture, room, self.mode, self._cell)

    def _large(self, picture: "Picture", room: Size) -> Shown | str | None:
        if self.mode is Mode.NONE:
            return picture.alt
        return self.large.get(picture, room, self.mode, self._cell)

    def preview(self) -> "Preview":
        """A widget that shows one picture in a dialog."""
        from storyforge.tui.gallery.preview import Preview

        return Preview(self.mode, self._cell, self.send)

    @property
    def _cell(self) -> tuple[int, int]:
        return self._gallery.house.terminal.graphics.cell

    def send(self, told: str) -> None:
        """Write to the terminal, past Textual."""
        driver = self._gallery.house._driver
        if driver is not None and not self._gallery.house.is_headless:
            driver.write(told)
