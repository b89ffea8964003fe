"""Chapters and scenes."""

from storyforge.i18n import N_
from storyforge.tui.action import Action, Where, at

ACTIONS: tuple[Action, ...] = (
    at(
        Where.BINDER,
        "open_scene",
        N_("Open the scene"),
        N_("Shows the marked scene on the page."),
        "enter",
        footer=N_("open"),
    ),
    at(
        Where.BINDER,
        "new_scene",
        N_("New scene"),
        N_("Adds a scene behind the marked one."),
        "n",
        footer=N_("scene"),
    ),
    at(
        Where.BINDER,
        "new_chapter",
        N_("New chapter"),
        N_("Adds a chapter behind the marked one."),
        "c",
        footer=N_("chapter"),
    ),
    at(
        Where.BINDER,
        "rename",
        N_("Rename"),
        N_("Gives the marked chapter or scene another title."),
        "r",
        footer=N_("rename"),
    ),
    at(
        Where.BINDER,
        "move_up",
        N_("Move up"),
        N_("Moves the marked chapter or scene up; a first scene goes to the chapter before."),
        "shift+up",
        "left_square_bracket",
        footer=N_("up"),
    ),
    at(
        Where.BINDER,
        "move_down",
        N_("Move down"),
        N_("Moves the marked chapter or scene down; a last scene goes to the chapter behind."),
        "shift+down",
        "right_square_bracket",
        footer=N_("down"),
    ),
    at(
        Where.BINDER,
        "carry",
        N_("Pick up and carry"),
        N_("The arrows carry the marked row, over chapters too; Enter puts it down, Esc back."),
        "space",
        footer=N_("carry"),
    ),
    at(
        Where.BINDER,
        "move_to",
        N_("Move to another chapter"),
        N_("Asks for the chapter and puts the marked scene at its end."),
        "m",
        footer=N_("move"),
    ),
    at(
        Where.BINDER,
        "delete",
        N_("Delete"),
        N_("Takes the marked chapter or scene out; Ctrl+Z in the binder brings it back."),
        "delete",
        "d",
        footer=N_("delete"),
    ),
)
