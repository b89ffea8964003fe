"""Finding, replacing, and what can be had back, area by area."""

from typing import TYPE_CHECKING

from storyforge.tui.desk.area import Area
from storyforge.tui.desk.finding import Finding
from storyforge.tui.desk.looking_back import LookingBack
from storyforge.tui.desk.replacing import Replacing
from storyforge.tui.desk.trashing import Trashing

if TYPE_CHECKING:
    from storyforge.tui.screens.desk import DeskScreen


def history(desk: "DeskScreen") -> tuple[Area, ...]:
    """These areas, for the desk's own list."""
    finding = Finding(desk)
    return (finding, Replacing(desk, finding), LookingBack(desk), Trashing(desk))
