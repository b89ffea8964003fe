"""The actions, one by one: the data behind bindings, palette, help, footer and docs/keys.md.

Only what exists is listed. What an action does stands in the screen that carries it out.
"""

from storyforge.i18n import N_
from storyforge.tui.action import Action, Where


def _desk(id: str, label: str, help: str, *keys: str, footer: str = "") -> Action:  # noqa: A002
    return Action(id, label, help, Where.DESK, keys, footer)


def _plain(where: Where, id: str, label: str, help: str, *keys: str, footer: str = "") -> Action:  # noqa: A002
    return Action(id, label, help, where, keys, footer)


ACTIONS: tuple[Action, ...] = (
    _desk(
        "continue",
        N_("Continue the text"),
        N_("The model goes on from the caret, anywhere in the page."),
        "shift+enter",
        "ctrl+j",
        "f5",
        footer=N_("continue"),
    ),
    _desk(
        "stop",
        N_("Stop"),
        N_("Stops the model and keeps what came; closes a panel."),
        "escape",
    ),
    _desk(
        "retry",
        N_("Try again"),
        N_("Another take from the same place; the one that stood there is kept."),
        "f6",
        footer=N_("retry"),
    ),
    _desk(
        "newer_take",
        N_("Newer take"),
        N_("Puts the next newer take of this place on the page."),
        "alt+up",
    ),
    _desk(
        "older_take",
        N_("Older take"),
        N_("Puts the next older take of this place on the page."),
        "alt+down",
    ),
    _desk(
        "takes",
        N_("Takes of this place"),
        N_("Opens the takes: arrows preview, Enter takes, Esc goes back."),
        "f7",
        footer=N_("takes"),
    ),
    _desk(
        "undo",
        N_("Undo"),
        N_("A continuation is one step; in the binder it brings back what was deleted."),
        "ctrl+z",
    ),
    _desk("redo", N_("Redo"), N_("Does again what was undone."), "ctrl+y"),
    _desk(
        "desk",
        N_("Back to the page"),
        N_("Closes the panels that lie over the page and puts the caret into it."),
        "f3",
    ),
    _desk(
        "binder",
        N_("Binder"),
        N_("Goes to the chapters and scenes; again, back to the page."),
        "ctrl+b",
        footer=N_("binder"),
    ),
    _desk(
        "snapshot",
        N_("Keep a snapshot of this scene"),
        N_("Keeps the scene as it stands, under a name."),
        "ctrl+s",
        footer=N_("snapshot"),
    ),
    _desk(
        "snapshots",
        N_("Snapshots of this scene"),
        N_("Lists what was kept; compares and restores it."),
    ),
    _desk(
        "length",
        N_("Length of a continuation"),
        N_("A sentence, a paragraph or a number of tokens; whole sentences or not."),
        "ctrl+l",
    ),
    _desk(
        "trim",
        N_("End continuations at a whole sentence: on or off"),
        N_("Cuts an unfinished last sentence off; it stays in the take."),
    ),
    _desk(
        "origin",
        N_("Show who wrote what: on or off"),
        N_("Tints the text by its origin and counts your words and the model's apart."),
    ),
    _desk(
        "details",
        N_("Title, author and language"),
        N_("Changes what the story is called, by whom it is and what it is written in."),
    ),
    _desk(
        "export",
        N_("Export as Markdown"),
        N_("Writes the whole story to a Markdown file."),
    ),
    _desk(
        "break_paragraph",
        N_("Break long paragraphs at sentences"),
        N_("Makes a scene with an oversized paragraph writable."),
    ),
    _desk("library", N_("Library"), N_("Closes the story and shows the others.")),
    _plain(
        Where.BINDER,
        "open_scene",
        N_("Open the scene"),
        N_("Shows the marked scene on the page."),
        "enter",
        footer=N_("open"),
    ),
    _plain(
        Where.BINDER,
        "new_scene",
        N_("New scene"),
        N_("Adds a scene behind the marked one."),
        "n",
        footer=N_("scene"),
    ),
    _plain(
        Where.BINDER,
        "new_chapter",
        N_("New chapter"),
        N_("Adds a chapter behind the marked one."),
        "c",
        footer=N_("chapter"),
    ),
    _plain(
        Where.BINDER,
        "rename",
        N_("Rename"),
        N_("Gives the marked chapter or scene another title."),
        "r",
        footer=N_("rename"),
    ),
    _plain(
        Where.BINDER,
        "move_up",
        N_("Move up"),
        N_("Moves the marked chapter or scene up; a first scene goes to the chapter before."),
        "shift+up",
        "left_square_bracket",
        footer=N_("up"),
    ),
    _plain(
        Where.BINDER,
        "move_down",
        N_("Move down"),
        N_("Moves the marked chapter or scene down; a last scene goes to the chapter behind."),
        "shift+down",
        "right_square_bracket",
        footer=N_("down"),
    ),
    _plain(
        Where.BINDER,
        "move_to",
        N_("Move to another chapter"),
        N_("Asks for the chapter and puts the marked scene at its end."),
        "m",
        footer=N_("move"),
    ),
    _plain(
        Where.BINDER,
        "delete",
        N_("Delete"),
        N_("Takes the marked chapter or scene out; Ctrl+Z in the binder brings it back."),
        "delete",
        "d",
        footer=N_("delete"),
    ),
    _plain(
        Where.TAKES,
        "put_take",
        N_("Take this one"),
        N_("Leaves the marked take on the page."),
        "enter",
        footer=N_("take it"),
    ),
    _plain(
        Where.LIBRARY,
        "open_story",
        N_("Open the marked story"),
        N_("Opens the story that the cursor is on."),
        "enter",
        footer=N_("open"),
    ),
    _plain(
        Where.LIBRARY,
        "new_story",
        N_("New story"),
        N_("Asks for title, author and language and begins."),
        "n",
        footer=N_("new"),
    ),
    _plain(
        Where.LIBRARY,
        "import",
        N_("Import text or Markdown"),
        N_("Makes a story from files on disk, after a preview."),
        "i",
        footer=N_("import"),
    ),
    _plain(
        Where.LIBRARY,
        "open_path",
        N_("Open a file"),
        N_("Opens a story file by its path."),
        "o",
        footer=N_("file"),
    ),
    _plain(
        Where.LIBRARY,
        "duplicate",
        N_("Duplicate"),
        N_("Makes a copy of the marked story beside it."),
        "d",
        footer=N_("duplicate"),
    ),
    _plain(
        Where.LIBRARY,
        "forget",
        N_("Take off the list"),
        N_("Forgets the marked story here; its file stays."),
        "delete",
    ),
    Action(
        "palette",
        N_("All actions"),
        N_("Finds every action by its name."),
        Where.EVERYWHERE,
        ("ctrl+p",),
        N_("all actions"),
        priority=True,
    ),
    Action(
        "help",
        N_("Help"),
        N_("Lists the keys and what they do."),
        Where.EVERYWHERE,
        ("f1",),
        N_("help"),
        priority=True,
    ),
    Action(
        "theme",
        N_("Light or dark"),
        N_("Changes between the light and the dark theme."),
        Where.EVERYWHERE,
    ),
    Action(
        "model",
        N_("About the model"),
        N_("Says which model writes, where it runs and how to choose another."),
        Where.EVERYWHERE,
    ),
    Action(
        "quit",
        N_("Leave"),
        N_("Saves and leaves the program."),
        Where.EVERYWHERE,
        ("ctrl+q",),
        priority=True,
    ),
)
