"""From what the author sees to orders: the form's values, the prompt as it stands, who draws it."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from storyforge.domain.picture import few_steps
from storyforge.domain.picture.casting import Company
from storyforge.domain.picture.orders import Order
from storyforge.domain.picture.passes import Faces, Hires, Larger
from storyforge.errors import BadInput
from storyforge.tui.gallery.form_values import Values, checked, from_order, of_profile
from storyforge.tui.gallery.painter_limits import rows
from storyforge.tui.work import lazily

if TYPE_CHECKING:
    from storyforge.domain.picture.compiled import Compiled
    from storyforge.domain.picture.few_steps import Habit
    from storyforge.domain.picture.painters import PainterProfile
    from storyforge.domain.picture.pictures import QueuedPicture
    from storyforge.store.story_file import StoryFile
    from storyforge.studio.pictures.drawing import Planned, Wish
    from storyforge.studio.pictures.hand_prompts import HandPrompt
    from storyforge.tui.app import StoryforgeApp

# What a picture is ordered with as the form has it, whoever set it.
_SET = ("seed", "width", "height", "clip_skip", "freeu")


class Ordering:
    """Knows what is wanted of a story's pictures.

    Attributes:
        own: what the author has set in the form, by name; painter and family say the rest.
        fixed: what is set in the painter's settings and no LoRA changes.
    """

    def __init__(self, house: "StoryforgeApp", story: "StoryFile") -> None:
        self._house = house
        self._story = story
        self.own: dict[str, Any] = {}
        self.fixed: frozenset[str] = frozenset()

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

    async def compiled(self, key: str, profile: "PainterProfile") -> "Compiled":
        """The prompt that the plan gives.

        Raises:
            BadInput: the author's list of tags cannot be read.
        """
        room = await lazily("storyforge.studio.pictures.compiling")
        found: Compiled = await asyncio.to_thread(room.compile_for, self._story, key, profile)
        return found

    async def planned(self, key: str, wish: "Wish | None" = None) -> "Planned":
        """What a picture of a scene, or of an item of the plan, would be drawn with.

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
            key,
            profile,
            settings,
            drawing.Wish() if wish is None else wish,
        )
        return planned

    async def values(self) -> Values:
        """The form: the author's own over what the painter says."""
        pictures = (await self._house.ready_settings()).pictures
        usual = Values(count=pictures.count, people=pictures.people)
        try:
            profile = await self.profile()
        except BadInput:
            return from_order(Order(""), "", self.own, usual)
        quick = await lazily("storyforge.studio.pictures.quick")
        self.fixed = frozenset(quick.set_in(await self._house.ready_settings(), profile.name))
        values = from_order(of_profile(profile), profile.name, self.own, usual)
        abilities = await lazily("storyforge.studio.pictures.abilities")
        lacks = rows(await asyncio.to_thread(abilities.lacks, profile))
        place = profile.remote.place if profile.remote is not None else ""
        return replace(values, place=place, lacks=lacks)

    def quickened(self, values: Values, usual: Values, habit: "Habit | None") -> Values:
        """The form where a LoRA draws in few steps, or does no longer; the author's own stays.

        Args:
            usual: what the painter says.
        """
        told = {name: getattr(usual, name) for name in few_steps.NAMES}
        if habit is not None and not values.place:  # a server has LoRAs of its own
            told |= few_steps.wanted(habit, self.fixed | self.own.keys() | values.lacks)
        return replace(values, **{name: one for name, one in told.items() if name not in self.own})

    async def wish(self, values: Values, prompt: str | None, negative: str | None) -> "Wish":
        """What the author wants of a picture; None of a prompt takes the plan's."""
        drawing = await lazily("storyforge.studio.pictures.drawing")
        settings = await self._house.ready_settings()
        wish: Wish = drawing.Wish(
            prompt=prompt,
            negative=negative,
            heat=values.heat and "heat" not in values.lacks,
            company=Company(values.people),
            preview_every=settings.pictures.preview_every,
            **_passes(values),
            # What is not the author's own may be a LoRA's; a row that is grey means nothing.
            **{
                name: getattr(values, name)
                for name in (*_SET, *(own for own in few_steps.NAMES if own in self.own))
                if name not in values.lacks
            },
        )
        return wish

    async def of_place(self, key: str) -> "tuple[Planned, tuple[QueuedPicture, ...]]":
        """What draws a scene, a person or a place as the gallery would, wherever it is asked for.

        Raises:
            BadInput, NothingToShow: as `planned` does.
        """
        values = await self.values()
        return await self.wished(key, await self.wish(values, None, None), values.count)

    async def wished(
        self, key: str, wish: "Wish", count: int
    ) -> "tuple[Planned, tuple[QueuedPicture, ...]]":
        """Orders of what the author wants, each with a seed of its own.

        Raises:
            BadInput, NothingToShow: as `planned` does.
        """
        drawing = await lazily("storyforge.studio.pictures.drawing")
        planned = await self.planned(key, wish)
        found: tuple[QueuedPicture, ...] = await asyncio.to_thread(drawing.tickets, planned, count)
        if (await asyncio.to_thread(self._story.outline)).scene(key) is None:
            found = tuple(replace(one, scene_id="", item_id=key) for one in found)
        return planned, found

    async def of_scenes(self, scenes: Sequence[str]) -> "list[QueuedPicture]":
        """One picture of each; a scene whose plan shows nothing is passed over."""
        drawing = await lazily("storyforge.studio.pictures.drawing")
        orders: list[QueuedPicture] = []
        notes: dict[str, None] = {}
        for scene_id in scenes:
            try:
                planned, found = await self.of_place(scene_id)
            except drawing.NothingToShow:
                continue
            orders += found[:1]
            notes |= dict.fromkeys(planned.notes)
        for note in notes:
            self._house.tell(note)
        return orders


def _passes(values: Values) -> dict[str, Any]:
    """What is done to a picture after it was drawn, as far as the painter can."""
    wanted = {
        "hires": Hires(values.hires) if values.hires > 1 else None,
        "faces": Faces() if values.faces else None,
        "larger": Larger(values.larger) if values.larger > 1 else None,
    }
    return {name: one for name, one in wanted.items() if name not in values.lacks}
