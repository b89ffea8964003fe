"""What the model knows and sees, area by area; and what of the page it does not see is dimmed."""

import asyncio
from typing import TYPE_CHECKING

from storyforge.tui.actions import Where, of
from storyforge.tui.desk.area import Area
from storyforge.tui.desk.late import LateHearing, contexting
from storyforge.tui.desk.prompting import Prompting
from storyforge.tui.widgets.hidden_text import HiddenText

if TYPE_CHECKING:
    from storyforge.tui.screens.desk import DeskScreen

#: the story's own setting that says which panel stood beside the page
SIDE = "side"
CONTEXT = "context"


async def _was_beside(desk: "DeskScreen") -> bool:
    """Whether the panel stood beside the page when the story was closed."""
    return desk.story is not None and await asyncio.to_thread(desk.story.recall, SIDE) == CONTEXT


def context(desk: "DeskScreen") -> tuple[Area, ...]:
    """These areas, for the desk's own list."""
    desk.manuscript.overlays += (HiddenText(desk.manuscript).marks,)
    book = [action.id for action in of(Where.LORE)]
    texts = ("context", "note_lines", "context_rules", "lorebook", "lore_import", "lore_export")
    return (
        LateHearing(desk, contexting, *texts, *book, wake=_was_beside),
        Prompting(desk),
    )
