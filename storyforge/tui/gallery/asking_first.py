"""The questions before pictures are ordered of a painter elsewhere: where the prompts go, the cost.

What is asked, the studio decides (`studio.pictures.asking_first`).
"""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from storyforge.tui.desk.abroad import question
from storyforge.tui.work import lazily

if TYPE_CHECKING:
    from storyforge.domain.picture.pictures import QueuedPicture
    from storyforge.store.story_file import StoryFile
    from storyforge.tui.screens.desk import DeskScreen


async def may_draw(
    desk: "DeskScreen", story: "StoryFile", orders: "Sequence[QueuedPicture]"
) -> bool:
    """Whether these may be drawn; asks where that is not settled.

    Raises:
        LimitReached: they cost more than is left of the day's limit.
    """
    room = await lazily("storyforge.studio.pictures.asking_first")
    permission = await lazily("storyforge.studio.permission")
    spending = await lazily("storyforge.studio.spending")
    painters = await desk.house.modelling.painting.painters()
    paid = False
    while True:
        try:
            await room.may_draw(story, painters, orders, paid=paid)
            return True
        except permission.NotAllowed as error:
            if await desk.abroad.ask(question(error.objection, local=False)) != "yes":
                return False
            await asyncio.to_thread(permission.allow, error.objection)
            if error.objection.kind is permission.Kind.UNENCRYPTED:
                # That is a setting of the painter, which is made by it.
                await desk.house.change_settings({})
        except spending.NeedsYes as needs:
            if not await desk.abroad.agrees(needs):
                return False
            paid = True
