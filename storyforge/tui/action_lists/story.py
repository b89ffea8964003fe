"""The story as a whole."""

from storyforge.i18n import N_
from storyforge.tui.action import Action, desk

ACTIONS: tuple[Action, ...] = (
    desk(
        "details",
        N_("Title, author and language"),
        N_("Changes what it is called, by whom and in which language; keeps it on this machine."),
    ),
    desk(
        "summaries",
        N_("Summaries"),
        N_("What scenes and chapters tell, in short: read, change, have them made."),
    ),
    desk(
        "export",
        N_("Export"),
        N_("Writes the story as Markdown, a manuscript, a book, a page or texts for a site."),
    ),
    desk(
        "library",
        N_("Library"),
        N_("Closes the story and shows the others; a new one begins there."),
    ),
)
