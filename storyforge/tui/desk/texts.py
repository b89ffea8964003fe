"""What the story's language asks of the desk, area by area."""

from typing import TYPE_CHECKING

from storyforge.tui.desk.area import Area
from storyforge.tui.desk.clipping import Clipping
from storyforge.tui.desk.measuring import Measuring
from storyforge.tui.desk.tidying import TidyDesk

if TYPE_CHECKING:
    from storyforge.tui.screens.desk import DeskScreen


def texts(desk: "DeskScreen") -> tuple[Area, ...]:
    """These areas, for the desk's own list."""
    return (TidyDesk(desk), Measuring(desk), Clipping(desk))
