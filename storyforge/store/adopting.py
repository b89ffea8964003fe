"""Rows of another copy of the story brought into this one. Carries out, decides nothing."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from sqlalchemy.orm import Session
from sqlmodel import SQLModel

import storyforge.store.side_tables  # noqa: F401 - so that the tables' columns are known
from storyforge.domain.ancestry import digest, interleaved
from storyforge.domain.merge_plan import MergePlan, ScenePlan, copy_id
from storyforge.domain.origin import Provenance
from storyforge.domain.story import Page
from storyforge.store.pasts import small_values
from storyforge.store.values import now

# Tables whose rows are never changed once they are there, parents before children.
_GROWING = ("session", "batch", "batch_item")
# Behind every other, until the order is written.
_LAST = 1 << 20
_EMPTY_CARD = {"label": "", "status": "", "goal": "0", "notes": ""}


def chapters(here: Session, there: Session, plan: MergePlan) -> None:
    """The chapters that only the other copy has; their places come with `order`."""
    known = _keys(here, "chapter")
    for row in _rows(there, "SELECT * FROM chapter"):
        if row["id"] not in known and row["id"] in plan.chapters:
            _insert(here, "chapter", row)


def scenes(here: Session, there: Session, plan: MergePlan) -> None:
    """The scenes that only the other copy has, with their spans and anchors."""
    for one in plan.scenes.values():
        if one.there != (False, True):
            continue
        for name, column in (("scene", "id"), ("span", "scene_id"), ("anchor", "scene_id")):
            for row in _rows(there, f"SELECT * FROM {name} WHERE {column} = ?", one.scene_id):
                _insert(here, name, row)


def rows(here: Session, there: Session) -> None:
    """Takes, snapshots, sessions, attachments, batches: all that either copy has."""
    _takes(here, there)
    _revisions(here, there)
    for name in _GROWING:
        for row in _rows(there, f"SELECT * FROM {name}"):
            _insert(here, name, row)
    known = _keys(here, "attachment")
    for key in _keys(there, "attachment"):
        if key not in known:  # one at a time: a picture may be large
            _insert(
                here, "attachment", _rows(there, "SELECT * FROM attachment WHERE id = ?", key)[0]
            )
    for row in _rows(there, "SELECT * FROM session"):
        # The same session, further on in one copy than in the other.
        grown = ("active", "own_words", "own_characters", "model_words", "model_characters")
        sets = ", ".join(f"{name} = max({name}, ?)" for name in (*grown, "ended"))
        values = (*(row[name] for name in grown), row["ended"], row["id"])
        _run(here, f"UPDATE session SET {sets} WHERE id = ?", *values)


def copy_of(session: Session, plan: MergePlan, one: ScenePlan, suffix: str) -> None:
    """An empty scene for the text that was not taken; `order` puts it behind its scene."""
    title = plan.values.get(f"scene.title:{one.scene_id}") or ""
    row = {
        "id": one.copy_id,
        "chapter_id": plan.values[f"scene.chapter:{one.scene_id}"],
        "title": f"{title} {suffix}".strip(" "),
        "deleted": plan.values[f"scene.deleted:{one.scene_id}"],
        "changed": now(),
        "text": "",
    }
    numbers = ("position", "caret", "length", "words", "characters")
    empty = dict.fromkeys((*numbers, "model_words", "model_characters"), 0)
    _insert(session, "scene", {**row, **empty})


def new_chapter(session: Session, chapter_id: str, title: str) -> None:
    """A chapter of this id, the last one."""
    row = {"id": chapter_id, "position": _LAST, "title": title, "deleted": ""}
    _insert(session, "chapter", row)


def new_scene(session: Session, scene_id: str, title: str = "", chapter_id: str = "") -> None:
    """An empty scene of this id at the end of a chapter, of the first one if none is named."""
    if not chapter_id:
        first = "SELECT id FROM chapter WHERE deleted = '' ORDER BY position LIMIT 1"
        chapter_id = _rows(session, first)[0]["id"]
    numbers = ("caret", "length", "words", "characters", "model_words", "model_characters")
    row = {"id": scene_id, "chapter_id": chapter_id, "position": _LAST, "title": title}
    more = {"deleted": "", "changed": now(), "text": ""}
    _insert(session, "scene", {**row, **more, **dict.fromkeys(numbers, 0)})


def arrange(session: Session, chapters: Sequence[tuple[str, Sequence[str]]]) -> None:
    """Let chapters and their scenes stand so; what is not named keeps its place among them."""
    known = [row["id"] for row in _rows(session, "SELECT id FROM chapter ORDER BY position, id")]
    named = [chapter for chapter, _scenes in chapters if chapter in known]
    for position, chapter in enumerate(interleaved(named, known)):
        _move(session, "chapter", chapter, position)
    for chapter, scenes in chapters:
        if chapter not in known:
            continue
        for scene in scenes:
            _run(session, "UPDATE scene SET chapter_id = ? WHERE id = ?", chapter, scene)
    for chapter, scenes in chapters:
        order = "SELECT id FROM scene WHERE chapter_id = ? ORDER BY position, id"
        there = [row["id"] for row in _rows(session, order, chapter)]
        wanted = [scene for scene in scenes if scene in there]
        for position, scene in enumerate(interleaved(wanted, there)):
            _move(session, "scene", scene, position)


def lineage(session: Session, scene_id: str, told: str) -> None:
    """Add a digest to what the scene's text once was."""
    _run(
        session,
        "INSERT INTO lineage (scene_id, number, digest, created) SELECT ?, "
        "coalesce(max(number), 0) + 1, ?, ? FROM lineage WHERE scene_id = ?",
        *(scene_id, told, now(), scene_id),
    )


