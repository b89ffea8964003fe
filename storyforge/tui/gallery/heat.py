"""The word heat of the marked picture: looked at, and what it missed drawn with more weight."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from storyforge.domain.picture.orders import Ability
from storyforge.i18n import _
from storyforge.tui.gallery.area import Area
from storyforge.tui.work import lazily

if TYPE_CHECKING:
    from storyforge.domain.picture.pictures import Picture


class Heating(Area):
    """What H does."""

    def verbs(self) -> dict[str, Callable[[], object]]:
        """The actions this area carries out."""
        return {"gallery_heat": lambda: self.start(self._look)}

    async def _look(self) -> None:
        gallery = self.gallery
        picture = gallery.picture
        if picture is None:
            gallery.house.tell(_("Mark a picture first."))
            return
        heat = await lazily("storyforge.studio.pictures.heat")
        if not heat.is_kept(picture.settings):
            await self._offer(picture)
            return
        viewing = await lazily("storyforge.tui.gallery.heat_view")
        read = await asyncio.to_thread(heat.read, gallery.story, picture)
        data = await asyncio.to_thread(gallery.story.pictures.read, picture.id)
        preview, may_draw = gallery.screening.preview(), not gallery.story.read_only
        view = viewing.HeatView(data, read, preview, may_draw=may_draw)
        if await self.ask(view) == viewing.Answer.HEAVIER:
            await self._heavier(picture, read.heavier)

    async def _offer(self, picture: "Picture") -> None:
        """It was drawn without: the same pixels once more, with it."""
        from storyforge.tui.dialogs.base import Choice, Choose

        gallery = self.gallery
        room = await lazily("storyforge.studio.pictures.again")
        if await self._is_deaf(room.painter_of(picture)):
            return
        said = _(
            "This picture was drawn without its word heat. Drawn exactly again with it, the "
            "pixels stay the same."
        )
        choices = [Choice("again", _("Draw it again with its word heat"))]
        if await self.ask(Choose(_("What it listened to"), said, choices)) is None:
            return
        if self.may_change() and await gallery.picturing.has_painter():
            order = await asyncio.to_thread(
                lambda: room.again(gallery.story, picture.id, heat=True)
            )
            await gallery.drawing.run([order])

    async def _is_deaf(self, painter: str) -> bool:
        """Whether a painter keeps no word heat; it is said then."""
        house = self.gallery.house
        room = await lazily("storyforge.studio.pictures.abilities")
        profile = await (await house.modelling.painting.painters()).profile(painter)
        deaf = Ability.HEAT in await asyncio.to_thread(room.lacks, profile)
        if deaf:
            house.tell(
                _(
                    "The painter “{name}” drew this picture, and cannot tell what it listened to. "
                    "Stable Diffusion 1, 2 and XL on this machine can."
                ).format(name=painter)
            )
        return deaf

    async def _heavier(self, picture: "Picture", prompt: str) -> None:
        """More weight on what got no area, in the editor too; the same seed shows what it does."""
        gallery = self.gallery
        gallery.prompting.take_from(picture)
        gallery.prompt_editor.text = prompt
        await gallery.drawing.draw(seed=picture.seed, heat=True)
