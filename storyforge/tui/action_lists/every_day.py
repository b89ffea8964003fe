"""The habits of people who write all day."""

from storyforge.i18n import N_
from storyforge.tui.action import Action, desk

ACTIONS: tuple[Action, ...] = (
    desk(
        "outside_editor",
        N_("Edit this scene in $EDITOR"),
        N_("Opens the scene in your own editor; what comes back is one step of the page."),
    ),
    desk(
        "writing_days",
        N_("Writing days"),
        N_("Sessions, days in a row and words per day; sets the goal of a day."),
    ),
)
