"""The pictures: what can be done with them, from the desk, the plan and the gallery."""

from storyforge.i18n import N_
from storyforge.tui.action import Action, Where, at, desk

ACTIONS: tuple[Action, ...] = (
    desk(
        "pictures",
        N_("Pictures of the story"),
        N_("Shows the pictures of all scenes, and what they are drawn from."),
        "f4",
        footer=N_("pictures"),
    ),
    at(
        Where.PLANNER,
        "plan_pictures",
        N_("Pictures of the story"),
        N_("Shows the pictures; those of the marked scene first."),
        "f4",
    ),
    at(
        Where.GALLERY,
        "gallery_back",
        N_("Stop, or back"),
        N_(
            "Stops the picture that is drawn; else goes back to the pictures, from there to the desk."
        ),
        "escape",
        footer=N_("back"),
    ),
    at(
        Where.GALLERY,
        "gallery_desk",
        N_("To the desk"),
        N_("Goes back to where you came from; what is drawn goes on."),
        "f4",
        "f3",
    ),
)
