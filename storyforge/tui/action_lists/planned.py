"""The plan of the scene on the page, and drafting from it."""

from storyforge.i18n import N_
from storyforge.tui.action import Action, Where, at, desk

ACTIONS: tuple[Action, ...] = (
    desk(
        "scene_plan",
        N_("Plan of this scene"),
        N_("Goes to the scene's purpose, cast, place and beats; again, back to the page."),
        "shift+f2",
    ),
    desk(
        "draft",
        N_("Draft from the plan"),
        N_("Writes the scene, its chapter or the story, beat by beat; pauses and stops that."),
        "alt+d",
        footer=N_("draft"),
    ),
    desk(
        "draft_ranking",
        N_("Ranking of the candidates"),
        N_("Shows of each drafted beat of the scene what else was written, and takes it."),
    ),
    at(
        Where.PLANNER,
        "plan_draft",
        N_("Draft from here"),
        N_("Writes the marked scene, its chapter or the story from the plan; pauses and stops it."),
        "alt+d",
        footer=N_("draft"),
    ),
)
