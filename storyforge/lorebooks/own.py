"""storyforge's own book of lore as JSON: every rule of every entry, there and back. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any
from uuid import uuid4

from storyforge.domain.lore import KeyLogic, LoreEntry, LorePosition
from storyforge.lorebooks.book import Book, taken_in
from storyforge.lorebooks.taking import (
    keys,
    line,
    mapping,
    natural,
    objects,
    percent,
    share,
    text,
    unplaced,
    whole,
)

KEY = "storyforge"
FORMAT = "storyforge lorebook"
VERSION = 1

_NAMES = tuple(one.name for one in fields(LoreEntry))
_USUAL = LoreEntry("", "")
_LOGIC = {logic.value: logic for logic in KeyLogic}
_POSITIONS = {position.value: position for position in LorePosition}


def is_own(value: Mapping[str, Any]) -> bool:
    """Whether a JSON object is such a book."""
    return value.get("format") == FORMAT


def read(value: Mapping[str, Any]) -> Book:
    """The book in a file; what a newer version has put in goes out again."""
    told = objects(value.get("entries"))
    found, unequal = taken_in(told, read_entry, lambda one: unplaced(one, _NAMES))
    rest = {n: one for n, one in value.items() if n not in ("format", "version", "entries")}
    return Book(found, line(value.get("name")), rest, unequal, unplaced(rest, ("name",)))


def written(entries: Iterable[LoreEntry], rest: Mapping[str, Any]) -> dict[str, Any]:
    """The file for a book."""
    head = {"format": FORMAT, "version": VERSION}
    return {**head, **rest, "entries": [written_entry(entry) for entry in entries]}


def read_entry(told: Mapping[str, Any]) -> LoreEntry | None:
    """One entry; None for an empty one."""
    title, content = line(told.get("title")), text(told.get("content"))
    called_by = keys(told.get("keys"))
    if not (title or content or called_by):
        return None
    scan = told.get("scan")
    extra = mapping(told.get("extra"))
    unknown = {name: told[name] for name in told if name not in _NAMES}
    return LoreEntry(
        line(told.get("id")) or uuid4().hex,
        title,
        called_by,
        content,
        told.get("enabled", True) is not False,
        told.get("always") is True,
        line(told.get("category")),
        {**extra, KEY: unknown} if unknown else extra,
        keys(told.get("secondary")),
        _LOGIC.get(text(told.get("logic")), _USUAL.logic),
        told.get("whole_words") is True,
        told.get("case_sensitive") is True,
        whole(told.get("priority")),
        share(told.get("share")),
        _POSITIONS.get(text(told.get("position")), _USUAL.position),
        natural(told.get("depth"), _USUAL.depth),
        None if scan is None else natural(scan),
        percent(told.get("chance")),
        natural(told.get("sticky")),
        natural(told.get("cooldown")),
        told.get("wakes", True) is not False,
        told.get("woken", True) is not False,
        line(told.get("from_scene")),
    )


def written_entry(entry: LoreEntry) -> dict[str, Any]:
    """Every rule by its name; what has its default is left out, but for what an author reads."""
    always = ("id", "title", "keys", "content")
    made = {
        name: _told(getattr(entry, name))
        for name in _NAMES
        if name != "extra" and (name in always or getattr(entry, name) != getattr(_USUAL, name))
    }
    extra = {name: value for name, value in entry.extra.items() if name != KEY}
    unknown = mapping(entry.extra.get(KEY))
    return {**unknown, **made, **({"extra": extra} if extra else {})}


def _told(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
