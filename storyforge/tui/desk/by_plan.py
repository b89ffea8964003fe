"""What the plan and drafting need of the desk, area by area."""

import asyncio
from typing import TYPE_CHECKING, cast

from storyforge.tui.desk.area import Area
from storyforge.tui.desk.late import LateHearing, planning
from storyforge.tui.desk.planned import Planned

if TYPE_CHECKING:
    from storyforge.tui.desk.drafting import Drafting
    from storyforge.tui.desk.picturing import Picturing
    from storyforge.tui.desk.planning import PlanningDesk
    from storyforge.tui.screens.desk import DeskScreen

# The story's setting that says what is to be drafted; `studio.drafting.order` keeps it.
_ORDER = "draft_order"


def by_plan(desk: "DeskScreen") -> tuple[Area, ...]:
    """These areas, for the desk's own list."""
    return (
        LateHearing(desk, planning, "plan"),
        Planned(desk),
        LateHearing(desk, _drafting, "draft", "draft_ranking", wake=_is_ordered),
        LateHearing(desk, _picturing, "pictures", "illustrate", wake=_pictures_wait),
    )


def drafting_of(desk: "DeskScreen") -> "Drafting":
    """The area that drafts; made where it is not there yet."""
    return cast("Drafting", _late(desk, "draft").area)


def drafting_made(desk: "DeskScreen") -> "Drafting | None":
    """The same, where it was asked for before."""
    return cast("Drafting | None", _late(desk, "draft").made)


def picturing_of(desk: "DeskScreen") -> "Picturing":
    """The area that draws; made where it is not there yet."""
    return cast("Picturing", _late(desk, "pictures").area)


def picturing_made(desk: "DeskScreen") -> "Picturing | None":
    """The same, where it was asked for before."""
    return cast("Picturing | None", _late(desk, "pictures").made)


def planning_of(desk: "DeskScreen") -> "PlanningDesk":
    """The area that shows the planner; made where it is not there yet."""
    return cast("PlanningDesk", _late(desk, "plan").area)


def planned_of(desk: "DeskScreen") -> Planned:
    """The area that shows the plan on the desk."""
    return next(area for area in desk.areas if isinstance(area, Planned))


def _late(desk: "DeskScreen", action: str) -> LateHearing:
    late = (area for area in desk.areas if isinstance(area, LateHearing))
    return next(area for area in late if action in area.verbs())


async def _is_ordered(desk: "DeskScreen") -> bool:
    """Whether a draft was stopped, and can be gone on with."""
    return desk.story is not None and bool(await asyncio.to_thread(desk.story.recall, _ORDER))


async def _pictures_wait(desk: "DeskScreen") -> bool:
    """Whether pictures were ordered and not drawn."""
    return desk.story is not None and bool(await asyncio.to_thread(desk.story.picture_queue.all))


def _drafting(desk: "DeskScreen") -> Area:
    """The draft."""
    from storyforge.tui.desk.drafting import Drafting

    return Drafting(desk)


def _picturing(desk: "DeskScreen") -> Area:
    """The pictures."""
    from storyforge.tui.desk.picturing import Picturing

    return Picturing(desk)
