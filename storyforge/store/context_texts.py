"""What a model is to know about the whole story: memory, author's note, style, the book of lore."""

import json
from collections.abc import Collection, Sequence
from dataclasses import asdict, fields, replace
from functools import lru_cache
from typing import Any

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from storyforge.domain.lore import ContextRules, LoreEntry
from storyforge.domain.text import clean, one_line
from storyforge.store.database import Database
from storyforge.store.remembering import Remembered
from storyforge.store.side_tables import ContextTextRow, LoreRow
from storyforge.store.tables import SettingRow, table
from storyforge.store.values import identity, listed, mapping, now, typed

_TEXT, _LORE, _SETTING = table(ContextTextRow), table(LoreRow), table(SettingRow)
#: the setting that holds `ContextRules`
_RULES = "context_rules"
_COLUMNS = frozenset(
    {"id", "title", "keys", "content", "enabled", "always", "category", "extra", "from_scene"}
)
_USUAL = LoreEntry("", "")
# What the file says only where it is not so: most entries have no rules of their own.
_RULES_OF_ENTRY = {
    one.name: getattr(_USUAL, one.name) for one in fields(LoreEntry) if one.name not in _COLUMNS
}


class ContextTexts:
    """The texts by their kind ("memory", "author_note", "style"), and the book of lore."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lore = Remembered(database, ("lore",), _read_lore)
        self._texts = Remembered(database, ("context_text",), _read_texts)
        self._rules = Remembered(database, ("setting",), _read_rules)
        self._set_texts: dict[str, str] = {}
        self._set_entries: dict[str, LoreEntry | None] = {}
        self._set_rules: ContextRules | None = None

    @property
    def changed(self) -> bool:
        """Whether this opening changed anything."""
        return bool(self._set_texts or self._set_entries or self._set_rules)

    def put_back(self, other: "ContextTexts") -> None:
        """Make the changes of this opening in another file, where its own is not there any more."""
        for kind, text in self._set_texts.items():
            other.set_text(kind, text)
        for key, entry in self._set_entries.items():
            if entry is None:
                other.remove_entry(key)
            else:
                other.put_entry(entry)
        if self._set_rules is not None:
            other.set_rules(self._set_rules)

    def text(self, kind: str) -> str:
        """The text of a kind; empty where none was set."""
        return self._texts.value().get(kind, "")

    def texts(self) -> dict[str, str]:
        """Every text that is not empty, by its kind."""
        return dict(self._texts.value())

    def set_text(self, kind: str, text: str) -> None:
        """Set the text of a kind; an empty one removes it."""
        kind, text = one_line(kind), clean(text)
        with self._database.write() as session:
            session.execute(delete(_TEXT).where(_TEXT.c.kind == kind))
            if text:
                session.add(ContextTextRow(kind=kind, text=text))
        self._set_texts[kind] = text

    def lore(self) -> tuple[LoreEntry, ...]:
        """The book of lore, in its order; the very same tuple until something changes in it."""
        return self._lore.value()

    def set_lore(self, entries: Sequence[LoreEntry]) -> None:
        """Let the book hold these entries, in this order, and no others."""
        rows = [_row(position, entry) for position, entry in enumerate(entries)]
        with self._database.write() as session:
            gone = session.scalars(select(_LORE.c.id)).all()
            _keep_names(session, set(gone) - {entry.id for entry in entries})
            session.execute(delete(_LORE))
            if rows:  # by the table: 10,000 rows as objects take a second
                session.connection().execute(insert(_LORE), rows)
        self._set_entries |= dict.fromkeys(gone)
        self._set_entries |= {entry.id: entry for entry in entries}

    def put_entry(self, entry: LoreEntry) -> None:
        """Change an entry, or put a new one at the end of the book."""
        with self._database.write() as session:
            known = session.scalar(select(_LORE.c.position).where(_LORE.c.id == entry.id))
            last = session.scalar(select(func.max(_LORE.c.position)))
            position = known if known is not None else (-1 if last is None else last) + 1
            session.execute(delete(_LORE).where(_LORE.c.id == entry.id))
            session.connection().execute(insert(_LORE), _row(position, entry))
        self._set_entries[entry.id] = entry

    def remove_entry(self, entry_id: str) -> None:
        """Take an entry out of the book; the plan still tells its name where it refers to it."""
        with self._database.write() as session:
            _keep_names(session, {entry_id})
            session.execute(delete(_LORE).where(_LORE.c.id == entry_id))
        self._set_entries[entry_id] = None

    def take_out(self, entry_id: str) -> dict[str, Any] | None:
        """Take an entry out of the book; what `put_in` brings it back from."""
        with self._database.read() as session:
            row = session.execute(select(_LORE).where(_LORE.c.id == entry_id)).mappings().first()
        self.remove_entry(entry_id)
        return None if row is None else dict(row)

    def put_in(self, kept: object) -> None:
        """Bring an entry back to where it stood; nothing where `kept` tells of none."""
        if not isinstance(kept, dict) or set(kept) != set(_LORE.c.keys()):
            return
        with self._database.write() as session:
            session.execute(delete(_LORE).where(_LORE.c.id == str(kept["id"])))
            session.connection().execute(insert(_LORE), kept)
        key = identity(kept["id"])
        self._set_entries[key] = next(one for one in self.lore() if one.id == key)

    def rules(self) -> ContextRules:
        """How the prompt is laid out."""
        return self._rules.value()

    def set_rules(self, told: ContextRules) -> None:
        """Lay the prompt out by these from now on."""
        with self._database.write() as session:
            session.execute(delete(_SETTING).where(_SETTING.c.key == _RULES))
            session.add(SettingRow(key=_RULES, value=json.dumps(asdict(told))))
        self._set_rules = told


def _keep_names(session: Session, ids: Collection[str]) -> None:
    """Keep the names of entries that go, where scenes of the plan are set there."""
    referred = "SELECT 1 FROM plan_fact WHERE field = 'place' AND value = lore.id"
    for key in ids:
        session.connection().exec_driver_sql(
            "INSERT INTO plan_fact (item_id, field, changed, origin, value) "
            f"SELECT id, 'title', ?, '', title FROM lore WHERE id = ? AND EXISTS ({referred}) "
            "ON CONFLICT (item_id, field) DO UPDATE SET value = excluded.value",
            (now(), key),
        )


def _read_texts(session: Session) -> dict[str, str]:
    rows = session.execute(select(_TEXT.c.kind, _TEXT.c.text).order_by(_TEXT.c.kind)).all()
    return {one_line(str(kind)): clean(str(text)) for kind, text in rows if text}


def _read_rules(session: Session) -> ContextRules:
    told = session.scalar(select(_SETTING.c.value).where(_SETTING.c.key == _RULES))
    read = ContextRules(**typed(told, ContextRules()))
    return ContextRules(
        note_lines=max(read.note_lines, 0),
        scan=max(read.scan, 0),
        recursion=max(read.recursion, 0),
        memory_share=_between(read.memory_share, 1.0),
        lore_share=_between(read.lore_share, 1.0),
        summary_share=_between(read.summary_share, 1.0),
        plan_share=_between(read.plan_share, 1.0),
    )


def _read_lore(session: Session) -> tuple[LoreEntry, ...]:
    rows = session.execute(select(_LORE).order_by(_LORE.c.position, _LORE.c.id))
    return tuple(_entry(row) for row in rows)


# Where one of 5,000 entries changed, the others' rows are what they were.
@lru_cache(maxsize=16_384)
def _entry(row: Any) -> LoreEntry:
    entry = LoreEntry(
        identity(row.id),
        one_line(str(row.title)),
        tuple(one_line(key) for key in listed(row.keys) if isinstance(key, str)),
        clean(str(row.content)),
        bool(row.enabled),
        bool(row.always),
        one_line(str(row.category)),
        mapping(row.extra),
        from_scene=identity(row.from_scene),
    )
    return entry if row.rules in ("", "{}") else _ruled(entry, str(row.rules))


def _ruled(entry: LoreEntry, told: str) -> LoreEntry:
    """The entry with the rules that the file tells, each within what it may be."""
    read = typed(told, _USUAL)
    entry = replace(entry, **{name: read[name] for name in _RULES_OF_ENTRY})
    return replace(
        entry,
        secondary=tuple(one_line(key) for key in entry.secondary),
        share=_between(entry.share, 1.0),
        depth=max(entry.depth, 0),
        scan=entry.scan if entry.scan is None else max(entry.scan, 0),
        chance=int(_between(entry.chance, 100)),
        sticky=max(entry.sticky, 0),
        cooldown=max(entry.cooldown, 0),
    )


def _between(value: float, most: float) -> float:
    return min(max(value, 0), most)


def _row(position: int, entry: LoreEntry) -> dict[str, str | int]:
    rules = {
        name: getattr(entry, name)
        for name, usual in _RULES_OF_ENTRY.items()
        if getattr(entry, name) != usual
    }
    return {
        "id": entry.id,
        "position": position,
        "title": one_line(entry.title),
        "keys": json.dumps([one_line(key) for key in entry.keys]),
        "enabled": int(entry.enabled),
        "always": int(entry.always),
        "category": one_line(entry.category),
        "extra": json.dumps(dict(entry.extra)),
        "content": clean(entry.content),
        "from_scene": entry.from_scene,
        "rules": json.dumps(rules),
    }
