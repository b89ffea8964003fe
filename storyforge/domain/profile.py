"""Profiles: a model with everything that is set for it, and the tasks it may be named for."""

from dataclasses import dataclass
from enum import StrEnum

from storyforge.domain.model import Price


class Task(StrEnum):
    """What a model is asked for; the name in the settings."""

    CONTINUE = "continue"
    REWRITE = "rewrite"
    PREMISE = "premise"
    CHARACTERS = "characters"
    WORLD = "world"
    OUTLINE = "outline"
    SCENES = "scenes"
    DRAFT = "draft"
    READ_IN = "read_in"
    SUMMARY = "summary"
    PICTURE_PROMPT = "picture_prompt"


#: the profile of the local model that `[model]` tells of; it is always there
LOCAL = "local"


@dataclass(frozen=True, slots=True)
class Profile:
    """A model and what is set for it.

    Attributes:
        name: as the author calls it.
        backend: a name that the registry of backends knows.
        model: a path on this machine, or the model's name in the API.
        url: the base URL without a slash at its end; empty on this machine.
        key: whose key it is called with: a provider's name, or a host's; empty needs none.
        preset: how its words are drawn; empty for the preset in use.
        context_tokens: its window; None asks the model.
        template: how a model that only chats is asked; empty for the usual one.
        plain_http: the author allowed an unencrypted way to another machine.
        reasoning: how hard it thinks, in the API's word.
        style: which of an API's ways to ask.
        chats: talk to it although it could go on with a text; None takes what it can.
        more: settings of its backend alone, by name.
    """

    name: str
    backend: str
    model: str = ""
    url: str = ""
    key: str = ""
    preset: str = ""
    context_tokens: int | None = None
    template: str = ""
    price: Price | None = None
    plain_http: bool = False
    reasoning: str = ""
    style: str = ""
    chats: bool | None = None
    more: tuple[tuple[str, str | int | float | bool], ...] = ()
