"""Two machines: other copies of the story, and a folder for git."""

from storyforge.i18n import N_
from storyforge.tui.action import Action, desk

ACTIONS: tuple[Action, ...] = (
    desk(
        "other_copies",
        N_("Other copies of this story"),
        N_("Looks beside the story for copies that a sync tool kept, to put them together."),
    ),
    desk(
        "write_folder",
        N_("Write scenes into a folder"),
        N_("Writes each scene as a Markdown file, for git; what has not changed is not touched."),
    ),
    desk(
        "read_folder",
        N_("Take changes from a folder"),
        N_("Reads such a folder again: what changed there comes in, with a snapshot first."),
    ),
)
