"""A tag of an image board's dictionary. Values."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol


class Category(IntEnum):
    """Danbooru's own numbers."""

    GENERAL = 0
    ARTIST = 1
    COPYRIGHT = 3
    CHARACTER = 4
    META = 5


@dataclass(frozen=True, slots=True)
class Tag:
    """One tag.

    Attributes:
        name: with underscores, as the dictionary has it.
        count: pictures that have it.
        aliases: other names of it.
    """

    name: str
    category: Category = Category.GENERAL
    count: int = 0
    aliases: tuple[str, ...] = ()


class Tags(Protocol):
    """A dictionary of tags."""

    def find(self, text: str) -> Tag | None:
        """The tag of that name or alias, whatever its case; spaces count as underscores."""
        ...
