"""`{{user}}` and `{{char}}`: what stands for the two names of a chat, found and replaced. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from storyforge.domain.lore import LoreEntry

#: the reader's part, and the character's
USER, CHAR = "user", "char"

_MARK = re.compile(r"\{\{\s{0,9}(user|char)\s{0,9}\}\}|<(user|char|bot)>", re.IGNORECASE)


def occurring(texts: Iterable[str]) -> tuple[str, ...]:
    """Which of the two occur."""
    found = {_which(mark) for text in texts for mark in _MARK.finditer(text)}
    return tuple(one for one in (USER, CHAR) if one in found)


def replaced(text: str, names: Mapping[str, str]) -> str:
    """The text with the names that are given; what has no name stays as it is."""
    return _MARK.sub(lambda mark: names.get(_which(mark)) or mark[0], text)


def texts_of(entry: LoreEntry) -> Iterable[str]:
    """Every text of an entry in which placeholders are looked for."""
    return (entry.title, entry.content, *entry.keys, *entry.secondary)


def named(entry: LoreEntry, names: Mapping[str, str]) -> LoreEntry:
    """The entry with the names that are given."""
    if not names or not occurring(texts_of(entry)):
        return entry
    return replace(
        entry,
        title=replaced(entry.title, names),
        content=replaced(entry.content, names),
        keys=tuple(replaced(key, names) for key in entry.keys),
        secondary=tuple(replaced(key, names) for key in entry.secondary),
    )


def _which(mark: re.Match[str]) -> str:
    return USER if (mark[1] or mark[2]).lower() == USER else CHAR
