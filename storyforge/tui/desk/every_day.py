"""What writing every day needs of the desk, area by area."""

from typing import TYPE_CHECKING

from storyforge.tui.desk.area import Area
from storyforge.tui.desk.carding import Carding
from storyforge.tui.desk.commenting import Commenting
from storyforge.tui.desk.counting import Counting
from storyforge.tui.desk.outside_editor import OutsideEditor
from storyforge.tui.desk.spelling import Spelling

if TYPE_CHECKING:
    from storyforge.tui.screens.desk import DeskScreen


def every_day(desk: "DeskScreen") -> tuple[Area, ...]:
    """These areas, for the desk's own list."""
    return (
        Carding(desk),
        Commenting(desk),
        Counting(desk),
        Spelling(desk),
        OutsideEditor(desk),
    )
