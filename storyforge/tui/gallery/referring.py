"""People of a scene: a picture becomes somebody's reference, and each has a place of their own."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from storyforge.domain.picture import regions
from storyforge.domain.picture.adapters import Share
from storyforge.domain.picture.enlarging import pixels_of, share_of
from storyforge.domain.picture.orders import Region
from storyforge.i18n import _, listed, sentences
from storyforge.tui.gallery.area import Area
from storyforge.tui.gallery.form_values import WAYS
from storyforge.tui.work import lazily

if TYPE_CHECKING:
    from storyforge.domain.picture.casting import Casting
    from storyforge.domain.picture.pictures import Picture
    from storyforge.domain.plan.items import Item, Plan
    from storyforge.tui.dialogs.base import Choice

_WAY, _WHERE, _USUAL = "way ", "where ", "usual"
# Taller ones have no face in their middle square.
_TALL = 1.2
# The grey that is marked on where a scene has no picture yet.
_GREY = 64


class Referring(Area):
    """What B does, and the form's line of people."""

    def verbs(self) -> dict[str, Callable[[], object]]:
        """The actions this area carries out."""
        return {
            "gallery_reference": lambda: self.start(self._refer),
            "gallery_reference_part": lambda: self.start(lambda: self._refer(part=True)),
            "gallery_people": lambda: self.start(self._people),
        }

    # A reference.

    async def _refer(self, *, part: bool = False) -> None:
        gallery, picture = self.gallery, self.gallery.picture
        if picture is None:
            gallery.house.tell(_("Mark a picture first."))
            return
        if not self.may_change():
            return
        room = await lazily("storyforge.studio.pictures.referring")
        plan: Plan = await asyncio.to_thread(gallery.story.plan.read)
        who = await self._whose(plan, room.whose(plan, picture), room.called)
        if who is None:
            return
        image: bytes = await asyncio.to_thread(gallery.story.pictures.read, picture.id)
        if part:
            region = await self._part(picture, image)
            if region is None:
                return
            image = await asyncio.to_thread(room.part_of, image, region)
        tall = not part and picture.height > picture.width * _TALL
        await self._put(who, image, room.called(plan, who), picture.id, tall=tall)

    async def _whose(
        self, plan: "Plan", can: "Sequence[Item]", called: "Callable[[Plan, Item], str]"
    ) -> "Item | None":
        """Whom it shows; asked where several could be meant."""
        from storyforge.tui.dialogs.base import Choice, Choose

        if not can:
            self.gallery.house.tell(_("The plan has no people yet; add one there first."))
            return None
        if len(can) == 1:
            return can[0]
        has = _("has a reference")
        choices = [
            Choice(one.id, called(plan, one), has if one.fact("reference") else "") for one in can
        ]
        chosen = await self.ask(Choose(_("Whose reference is it?"), "", choices))
        return next((one for one in can if one.id == chosen), None)

    async def _part(self, picture: "Picture", image: bytes) -> Region | None:
        marking = await lazily("storyforge.tui.gallery.part")
        gallery, size = self.gallery, (picture.width, picture.height)
        title, foot = _("The part that they are drawn after"), _("Enter: this part · Esc: leave it")
        mode, cell = gallery.screening.mode, gallery.house.terminal.graphics.cell
        dialog = marking.MarkPart(title, foot, image, size, mode, cell, _upper_square(size))
        region: Region | None = await self.ask(dialog)
        return region

    async def _put(self, who: "Item", image: bytes, name: str, at: str, *, tall: bool) -> None:
        """The reference, or none where it was this very picture; undo brings the old one back."""
        room = await lazily("storyforge.studio.pictures.referring")
        sources = await lazily("storyforge.store.picture_sources")
        editing = await lazily("storyforge.studio.planning.editing")
        story = self.gallery.story
        before = {one: who.fact(one) for one in (room.REFERENCE, room.WEIGHT)}
        if before[room.REFERENCE] == sources.digest_of(image):
            await asyncio.to_thread(room.let_go, story, who.id)
            told = _("“{name}” is drawn by words again.")
        else:
            await asyncio.to_thread(room.refer, story, who.id, image)
            told = _("“{name}” is drawn after this picture from now on.")
            if tall:
                told = _(
                    "“{name}” is drawn after this picture from now on. A painter sees its middle "
                    "square only: {key} marks the face."
                )
        undo = partial(editing.write, story, who.id, before)
        await self.gallery.choosing.done(_("the reference"), undo, at)
        key = self.gallery.house.key_of("gallery_reference_part")
        self.gallery.house.tell(told.format(name=name, key=key))

    # Where they stand.

    async def _people(self) -> None:
        """How they get into one picture, and where each stands; until Esc."""
        from storyforge.tui.dialogs.base import Choose

        gallery, key = self.gallery, self.gallery.place
        profile = await gallery.ordering.profile() if key else None
        if profile is None:
            gallery.house.tell(_("Go to a scene first."))
            return
        room = await lazily("storyforge.studio.pictures.people")
        cast = (await gallery.ordering.compiled(key, profile)).cast
        at = None
        while True:
            own: dict[str, Share] = await asyncio.to_thread(room.regions_of, gallery.story, key)
            choices = self._choices(cast, room.places(cast, own), bool(own))
            told = [_("Drawn one by one, their LoRAs do not blend.")]
            if len(cast) > 1:
                told.append(_("Enter on a name: where they stand."))
            at = await self.ask(Choose(_("People of the scene"), sentences(told), choices, at=at))
            if at is None:
                return
            if at.startswith(_WAY):
                way = at.removeprefix(_WAY)
                gallery.prompting.change(replace(gallery.prompting.values, people=way), "people")
            elif self.may_change():
                names = {one.who: one.name for one in cast}
                await self._place(key, at, room.places(cast, own), own, names)

    def _choices(
        self, cast: "Sequence[Casting]", places: dict[str, Share], moved: bool
    ) -> "list[Choice]":
        from storyforge.tui.dialogs.base import Choice

        now = self.gallery.prompting.values.people
        choices = [
            Choice(f"{_WAY}{way}", _(label), "●" if way == now else "")
            for way, label in WAYS.items()
        ]
        if len(cast) > 1:
            choices += [
                Choice(f"{_WHERE}{one.who}", one.name, _told(places[one.who])) for one in cast
            ]
        if moved:
            choices.append(Choice(_USUAL, _("Side by side again")))
        return choices

    async def _place(
        self,
        key: str,
        chosen: str,
        places: dict[str, Share],
        own: dict[str, Share],
        names: dict[str, str],
    ) -> None:
        """Have somebody stand where the author marks it, or all of them side by side."""
        room, story = await lazily("storyforge.studio.pictures.people"), self.gallery.story
        if chosen == _USUAL:
            wanted = dict[str, Share]()
        else:
            who = chosen.removeprefix(_WHERE)
            share = await self._mark(key, places[who], names[who])
            if share is None:
                return
            wanted = {**own, who: share}
        await asyncio.to_thread(room.keep_regions, story, key, wanted)
        await self.gallery.choosing.done(
            _("where they stand"), partial(room.keep_regions, story, key, own), ""
        )

    async def _mark(self, key: str, share: Share, name: str) -> Share | None:
        """A part of the scene's latest picture; of a blank one where there is none."""
        marking = await lazily("storyforge.tui.gallery.part")
        gallery = self.gallery
        values = gallery.prompting.values
        shown = [one for one in gallery.look.pictures if key in (one.scene_id, one.item_id)]
        if shown:
            size = (shown[-1].width, shown[-1].height)
            image = await asyncio.to_thread(gallery.story.pictures.read, shown[-1].id)
        else:
            size = (values.width, values.height)
            image = await asyncio.to_thread(_blank, size)
        title = _("Where does “{name}” stand?").format(name=name)
        foot = _("Enter: there · Esc: leave it")
        mode, cell = gallery.screening.mode, gallery.house.terminal.graphics.cell
        dialog = marking.MarkPart(
            title, foot, image, size, mode, cell, regions.fitted(pixels_of(share, size), size)
        )
        region: Region | None = await self.ask(dialog)
        return None if region is None else share_of(region, size)


def _upper_square(size: tuple[int, int]) -> Region:
    """Where a face is likely to be; a painter sees a square."""
    side = min(size) * 3 // 5
    left, top = (size[0] - side) // 2, size[1] // 16
    return regions.fitted((left, top, left + side, top + side), size)


def _told(share: Share) -> str:
    """From where to where across, and down where that is not all of it."""
    left, top, right, bottom = share
    across = _("{begin:.0%}–{end:.0%} from the left").format(begin=left, end=right)
    if (top, bottom) == (0, 1):
        return across
    down = _("{begin:.0%}–{end:.0%} from above").format(begin=top, end=bottom)
    return listed((across, down))


def _blank(size: tuple[int, int]) -> bytes:
    from storyforge.domain.picture.orders import Raster
    from storyforge.images.png import encoded

    width, height = size
    return encoded(Raster(width, height, bytes([_GREY]) * (3 * width * height)))
