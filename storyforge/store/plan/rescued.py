"""What this opening wrote beside the texts, put into another file where its own was rewritten."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from storyforge.store import adopting
from storyforge.store.bare_rows import insert, keys_of, run
from storyforge.store.database import Database
from storyforge.store.journal import Written

# What goes with a scene, which must be there first.
_OF_SCENES = frozenset({"card", "comment", "drafted", "prompt_edit", "take"})


def put_back(database: Database, written: Written, *, of_scenes: bool) -> None:
    """Let a file hold these rows; a chapter or scene that it lacks is made, as the last one.

    Args:
        of_scenes: those that go with a scene, once all scenes are there; else all others.
    """
    with database.write() as session:
        scenes = keys_of(session, "scene") if of_scenes else {}
        for (name, keys), row in written.items():
            if (name in _OF_SCENES) is not of_scenes:
                continue
            found = dict(keys)
            if name in ("chapter", "scene"):
                _bring(session, name, str(found["id"]), dict(row or {}))
                continue
            if name == "picture" and row is not None:
                row = _beside(session, row)
            where = " AND ".join(f"{column} = ?" for column in found)
            run(session, f"DELETE FROM {name} WHERE {where}", *found.values())
            if row is None:
                continue
            if of_scenes and row["scene_id"] not in scenes:
                if name == "drafted":
                    continue  # it tells of a text, and there is none
                adopting.new_scene(session, row["scene_id"])
                scenes[row["scene_id"]] = 0
            insert(session, name, dict(row))


def _beside(session: Session, row: Mapping[str, Any]) -> Mapping[str, Any]:
    """A picture that was chosen meanwhile: its bytes lie in no file but its own, beside it."""
    found = run(session, "SELECT 1 FROM picture_data WHERE picture_id = ?", row["id"]).first()
    return row if found else {**row, "beside": True}


def _bring(session: Session, name: str, key: str, row: dict[str, str]) -> None:
    if key in keys_of(session, name):
        run(session, f"UPDATE {name} SET title = ? WHERE id = ?", row["title"], key)
    elif name == "chapter":
        adopting.new_chapter(session, key, row["title"])
    else:
        chapter = row["chapter_id"]
        known = chapter in keys_of(session, "chapter")
        adopting.new_scene(session, key, row["title"], chapter if known else "")
