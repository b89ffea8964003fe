"""The small single values of another copy of the story brought into this one. Decides nothing."""

import json
from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from storyforge.domain.ancestry import digest
from storyforge.domain.merge_plan import MergePlan, copy_id
from storyforge.domain.text import clean
from storyforge.store.bare_rows import insert, rows_of, run
from storyforge.store.pasts import small_values
from storyforge.store.values import now

_EMPTY_CARD = {"label": "", "status": "", "goal": "0", "notes": ""}


def values(here: Session, there: Session, plan: MergePlan, source: str, suffix: str) -> None:
    """Every small value as the plan has it; only what differs is written."""
    current = small_values(here)
    for key, value in plan.values.items():
        kind, _sign, of = key.partition(":")
        if current.get(key) != value and kind in _WRITE:
            _WRITE[kind](here, there, of, value)
    for key, left in plan.kept_twice.items():
        kind, _sign, of = key.partition(":")
        _TWICE[kind](here, of, left, source, suffix)


def _set(name: str, column: str) -> Callable[[Session, Session, str, str | None], None]:
    def write(here: Session, _there: Session, of: str, value: str | None) -> None:
        run(here, f"UPDATE {name} SET {column} = ? WHERE id = ?", value or "", of)

    return write


def _set_story(column: str) -> Callable[[Session, Session, str, str | None], None]:
    def write(here: Session, _there: Session, _of: str, value: str | None) -> None:
        run(here, f"UPDATE story SET {column} = ?", value or "")

    return write


def _set_card(column: str) -> Callable[[Session, Session, str, str | None], None]:
    def write(here: Session, _there: Session, of: str, value: str | None) -> None:
        insert(here, "card", {"scene_id": of, "label": "", "status": "", "goal": 0, "notes": ""})
        told = _EMPTY_CARD[column] if value is None else value
        run(here, f"UPDATE card SET {column} = ? WHERE scene_id = ?", told, of)

    return write


def _set_comment(here: Session, there: Session, of: str, value: str | None) -> None:
    if value is None:
        run(here, "DELETE FROM comment WHERE id = ?", of)
        return
    for row in rows_of(there, "SELECT * FROM comment WHERE id = ?", of):
        insert(here, "comment", row)
    run(here, "UPDATE comment SET text = ? WHERE id = ?", value, of)


def _set_word(here: Session, _there: Session, of: str, value: str | None) -> None:
    if value is None:
        run(here, "DELETE FROM known_word WHERE word = ?", of)
    else:
        insert(here, "known_word", {"word": of})


def _set_context(here: Session, _there: Session, of: str, value: str | None) -> None:
    run(here, "DELETE FROM context_text WHERE kind = ?", of)
    if value is not None:
        insert(here, "context_text", {"kind": of, "text": value})


def _set_setting(here: Session, _there: Session, of: str, value: str | None) -> None:
    run(here, "DELETE FROM setting WHERE key = ?", of)
    if value is not None:
        insert(here, "setting", {"key": of, "value": value})


def _set_lore(here: Session, _there: Session, of: str, value: str | None) -> None:
    run(here, "DELETE FROM lore WHERE id = ?", of)
    if value is not None:
        insert(here, "lore", {"id": of, "position": 0, **_lore(value)})


def _lore(value: str) -> dict[str, Any]:
    names = ("title", "keys", "enabled", "always", "category", "extra", "content")
    rules = {"from_scene": "", "rules": "{}"}
    return rules | dict(zip((*names, *rules), json.loads(value), strict=False))


def _set_summary(kind: str) -> Callable[[Session, Session, str, str | None], None]:
    def write(here: Session, there: Session, of: str, value: str | None) -> None:
        where = "WHERE kind = ? AND target_id = ?"
        run(here, f"DELETE FROM summary {where}", kind, of)
        for row in rows_of(there, f"SELECT * FROM summary {where}", kind, of):
            if value is not None:
                insert(here, "summary", row)

    return write


def _set_prompt_edit(here: Session, _there: Session, of: str, value: str | None) -> None:
    run(here, "DELETE FROM prompt_edit WHERE scene_id = ?", of)
    if value is not None:
        edited, base = json.loads(value)
        row = {"scene_id": of, "changed": now(), "base": base, "edited": edited}
        insert(here, "prompt_edit", row)


def _set_kind(here: Session, _there: Session, of: str, value: str | None) -> None:
    if value is not None:  # its place comes with the order
        insert(here, "plan_item", {"id": of, "kind": value, "position": 0, "deleted": ""})


