"""A scene's index card: what its author notes about it beside the text. Pure values."""

from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """How far a scene is."""

    NONE = ""
    IDEA = "idea"
    DRAFT = "draft"
    REVISED = "revised"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Card:
    """What stands on a scene's card.

    Attributes:
        label: the author's own mark, one line, such as "Mara's view".
        goal: how long the scene is to become, in the unit of its language; 0 is no aim.
        notes: free text, cleaned.
    """

    label: str = ""
    status: Status = Status.NONE
    goal: int = 0
    notes: str = ""
