"""What an action is: a name, words, keys and the place where it works. Values only."""

from dataclasses import dataclass
from enum import StrEnum

from storyforge.i18n import N_


class Where(StrEnum):
    """Where an action can be asked for."""

    EVERYWHERE = "everywhere"
    DESK = "desk"
    BINDER = "binder"
    TAKES = "takes"
    COMMENTS = "comments"
    LORE = "lore"
    PROMPT = "prompt"
    FIND = "find"
    LIBRARY = "library"
    MODELS = "models"
    PLANNER = "planner"
    PROMPTS = "prompts"
    MAP = "map"
    GALLERY = "gallery"


#: headings of help and docs, in this order
WHERE_TITLES = {
    Where.DESK: N_("On the desk"),
    Where.BINDER: N_("In the binder"),
    Where.TAKES: N_("In the takes"),
    Where.COMMENTS: N_("In the comments"),
    Where.LORE: N_("In the lorebook"),
    Where.PROMPT: N_("In what the model sees"),
    Where.FIND: N_("In the find bar"),
    Where.LIBRARY: N_("In the library"),
    Where.MODELS: N_("In the models"),
    Where.PLANNER: N_("In the plan"),
    Where.PROMPTS: N_("In the prompt templates"),
    Where.MAP: N_("In the story map"),
    Where.GALLERY: N_("In the pictures"),
    Where.EVERYWHERE: N_("Everywhere"),
}


@dataclass(frozen=True, slots=True)
class Action:
    """Something an author can ask for.

    Attributes:
        id: the name in the settings (`keys.<id>`).
        label: a few words, for palette and help.
        help: one sentence.
        keys: the default keys, the one that is named first first; may be empty.
        footer: the word beside its key in the footer; empty keeps it out.
        priority: wins over the widget that has the focus.
    """

    id: str
    label: str
    help: str
    where: Where
    keys: tuple[str, ...] = ()
    footer: str = ""
    priority: bool = False


def at(where: Where, id: str, label: str, help: str, *keys: str, footer: str = "") -> Action:  # noqa: A002
    """An action of one place."""
    return Action(id, label, help, where, keys, footer)


def desk(id: str, label: str, help: str, *keys: str, footer: str = "") -> Action:  # noqa: A002
    """An action of the desk."""
    return at(Where.DESK, id, label, help, *keys, footer=footer)
