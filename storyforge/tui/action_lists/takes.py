"""Takes: several at once, wishes, verbs on a selection, the tree of all of them."""

from storyforge.i18n import N_
from storyforge.tui.action import Action, desk

ACTIONS: tuple[Action, ...] = (
    desk(
        "several",
        N_("Several takes at once"),
        N_("Writes some side by side; choose one, or sentences of several."),
        "shift+f5",
        "alt+t",
    ),
    desk(
        "wish",
        N_("Continue with a wish"),
        N_("Asks for one line that tells what comes next, for this continuation only."),
        "shift+f6",
        "alt+w",
        footer=N_("wish"),
    ),
    desk(
        "rewrite",
        N_("Change the selection"),
        N_("Rewrites, expands or shortens it, or what you say; without one, the sentence."),
        "ctrl+r",
        footer=N_("rewrite"),
    ),
    desk(
        "infill",
        N_("Write what is missing here"),
        N_("Leads from the text before the caret to the text behind it."),
    ),
    desk(
        "alternatives",
        N_("Other words for this one"),
        N_("What else the model could have written there, with its chances; goes on from another."),
        "alt+a",
    ),
    desk(
        "take_tree",
        N_("All takes of the story"),
        N_("Shows every take as a tree: look at it, go back to it, give it a bookmark."),
        "shift+f7",
    ),
    desk(
        "bookmarks",
        N_("Bookmarks"),
        N_("Lists the points of the story's history that have a name."),
    ),
    desk(
        "takes_count",
        N_("How many takes"),
        N_("Sets how many takes are written at once, 1 to 8."),
    ),
)
