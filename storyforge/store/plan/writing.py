"""Changing the plan where each part of it lies, and noting it in the open step. Decides nothing.

Chapters and scenes are the binder's rows, the things of the world are the lorebook's entries, all
else has rows of its own.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from storyforge.domain.lore import LoreEntry
from storyforge.domain.plan.forms import Kind
from storyforge.domain.plan.items import Item, lines
from storyforge.store.database import Database
from storyforge.store.journal import Journal
from storyforge.store.plan.tables import FactRow, ItemRow, PastFactRow
from storyforge.store.tables import ChapterRow, SceneRow, SettingRow, table
from storyforge.store.values import identity, new_id, now

if TYPE_CHECKING:
    from storyforge.store.binder import Binder
    from storyforge.store.context_texts import ContextTexts

_ITEM, _FACT, _PAST = table(ItemRow), table(FactRow), table(PastFactRow)
_SETTING = table(SettingRow)
_CHAPTER, _SCENE = table(ChapterRow), table(SceneRow)
# Fields that have a place elsewhere: in the binder, or in an entry of the lorebook.
_ELSEWHERE = {
    Kind.CHAPTER: ("title",),
    Kind.SCENE: ("title",),
    Kind.WORLD: ("title", "category", "keys", "content"),
}


class Writing:
    """How items, facts and settings of the plan are written."""

    def __init__(
        self,
        database: Database,
        journal: Journal,
        binder: "Callable[[], Binder]",
        context: "Callable[[], ContextTexts]",
    ) -> None:
        self._database = database
        self._journal = journal
        self._binder = binder
        self._context = context

    def new(self, kind: Kind, facts: Mapping[str, str], after: str | None, chapter_id: str) -> Item:
        """A new item, with what its place must know of it."""
        title = facts.get("title", "")
        if kind is Kind.CHAPTER:
            key = self._binder().add_chapter(title, after)
            self._journal.wrote("chapter", {"id": key}, {"title": title})
        elif kind is Kind.SCENE:
            key = self._binder().add_scene(chapter_id, title, after)
            self._journal.wrote("scene", {"id": key}, {"title": title, "chapter_id": chapter_id})
        elif kind is Kind.WORLD:
            key = new_id()
            self._context().put_entry(LoreEntry(key, title))
        else:
            key = self._new_row(kind, after)
        self._journal.note("there", kind.value, key, True, None)
        known = {"title": title} if kind in _ELSEWHERE and title else {}
        return Item(key, kind, known, chapter_id)

    def there(self, kind: Kind, key: str, there: bool, kept: Any = None) -> None:
        """Take an item out, or bring it back.

        Args:
            kept: what was noted when it was taken out: a thing of the world; of a chapter or a
                scene, which one it stood behind.
        """
        if kind in (Kind.CHAPTER, Kind.SCENE):
            if there:
                self._bring_back(kind, key, kept)
            else:
                kept = self._take_out(kind, key)
        elif kind is Kind.WORLD:
            if there:
                self._context().put_in(kept)
            else:
                kept = self._context().take_out(key)
        else:
            with self._database.write() as session:
                deleted = "" if there else now()
                session.execute(update(_ITEM).where(_ITEM.c.id == key).values(deleted=deleted))
                self._wrote(session, [key])
        self._journal.note("there", kind.value, key, there, kept)

    def fact(
        self, item: Item, name: str, value: str, origin: str = "", *, new: bool = False
    ) -> None:
        """Let a field of an item say `value`; what it said is kept, unless the item is `new`."""
        was, before = item.fact(name), ""
        with self._database.write() as session:
            if not new:
                before = self._keep_past(session, item, name)
            elsewhere = name in _ELSEWHERE.get(item.kind, ())
            row = {"changed": now(), "origin": origin, "value": "" if elsewhere else value}
            keys = {"item_id": item.id, "field": name}
            self._journal.put(session, _FACT, keys, row if row["value"] or origin else None)
        if elsewhere:
            self._set_elsewhere(item, name, value)
        self._journal.note("fact", item.id, name, [was, before], [value, origin])

    def place(self, item: Item, ids: Sequence[str], index: int, chapter_id: str) -> None:
        """Let an item stand at `index` among its like, whose order is `ids` now."""
        was = [ids.index(item.id) if item.id in ids else 0, item.chapter_id]
        if item.kind is Kind.CHAPTER:
            self._binder().move_chapter(item.id, index)
        elif item.kind is Kind.SCENE:
            self._binder().move_scene(item.id, chapter_id, index)
        elif item.kind is Kind.WORLD:
            book = list(self._context().lore())
            entry = book.pop(next(at for at, one in enumerate(book) if one.id == item.id))
            book.insert(index, entry)
            self._context().set_lore(book)
        else:
            order = [one for one in ids if one != item.id]
            order.insert(min(max(index, 0), len(order)), item.id)
            with self._database.write() as session:
                self._arrange(session, order)
        self._journal.note("place", item.id, was, [index, chapter_id])

    def setting(self, key: str, value: str) -> None:
        """Keep something about the whole plan."""
        with self._database.write() as session:
            was = session.scalar(select(_SETTING.c.value).where(_SETTING.c.key == key))
            self._journal.put(session, _SETTING, {"key": key}, {"value": value} if value else None)
        self._journal.note("setting", key, "" if was is None else str(was), value)

    def _take_out(self, kind: Kind, key: str) -> str:
        """Delete a chapter or a scene; the one that it stood behind, empty for none."""
        order = self._order_around(kind, key)
        binder = self._binder()
        (binder.delete_chapter if kind is Kind.CHAPTER else binder.delete_scene)(key)
        at = order.index(key) if key in order else 0
        return order[at - 1] if at else ""

    def _bring_back(self, kind: Kind, key: str, behind: Any) -> None:
        """Restore a chapter or a scene, behind the one that it stood behind where that is there.

        Others may have changed places around its slot since, and are back where they were by now.
        """
        binder = self._binder()
        (binder.restore_chapter if kind is Kind.CHAPTER else binder.restore_scene)(key)
        order = self._order_around(kind, key)
        others = [one for one in order if one != key]
        if behind != "" and behind not in others:
            return
        at = others.index(behind) + 1 if behind else 0
        if order.index(key) == at:
            return
        if kind is Kind.CHAPTER:
            binder.move_chapter(key, at)
        else:
            with self._database.read() as session:
                chapter = session.scalar(select(_SCENE.c.chapter_id).where(_SCENE.c.id == key))
            binder.move_scene(key, str(chapter), at)

    def _order_around(self, kind: Kind, key: str) -> list[str]:
        """The chapters, or the scenes of this one's chapter, as they stand in the story."""
        rows = _CHAPTER if kind is Kind.CHAPTER else _SCENE
        asked = select(rows.c.id).where(rows.c.deleted == "").order_by(rows.c.position, rows.c.id)
        if kind is Kind.SCENE:
            chapter = select(_SCENE.c.chapter_id).where(_SCENE.c.id == key).scalar_subquery()
            asked = asked.where(_SCENE.c.chapter_id == chapter)
        with self._database.read() as session:
            return list(session.scalars(asked))

    def _keep_past(self, session: Session, item: Item, name: str) -> str:
        """Keep what stands in a field, once a step; the proposal that it was taken from."""
        mine = (_FACT.c.item_id == item.id, _FACT.c.field == name)
        found = session.scalar(select(_FACT.c.origin).where(*mine))
        origin = "" if found is None else identity(found)
        step = self._journal.step
        same = (_PAST.c.step == step, _PAST.c.item_id == item.id, _PAST.c.field == name)
        if not step or session.scalar(select(_PAST.c.number).where(*same).limit(1)) is None:
            keys = {"step": step, "item_id": item.id, "field": name}
            row = {"changed": now(), "origin": origin, "value": item.fact(name)}
            session.connection().execute(insert(_PAST), {**keys, **row})
        return origin

    def _set_elsewhere(self, item: Item, name: str, value: str) -> None:
        if item.kind is Kind.CHAPTER:
            self._binder().rename_chapter(item.id, value)
            self._journal.wrote("chapter", {"id": item.id}, {"title": value})
        elif item.kind is Kind.SCENE:
            self._binder().rename_scene(item.id, value)
            row = {"title": value, "chapter_id": item.chapter_id}
            self._journal.wrote("scene", {"id": item.id}, row)
        else:
            entry = next(one for one in self._context().lore() if one.id == item.id)
            if name == "keys":
                entry = replace(entry, keys=lines(value))
            elif name == "title":
                entry = replace(entry, title=value)
            elif name == "category":
                entry = replace(entry, category=value)
            else:
                entry = replace(entry, content=value)
            self._context().put_entry(entry)

    def _new_row(self, kind: Kind, after: str | None) -> str:
        key = new_id()
        with self._database.write() as session:
            ids = list(
                session.scalars(
                    select(_ITEM.c.id)
                    .where(_ITEM.c.kind == kind.value)
                    .order_by(_ITEM.c.position, _ITEM.c.id)
                )
            )
            last = session.scalar(select(func.max(_ITEM.c.position)))
            row = {"kind": kind.value, "position": 0 if last is None else last + 1, "deleted": ""}
            self._journal.put(session, _ITEM, {"id": key}, row)
            if after in ids:
                ids.insert(ids.index(after) + 1, key)
                self._arrange(session, ids)
        return key

    def _arrange(self, session: Session, ids: Sequence[str]) -> None:
        """Let these stand in this order, where they stand among the others."""
        places = sorted(session.scalars(select(_ITEM.c.position).where(_ITEM.c.id.in_(ids))))
        for position, key in zip(places, ids, strict=True):
            session.execute(update(_ITEM).where(_ITEM.c.id == key).values(position=position))
        self._wrote(session, ids)

    def _wrote(self, session: Session, ids: Sequence[str]) -> None:
        """Tell the journal how the rows of these items stand now."""
        for row in session.execute(select(_ITEM).where(_ITEM.c.id.in_(ids))).mappings():
            self._journal.wrote("plan_item", {"id": row["id"]}, dict(row))
