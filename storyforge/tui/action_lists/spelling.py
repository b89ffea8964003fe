"""Spelling."""

from storyforge.i18n import N_
from storyforge.tui.action import Action, desk

ACTIONS: tuple[Action, ...] = (
    desk(
        "spelling_word",
        N_("Spelling of this word"),
        N_("Suggests what may have been meant, or keeps the word as yours; else goes to the next."),
        "f9",
    ),
    desk(
        "spelling_next",
        N_("Next misspelled word"),
        N_("Puts the caret on the next word of this scene that the dictionary does not have."),
        "shift+f9",
    ),
    desk(
        "spelling",
        N_("Check the spelling: on or off"),
        N_("Underlines words that the dictionary of the story's language does not have."),
    ),
    desk(
        "own_words",
        N_("Words of this story"),
        N_("Lists the words you added to this story's spelling and takes them out again."),
    ),
)
