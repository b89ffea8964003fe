"""The small single values of a story, and what each of them once was.

Titles, the order, cards, comments and the like carry no time of their own. So that a merge can tell
which of two copies is the newer one, a digest of every value is noted when the log is folded in and
it has changed, under one setting: 100 KB for a story of 1,000 scenes, written only when such a
value differs. What the texts once were is the business of `lineage`.
"""

import json
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from storyforge.domain.ancestry import Seen, short_digest
from storyforge.domain.text import clean
from storyforge.store import adopting_pictures
from storyforge.store.database import Database
from storyforge.store.own_settings import PASTS, is_own

_CARD = (("label", ""), ("status", ""), ("goal", 0), ("notes", ""))
_LORE = ("lore:", "order.lore:")
_PLAN = ("plan.kind:", "plan.gone:", "plan.fact:", "order.plan:")
_PICTURES = ("picture.",)
# In the place of a value that is what it was.
_SAME = "\0"
# What a value once was is remembered so many times back.
_KEPT = 40


class Pasts:
    """What the small values of a story once were."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._noted: tuple[tuple[int, ...], ...] = ((), (), ())

    def record(self) -> None:
        """Note the values that are not what they were when this was called last.

        The book of lore, the plan and the pictures are looked through only where they changed:
        10,000 entries take 0.1 s, and as many facts.
        """
        with self._database.lock:
            version_of = self._database.version_of
            tables = (("lore",), ("plan_item", "plan_fact"), ("picture",))
            version = tuple(version_of(*names) for names in tables)
            lore, plan, pictures = (
                one != noted for one, noted in zip(version, self._noted, strict=True)
            )
            with self._database.read() as session:
                told = read_told(session)
                values = small_values(session, lore=lore, plan=plan, pictures=pictures)
            unchanged = ((lore, _LORE), (plan, _PLAN), (pictures, _PICTURES))
            same = tuple(key for seen, keys in unchanged if not seen for key in keys)
            values |= {key: _SAME for key in told if key.startswith(same)}
            grown = _grown(told, values, f"{int(time.time()):x}")
            if grown is not None:
                with self._database.write() as session:
                    write_told(session, grown)
            self._noted = version


def small_values(
    session: Session, *, lore: bool = True, plan: bool = True, pictures: bool = True
) -> dict[str, str]:
    """Every small value by its key; `kind:id`, in the order of the story."""
    rows = session.connection().exec_driver_sql
    values: dict[str, str] = {}
    for title, author, language in rows("SELECT title, author, language FROM story"):
        values |= {"story.title:": title, "story.author:": author, "story.language:": language}
    chapters = rows("SELECT id, title, deleted FROM chapter ORDER BY position, id").all()
    for key, title, deleted in chapters:
        values |= {f"chapter.title:{key}": title, f"chapter.deleted:{key}": deleted}
    values["order.chapters:"] = " ".join(key for key, _title, _deleted in chapters)
    orders: dict[str, list[str]] = {}
    for key, chapter, title, deleted in rows(
        "SELECT id, chapter_id, title, deleted FROM scene ORDER BY position, id"
    ):
        values[f"scene.title:{key}"] = title
        values[f"scene.chapter:{key}"] = chapter
        values[f"scene.deleted:{key}"] = deleted
        orders.setdefault(chapter, []).append(key)
    values |= {f"order.scenes:{chapter}": " ".join(keys) for chapter, keys in orders.items()}
    for key, *fields in rows("SELECT scene_id, label, status, goal, notes FROM card"):
        for (name, empty), value in zip(_CARD, fields, strict=True):
            if value != empty:
                values[f"card.{name}:{key}"] = str(value)
    for key, scene, resolved, text in rows("SELECT id, scene_id, resolved, text FROM comment"):
        values[f"comment.text:{key}"] = text
        values[f"comment.scene:{key}"] = scene
        if resolved:
            values[f"comment.resolved:{key}"] = resolved
    values |= {f"word:{word}": "1" for (word,) in rows("SELECT word FROM known_word")}
    values |= {
        f"context:{kind}": text for kind, text in rows("SELECT kind, text FROM context_text")
    }
    if lore:
        values |= _lore_values(session)
    if plan:
        values |= _plan_values(session)
    if pictures:
        values |= adopting_pictures.small_values(session)
    for name, language, text in rows("SELECT name, language, text FROM prompt_copy"):
        values[f"prompt_copy:{language} {name}"] = text
    for kind, key, *fields in rows("SELECT kind, target_id, text, model, source FROM summary"):
        values[f"summary.{kind}:{key}"] = json.dumps(fields, ensure_ascii=False)
    for key, *fields in rows("SELECT scene_id, edited, base FROM prompt_edit"):
        values[f"prompt_edit:{key}"] = json.dumps(fields, ensure_ascii=False)
    for key, name in rows("SELECT id, bookmark FROM take WHERE bookmark <> ''"):
        values[f"take.bookmark:{key}"] = name
    for key, value in rows("SELECT key, value FROM setting"):
        if not is_own(key):
            values[f"setting:{key}"] = value
    return {key: clean(str(value)) for key, value in values.items()}


def _lore_values(session: Session) -> dict[str, str]:
    rows = session.connection().exec_driver_sql(
        "SELECT id, from_scene, rules, title, keys, enabled, always, category, extra, content "
        "FROM lore ORDER BY position, id"
    )
    values: dict[str, str] = {}
    for key, from_scene, rules, *fields in rows:
        # An entry without rules has the digest that a file of version 2 noted for it.
        more = [] if (from_scene, rules) == ("", "{}") else [from_scene, rules]
        values[f"lore:{key}"] = json.dumps([*fields, *more], ensure_ascii=False)
    values["order.lore:"] = " ".join(key.partition(":")[2] for key in values)
    return values


def _plan_values(session: Session) -> dict[str, str]:
    rows = session.connection().exec_driver_sql
    values: dict[str, str] = {}
    items = rows("SELECT id, kind, deleted FROM plan_item ORDER BY position, id").all()
    for key, kind, deleted in items:
        values |= {f"plan.kind:{key}": kind, f"plan.gone:{key}": deleted}
    values["order.plan:"] = " ".join(str(key) for key, _kind, _deleted in items)
    for key, field, value in rows("SELECT item_id, field, value FROM plan_fact WHERE value <> ''"):
        values[f"plan.fact:{key} {field}"] = value
    return values


def read_told(session: Session) -> dict[str, list[str]]:
    """The pasts as they are written: key → `digest@seconds`; empty where there is none to read."""
    row = (
        session.connection()
        .exec_driver_sql("SELECT value FROM setting WHERE key = ?", (PASTS,))
        .first()
    )
    try:
        read: Any = json.loads(row[0]) if row is not None else {}
    except (ValueError, RecursionError):
        read = {}
    if not isinstance(read, dict):
        return {}
    return {
        str(key): [str(entry) for entry in entries]
        for key, entries in read.items()
        if isinstance(entries, list)
    }


def write_told(session: Session, told: Mapping[str, list[str]]) -> None:
    """Keep the pasts."""
    session.connection().exec_driver_sql(
        "INSERT INTO setting (key, value) VALUES (?, ?) "
        "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (PASTS, json.dumps(told, ensure_ascii=False, separators=(",", ":"))),
    )


def pasts_of(told: Mapping[str, list[str]]) -> dict[str, tuple[Seen, ...]]:
    """The pasts as values."""
    return {key: tuple(_seen(entry) for entry in entries) for key, entries in told.items()}


def united(ours: Mapping[str, list[str]], theirs: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """What either copy remembers."""
    out = {key: list(entries) for key, entries in ours.items()}
    for key, entries in theirs.items():
        mine = out.setdefault(key, [])
        known = {entry.partition("@")[0] for entry in mine}
        mine += [entry for entry in entries if entry.partition("@")[0] not in known]
        mine.sort(key=lambda entry: entry.rpartition("@")[2].rjust(12, "0"))
    return out


def _grown(
    told: dict[str, list[str]], values: Mapping[str, str], at: str
) -> dict[str, list[str]] | None:
    """The pasts with what is new; None where nothing is."""
    changed = False
    for key in (*values, *(key for key in told if key not in values)):
        value, past = values.get(key), told.get(key)
        if value is _SAME:
            continue
        if not past and not value:  # an empty value that never was another tells nothing
            continue
        found = short_digest(value)
        if past and past[-1].partition("@")[0] == found:
            continue
        told[key] = [*(past or []), f"{found}@{at}"][-_KEPT:]
        changed = True
    return told if changed else None


def _seen(entry: str) -> Seen:
    found, _sign, at = entry.partition("@")
    try:
        moment = datetime.fromtimestamp(int(at, 16), UTC).isoformat(timespec="milliseconds")
    except (ValueError, OverflowError, OSError):
        moment = ""
    return Seen(found, moment)
