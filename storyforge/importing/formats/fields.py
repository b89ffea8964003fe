"""Entries of lore in the saves of other tools, and which fields of a save were not taken. Pure."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from storyforge.domain.lore import LoreEntry
from storyforge.domain.text import one_line
from storyforge.importing.limits import Extent
from storyforge.lorebooks.taking import listed, objects, text

_NOTHING: tuple[Any, ...] = (
    None, "", [], {}, False, 0, '""', "[]", "{}", "null", "false", "0",
)  # fmt: skip

#: how many elements of `limits` an entry counts for: a book of 20,000 is one of a mistake
_ENTRY_COST = 10
# Where the tools keep an entry's keys; more than the entries' own number of them is no book either.
_KEYS = ("key", "keys", "keysecondary", "secondary_keys", "secondary")


def lore_entry(
    tool: str,
    told: Mapping[str, Any],
    extent: Extent,
    *,
    title: str,
    called_by: tuple[str, ...],
    content: str,
    **rules: Any,
) -> LoreEntry | None:
    """An entry with the fields that the tool has for it as its extra ones; None for an empty one.

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
        extra={tool: dict(told)} if told else {},
        **rules,
    )


def require_book(book: Mapping[str, Any], file: str) -> None:
    """Refuse a book with more entries than any has, before they are made.

    Raises:
        BadInput: it has.
    """
    extent = Extent(file)
    for told in objects(book.get("entries")):
        keys = sum(len(listed(told.get(name))) for name in _KEYS)
        extent.add(elements=_ENTRY_COST + keys)
        extent.add_text(text(told.get("content")) or text(told.get("text")))


def not_placed(fields: Mapping[str, Any], placed: frozenset[str], under: str = "") -> list[str]:
    """The names of the fields that hold something and were not placed.

    Some tools pack every value as a text: what reads as nothing there is nothing too.
    """
    return [
        one_line(f"{under}{name}")[:60]
        for name, value in fields.items()
        if name not in placed and value not in _NOTHING
    ]
