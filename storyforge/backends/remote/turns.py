"""What is said to a model that is talked to, as several APIs take it. Pure.

The system's words go apart, then user and assistant speak in turn. Parameters carry the names that
an API's errors call them by, a dot between an object and its field.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from storyforge.domain.generation import Message, Request, Role

#: answers that are written at once, each over a connection of its own, where servers are many
TAKES = 8

#: tokens that are asked for beside the answer's where the model thinks, by how hard it does; what
#: it does not use costs nothing. OpenAI tells to leave 25,000 to begin with.
_ROOM = {
    "none": 0,
    "minimal": 2_048,
    "low": 4_096,
    "medium": 16_384,
    "high": 32_768,
    "xhigh": 49_152,
    "max": 49_152,
}
_USUAL_ROOM = 16_384


@dataclass(frozen=True, slots=True)
class Turns:
    """A conversation.

    Attributes:
        system: what the system says, in one piece; may be empty.
        said: what user and assistant say in turn; the user's is the last.
        opening: what the answer begins with; empty where the model is to begin by itself.
    """

    system: str
    said: tuple[Message, ...]
    opening: str = ""

    def told(self, *, system: bool = False) -> list[dict[str, str]]:
        """What is said, as most APIs take it; with the system's words in front where `system`."""
        first = (Message(Role.SYSTEM, self.system),) if system and self.system else ()
        return [{"role": each.role.value, "content": each.text} for each in (*first, *self.said)]


def turns(request: Request) -> Turns:
    """The conversation of `request`; its prompt alone where nobody made one of it."""
    system = "\n\n".join(each.text for each in request.messages if each.role is Role.SYSTEM)
    said = [each for each in request.messages if each.role is not Role.SYSTEM and each.text]
    opening = said.pop().text if said and said[-1].role is Role.ASSISTANT else ""
    return Turns(system, tuple(said) or (Message(Role.USER, request.prompt),), opening)


def room(reasoning: str) -> int:
    """Tokens for the thinking of a model that thinks as hard as that, or by itself where empty."""
    return int(reasoning) if reasoning.isdecimal() else _ROOM.get(reasoning, _USUAL_ROOM)


def asked(values: Mapping[str, Any], omit: frozenset[str], inside: str = "") -> dict[str, Any]:
    """`values` without those that say nothing and those whose name is in `omit`.

    Args:
        inside: the name of the object that they are fields of.
    """
    prefix = inside and f"{inside}."
    return {
        name: value
        for name, value in values.items()
        if value not in (None, "", [], {}) and prefix + name not in omit
    }
