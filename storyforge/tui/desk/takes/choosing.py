"""Other words for the one under the caret, and going on from one of them."""

import asyncio
from collections.abc import Callable

from storyforge.domain.generation import Asked, TakeKind
from storyforge.i18n import _
from storyforge.tui.desk.area import Area
from storyforge.tui.dialogs.other_words import OtherWords
from storyforge.tui.work import lazily


class Choosing(Area):
    """What a model could have written instead."""

    def verbs(self) -> dict[str, Callable[[], object]]:
        """The actions this area carries out."""
        return {"alternatives": lambda: self.start(self.choose)}

    async def choose(self) -> None:
        """Ask the model, then the author; the choice and what follows are a take of the place."""
        desk, story = self.desk, self.desk.story
        if story is None or not desk.may_write():
            return
        await desk.continuing.halt()
        studio = await lazily("storyforge.studio.takes.choosing")
        page = desk.manuscript.page()
        spot = studio.spot_at(page)
        if spot is None:
            desk.house.tell(_("Put the caret into words that the model wrote."))
            return
        if await desk.engine.refuses() or not await desk.abroad.may_send():
            return
        if not await desk.saving.flush():
            return
        wish = await desk.continuing.wish()
        desk.say(activity=_("looking for other words"))
        try:
            choices = await studio.choices_at(
                story, spot, await desk.house.backend(), wish, asyncio.Event()
            )
        finally:
            desk.say(activity="")
        chosen = await self.ask(OtherWords(spot.word, choices))
        if chosen is None or desk.manuscript.text != page.text:
            return
        place = desk.manuscript.provenance.place(spot.place_id)
        if place is None or not desk.may_write():
            return
        async with desk.turn:
            await desk.walking.keep_changed(place)
        asked = Asked(TakeKind.CHOICE, chosen.strip())
        desk.continuing.choose(spot.place_id, asked, spot.lead + chosen, len(spot.lead))
