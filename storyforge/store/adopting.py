"""Rows of another copy of the story brought into this one. Carries out, decides nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from storyforge.domain.ancestry import interleaved
from storyforge.domain.merge_plan import MergePlan, ScenePlan
from storyforge.domain.origin import Provenance
from storyforge.domain.story import Page
from storyforge.store.bare_rows import insert, keys_of, move, rows_of, run
from storyforge.store.values import now

# Tables whose rows are never changed once they are there, parents before children.
_GROWING = ("session", "batch", "batch_item")
# Behind every other, until the order is written.
_LAST = 1 << 20


def chapters(here: Session, there: Session, plan: MergePlan) -> None:
    """The chapters that only the other copy has; their places come with `order`."""
    known = keys_of(here, "chapter")
    for row in rows_of(there, "SELECT * FROM chapter"):
        if row["id"] not in known and row["id"] in plan.chapters:
            insert(here, "chapter", row)


def scenes(here: Session, there: Session, plan: MergePlan) -> None:
    """The scenes that only the other copy has, with their spans and anchors."""
    for one in plan.scenes.values():
        if one.there != (False, True):
            continue
        for name, column in (("scene", "id"), ("span", "scene_id"), ("anchor", "scene_id")):
            for row in rows_of(there, f"SELECT * FROM {name} WHERE {column} = ?", one.scene_id):
                insert(here, name, row)


def rows(here: Session, there: Session) -> None:
    """Takes, snapshots, sessions, attachments, batches: all that either copy has."""
    _takes(here, there)
    _revisions(here, there)
    for name in _GROWING:
        for row in rows_of(there, f"SELECT * FROM {name}"):
            insert(here, name, row)
    known = keys_of(here, "attachment")
    for key in keys_of(there, "attachment"):
        if key not in known:  # one at a time: a picture may be large
            insert(
                here, "attachment", rows_of(there, "SELECT * FROM attachment WHERE id = ?", key)[0]
            )
    for row in rows_of(there, "SELECT * FROM session"):
        # The same session, further on in one copy than in the other.
        grown = ("active", "own_words", "own_characters", "model_words", "model_characters")
        sets = ", ".join(f"{name} = max({name}, ?)" for name in (*grown, "ended"))
        values = (*(row[name] for name in grown), row["ended"], row["id"])
        run(here, f"UPDATE session SET {sets} WHERE id = ?", *values)


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
    insert(session, "scene", {**row, **empty})


def new_chapter(session: Session, chapter_id: str, title: str) -> None:
    """A chapter of this id, the last one."""
    row = {"id": chapter_id, "position": _LAST, "title": title, "deleted": ""}
    insert(session, "chapter", row)


def new_scene(session: Session, scene_id: str, title: str = "", chapter_id: str = "") -> None:
    """An empty scene of this id at the end of a chapter, of the first one if none is named."""
    if not chapter_id:
        first = "SELECT id FROM chapter WHERE deleted = '' ORDER BY position LIMIT 1"
        chapter_id = rows_of(session, first)[0]["id"]
    numbers = ("caret", "length", "words", "characters", "model_words", "model_characters")
    row = {"id": scene_id, "chapter_id": chapter_id, "position": _LAST, "title": title}
    more = {"deleted": "", "changed": now(), "text": ""}
    insert(session, "scene", {**row, **more, **dict.fromkeys(numbers, 0)})


def arrange(session: Session, chapters: Sequence[tuple[str, Sequence[str]]]) -> None:
    """Let chapters and their scenes stand so; what is not named keeps its place among them."""
    known = [row["id"] for row in rows_of(session, "SELECT id FROM chapter ORDER BY position, id")]
    named = [chapter for chapter, _scenes in chapters if chapter in known]
    for position, chapter in enumerate(interleaved(named, known)):
        move(session, "chapter", chapter, position)
    for chapter, scenes in chapters:
        if chapter not in known:
            continue
        for scene in scenes:
            run(session, "UPDATE scene SET chapter_id = ? WHERE id = ?", chapter, scene)
    for chapter, scenes in chapters:
        order = "SELECT id FROM scene WHERE chapter_id = ? ORDER BY position, id"
        there = [row["id"] for row in rows_of(session, order, chapter)]
        wanted = [scene for scene in scenes if scene in there]
        for position, scene in enumerate(interleaved(wanted, there)):
            move(session, "scene", scene, position)


def lineage(session: Session, scene_id: str, told: str) -> None:
    """Add a digest to what the scene's text once was."""
    run(
        session,
        "INSERT INTO lineage (scene_id, number, digest, created) SELECT ?, "
        "coalesce(max(number), 0) + 1, ?, ? FROM lineage WHERE scene_id = ?",
        *(scene_id, told, now(), scene_id),
    )


def story_id(session: Session, told: str) -> None:
    """Let the story be the one of this id."""
    run(session, "UPDATE story SET id = ?", told)


def for_copy(page: Page, scene_id: str) -> Page:
    """The page as the copy's own: its takes and comments stay with the scene itself."""
    return replace(page, scene_id=scene_id, provenance=Provenance(page.provenance.spans))


def order(here: Session, plan: MergePlan) -> None:
    """Number chapters, scenes, the book of lore and the plan as they are to stand."""
    for position, chapter in enumerate(plan.chapters):
        move(here, "chapter", chapter, position)
        for place, scene in enumerate(plan.scenes_of.get(chapter, ())):
            move(here, "scene", scene, place)
    entries = (plan.values.get("order.lore:") or "").split()
    known = {row["id"]: None for row in rows_of(here, "SELECT id FROM lore ORDER BY position, id")}
    for position, entry in enumerate(dict.fromkeys((*entries, *known))):
        move(here, "lore", entry, position)
    for position, item in enumerate((plan.values.get("order.plan:") or "").split()):
        move(here, "plan_item", item, position)


def _takes(here: Session, there: Session) -> None:
    known = {row["id"]: row for row in rows_of(here, "SELECT id, text, thinking FROM take")}
    for row in rows_of(there, "SELECT * FROM take"):
        mine = known.get(row["id"])
        if mine is None:
            insert(here, "take", row)
        elif _written(row) > _written(mine):
            # The one copy was made while it was still being written.
            names = ("text", "kept", "state", "reason", "usage", "thinking")
            changes = {name: row[name] for name in names}
            sets = ", ".join(f"{name} = ?" for name in changes)
            run(here, f"UPDATE take SET {sets} WHERE id = ?", *changes.values(), row["id"])


def _written(row: Mapping[str, Any]) -> tuple[int, int]:
    return len(str(row["text"])), len(str(row["thinking"]))


def _revisions(here: Session, there: Session) -> None:
    """Snapshots; what is told by its base's number is told by that base's number here."""
    known = keys_of(here, "revision")
    ids = {row["number"]: row["id"] for row in rows_of(there, "SELECT number, id FROM revision")}
    for row in rows_of(there, "SELECT * FROM revision ORDER BY number"):
        if row["id"] in known:
            continue
        base = ids.get(row["base"])
        insert(here, "revision", {**row, "number": None, "base": known.get(base or "")})
        known[row["id"]] = run(here, "SELECT last_insert_rowid()").scalar_one()
