"""The planner's areas, for the screen's own list."""

from typing import TYPE_CHECKING

from storyforge.tui.planner.area import Area
from storyforge.tui.planner.arranging import Arranging
from storyforge.tui.planner.browsing import Browsing
from storyforge.tui.planner.drafting import PlannedDrafts
from storyforge.tui.planner.mixing import Mixing
from storyforge.tui.planner.picturing import PlannedPictures
from storyforge.tui.planner.reading_in import ReadingIn
from storyforge.tui.planner.staleness import Staleness
from storyforge.tui.planner.story_map import StoryMapping
from storyforge.tui.planner.writing import Writing

if TYPE_CHECKING:
    from storyforge.tui.screens.planner import PlannerScreen


def areas(planner: "PlannerScreen") -> tuple[Area, ...]:
    """All but asking and choosing, which the screen knows by name."""
    return (
        Writing(planner),
        Mixing(planner),
        Arranging(planner),
        Browsing(planner),
        ReadingIn(planner),
        Staleness(planner),
        StoryMapping(planner),
        PlannedDrafts(planner),
        PlannedPictures(planner),
    )
