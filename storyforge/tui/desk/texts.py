"""What the story's language asks of the desk, area by area."""

from typing import TYPE_CHECKING

from storyforge.tui.desk.area import Area
from storyforge.tui.desk.late import Late, clipping, tidying
from storyforge.tui.desk.measuring import Measuring

if TYPE_CHECKING:
    from storyforge.tui.screens.desk import DeskScreen


def texts(desk: "DeskScreen") -> tuple[Area, ...]:
    """These areas, for the desk's own list."""
    return (
        Late(desk, tidying, "tidy"),
        Measuring(desk),
        Late(desk, clipping, "copy_chapter"),
    )
