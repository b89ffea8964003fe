"""The book within a character card (V2 and V3), and the V3 lorebook that stands alone. Pure.

SillyTavern puts those of its rules that the card's book has no field for into `extensions`, by
names of their own: they are read and written there.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from storyforge.domain.lore import LoreEntry
from storyforge.lorebooks import world_info
from storyforge.lorebooks.book import (
    CHARACTERS_A_MESSAGE,
    OURS,
    USUAL_ORDER,
    Book,
    Form,
    our_own,
    taken_in,
)
from storyforge.lorebooks.taking import line, mapping, natural, number, objects, unplaced, whole

KEY = "character_book"
SPEC = "lorebook_v3"

# Fields of an entry, by their names in World Info.
_FLAT = {
    "key": "keys", "keysecondary": "secondary_keys", "comment": "name", "content": "content",
    "constant": "constant", "selective": "selective", "order": "insertion_order",
    "caseSensitive": "case_sensitive",
}  # fmt: skip
_EXTENSIONS = {
    "selectiveLogic": "selectiveLogic", "position": "position",
    "excludeRecursion": "exclude_recursion", "preventRecursion": "prevent_recursion",
    "delayUntilRecursion": "delay_until_recursion", "probability": "probability",
    "useProbability": "useProbability", "depth": "depth", "scanDepth": "scan_depth",
    "matchWholeWords": "match_whole_words", "caseSensitive": "case_sensitive",
    "sticky": "sticky", "cooldown": "cooldown", "delay": "delay", "group": "group",
    "groupOverride": "group_override", "groupWeight": "group_weight",
    "useGroupScoring": "use_group_scoring", "automationId": "automation_id", "role": "role",
    "vectorized": "vectorized", "displayIndex": "display_index",
}  # fmt: skip
_SIDES = ("before_char", "after_char")
_PLACED = frozenset(
    {*_FLAT.values(), "extensions", "enabled", "position", "priority", "id", "comment", "use_regex"}
)
_BOOK = frozenset({"name", "description", "scan_depth", "recursive_scanning", "extensions"})
_USUAL: dict[str, Any] = {"extensions": {}, "comment": "", "use_regex": False}


def is_lorebook(value: Mapping[str, Any]) -> bool:
    """Whether a JSON object is a lorebook that stands alone, in its wrapping or without."""
    if value.get("spec") == SPEC:
        return True
    first = next(objects(value.get("entries")), {})
    return "keys" in first and "content" in first and "lorebookVersion" not in value


def book_in(value: Mapping[str, Any]) -> dict[str, Any]:
    """The book in such a file."""
    return mapping(value.get("data")) if value.get("spec") == SPEC else dict(value)


def read(value: Mapping[str, Any]) -> Book:
    """A book, those that stand higher up first."""
    told = sorted(objects(value.get("entries")), key=_place)
    found, unequal = taken_in(told, form_of(value).read, _unequal_of)
    rest = {name: one for name, one in value.items() if name != "entries"}
    return Book(found, line(value.get("name")), rest, unequal, unplaced(rest, _BOOK))


def written(entries: Iterable[LoreEntry], rest: Mapping[str, Any]) -> dict[str, Any]:
    """The book as a card has it."""
    form = form_of(rest)
    made = []
    for number_, entry in enumerate(entries):
        told = form.written(entry)
        made.append({**told, "id": told.get("id", number_)})
    return {"extensions": {}, **rest, "entries": made}


def alone(entries: Iterable[LoreEntry], rest: Mapping[str, Any]) -> dict[str, Any]:
    """The file for a book that stands alone."""
    return {"spec": SPEC, "data": written(entries, rest)}


def form_of(book: Mapping[str, Any]) -> Form:
    """How entries of this book are read and written: the book says what they do not say."""
    scan = book.get("scan_depth")
    asleep = book.get("recursive_scanning") is False

    def read_entry(told: dict[str, Any]) -> LoreEntry | None:
        entry = world_info.read_entry(_as_world_info(told))
        if entry is None:
            return None
        if entry.scan is None and scan is not None:
            entry = replace(entry, scan=natural(scan) * CHARACTERS_A_MESSAGE)
        if asleep:
            entry = replace(entry, woken=False)
        if "priority" in told:
            entry = replace(entry, priority=whole(told["priority"]))
        if told.get("use_regex") is True:
            entry = replace(entry, keys=tuple(map(_as_regex, entry.keys)))
        return replace(entry, extra={KEY: dict(told)})

    return Form(KEY, read_entry, _fields_of, _USUAL)


def _as_world_info(told: Mapping[str, Any]) -> dict[str, Any]:
    extensions = mapping(told.get("extensions"))
    found: dict[str, Any] = {"position": _SIDES.index("before_char")}
    if told.get("position") in _SIDES:
        found["position"] = _SIDES.index(told["position"])
    found |= {ours: extensions[name] for ours, name in _EXTENSIONS.items() if name in extensions}
    found |= {ours: told[name] for ours, name in _FLAT.items() if told.get(name) is not None}
    found["disable"] = told.get("enabled", True) is False
    found["comment"] = line(told.get("comment")) or line(told.get("name"))
    # The card's own field is for two lists; without it the second one still counts in most files.
    found["selective"] = told.get("selective") is not False
    found["extensions"] = {OURS: extensions.get(OURS)}
    return found


def _fields_of(entry: LoreEntry) -> dict[str, Any]:
    told = world_info.fields_of(entry)
    made = {name: told[ours] for ours, name in _FLAT.items()}
    made["comment"] = entry.title
    made["enabled"] = entry.enabled
    made["position"] = _SIDES[min(told["position"], 1)]
    made["priority"] = entry.priority
    made["extensions"] = {
        name: told[ours] for ours, name in _EXTENSIONS.items() if ours in told
    } | ({OURS: our_own(entry)} if our_own(entry) else {})
    return made


def _unequal_of(told: Mapping[str, Any]) -> tuple[str, ...]:
    here = (*unplaced(told, _PLACED), *world_info.unequal_of(_as_world_info(told)))
    return tuple(dict.fromkeys(here))


def _place(told: Mapping[str, Any]) -> float:
    return number(told.get("insertion_order"), USUAL_ORDER)


def _as_regex(key: str) -> str:
    return key if key.startswith("/") and key.rfind("/") > 0 else f"/{key}/"
