"""The marked picture made larger, or its faces drawn anew: another picture, beside it."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from storyforge.domain.picture.enlarging import enlarged, tiles
from storyforge.domain.picture.orders import Ability
from storyforge.domain.picture.passes import Faces, Hires, Larger
from storyforge.i18n import _, ngettext
from storyforge.tui.gallery.area import Area
from storyforge.tui.work import lazily

if TYPE_CHECKING:
    from storyforge.domain.picture.pictures import Picture

# How often as large is offered; what else there is, is typed.
_SCALES = (1.5, 2.0, 3.0)
_LEAST, _MOST = 1.1, 8.0
# After which the faces of a picture are drawn, too.
_FACES, _OTHER = "faces", "other"


class Enlarging(Area):
    """What U does, and its like."""

    def verbs(self) -> dict[str, Callable[[], object]]:
        """The actions this area carries out."""
        return {
            "gallery_enlarge": lambda: self.start(self._enlarge),
            "gallery_faces": lambda: self.start(self._faces),
            "gallery_hires": lambda: self.start(self._hires),
        }

    async def _enlarge(self) -> None:
        picture = await self._ready(Ability.LARGER, Ability.REDRAW)
        if picture is None:
            return
        answer = await self._ask(picture)
        if answer is None:
            return
        if answer == _OTHER:
            scale = await self._type()
        else:
            scale = 2.0 if answer == _FACES else float(answer)
        if scale is not None:
            faces = Faces() if answer == _FACES else None
            await self._finish(picture, larger=Larger(scale), faces=faces)

    async def _faces(self) -> None:
        picture = await self._ready(Ability.FACES, Ability.REDRAW)
        if picture is not None:
            await self._finish(picture, faces=Faces())

    async def _hires(self) -> None:
        gallery = self.gallery
        if not self.may_change() or not await gallery.picturing.has_painter():
            return
        if not await self._lacks(Ability.HIRES):
            scale = gallery.prompting.values.hires
            await gallery.drawing.draw(hires=Hires(scale) if scale > 1 else Hires())

    async def _ready(self, *abilities: Ability) -> "Picture | None":
        """The marked picture, if it can be drawn over; else it is said why not."""
        gallery = self.gallery
        picture = gallery.picture
        if picture is None:
            gallery.house.tell(_("Mark a picture first."))
            return None
        if not self.may_change() or not await gallery.picturing.has_painter():
            return None
        return None if await self._lacks(*abilities) else picture

    async def _lacks(self, *abilities: Ability) -> bool:
        """Whether the painter in use lacks one of these; it is said then."""
        from storyforge.domain.picture.wanted import WORDS

        room = await lazily("storyforge.studio.pictures.abilities")
        profile = await self.gallery.ordering.profile()
        lacks = await asyncio.to_thread(room.lacks, profile)
        lacking = [ability for ability in abilities if ability in lacks]
        if lacking:
            self.gallery.house.tell(
                _("The painter “{name}” cannot do this: {what}.").format(
                    name=profile.name, what=_(WORDS[lacking[0]])
                )
            )
        return bool(lacking)

    async def _ask(self, picture: "Picture") -> str | None:
        """How large, with the size that each comes to."""
        from storyforge.tui.dialogs.base import Choice, Choose

        side = await self._side()

        def note(scale: float) -> str:
            size = enlarged((picture.width, picture.height), scale)
            count = sum(map(len, tiles(size, side, Larger().overlap)))
            told = ngettext("{size} pixels, {count} tile", "{size} pixels, {count} tiles", count)
            return told.format(size="×".join(map(str, size)), count=count)

        choices = [Choice(str(scale), f"×{scale:g}", note(scale)) for scale in _SCALES]
        choices.append(Choice(_FACES, _("×2, faces anew first"), note(2.0)))
        choices.append(Choice(_OTHER, _("Another size …")))
        said = _("It is drawn over tile by tile, in its own words; the picture itself stays.")
        answer: str | None = await self.ask(Choose(_("Larger"), said, choices, at="2.0"))
        return answer

    async def _type(self) -> float | None:
        from storyforge.tui.dialogs.base import AskText

        def wrong(text: str) -> str:
            if _scale(text) is not None:
                return ""
            return _("A number from {least:g} to {most:g}.").format(least=_LEAST, most=_MOST)

        answer = await self.ask(
            AskText(_("Larger"), _("So many times as wide and high."), "2", wrong=wrong)
        )
        return None if answer is None else _scale(answer)

    async def _side(self) -> int:
        """Pixels of a tile's side."""
        room = await lazily("storyforge.studio.pictures.enlarging")
        profile = await self.gallery.ordering.profile()
        side: int = await asyncio.to_thread(room.side_of, profile)
        return side

    async def _finish(self, picture: "Picture", **passes: Any) -> None:
        """Have that done to it, beside it."""
        gallery = self.gallery
        room = await lazily("storyforge.studio.pictures.enlarging")
        image = await asyncio.to_thread(gallery.story.pictures.read, picture.id)
        people = await asyncio.to_thread(room.people_of, gallery.story, picture)
        # What the form says of them is for pictures to come.
        none = {"hires": None, "faces": None, "larger": None}
        wish = replace(await gallery.drawing.wish(), **{**none, **passes})
        await gallery.drawing.order(room.wish_over(wish, picture, image, people=people), 1)


def _scale(text: str) -> float | None:
    """What was typed; None where it is no such number."""
    try:
        scale = float(text.strip().removeprefix("×").replace(",", "."))
    except ValueError:
        return None
    return scale if _LEAST <= scale <= _MOST else None
