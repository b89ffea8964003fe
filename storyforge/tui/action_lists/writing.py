"""Writing with the model: continuations and their takes."""

from storyforge.i18n import N_
from storyforge.tui.action import Action, Where, at, desk

ACTIONS: tuple[Action, ...] = (
    desk(
        "continue",
        N_("Continue the text"),
        N_("The model goes on from the caret, anywhere in the page."),
        "shift+enter",
        "ctrl+j",
        "f5",
        footer=N_("continue"),
    ),
    desk(
        "stop",
        N_("Stop"),
        N_("Stops the model and keeps what came; closes a panel."),
        "escape",
    ),
    desk(
        "retry",
        N_("Try again"),
        N_("Another take from the same place; the one that stood there is kept."),
        "f6",
        footer=N_("retry"),
    ),
    desk(
        "newer_take",
        N_("Newer take"),
        N_("Puts the next newer take of this place on the page."),
        "alt+up",
    ),
    desk(
        "older_take",
        N_("Older take"),
        N_("Puts the next older take of this place on the page."),
        "alt+down",
    ),
    desk(
        "takes",
        N_("Takes of this place"),
        N_("Opens the takes: arrows preview, Enter takes, Esc goes back."),
        "f7",
        footer=N_("takes"),
    ),
    at(
        Where.TAKES,
        "put_take",
        N_("Take this one"),
        N_("Leaves the marked take on the page."),
        "enter",
        footer=N_("take it"),
    ),
    at(
        Where.TAKES,
        "about_take",
        N_("About this take"),
        N_("Who wrote it and where, what it cost, and what the model thought."),
        "i",
        footer=N_("about it"),
    ),
    desk(
        "length",
        N_("Length of a continuation"),
        N_("A sentence, a paragraph or a number of tokens; whole sentences or not."),
        "ctrl+l",
    ),
    desk(
        "trim",
        N_("End continuations at a whole sentence: on or off"),
        N_("Cuts an unfinished last sentence off; it stays in the take."),
    ),
)
