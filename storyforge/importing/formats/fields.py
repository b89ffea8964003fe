"""Takes values out of JSON that may be of any type, and says which fields were not taken. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import uuid4

from storyforge.domain.lore import LoreEntry
from storyforge.domain.text import clean, one_line
from storyforge.importing.limits import Extent

_NOTHING: tuple[Any, ...] = (
    None, "", [], {}, False, 0, '""', "[]", "{}", "null", "false", "0",
)  # fmt: skip

#: how many elements of `limits` an entry counts for: a book of 20,000 is one of a mistake
_ENTRY_COST = 10


def text(value: Any) -> str:
    """A text, cleaned; empty for anything else."""
    return clean(value) if isinstance(value, str) else ""


def mapping(value: Any) -> dict[str, Any]:
    """An object; an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def listed(value: Any) -> list[Any]:
    """A list; an empty one for anything else."""
    return value if isinstance(value, list) else []


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """The objects in a list, or in an object that stands for one (`{"0": {…}}`), in order."""
    several = value.values() if isinstance(value, dict) else listed(value)
    return (one for one in several if isinstance(one, dict))


def keys(value: Any) -> tuple[str, ...]:
    """The words that call an entry: a list of them, or one text with commas between."""
    several = value.split(",") if isinstance(value, str) else listed(value)
    cleaned = (one_line(one) for one in several if isinstance(one, str))
    return tuple(one for one in cleaned if one)


def lore_entry(
    fields: Mapping[str, Any],
    placed: frozenset[str],
    extent: Extent,
    *,
    title: str,
    called_by: tuple[str, ...],
    content: str,
    enabled: bool = True,
    always: bool = False,
    category: str = "",
) -> LoreEntry | None:
    """An entry with all fields that are not `placed` as its extra ones; None for an empty one.

    Raises:
        BadInput: the file has more entries than any book.
    """
    extent.add(elements=_ENTRY_COST)
    if not (content.strip() or title or called_by):
        return None
    return LoreEntry(
        uuid4().hex,
        one_line(title) or (called_by[0] if called_by else ""),
        called_by,
        content.strip(" \t\n"),
        enabled,
        always,
        one_line(category),
        {one_line(str(name)): value for name, value in fields.items() if name not in placed},
    )


def not_placed(fields: Mapping[str, Any], placed: frozenset[str], under: str = "") -> list[str]:
    """The names of the fields that hold something and were not placed.

    Some tools pack every value as a text: what reads as nothing there is nothing too.
    """
    return [
        one_line(f"{under}{name}")[:60]
        for name, value in fields.items()
        if name not in placed and value not in _NOTHING
    ]
