"""Having pictures drawn: of the prompt as it stands, or from the marked picture."""

import asyncio
import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from storyforge.domain.picture.orders import Redraw, Variation
from storyforge.domain.picture.seeds import SEEDS
from storyforge.i18n import _, ngettext, sentences
from storyforge.tui.gallery.area import Area
from storyforge.tui.work import launch, lazily

if TYPE_CHECKING:
    from storyforge.domain.picture.pictures import Picture, QueuedPicture
    from storyforge.studio.pictures.drawing import Wish
    from storyforge.studio.pictures.queue import Progress
    from storyforge.tui.screens.gallery import GalleryScreen


class Drawing(Area):
    """What F9 and its like do."""

    def __init__(self, gallery: "GalleryScreen") -> None:
        super().__init__(gallery)
        self._firsts: list[Picture] = []
        self._run = gallery.picturing.run
        self._run.hears.append(self._heard)

    def verbs(self) -> dict[str, Callable[[], object]]:
        """The actions this area carries out."""
        return {
            "gallery_draw": lambda: self.start(self.draw),
            "gallery_forever": lambda: self.start(lambda: self.draw(forever=True)),
            "gallery_again": lambda: self.start(self._again),
            "gallery_vary": lambda: self.start(self._vary),
            "gallery_redraw": lambda: self.start(self._redraw),
            "gallery_stale": lambda: self.start(self._stale),
            "gallery_stop": self.escape,
        }

    def escape(self) -> bool:
        """Whether it stopped what is drawn."""
        return self._run.stop()

    async def close(self) -> None:
        """Hear no more."""
        self._run.hears.remove(self._heard)

    def _heard(self, progress: "Progress | None") -> None:
        if self.gallery.is_attached:
            self.gallery.show_progress(progress)

    # The prompt as it stands.

    async def draw(self, *, forever: bool = False, **changes: Any) -> None:
        """As many pictures as the form says, each with a seed of its own.

        Args:
            changes: of the wish, in the place of what the form says.
        """
        await self.order(replace(await self.wish(), **changes), self._count, forever=forever)

    @property
    def _count(self) -> int:
        return self.gallery.prompting.values.count

    async def wish(self) -> "Wish":
        """What prompt and form say."""
        gallery = self.gallery
        editor, prompting = gallery.prompt_editor, gallery.prompting
        return await gallery.ordering.wish(prompting.values, editor.text, editor.negative)

    async def order(self, wish: "Wish", count: int, *, forever: bool = False) -> None:
        """Have it drawn, if it can be; a prompt that says nothing is no picture."""
        gallery = self.gallery
        if not self.may_change() or not await gallery.picturing.has_painter():
            return
        if not (wish.prompt or "").strip():
            empty = _("Say first what is to be seen: the prompt is empty.")
            gallery.house.tell(sentences((gallery.prompting.why_none, empty)))
            return
        gallery.prompting.shown()  # there may be a painter only now
        await gallery.save()
        planned, orders = await gallery.ordering.wished(gallery.place, wish, count)
        for note in planned.notes:
            gallery.house.tell(note)
        await self.run(orders, forever=forever)

    async def run(self, orders: "Sequence[QueuedPicture]", *, forever: bool = False) -> None:
        """Have these drawn after what waits already."""
        gallery = self.gallery
        gallery.follows = True
        profile = await gallery.ordering.profile()
        await self._run.order(orders, profile, forever=forever)

    # From the marked picture.

    def _marked(self) -> "Picture | None":
        if self.gallery.picture is None:
            self.gallery.house.tell(_("Mark a picture first."))
        return self.gallery.picture

    async def _again(self) -> None:
        picture = self._marked()
        if picture is None or not self.may_change():
            return
        if not await self.gallery.picturing.has_painter():
            return
        room = await lazily("storyforge.studio.pictures.again")
        order = await asyncio.to_thread(room.again, self.gallery.story, picture.id)
        self._firsts.append(picture)
        await self.run([order])

    def came(self, picture: "Picture") -> None:
        """One that was drawn again is compared with the first one."""
        same = ("seed", "prompt", "negative", "scene_id", "item_id", "parent_id")
        for first in self._firsts:
            if all(getattr(first, name) == getattr(picture, name) for name in same):
                self._firsts.remove(first)
                work = self._compare(first, picture)
                launch(self.gallery.house, work, group="gallery-again")
                return

    async def _compare(self, first: "Picture", picture: "Picture") -> None:
        room = await lazily("storyforge.studio.pictures.again")
        told = await asyncio.to_thread(room.compared, self.gallery.story, first, picture)
        self.gallery.house.tell("\n".join(told))

    async def _vary(self) -> None:
        """The same seed, with some of another one's noise in it."""
        picture = self._marked()
        if picture is None:
            return
        wish, strength = await self.wish(), self.gallery.prompting.values.strength
        for _number in range(self._count):
            other = Variation(secrets.randbelow(SEEDS), strength)
            await self.order(replace(wish, seed=picture.seed, variation=other), 1)

    async def _redraw(self) -> None:
        """Begin from the marked picture instead of from noise (img2img)."""
        picture = self._marked()
        if picture is None:
            return
        strength = self.gallery.prompting.values.strength
        image = await asyncio.to_thread(self.gallery.story.pictures.read, picture.id)
        await self.redraw(picture, Redraw(image, strength), size=(picture.width, picture.height))

    async def redraw(
        self,
        picture: "Picture",
        redraw: Redraw,
        *,
        size: tuple[int, int] | None = None,
        count: int | None = None,
    ) -> None:
        """Redraw a picture, or a part of it, in so many candidates, or as many as the form says."""
        wish = replace(await self.wish(), redraw=redraw, parent_id=picture.id)
        if size is not None:
            wish = replace(wish, width=size[0], height=size[1])
        await self.order(wish, self._count if count is None else count)

    # What is out of date.

    async def _stale(self) -> None:
        """One new picture of each scene whose latest one is out of date."""
        from storyforge.tui.dialogs.base import Choice, Choose

        gallery = self.gallery
        room = await lazily("storyforge.studio.pictures.compiling")
        scenes = list(await asyncio.to_thread(room.scenes_behind, gallery.story))
        if not scenes:
            none = _("No picture is out of date.")
            newer = _("Each scene that has changed has a newer picture already.")
            gallery.house.tell(newer if gallery.look.stale else none)
            return
        if not self.may_change() or not await gallery.picturing.has_painter():
            return
        told = ngettext(
            "{count} scene has changed since its picture was drawn. What is there stays.",
            "{count} scenes have changed since their pictures were drawn. What is there stays.",
            len(scenes),
        ).format(count=len(scenes))
        here = [one for one in scenes if one == gallery.scene_id]
        choices = [Choice("all", _("Draw all of them anew"))]
        if here and len(scenes) > 1:
            choices.append(Choice("here", _("Only the marked scene")))
        answer = await self.ask(Choose(_("Out of date"), told, choices))
        if answer is None:
            return
        await gallery.save()
        orders = await gallery.ordering.of_scenes(here if answer == "here" else scenes)
        if orders:
            await self.run(orders)
        else:
            gallery.house.tell(_("The plan of these scenes shows nothing any more."))
