"""NovelAI's lorebooks, alone (`.lorebook`) and within stories. Pure.

A priority above the story's 0 puts an entry before the story, one below it that many lines up from
the end. A budget of 0 to 1 is a part of the whole prompt.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any
from uuid import uuid4

from storyforge.domain.lore import ContextRules, KeyLogic, LoreEntry, LorePosition
from storyforge.lorebooks.book import Book, Form, taken_in
from storyforge.lorebooks.taking import (
    keys,
    line,
    listed,
    mapping,
    natural,
    number,
    objects,
    text,
    unplaced,
    whole,
)

KEY = "novelai"
VERSION = 5

_USUAL_SCAN = 1000
_USUAL_PRIORITY = 400
# NovelAI's own limit; more tokens than the older models' whole prompt are no limit either.
_WHOLE_BUDGET = 2048
_LORE_SHARE = ContextRules().lore_share
_CONFIG: dict[str, Any] = {
    "prefix": "", "suffix": "\n", "tokenBudget": 1, "reservedTokens": 0,
    "budgetPriority": _USUAL_PRIORITY, "trimDirection": "trimBottom", "insertionType": "newline",
    "maximumTrimType": "sentence", "insertionPosition": -1,
}  # fmt: skip
_PLACED_CONFIG = frozenset({"tokenBudget", "budgetPriority", "insertionPosition"})
_PLACED = frozenset(
    {"text", "displayName", "id", "keys", "searchRange", "enabled", "forceActivation", "category",
     "nonStoryActivatable", "contextConfig", "loreBiasGroups", "lastUpdatedAt", "hidden"}
)  # fmt: skip
_USUAL: dict[str, Any] = {"keyRelative": False, "loreBiasGroups": []}


def is_lorebook(value: Mapping[str, Any]) -> bool:
    """Whether a JSON object is such a book."""
    return "lorebookVersion" in value and "entries" in value


def read(value: Mapping[str, Any]) -> Book:
    """A book, in its order; categories by their names."""
    found, unequal = taken_in(objects(value.get("entries")), form_of(value).read, _unequal_of)
    rest = {name: one for name, one in value.items() if name != "entries"}
    left = (*unplaced(rest, ("lorebookVersion", "categories")), *_unequal_categories(value))
    return Book(found, "", rest, unequal, left)


def written(entries: Iterable[LoreEntry], rest: Mapping[str, Any]) -> dict[str, Any]:
    """The file for a book."""
    known = {name: key for key, name in _categories(rest).items()}
    categories = _every_category(rest)
    held = list(entries)
    for entry in held:
        if entry.category and entry.category not in known:
            known[entry.category] = key = uuid4().hex
            categories.append({"name": entry.category, "id": key, "enabled": True})
    form = form_of({"categories": categories})
    made = []
    for entry in held:
        told = form.written(entry)
        made.append({"id": entry.id, **told})
    head = {"lorebookVersion": VERSION, "settings": {"orderByKeyLocations": False}}
    return {**head, **rest, "entries": made, "categories": categories}


def form_of(book: Mapping[str, Any]) -> Form:
    """How entries of this book are read and written: it knows the categories' names."""
    named = _categories(book)
    ids = {name: key for key, name in named.items()}
    off = {text(one.get("id")) for one in _every_category(book) if one.get("enabled") is False}

    def read_entry(told: dict[str, Any]) -> LoreEntry | None:
        category = text(told.get("category"))
        entry = _read_entry(told, line(named.get(category, category)))
        if entry is not None and category in off:
            return replace(entry, enabled=False)
        return entry

    def fields_of(entry: LoreEntry) -> dict[str, Any]:
        return {**_fields_of(entry), "category": ids.get(entry.category, entry.category)}

    return Form(KEY, read_entry, fields_of, _USUAL)


def unequal_there(entry: LoreEntry) -> tuple[str, ...]:
    """What of an entry's rules NovelAI has no field for, by our names."""
    here = {
        "secondary": bool(entry.secondary),
        "logic": bool(entry.secondary) and entry.logic is not KeyLogic.AND_ANY,
        "whole_words": entry.whole_words,
        "case_sensitive": entry.case_sensitive,
        "chance": entry.chance != 100,
        "sticky": entry.sticky > 0,
        "cooldown": entry.cooldown > 0,
        "wakes": not entry.wakes,
        "from_scene": bool(entry.from_scene),
    }
    return tuple(name for name, there in here.items() if there)


