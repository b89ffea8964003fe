"""What an author decides on a picture: the scene's own, its stars, away with it, and back."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from storyforge.i18n import _
from storyforge.tui.gallery.area import Area
from storyforge.tui.gallery.looking import RATED

if TYPE_CHECKING:
    from storyforge.domain.picture.pictures import Picture
    from storyforge.tui.screens.gallery import GalleryScreen

#: what is taken back
Undo = Callable[[], object]


class Choosing(Area):
    """Choose, rate, delete; each can be taken back, the last first."""

    def __init__(self, gallery: "GalleryScreen") -> None:
        super().__init__(gallery)
        self._past: list[tuple[str, Undo]] = []

    def verbs(self) -> dict[str, Callable[[], object]]:
        """The actions this area carries out."""
        return {
            "gallery_choose": lambda: self.start(self._choose),
            "gallery_rate": lambda: self.start(self._ask_rating),
            "gallery_delete": lambda: self.start(self._delete),
            "gallery_undo": self._undo_here,
            "gallery_alt": lambda: self.start(self._alt),
        }

    def _marked(self) -> "Picture | None":
        if self.gallery.picture is None:
            self.gallery.house.tell(_("Mark a picture first."))
            return None
        return self.gallery.picture if self.may_change() else None

    async def done(self, name: str, undo: Undo, at: str) -> None:
        """Something was decided that `undo` takes back; it is shown, with the cursor `at` it."""
        self._past.append((name, undo))
        await self.gallery.look_again(at)

    async def _choose(self) -> None:
        """The scene's picture; again, it has none."""
        picture = self._marked()
        if picture is None:
            return
        pictures = self.gallery.story.pictures
        if picture.chosen:
            await asyncio.to_thread(pictures.unchoose, picture.id)
            undo: Undo = partial(pictures.choose, picture.id)
        else:
            beside = [
                one
                for one in self.gallery.look.pictures
                if one.chosen and (one.scene_id, one.item_id) == (picture.scene_id, picture.item_id)
            ]
            await asyncio.to_thread(pictures.choose, picture.id)
            undo = partial(pictures.unchoose, picture.id)
            if beside:
                undo = partial(pictures.choose, beside[0].id)
        await self.done(_("the choice"), undo, picture.id)

    def rate(self, rating: int) -> None:
        """0 to 5."""
        self.start(partial(self._rate, rating))

    async def _rate(self, rating: int) -> None:
        picture = self._marked()
        if picture is None or picture.rating == rating:
            return
        pictures = self.gallery.story.pictures
        await asyncio.to_thread(pictures.rate, picture.id, rating)
        undo = partial(pictures.rate, picture.id, picture.rating)
        await self.done(_("the stars"), undo, picture.id)

    async def _ask_rating(self) -> None:
        from storyforge.tui.dialogs.base import Choice, Choose

        picture = self._marked()
        if picture is None:
            return
        choices = [Choice(str(n), RATED * n or _("none"), str(n)) for n in range(5, -1, -1)]
        answer = await self.ask(Choose(_("How good is it?"), "", choices, at=str(picture.rating)))
        if answer is not None:
            await self._rate(int(answer))

    async def _delete(self) -> None:
        picture = self._marked()
        if picture is None:
            return
        pictures, beside = self.gallery.story.pictures, self._beside(picture.id)
        await asyncio.to_thread(pictures.delete, picture.id)
        await self.done(_("the picture"), partial(pictures.bring_back, picture.id), beside)
        key = self.gallery.house.key_of("gallery_undo")
        self.gallery.house.tell(_("Deleted; {key} brings it back.").format(key=key))

    def _beside(self, picture_id: str) -> str:
        """The next one of its scene, else the one before: the author goes through them."""
        group = self.gallery.grid.group
        ids = [tile.id for tile in group.tiles] if group is not None else []
        if picture_id not in ids:
            return ""
        at = ids.index(picture_id)
        return (ids[at + 1 :] or ids[max(at - 1, 0) : at] or [""])[0]

    def _undo_here(self) -> None:
        if not self._past:
            self.gallery.house.tell(_("There is nothing to take back."))
        elif self.may_change():
            self.start(self._undo)

    async def _undo(self) -> None:
        name, undo = self._past.pop()
        back = await asyncio.to_thread(undo)
        await self.gallery.look_again(getattr(back, "id", ""))
        self.gallery.house.tell(_("Taken back: {what}.").format(what=name))

    async def _alt(self) -> None:
        """A text for who cannot see it; it goes into exports."""
        from storyforge.tui.dialogs.base import AskText

        picture = self._marked()
        if picture is None:
            return
        label = _("What it shows, for who cannot see it")
        answer = await self.ask(AskText(_("Text of the picture"), label, picture.alt, blank=True))
        if answer is not None:
            pictures = self.gallery.story.pictures
            await asyncio.to_thread(pictures.set_alt, picture.id, answer)
            undo = partial(pictures.set_alt, picture.id, picture.alt)
            await self.done(_("the text"), undo, picture.id)
