"""What a model is to know about the whole story: memory, author's note, style, the book of lore."""

import json
from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import Any

from sqlalchemy import delete, func, select

from storyforge.domain.lore import ContextRules, LoreEntry
from storyforge.domain.text import clean, one_line
from storyforge.store.database import Database
from storyforge.store.side_tables import ContextTextRow, LoreRow
from storyforge.store.tables import SettingRow, table
from storyforge.store.values import identity, listed, mapping, typed

_TEXT, _LORE, _SETTING = table(ContextTextRow), table(LoreRow), table(SettingRow)
#: the setting that holds `ContextRules`
_RULES = "context_rules"
_USUAL = LoreEntry("", "")
_COLUMNS = (
    "id",
    "title",
    "keys",
    "content",
    "enabled",
    "always",
    "category",
    "extra",
    "from_scene",
)
_IN_RULES = tuple(one.name for one in fields(LoreEntry) if one.name not in _COLUMNS)


class ContextTexts:
    """The texts by their kind ("memory", "author_note", "style"), and the book of lore."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def text(self, kind: str) -> str:
        """The text of a kind; empty where none was set."""
        with self._database.read() as session:
            return clean(
                str(session.scalar(select(_TEXT.c.text).where(_TEXT.c.kind == kind)) or "")
            )

    def texts(self) -> dict[str, str]:
        """Every text that is not empty, by its kind."""
        with self._database.read() as session:
            rows = session.execute(select(_TEXT.c.kind, _TEXT.c.text).order_by(_TEXT.c.kind)).all()
        return {one_line(str(kind)): clean(str(text)) for kind, text in rows if text}

    def set_text(self, kind: str, text: str) -> None:
        """Set the text of a kind; an empty one removes it."""
        kind, text = one_line(kind), clean(text)
        with self._database.write() as session:
            session.execute(delete(_TEXT).where(_TEXT.c.kind == kind))
            if text:
                session.add(ContextTextRow(kind=kind, text=text))

    def lore(self) -> tuple[LoreEntry, ...]:
        """The book of lore, in its order."""
        with self._database.read() as session:
            rows = session.scalars(select(LoreRow).order_by(_LORE.c.position, _LORE.c.id)).all()
            return tuple(_entry(row) for row in rows)

    def put_entry(self, entry: LoreEntry) -> None:
        """Change an entry, or put a new one at the end of the book."""
        with self._database.write() as session:
            known = session.scalar(select(_LORE.c.position).where(_LORE.c.id == entry.id))
            last = session.scalar(select(func.max(_LORE.c.position)))
            position = known if known is not None else (-1 if last is None else last) + 1
            session.execute(delete(_LORE).where(_LORE.c.id == entry.id))
            session.add(_row(position, entry))

    def remove_entry(self, entry_id: str) -> None:
        """Take an entry out of the book."""
        with self._database.write() as session:
            session.execute(delete(_LORE).where(_LORE.c.id == entry_id))

    def rules(self) -> ContextRules:
        """How the prompt is laid out."""
        with self._database.read() as session:
            told = session.scalar(select(_SETTING.c.value).where(_SETTING.c.key == _RULES))
        return ContextRules(**typed(told, ContextRules()))

    def set_rules(self, told: ContextRules) -> None:
        """Lay the prompt out by these from now on."""
        with self._database.write() as session:
            session.execute(delete(_SETTING).where(_SETTING.c.key == _RULES))
            session.add(SettingRow(key=_RULES, value=json.dumps(asdict(told))))

    def set_lore(self, entries: Sequence[LoreEntry]) -> None:
        """Let the book hold these entries, in this order, and no others."""
        with self._database.write() as session:
            session.execute(delete(_LORE))
            session.add_all(_row(position, entry) for position, entry in enumerate(entries))


def _entry(row: Any) -> LoreEntry:
    return LoreEntry(
        identity(row.id),
        one_line(str(row.title)),
        tuple(one_line(key) for key in listed(row.keys) if isinstance(key, str)),
        clean(str(row.content)),
        bool(row.enabled),
        bool(row.always),
        one_line(str(row.category)),
        mapping(row.extra),
        from_scene=identity(row.from_scene),
        **_rules_of(row.rules),
    )


def _rules_of(told: object) -> dict[str, Any]:
    read = typed(told, _USUAL)
    return {name: read[name] for name in _IN_RULES}


def _row(position: int, entry: LoreEntry) -> LoreRow:
    return LoreRow(
        id=entry.id,
        position=position,
        title=one_line(entry.title),
        keys=json.dumps([one_line(key) for key in entry.keys]),
        enabled=int(entry.enabled),
        always=int(entry.always),
        category=one_line(entry.category),
        extra=json.dumps(dict(entry.extra)),
        content=clean(entry.content),
        from_scene=entry.from_scene,
        rules=json.dumps({name: getattr(entry, name) for name in _IN_RULES}),
    )