def story_id(session: Session, told: str) -> None:
    """Let the story be the one of this id."""
    _run(session, "UPDATE story SET id = ?", told)


def for_copy(page: Page, scene_id: str) -> Page:
    """The page as the copy's own: its takes and comments stay with the scene itself."""
    return replace(page, scene_id=scene_id, provenance=Provenance(page.provenance.spans))


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


def order(here: Session, plan: MergePlan) -> None:
    """Number chapters, scenes and the book of lore as they are to stand."""
    for position, chapter in enumerate(plan.chapters):
        _move(here, "chapter", chapter, position)
        for place, scene in enumerate(plan.scenes_of.get(chapter, ())):
            _move(here, "scene", scene, place)
    entries = (plan.values.get("order.lore:") or "").split()
    known = {row["id"]: None for row in _rows(here, "SELECT id FROM lore ORDER BY position, id")}
    for position, entry in enumerate(dict.fromkeys((*entries, *known))):
        _move(here, "lore", entry, position)


def _takes(here: Session, there: Session) -> None:
    known = {row["id"]: row for row in _rows(here, "SELECT id, state, text FROM take")}
    for row in _rows(there, "SELECT * FROM take"):
        mine = known.get(row["id"])
        if mine is None:
            _insert(here, "take", row)
        elif len(str(row["text"])) > len(str(mine["text"])):
            # The one copy was made while it was still being written.
            changes = {name: row[name] for name in ("text", "kept", "state", "reason", "usage")}
            sets = ", ".join(f"{name} = ?" for name in changes)
            _run(here, f"UPDATE take SET {sets} WHERE id = ?", *changes.values(), row["id"])


def _revisions(here: Session, there: Session) -> None:
    """Snapshots; what is told by its base's number is told by that base's number here."""
    known = _keys(here, "revision")
    ids = {row["number"]: row["id"] for row in _rows(there, "SELECT number, id FROM revision")}
    for row in _rows(there, "SELECT * FROM revision ORDER BY number"):
        if row["id"] in known:
            continue
        base = ids.get(row["base"])
        _insert(here, "revision", {**row, "number": None, "base": known.get(base or "")})
        known[row["id"]] = _run(here, "SELECT last_insert_rowid()").scalar_one()


def _set(name: str, column: str) -> Callable[[Session, Session, str, str | None], None]:
    def write(here: Session, _there: Session, of: str, value: str | None) -> None:
        _run(here, f"UPDATE {name} SET {column} = ? WHERE id = ?", value or "", of)

    return write


def _set_story(column: str) -> Callable[[Session, Session, str, str | None], None]:
    def write(here: Session, _there: Session, _of: str, value: str | None) -> None:
        _run(here, f"UPDATE story SET {column} = ?", value or "")

    return write


def _set_card(column: str) -> Callable[[Session, Session, str, str | None], None]:
    def write(here: Session, _there: Session, of: str, value: str | None) -> None:
        _insert(here, "card", {"scene_id": of, "label": "", "status": "", "goal": 0, "notes": ""})
        told = _EMPTY_CARD[column] if value is None else value
        _run(here, f"UPDATE card SET {column} = ? WHERE scene_id = ?", told, of)

    return write


