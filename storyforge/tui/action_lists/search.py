"""Finding and replacing, and what can be had back."""

from storyforge.i18n import N_
from storyforge.tui.action import Action, Where, at, desk

ACTIONS: tuple[Action, ...] = (
    desk(
        "find",
        N_("Find in this scene"),
        N_("Opens the find bar; what is found is marked on the page while you type."),
        "ctrl+f",
        footer=N_("find"),
    ),
    desk(
        "find_story",
        N_("Find in the story"),
        N_("Lists every place in all scenes; Enter goes to one."),
        "ctrl+g",
    ),
    desk(
        "replace",
        N_("Replace in this scene or the story"),
        N_("Shows each place with what it would become; all of it is one step."),
        "ctrl+backslash",
    ),
    desk(
        "undo_replace",
        N_("Undo the last replacement in the story"),
        N_("Gives every scene of it back; what was written since is kept."),
    ),
    desk(
        "timeline",
        N_("Timeline of the story"),
        N_("Lists the snapshots of all scenes by time; compares and restores them."),
    ),
    desk(
        "trash",
        N_("Trash"),
        N_("Lists deleted scenes and chapters: look at them, bring them back, or empty it."),
    ),
    at(
        Where.FIND,
        "find_next",
        N_("Next place"),
        N_("Goes to the next place that was found."),
        "enter",
        "down",
        footer=N_("next"),
    ),
    at(
        Where.FIND,
        "find_previous",
        N_("Place before"),
        N_("Goes to the place before."),
        "up",
        footer=N_("before"),
    ),
)
