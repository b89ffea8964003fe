"""The page and what is kept of it."""

from storyforge.i18n import N_
from storyforge.tui.action import Action, desk

ACTIONS: tuple[Action, ...] = (
    desk(
        "undo",
        N_("Undo"),
        N_("A continuation is one step; in the binder it brings back what was deleted."),
        "ctrl+z",
    ),
    desk("redo", N_("Redo"), N_("Does again what was undone."), "ctrl+y"),
    desk(
        "desk",
        N_("Back to the page"),
        N_("Closes the panels that lie over the page and puts the caret into it."),
        "f3",
    ),
    desk(
        "binder",
        N_("Binder"),
        N_("Goes to the chapters and scenes; again, back to the page."),
        "ctrl+b",
        footer=N_("binder"),
    ),
    desk(
        "snapshot",
        N_("Keep a snapshot of this scene"),
        N_("Keeps the scene as it stands, under a name."),
        "ctrl+s",
        footer=N_("snapshot"),
    ),
    desk(
        "snapshots",
        N_("Snapshots of this scene"),
        N_("Lists what was kept; compares and restores it."),
    ),
    desk(
        "origin",
        N_("Show who wrote what: on or off"),
        N_("Tints the text by its origin and counts your words and the model's apart."),
    ),
    desk(
        "quiet",
        N_("Only the page: on or off"),
        N_("Folds everything but the page away; the same key or Esc brings it back."),
        "ctrl+o",
    ),
    desk(
        "glance",
        N_("Show the status for a moment"),
        N_("Brings title and status back for some seconds while only the page is shown."),
        "f12",
    ),
    desk(
        "typewriter",
        N_("Typewriter scrolling: on or off"),
        N_("Holds the line of the caret at one height and moves the text instead."),
    ),
    desk(
        "focus",
        N_("Paragraph focus: on or off"),
        N_("Dims all paragraphs but the one that the caret is in."),
    ),
    desk(
        "break_paragraph",
        N_("Break long paragraphs at sentences"),
        N_("Makes a scene with an oversized paragraph writable."),
    ),
)