def _read_entry(told: Mapping[str, Any], category: str) -> LoreEntry | None:
    called_by = keys(told.get("keys"))
    title, content = line(told.get("displayName")), text(told.get("text")).strip(" \t\n")
    if not (called_by or title or content):
        return None
    config = mapping(told.get("contextConfig"))
    priority = whole(config.get("budgetPriority"), _USUAL_PRIORITY)
    position, depth = _position(whole(config.get("insertionPosition"), -1), priority)
    scan = natural(told.get("searchRange"), _USUAL_SCAN)
    return LoreEntry(
        uuid4().hex,
        title or (called_by[0] if called_by else content.partition("\n")[0][:40]),
        called_by,
        content,
        told.get("enabled") is not False,
        told.get("forceActivation") is True,
        category,
        {KEY: dict(told)},
        priority=priority,
        share=_share(config.get("tokenBudget")),
        position=position,
        depth=depth,
        scan=None if scan == _USUAL_SCAN else scan,
        woken=told.get("nonStoryActivatable") is True,
    )


def _fields_of(entry: LoreEntry) -> dict[str, Any]:
    lines_up = entry.position is LorePosition.LINES_UP
    priority = entry.priority or (-_USUAL_PRIORITY if lines_up else _USUAL_PRIORITY)
    position = {LorePosition.TOP: 0, LorePosition.BEFORE_STORY: -1}.get(
        entry.position, -entry.depth - 1
    )
    return {
        "text": entry.content,
        "displayName": entry.title,
        "keys": list(entry.keys),
        "searchRange": _USUAL_SCAN if entry.scan is None else entry.scan,
        "enabled": entry.enabled,
        "forceActivation": entry.always,
        "nonStoryActivatable": entry.woken,
        "contextConfig": {
            **_CONFIG,
            "tokenBudget": round(entry.share * _LORE_SHARE, 6) or 1,
            # Its sign says where the entry stands.
            "budgetPriority": min(priority, -1) if lines_up else max(priority, 1),
            "insertionPosition": position,
        },
    }


def _position(at: int, priority: int) -> tuple[LorePosition, int]:
    usual = LoreEntry("", "").depth
    if at >= 0:
        return LorePosition.TOP, usual
    return (LorePosition.BEFORE_STORY, usual) if priority > 0 else (LorePosition.LINES_UP, -at - 1)


def _share(budget: Any) -> float:
    """A part of the prompt as a part of the lorebook's room; tokens have no equal."""
    part = number(budget, 1.0)
    return min(part / _LORE_SHARE, 1.0) if 0 < part < 1 else 0.0


def _unequal_of(told: Mapping[str, Any]) -> tuple[str, ...]:
    found = [*unplaced(told, _PLACED)]
    if any(listed(group.get("phrases")) for group in objects(told.get("loreBiasGroups"))):
        found.append("loreBiasGroups")
    config = mapping(told.get("contextConfig"))
    odd = {name: one for name, one in config.items() if one != _CONFIG.get(name)}
    found += unplaced(odd, _PLACED_CONFIG)
    if 1 < number(config.get("tokenBudget"), 1.0) < _WHOLE_BUDGET:
        found.append("tokenBudget")
    if whole(config.get("insertionPosition")) > 0:
        found.append("insertionPosition")
    return tuple(found)


def _every_category(book: Mapping[str, Any]) -> list[dict[str, Any]]:
    return list(objects(book.get("categories")))


def _categories(book: Mapping[str, Any]) -> dict[str, str]:
    """Names by id; of two of one name the second is told by its id, too."""
    named: dict[str, str] = {}
    for category in _every_category(book):
        key, name = category.get("id"), line(category.get("name"))
        if isinstance(key, str) and name:
            named[key] = f"{name} ({key[:8]})" if name in named.values() else name
    return named


def _unequal_categories(book: Mapping[str, Any]) -> list[str]:
    """Categories that are off, or open a list of their own."""
    named = _categories(book)
    return [
        f"categories: {named.get(text(category.get('id')), '?')}"
        for category in _every_category(book)
        if category.get("enabled") is False or category.get("createSubcontext") is True
    ]
