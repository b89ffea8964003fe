"""What an author may want drafted, and what is asked about it: how much, how often, go on or not.

It asks and answers with an order; `drafting` carries it out.
"""

import asyncio
from typing import TYPE_CHECKING, cast

from storyforge.domain.profile import Task
from storyforge.i18n import _, listed, ngettext, sentences
from storyforge.studio.durations import time_words
from storyforge.tui.desk import draft_scopes as scopes
from storyforge.tui.desk.area import Area
from storyforge.tui.desk.draft_scopes import Scope
from storyforge.tui.dialogs.base import Choice, Choose
from storyforge.tui.widgets.model_words import goes_to, short_name
from storyforge.tui.work import lazily

if TYPE_CHECKING:
    from storyforge.domain.model import ModelCard
    from storyforge.store.story_file import StoryFile
    from storyforge.studio.drafting.order import Order

_KEPT, _MANY = "kept", "many"


class DraftOrders:
    """The questions before a draft.

    Args:
        area: by which they are asked.
    """

    def __init__(self, area: Area) -> None:
        self._area = area

    async def wanted(self, story: "StoryFile", scene_id: str, at: str) -> "Order | None":
        """What is to be drafted from a scene on; None for nothing.

        Args:
            at: the id of the scope that is likeliest meant.
        """
        while True:
            backend = await self._area.desk.house.backend(Task.DRAFT)
            many = await asyncio.to_thread(scopes.candidates, story)
            kept = await self._kept(story)
            found = await asyncio.to_thread(scopes.scopes, story, scene_id)
            ways = [
                Choice(one.id, one.told, await self._takes(story, backend.card, one, many))
                for one in found
            ]
            if kept is not None:
                ways.insert(0, Choice(_KEPT, _("Go on with the draft that was stopped")))
                # Enter shall write no other scene than the one that is looked at.
                at = at or (_KEPT if scene_id in kept.scenes else scopes.THIS)
            ways.append(
                Choice(_MANY, _("How many of each beat: the best of them stands"), f"{many}")
            )
            answer = await self._area.ask(Choose(_("Draft"), _writes(backend.card), ways, at=at))
            if answer != _MANY:
                break
            at = answer
            await self._ask_many(story, many)
        chosen = next((one for one in found if one.id == answer), None)
        if answer == _KEPT:
            return kept
        if chosen is not None and chosen.scenes:
            return await _order(chosen, many)
        if chosen is not None:
            self._area.desk.house.tell(_("All of these scenes have text already."))
        return None

    async def _takes(self, story: "StoryFile", card: "ModelCard", scope: Scope, many: int) -> str:
        """How long that takes at the measured speed, and what it costs."""
        orders = await lazily("storyforge.studio.drafting.order")
        found = await asyncio.to_thread(orders.survey, story, card, await _order(scope, many))
        time = time_words(found.seconds) or _("how long is not known yet")
        cost = found.cost.brief if found.cost is not None else ""
        return listed(filter(None, (time if found.scenes else "", cost)))

    async def _kept(self, story: "StoryFile") -> "Order | None":
        """What was ordered and is not done."""
        orders = await lazily("storyforge.studio.drafting.order")
        return cast("Order | None", await asyncio.to_thread(orders.kept, story))

    async def _ask_many(self, story: "StoryFile", now: int) -> None:
        told = _(
            "The model writes each beat several times; the one that tells the beat best and "
            "repeats least stands, the others are its takes."
        )
        choices = [Choice(str(count), str(count)) for count in scopes.CANDIDATES]
        answer = await self._area.ask(
            Choose(_("Candidates of each beat"), told, choices, at=str(now))
        )
        if answer is not None:
            await asyncio.to_thread(story.remember, scopes.HOW_MANY, answer)

    async def left_over(self, story: "StoryFile") -> "Order | None":
        """What was stopped, or cut off with the program, and shall be gone on with now."""
        if story.read_only:
            return None
        orders = await lazily("storyforge.studio.drafting.order")
        order = await self._kept(story)
        if order is None:
            return None
        told = ngettext(
            "{count} scene was to be drafted when the story was closed.",
            "{count} scenes were to be drafted when the story was closed.",
            len(order.scenes),
        ).format(count=len(order.scenes))
        told = sentences((told, _("It goes on after the last whole beat.")))
        choices = [
            Choice("yes", _("Go on drafting")),
            Choice("later", _("Ask again next time")),
            Choice("no", _("Leave it; what is drafted stays")),
        ]
        answer = await self._area.ask(Choose(_("A draft to go on with"), told, choices))
        if answer == "no":
            await asyncio.to_thread(orders.keep, story, None)
        return order if answer == "yes" else None


def _writes(card: "ModelCard") -> str:
    """Who writes, and where the text goes."""
    writes = _("{model} writes.").format(model=short_name(card.name))
    return sentences((writes, goes_to(card)))


async def _order(scope: Scope, candidates: int) -> "Order":
    """What is asked of the queue for it; a scene that is meant by itself may have text."""
    orders = await lazily("storyforge.studio.drafting.order")
    return cast("Order", orders.Order(scope.scenes, candidates, written=scope.id == scopes.THIS))
