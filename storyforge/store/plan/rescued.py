"""What this opening planned, put into another file where its own was rewritten by somebody."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from storyforge.store import adopting
from storyforge.store.bare_rows import insert, keys_of, run
from storyforge.store.database import Database
from storyforge.store.plan.journal import Written


def put_back(database: Database, plan: Written) -> None:
    """Let a file hold these rows; a chapter or scene that it lacks is made, as the last one."""
    with database.write() as session:
        for (name, keys), row in plan.items():
            found = dict(keys)
            if name in ("chapter", "scene"):
                _bring(session, name, str(found["id"]), dict(row or {}))
                continue
            if name == "picture" and row is not None:
                row = _beside(session, row)
            where = " AND ".join(f"{column} = ?" for column in found)
            run(session, f"DELETE FROM {name} WHERE {where}", *found.values())
            if row is not None and (
                name != "drafted" or row["scene_id"] in keys_of(session, "scene")
            ):
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
