"""Finding, replacing, and what can be had back, area by area."""

from typing import TYPE_CHECKING

from storyforge.tui.desk.area import Area
from storyforge.tui.desk.finding import Finding
from storyforge.tui.desk.late import Late, looking_back, trashing
from storyforge.tui.desk.replacing import Replacing

if TYPE_CHECKING:
    from storyforge.tui.screens.desk import DeskScreen


def history(desk: "DeskScreen") -> tuple[Area, ...]:
    """These areas, for the desk's own list."""
    finding = Finding(desk)
    return (
        finding,
        Replacing(desk, finding),
        Late(desk, looking_back, "snapshots", "timeline"),
        Late(desk, trashing, "trash"),
    )