def _set_fact(here: Session, there: Session, of: str, value: str | None) -> None:
    item, _space, field = of.partition(" ")
    where = "WHERE item_id = ? AND field = ?"
    for row in rows_of(here, f"SELECT * FROM plan_fact {where} AND value <> ''", item, field):
        past_fact(here, item, field, str(row["value"]), str(row["origin"]))
    run(here, f"DELETE FROM plan_fact {where}", item, field)
    if value is not None:
        for row in rows_of(there, f"SELECT * FROM plan_fact {where}", item, field):
            # With the proposal that it was taken from, where it is theirs.
            row |= {} if clean(str(row["value"])) == value else {"origin": ""}
            insert(here, "plan_fact", {**row, "value": value})
        told = {"item_id": item, "field": field, "changed": now(), "origin": "", "value": value}
        insert(here, "plan_fact", told)


def past_fact(here: Session, item: str, field: str, value: str, origin: str = "") -> None:
    """Let a value count as what stood in a field before; so it is found there."""
    row = {"step": "", "item_id": item, "field": field, "changed": now(), "origin": origin}
    insert(here, "plan_past", {**row, "value": value})


def _set_prompt_copy(here: Session, _there: Session, of: str, value: str | None) -> None:
    language, _space, name = of.partition(" ")
    run(here, "DELETE FROM prompt_copy WHERE language = ? AND name = ?", language, name)
    if value is not None:
        row = {"name": name, "language": language, "changed": now(), "text": value}
        insert(here, "prompt_copy", row)


def _fact_twice(here: Session, of: str, left: str, _source: str, _suffix: str) -> None:
    item, _space, field = of.partition(" ")
    known = "SELECT 1 FROM plan_past WHERE item_id = ? AND field = ? AND value = ?"
    if not rows_of(here, known, item, field, left):
        past_fact(here, item, field, left)


def _comment_twice(here: Session, of: str, left: str, _source: str, _suffix: str) -> None:
    for row in rows_of(here, "SELECT * FROM comment WHERE id = ?", of):
        insert(here, "comment", {**row, "id": copy_id(of, digest(left)), "text": left})


def _context_twice(here: Session, of: str, left: str, source: str, _suffix: str) -> None:
    _attach(here, f"{of.replace('/', '-')}.txt", copy_id(of, digest(left)), left, source)


def _packed_twice(name: str) -> Callable[[Session, str, str, str, str], None]:
    """What both wrote, whose first part are the words."""

    def write(here: Session, of: str, left: str, source: str, _suffix: str) -> None:
        _attach(here, f"{name}.txt", copy_id(of, digest(left)), str(json.loads(left)[0]), source)

    return write


def _attach(here: Session, name: str, key: str, text: str, source: str) -> None:
    data = text.encode("utf-8", "replace")
    row = {
        "id": key,
        "name": name,
        "media_type": "text/plain",
        "source": source,
        "created": now(),
        "size": len(data),
        "data": data,
    }
    insert(here, "attachment", row)


def _lore_twice(here: Session, of: str, left: str, _source: str, suffix: str) -> None:
    row = _lore(left)
    title = f"{row['title']} {suffix}".strip(" ")
    key = copy_id(of, digest(left))
    insert(here, "lore", {"id": key, "position": 0, **row, "title": title, "enabled": 0})


def _notes_twice(here: Session, of: str, left: str, _source: str, _suffix: str) -> None:
    run(
        here,
        "UPDATE card SET notes = notes || ? WHERE scene_id = ?",
        f"\n\n{left}",
        of,
    )


_WRITE = {
    **{f"story.{name}": _set_story(name) for name in ("title", "author", "language")},
    **{f"chapter.{name}": _set("chapter", name) for name in ("title", "deleted")},
    **{f"scene.{name}": _set("scene", name) for name in ("title", "deleted")},
    "scene.chapter": _set("scene", "chapter_id"),
    **{f"card.{name}": _set_card(name) for name in _EMPTY_CARD},
    "comment.text": _set_comment,
    "comment.resolved": _set("comment", "resolved"),
    "word": _set_word,
    "context": _set_context,
    "lore": _set_lore,
    "summary.scene": _set_summary("scene"),
    "summary.chapter": _set_summary("chapter"),
    "prompt_edit": _set_prompt_edit,
    "take.bookmark": _set("take", "bookmark"),
    "plan.kind": _set_kind,
    "plan.gone": _set("plan_item", "deleted"),
    "plan.fact": _set_fact,
    "prompt_copy": _set_prompt_copy,
    "setting": _set_setting,
}
_TWICE = {
    "comment.text": _comment_twice,
    "context": _context_twice,
    "plan.fact": _fact_twice,
    "prompt_copy": _context_twice,
    "lore": _lore_twice,
    **{f"summary.{kind}": _packed_twice("summary") for kind in ("scene", "chapter")},
    "prompt_edit": _packed_twice("prompt"),
    "card.notes": _notes_twice,
}
