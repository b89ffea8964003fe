"""What the model knows and sees: memory, author's note, lorebook, the prompt."""

from storyforge.i18n import N_
from storyforge.tui.action import Action, Where, at, desk

_DESK: tuple[Action, ...] = (
    desk(
        "prompt",
        N_("What the model sees"),
        N_("Shows the prompt by its parts: their tokens, why each is there, what is in the cache."),
        "f8",
        footer=N_("prompt"),
    ),
    desk(
        "context",
        N_("Memory, author's note and lorebook"),
        N_("Goes to what the model is told beside the story; again, back to the page."),
        "shift+f8",
        "alt+m",
    ),
    desk(
        "lorebook",
        N_("Lorebook as a table"),
        N_("Shows all entries at once; several can be marked and changed together."),
        "alt+l",
    ),
    desk(
        "note_lines",
        N_("Where the author's note stands"),
        N_("How many lines above the caret the model meets the note."),
    ),
    desk(
        "context_rules",
        N_("Room for memory and lore"),
        N_("Sets how much of the prompt each may take, and how far back keys are looked for."),
    ),
    desk(
        "lore_import",
        N_("Import a lorebook"),
        N_("Reads entries from a lorebook, a World Info file or a character card."),
    ),
    desk(
        "lore_export",
        N_("Export the lorebook"),
        N_(
            "Writes the entries as JSON, World Info or a NovelAI lorebook, "
            "or one as a character card."
        ),
    ),
)

_LORE: tuple[Action, ...] = (
    at(
        Where.LORE,
        "lore_edit",
        N_("Edit the entry"),
        N_("Opens the marked entry; what you change is kept at once."),
        "enter",
        footer=N_("edit"),
    ),
    at(
        Where.LORE,
        "lore_toggle",
        N_("Entry on or off"),
        N_("Tells the model the entry, or not; with several marked, all of them."),
        "space",
        footer=N_("on/off"),
    ),
    at(
        Where.LORE,
        "lore_new",
        N_("New entry"),
        N_("Puts a new entry behind the marked one and opens it."),
        "n",
        footer=N_("new"),
    ),
    at(
        Where.LORE,
        "lore_find",
        N_("Filter the entries"),
        N_("Shows those whose title, keys, category or text hold what you type."),
        "slash",
        "f",
        footer=N_("filter"),
    ),
    at(
        Where.LORE,
        "lore_mark",
        N_("Mark the entry"),
        N_("Marked entries are changed, switched and deleted together."),
        "x",
        footer=N_("mark"),
    ),
    at(
        Where.LORE,
        "lore_mark_all",
        N_("Mark all entries shown, or none"),
        N_("Marks every entry that the filter shows; again, none."),
        "a",
    ),
    at(
        Where.LORE,
        "lore_change",
        N_("Change the marked entries"),
        N_("Sets category, priority, first scene or position of all marked entries."),
        "c",
        footer=N_("change"),
    ),
    at(
        Where.LORE,
        "lore_duplicate",
        N_("Duplicate the entry"),
        N_("Puts a copy behind the marked entry."),
        "d",
    ),
    at(
        Where.LORE,
        "lore_delete",
        N_("Delete the entry"),
        N_("Takes the marked entries out of the book; undo brings them back."),
        "delete",
        footer=N_("delete"),
    ),
    at(
        Where.LORE,
        "lore_up",
        N_("Entry further up"),
        N_("Moves the marked entry before the one above it."),
        "shift+up",
    ),
    at(
        Where.LORE,
        "lore_down",
        N_("Entry further down"),
        N_("Moves the marked entry behind the one below it."),
        "shift+down",
    ),
)

_PROMPT: tuple[Action, ...] = (
    at(
        Where.PROMPT,
        "prompt_continue",
        N_("Continue with this prompt"),
        N_("The answer comes to the page at the caret, as a take, and under the edited prompt."),
        "shift+enter",
        "ctrl+j",
        "f5",
        footer=N_("continue"),
    ),
    at(
        Where.PROMPT,
        "prompt_edit",
        N_("Edit the whole prompt"),
        N_("Shows the prompt as one page to write on; it is kept while you type."),
        "e",
        footer=N_("edit"),
    ),
    at(
        Where.PROMPT,
        "prompt_retry",
        N_("Another take with this prompt"),
        N_("Answers the edited prompt again in the place of the answer that stands there."),
        "f6",
        footer=N_("retry"),
    ),
    at(
        Where.PROMPT,
        "prompt_keep",
        N_("Keep the edit for this scene"),
        N_("From now on every continuation of the scene goes by the prompt as you changed it."),
        "ctrl+s",
        footer=N_("keep"),
    ),
    at(
        Where.PROMPT,
        "prompt_let_go",
        N_("Let the edit go"),
        N_("The scene's prompt is made as usual again; undo brings the edit back."),
        "ctrl+l",
        footer=N_("let go"),
    ),
    at(
        Where.PROMPT,
        "prompt_back",
        N_("Back to the page"),
        N_("Leaves the prompt; what runs goes on, and an edit stays."),
        "f8",
        "f3",
    ),
)

ACTIONS: tuple[Action, ...] = (*_DESK, *_LORE, *_PROMPT)
