"""SillyTavern's World Info: `{"entries": {"0": {…}}}`. Pure.

`order` says how far down an entry stands and how long it stays when room is short; 100 is the usual
one and becomes our priority 0. Depths and scan depths are in messages.
"""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import uuid4

from storyforge.domain.lore import KeyLogic, LoreEntry, LorePosition
from storyforge.lorebooks.book import (
    CHARACTERS_A_MESSAGE,
    OURS,
    USUAL_ORDER,
    Book,
    Form,
    our_own,
    taken_in,
)
from storyforge.lorebooks.taking import (
    keys,
    line,
    mapping,
    natural,
    number,
    objects,
    percent,
    share,
    text,
    unplaced,
    whole,
)

KEY = "world_info"

# By the number of the field.
_LOGIC = (KeyLogic.AND_ANY, KeyLogic.NOT_ALL, KeyLogic.NOT_ANY, KeyLogic.AND_ALL)
_AT_DEPTH = 4
_NUMBERS = {LorePosition.TOP: 0, LorePosition.BEFORE_STORY: 1, LorePosition.LINES_UP: _AT_DEPTH}
# Before and after the character; above and below the author's note, at a depth; examples.
_POSITIONS = (
    LorePosition.TOP,
    LorePosition.BEFORE_STORY,
    *(LorePosition.LINES_UP,) * 3,
    *(LorePosition.BEFORE_STORY,) * 2,
)
_PLACED = frozenset(
    {"uid", "key", "keysecondary", "comment", "content", "constant", "selective", "selectiveLogic",
     "order", "disable", "excludeRecursion", "preventRecursion", "probability", "useProbability",
     "depth", "scanDepth", "caseSensitive", "matchWholeWords", "sticky", "cooldown", "displayIndex",
     "addMemo", "position", "groupWeight", "extensions"}
)  # fmt: skip
_BOOK = frozenset({"name", "description", "extensions", "originalData"})
_USUAL: dict[str, Any] = {
    "vectorized": False, "addMemo": True, "delayUntilRecursion": 0, "group": "",
    "groupOverride": False, "groupWeight": 100, "useGroupScoring": None, "automationId": "",
    "role": None, "delay": None,
}  # fmt: skip


def is_world_info(value: Mapping[str, Any]) -> bool:
    """Whether a JSON object is such a book."""
    entries = value.get("entries")
    first = next(objects(entries), None)
    return (isinstance(entries, dict) and not entries) or (first is not None and "key" in first)


def read(value: Mapping[str, Any]) -> Book:
    """The book in a file, those that stand higher up first."""
    told = sorted(objects(value.get("entries")), key=lambda one: _order(one.get("order")))
    found, unequal = taken_in(told, read_entry, unequal_of)
    rest = {name: one for name, one in value.items() if name != "entries"}
    return Book(found, line(value.get("name")), rest, unequal, unplaced(rest, _BOOK))


def written(entries: Iterable[LoreEntry], rest: Mapping[str, Any]) -> dict[str, Any]:
    """The file for a book."""
    numbered: dict[str, Any] = {}
    taken: set[int] = set()
    for entry in entries:
        made = FORM.written(entry)
        uid = made.get("uid")
        if not isinstance(uid, int) or isinstance(uid, bool) or uid in taken:
            uid = max(taken, default=-1) + 1
        taken.add(uid)
        numbered[str(uid)] = {**made, "uid": uid}
    ordered = dict(sorted(numbered.items(), key=lambda pair: int(pair[0])))
    return {**rest, "entries": ordered}


def read_entry(told: Mapping[str, Any]) -> LoreEntry | None:
    """One entry; None for an empty one."""
    called_by = keys(told.get("key"))
    title, content = line(told.get("comment")), text(told.get("content")).strip(" \t\n")
    if not (called_by or title or content):
        return None
    position = min(natural(told.get("position")), len(_POSITIONS) - 1)
    at_depth = natural(told.get("depth"), 4) if position == _AT_DEPTH else 3
    scan = told.get("scanDepth")
    ours = mapping(mapping(told.get("extensions")).get(OURS))
    return LoreEntry(
        uuid4().hex,
        title or (called_by[0] if called_by else content.partition("\n")[0][:40]),
        called_by,
        content,
        not told.get("disable"),
        bool(told.get("constant")),
        line(ours.get("category")),
        {KEY: dict(told)},
        keys(told.get("keysecondary")) if told.get("selective", True) else (),
        _logic(told.get("selectiveLogic")),
        bool(told.get("matchWholeWords")),
        bool(told.get("caseSensitive")),
        whole(told.get("order"), USUAL_ORDER) - USUAL_ORDER,
        share(ours.get("share")),
        _POSITIONS[position],
        at_depth,
        None if scan is None else natural(scan) * CHARACTERS_A_MESSAGE,
        percent(told.get("probability")) if told.get("useProbability", True) else 100,
        natural(told.get("sticky")),
        natural(told.get("cooldown")),
        not told.get("preventRecursion"),
        not told.get("excludeRecursion"),
        line(ours.get("from_scene")),
    )


def fields_of(entry: LoreEntry) -> dict[str, Any]:
    """The fields of an entry of ours."""
    made: dict[str, Any] = {
        "key": list(entry.keys),
        "keysecondary": list(entry.secondary),
        "comment": entry.title,
        "content": entry.content,
        "constant": entry.always,
        "selective": bool(entry.secondary),
        "selectiveLogic": _LOGIC.index(entry.logic),
        "order": entry.priority + USUAL_ORDER,
        "position": _NUMBERS[entry.position],
        "disable": not entry.enabled,
        "excludeRecursion": not entry.woken,
        "preventRecursion": not entry.wakes,
        "probability": entry.chance,
        "useProbability": entry.chance != 100,
        "depth": entry.depth,
        "scanDepth": _messages(entry.scan),
        "caseSensitive": entry.case_sensitive,
        "matchWholeWords": entry.whole_words,
        "sticky": entry.sticky,
        "cooldown": entry.cooldown,
    }
    if ours := our_own(entry):
        made["extensions"] = {OURS: ours}
    return made


def unequal_of(told: Mapping[str, Any]) -> tuple[str, ...]:
    """The names of the fields that do something there and nothing here."""
    found = [*unplaced(told, _PLACED)]
    if whole(told.get("position")) in (2, 3, 5, 6) or whole(told.get("position")) > 6:
        found.append("position")
    return tuple(found)


FORM = Form(KEY, read_entry, fields_of, _USUAL)


def _logic(value: Any) -> KeyLogic:
    return _LOGIC[min(natural(value), len(_LOGIC) - 1)]


def _order(value: Any) -> float:
    return number(value, USUAL_ORDER)


def _messages(scan: int | None) -> int | None:
    return None if scan is None else -(-scan // CHARACTERS_A_MESSAGE)