def _set_comment(here: Session, there: Session, of: str, value: str | None) -> None:
    if value is None:
        _run(here, "DELETE FROM comment WHERE id = ?", of)
        return
    for row in _rows(there, "SELECT * FROM comment WHERE id = ?", of):
        _insert(here, "comment", row)
    _run(here, "UPDATE comment SET text = ? WHERE id = ?", value, of)


def _set_word(here: Session, _there: Session, of: str, value: str | None) -> None:
    if value is None:
        _run(here, "DELETE FROM known_word WHERE word = ?", of)
    else:
        _insert(here, "known_word", {"word": of})


def _set_context(here: Session, _there: Session, of: str, value: str | None) -> None:
    _run(here, "DELETE FROM context_text WHERE kind = ?", of)
    if value is not None:
        _insert(here, "context_text", {"kind": of, "text": value})


def _set_setting(here: Session, _there: Session, of: str, value: str | None) -> None:
    _run(here, "DELETE FROM setting WHERE key = ?", of)
    if value is not None:
        _insert(here, "setting", {"key": of, "value": value})


def _set_lore(here: Session, _there: Session, of: str, value: str | None) -> None:
    _run(here, "DELETE FROM lore WHERE id = ?", of)
    if value is not None:
        _insert(here, "lore", {"id": of, "position": 0, **_lore(value)})


def _lore(value: str) -> dict[str, Any]:
    names = ("title", "keys", "enabled", "always", "category", "extra", "content")
    return dict(zip(names, json.loads(value), strict=True))


def _comment_twice(here: Session, of: str, left: str, _source: str, _suffix: str) -> None:
    for row in _rows(here, "SELECT * FROM comment WHERE id = ?", of):
        _insert(here, "comment", {**row, "id": copy_id(of, digest(left)), "text": left})


def _context_twice(here: Session, of: str, left: str, source: str, _suffix: str) -> None:
    data = left.encode("utf-8", "replace")
    row = {
        "id": copy_id(of, digest(left)),
        "name": f"{of}.txt",
        "media_type": "text/plain",
        "source": source,
        "created": now(),
        "size": len(data),
        "data": data,
    }
    _insert(here, "attachment", row)


def _lore_twice(here: Session, of: str, left: str, _source: str, suffix: str) -> None:
    row = _lore(left)
    title = f"{row['title']} {suffix}".strip(" ")
    key = copy_id(of, digest(left))
    _insert(here, "lore", {"id": key, "position": 0, **row, "title": title, "enabled": 0})


def _notes_twice(here: Session, of: str, left: str, _source: str, _suffix: str) -> None:
    _run(
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
    "setting": _set_setting,
}
_TWICE = {
    "comment.text": _comment_twice,
    "context": _context_twice,
    "lore": _lore_twice,
    "card.notes": _notes_twice,
}


def _rows(session: Session, statement: str, *given: object) -> list[dict[str, Any]]:
    return [dict(row) for row in _run(session, statement, *given).mappings()]


def _keys(session: Session, name: str) -> dict[str, int]:
    number = "number" if name == "revision" else "0 AS number"
    found = _rows(session, f"SELECT id, {number} FROM {name}")
    return {str(row["id"]): row["number"] for row in found}


def _insert(session: Session, name: str, row: dict[str, Any]) -> None:
    """Put a row where none of its key is yet; of a stranger's columns only those that we know."""
    row = {column: row[column] for column in _columns(name) if column in row}
    columns, marks = ", ".join(row), ", ".join("?" for _column in row)
    statement = f"INSERT INTO {name} ({columns}) VALUES ({marks}) ON CONFLICT DO NOTHING"
    _run(session, statement, *row.values())


@cache
def _columns(name: str) -> tuple[str, ...]:
    return tuple(column.name for column in SQLModel.metadata.tables[name].columns)


def _move(session: Session, name: str, key: str, position: int) -> None:
    _run(
        session,
        f"UPDATE {name} SET position = ? WHERE id = ? AND position <> ?",
        position,
        key,
        position,
    )


def _run(session: Session, statement: str, *given: object) -> Any:
    return session.connection().exec_driver_sql(statement, tuple(given))
