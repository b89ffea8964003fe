"""The habits of people who write all day."""

from storyforge.i18n import N_
from storyforge.tui.action import Action, desk

ACTIONS: tuple[Action, ...] = (
    desk(
        "jump",
        N_("Go to a scene"),
        N_("Finds a scene by a few letters of its title or chapter, or by its number."),
        "f10",
    ),
    desk(
        "split_scene",
        N_("Split the scene at the caret"),
        N_("What stands behind the caret becomes a scene of its own; Ctrl+Z in the binder undoes."),
    ),
    desk(
        "join_scene",
        N_("Join with the next scene"),
        N_("The next scene goes on in this one; Ctrl+Z in the binder parts them again."),
    ),
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
