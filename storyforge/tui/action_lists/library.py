"""The shelf of stories."""

from storyforge.i18n import N_
from storyforge.tui.action import Action, Where, at

ACTIONS: tuple[Action, ...] = (
    at(
        Where.LIBRARY,
        "open_story",
        N_("Open the marked story"),
        N_("Opens the story that the cursor is on."),
        "enter",
        footer=N_("open"),
    ),
    at(
        Where.LIBRARY,
        "new_story",
        N_("New story"),
        N_("Asks for title, author and language and begins."),
        "n",
        footer=N_("new"),
    ),
    at(
        Where.LIBRARY,
        "import",
        N_("Import text or Markdown"),
        N_("Makes a story from files on disk, after a preview."),
        "i",
        footer=N_("import"),
    ),
    at(
        Where.LIBRARY,
        "open_path",
        N_("Open a file"),
        N_("Opens a story file by its path."),
        "o",
        footer=N_("file"),
    ),
    at(
        Where.LIBRARY,
        "duplicate",
        N_("Duplicate"),
        N_("Makes a copy of the marked story beside it."),
        "d",
        footer=N_("duplicate"),
    ),
    at(
        Where.LIBRARY,
        "forget",
        N_("Take off the list"),
        N_("Forgets the marked story here; its file stays."),
        "delete",
    ),
)
