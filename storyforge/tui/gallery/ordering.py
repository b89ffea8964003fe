"""From what the author sees to orders: the form's values, the prompt as it stands, who draws it."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from storyforge.domain.picture.orders import Order
from storyforge.domain.text import one_line
from storyforge.errors import BadInput
from storyforge.i18n import _
from storyforge.tui.gallery.form_values import Values, checked, from_order, of_profile
from storyforge.tui.work import lazily

if TYPE_CHECKING:
    from storyforge.domain.picture.painters import PainterProfile
    from storyforge.domain.picture.pictures import QueuedPicture
    from storyforge.store.story_file import StoryFile
    from storyforge.studio.pictures.drawing import Planned, Wish
    from storyforge.studio.pictures.hand_prompts import HandPrompt
    from storyforge.tui.app import StoryforgeApp


class Ordering:
    """Knows what is wanted of a story's pictures.

    Attributes:
        own: what the author has set in the form, by name; painter and family say the rest.
    """

    def __init__(self, house: "StoryforgeApp", story: "StoryFile") -> None:
        self._house = house
        self._story = story
        self.own: dict[str, Any] = {}

    async def read(self) -> None:
        """What was set in the form before."""
        hand = await lazily("storyforge.studio.pictures.hand_prompts")
        self.own = checked(await asyncio.to_thread(hand.form_of, self._story))

    async def profile(self) -> "PainterProfile":
        """Who draws.

        Raises:
            BadInput: there is no painter, or it cannot be used.
        """
        painters = await self._house.modelling.painting.painters()
        known = (await self._house.ready_settings()).painters
        wanted = str(self.own.get("painter", ""))
        usable = wanted in known or not self._house.modelling.painting.chooses
        return await painters.profile(wanted if usable else "")

    async def hand(self, key: str) -> "HandPrompt | None":
        """The prompt that the author keeps for a scene or an item."""
        room = await lazily("storyforge.studio.pictures.hand_prompts")
        found: HandPrompt | None = await asyncio.to_thread(room.of_scene, self._story, key)
        return found

    async def planned(self, scene_id: str, wish: "Wish | None" = None) -> "Planned":
        """What a scene's picture would be drawn with.

        Raises:
            BadInput: there is no painter, or something that is called in the prompt is not there.
            NothingToShow: its plan shows nothing.
        """
        drawing = await lazily("storyforge.studio.pictures.drawing")
        profile = await self.profile()
        settings = await self._house.ready_settings()
        planned: Planned = await asyncio.to_thread(
            drawing.order_for,
            self._story,
            scene_id,
            profile,
            settings,
            drawing.Wish() if wish is None else wish,
        )
        return planned

    async def values(self, planned: "Planned | None") -> Values:
        """The form of it; of the painter alone where nothing is planned."""
        settings = await self._house.ready_settings()
        if planned is not None:
            return from_order(planned.order, planned.painter, self.own, settings.pictures.count)
        try:
            profile = await self.profile()
        except BadInput:
            return from_order(Order(""), "", self.own, settings.pictures.count)
        return from_order(of_profile(profile), profile.name, self.own, settings.pictures.count)

    async def wish(self, values: Values, prompt: str | None, negative: str | None) -> "Wish":
        """What the author wants of a picture; None of a prompt takes the plan's."""
        drawing = await lazily("storyforge.studio.pictures.drawing")
        settings = await self._house.ready_settings()
        wish: Wish = drawing.Wish(
            prompt=prompt,
            negative=negative,
            seed=values.seed,
            width=values.width,
            height=values.height,
            steps=values.steps,
            guidance=values.guidance,
            sampler=values.sampler,
            schedule=values.schedule,
            clip_skip=values.clip_skip,
            freeu=values.freeu,
            preview_every=settings.pictures.preview_every,
        )
        return wish

    async def of_scene(self, scene_id: str) -> "tuple[Planned, tuple[QueuedPicture, ...]]":
        """What draws a scene as the gallery would, wherever it is asked for.

        Raises:
            BadInput, NothingToShow: as `planned` does.
        """
        hand = await self.hand(scene_id)
        drawing = await lazily("storyforge.studio.pictures.drawing")
        prompt = None if hand is None else hand.prompt
        negative = None if hand is None else hand.negative
        base = await self.planned(scene_id, drawing.Wish(prompt=prompt, negative=negative))
        values = await self.values(base)
        planned = await self.planned(scene_id, await self.wish(values, prompt, negative))
        return planned, await self.tickets(planned, values.count)

    async def tickets(self, planned: "Planned", count: int = 1) -> "tuple[QueuedPicture, ...]":
        """Orders of it, each with a seed of its own."""
        drawing = await lazily("storyforge.studio.pictures.drawing")
        found: tuple[QueuedPicture, ...] = await asyncio.to_thread(drawing.tickets, planned, count)
        return found

    async def of_scenes(self, scenes: Sequence[str]) -> "list[QueuedPicture]":
        """One picture of each; a scene whose plan shows nothing is passed over."""
        drawing = await lazily("storyforge.studio.pictures.drawing")
        orders = list[QueuedPicture]()
        for scene_id in scenes:
            try:
                _planned, found = await self.of_scene(scene_id)
            except drawing.NothingToShow:
                continue
            orders += found[:1]
        return orders

    async def for_place(self, key: str, names: Mapping[str, str]) -> "Planned":
        """What the plan gives for a scene, or for a person or a place of `names`.

        Raises:
            BadInput, NothingToShow: as `planned` does.
        """
        drawing = await lazily("storyforge.studio.pictures.drawing")
        if key not in names:
            return await self.planned(key)
        plan = await asyncio.to_thread(self._story.plan.read)
        item = plan.item(key)
        told = "" if item is None else item.fact("look_picture") or item.fact("look")
        if not told.strip():
            raise drawing.NothingToShow(
                _("The plan does not say yet what “{name}” looks like.").format(name=names[key])
            )
        return await self.planned("", drawing.Wish(prompt=one_line(told)))

    async def wished(
        self, key: str, names: Mapping[str, str], wish: "Wish", count: int
    ) -> "tuple[Planned, tuple[QueuedPicture, ...]]":
        """Orders of what the author wants, of a scene or of a person or a place."""
        planned = await self.planned("" if key in names else key, wish)
        found = await self.tickets(planned, count)
        if key in names:
            found = tuple(replace(one, item_id=key) for one in found)
        return planned, found
