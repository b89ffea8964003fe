"""A book of lore: what the model should know when a key is named. Values only; fires nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class LoreEntry:
    """One entry of the book, in the order of the book.

    Attributes:
        id: stays the same for the entry's whole life.
        keys: the words that call it; a key written `/so/i` is a regular expression.
        content: what the model is told.
        enabled: whether it may be told at all.
        always: told without a key.
        category: the author's own grouping; may be empty.
        extra: fields of the tool it came from that have no place here, for the way back out;
            JSON values only.
    """

    id: str
    title: str
    keys: tuple[str, ...] = ()
    content: str = ""
    enabled: bool = True
    always: bool = False
    category: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)
