"""What the plan and drafting need of the desk, area by area."""

from typing import TYPE_CHECKING

from storyforge.tui.desk.area import Area
from storyforge.tui.desk.late import LateHearing, planning
from storyforge.tui.desk.planned import Planned

if TYPE_CHECKING:
    from storyforge.tui.screens.desk import DeskScreen


def by_plan(desk: "DeskScreen") -> tuple[Area, ...]:
    """These areas, for the desk's own list."""
    return (
        LateHearing(desk, planning, "plan"),
        Planned(desk),
        LateHearing(desk, _drafting, "draft", "draft_ranking"),
    )


def _drafting(desk: "DeskScreen") -> Area:
    """The draft."""
    from storyforge.tui.desk.drafting import Drafting

    return Drafting(desk)
