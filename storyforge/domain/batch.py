"""A change of several scenes that is one step, and what became of taking it back. Pure values."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Batch:
    """One change of several scenes, such as a story-wide replace.

    Attributes:
        scene_ids: the scenes whose text it changed.
        undone: it was taken back in every one of them.
    """

    id: str
    created: datetime
    label: str
    scene_ids: tuple[str, ...]
    undone: bool = False


@dataclass(frozen=True, slots=True)
class Undone:
    """What taking a batch back did.

    Attributes:
        restored: the scenes that hold again what they held before it.
        changed: scenes that were written in since, and were left as they are.
    """

    restored: tuple[str, ...]
    changed: tuple[str, ...] = ()
