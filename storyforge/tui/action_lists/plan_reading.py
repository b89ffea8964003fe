"""The plan: reading the manuscript in, the story map, and what is out of date."""

from storyforge.i18n import N_
from storyforge.tui.action import Action, Where, at

ACTIONS: tuple[Action, ...] = (
    at(
        Where.PLANNER,
        "plan_read_in",
        N_("Read the manuscript"),
        N_("Has a model propose what the plan has no word of yet, from the story's own text."),
        "r",
    ),
    at(
        Where.PLANNER,
        "plan_fill",
        N_("Take all that was read"),
        N_("Takes what was read in the manuscript wherever the plan has nothing yet."),
        "f",
    ),
    at(
        Where.PLANNER,
        "plan_update",
        N_("Update what is out of date"),
        N_("Goes through what is out of date one by one, with the reason, from here on."),
        "x",
    ),
    at(
        Where.PLANNER,
        "plan_still",
        N_("Still right"),
        N_("Says that the marked item is right as it is; on a chapter, all its scenes too."),
        "k",
    ),
    at(
        Where.PLANNER,
        "plan_stale",
        N_("All that is out of date"),
        N_("Lists what is out of date, with the reasons, to go there."),
        "u",
    ),
)
