"""The plan: reading it whole, and changing it fact by fact, each change a step that can be undone.

What stood in a field before is kept for good. Chapters and scenes, with their titles, are the
binder's, the things of the world are entries of the lorebook: they are read from there and changed
there.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from storyforge.domain.lore import LoreEntry
from storyforge.domain.plan.forms import FORMS, Kind
from storyforge.domain.plan.items import FactKey, Item, Plan, lines
from storyforge.domain.plan.stages import Stage
from storyforge.domain.text import clean, one_line
from storyforge.errors import BadInput
from storyforge.i18n import _
from storyforge.store.database import Database
from storyforge.store.plan.reading import LANGUAGE, SETTLED, SINGLE, TABLES, Told, read_told, whole
from storyforge.store.plan.tables import FactRow, ItemRow, PastFactRow
from storyforge.store.remembering import Remembered
from storyforge.store.tables import SettingRow, table
from storyforge.store.values import identity, moment, new_id, now

if TYPE_CHECKING:
    from storyforge.store.binder import Binder
    from storyforge.store.context_texts import ContextTexts

_ITEM, _FACT, _PAST = table(ItemRow), table(FactRow), table(PastFactRow)
_SETTING = table(SettingRow)
# Fields of the world's things that the lorebook has a place for.
_ENTRY = ("title", "category", "keys", "content")


@dataclass(frozen=True, slots=True)
class PastFact:
    """What once stood in a field, until `changed`.

    Attributes:
        origin: the proposal that it was taken from; empty where the author wrote it.
    """

    key: FactKey
    value: str
    changed: datetime
    origin: str = ""


class Planned:
    """The plan of a story. Methods raise `BadInput` for an item that the story does not know."""

    def __init__(
        self,
        database: Database,
        binder: "Callable[[], Binder]",
        context: "Callable[[], ContextTexts]",
    ) -> None:
        self._database = database
        self._binder = binder
        self._context = context
        self._told = Remembered(database, TABLES, read_told)
        self._known_plan: tuple[Told, tuple[LoreEntry, ...], Plan] | None = None
        self._step = ""

    def read(self) -> Plan:
        """The plan as it is now; the very same value until something changes."""
        with self._database.lock:
            told, lore = self._told.value(), self._context().lore()
            known = self._known_plan
            if known is None or known[0] is not told or known[1] is not lore:
                self._known_plan = known = told, lore, whole(told, lore)
            return known[2]

    @contextmanager
    def step(self) -> Iterator[str]:
        """What is changed inside is one step: all of it is kept, or on an error none; its id."""
        with self._database.together():
            outer, self._step = self._step, self._step or new_id()
            try:
                yield self._step
            finally:
                self._step = outer

    def add(
        self,
        kind: Kind,
        facts: Mapping[str, str],
        *,
        after: str | None = None,
        chapter_id: str = "",
        origin: str = "",
    ) -> str:
        """A new item behind the item `after` or last of its kind; its id.

        Args:
            chapter_id: of a new scene, the chapter that it stands in.
            origin: the proposal that it is made from.
        """
        with self.step():
            if kind is Kind.CHAPTER:
                key = self._binder().add_chapter(facts.get("title", ""), after)
            elif kind is Kind.SCENE:
                key = self._binder().add_scene(chapter_id, facts.get("title", ""), after)
            elif kind is Kind.WORLD:
                key = new_id()
                self._context().put_entry(LoreEntry(key, facts.get("title", "")))
            else:
                key = self._add_row(kind, after)
            self.put(key, facts, origin=origin)
        return key

    def put(self, item_id: str, facts: Mapping[str, str], *, origin: str = "") -> None:
        """Change facts of an item; an empty value takes one away. What stood there is kept.

        Args:
            origin: the proposal that they are taken from; empty where the author wrote them.
        """
        item = self._known(item_id)
        facts = {name: _cleaned(item, name, value) for name, value in facts.items()}
        changed = {name: value for name, value in facts.items() if value != item.fact(name)}
        if not changed:
            return
        with self.step() as step:
            for name, value in changed.items():
                self._keep_past(step, item, name)
                self._set(item, name, value, origin)

    def remove(self, item_id: str) -> None:
        """Take an item out of the plan; it comes back with `bring_back`.

        Chapters and scenes go to the trash, with their text.
        """
        item = self._known(item_id)
        with self.step():
            if item.kind is Kind.CHAPTER:
                self._binder().delete_chapter(item_id)
            elif item.kind is Kind.SCENE:
                self._binder().delete_scene(item_id)
            elif item.kind is Kind.WORLD:
                self._context().remove_entry(item_id)
            else:
                self._mark_deleted(item_id, now())

    def bring_back(self, item_id: str) -> None:
        """Undo `remove` of an item that is neither the binder's nor the lorebook's."""
        self._mark_deleted(item_id, "")

    def move(self, item_id: str, index: int) -> None:
        """Let an item stand at `index`, from 0, among those of its kind, or of its chapter."""
        item = self._known(item_id)
        if item.kind is Kind.CHAPTER:
            self._binder().move_chapter(item_id, index)
        elif item.kind is Kind.SCENE:
            self._binder().move_scene(item_id, item.chapter_id, index)
        elif item.kind is Kind.WORLD:
            book = list(self._context().lore())
            entry = book.pop(next(at for at, one in enumerate(book) if one.id == item_id))
            book.insert(index, entry)
            self._context().set_lore(book)
        else:
            ids = [one.id for one in self.read().of(item.kind) if one.id != item_id]
            ids.insert(min(max(index, 0), len(ids)), item_id)
            with self._database.write() as session:
                _arrange(session, ids)

    def settle(self, stage: Stage, settled: bool = True) -> None:
        """The author has settled a stage, or opened it again."""
        stages = self.read().settled
        stages = stages | {stage} if settled else stages - {stage}
        self._remember(SETTLED, " ".join(sorted(stages)))

    def set_language(self, tag: str) -> None:
        """Write the plan in another language; empty is the story's own."""
        self._remember(LANGUAGE, one_line(tag))

    def past(self, item_id: str, field: str) -> tuple[PastFact, ...]:
        """What stood in a field before, the latest first."""
        with self._database.read() as session:
            rows = session.execute(
                select(_PAST)
                .where(_PAST.c.item_id == item_id, _PAST.c.field == field)
                .order_by(_PAST.c.number.desc())
            ).all()
        key = (item_id, field)
        return tuple(
            PastFact(key, clean(str(row.value)), moment(row.changed), identity(row.origin))
            for row in rows
        )

    def origins(self) -> dict[FactKey, str]:
        """The proposal of each fact that was taken from one."""
        with self._database.read() as session:
            rows = session.execute(
                select(_FACT.c.item_id, _FACT.c.field, _FACT.c.origin).where(_FACT.c.origin != "")
            ).all()
        return {(identity(item), one_line(str(field))): identity(one) for item, field, one in rows}

    def _known(self, item_id: str) -> Item:
        found = self.read().item(item_id)
        if found is None and item_id in SINGLE:
            return Item(item_id, SINGLE[item_id])
        if found is None:
            raise BadInput(
                _("This part of the plan is no longer in the story."), title=_("Not in the plan")
            )
        return found

    def _set(self, item: Item, name: str, value: str, origin: str) -> None:
        if item.kind in (Kind.CHAPTER, Kind.SCENE) and name == "title":
            rename = (
                self._binder().rename_chapter
                if item.kind is Kind.CHAPTER
                else self._binder().rename_scene
            )
            rename(item.id, value)
            return
        if item.kind is Kind.WORLD and name in _ENTRY:
            self._set_entry(item.id, name, value)
            value = ""  # but its origin is kept here
        with self._database.write() as session:
            session.execute(delete(_FACT).where(_FACT.c.item_id == item.id, _FACT.c.field == name))
            if value or origin:
                session.add(
                    FactRow(item_id=item.id, field=name, changed=now(), origin=origin, value=value)
                )

    def _set_entry(self, entry_id: str, name: str, value: str) -> None:
        entry = next(one for one in self._context().lore() if one.id == entry_id)
        if name == "keys":
            entry = replace(entry, keys=lines(value))
        elif name == "title":
            entry = replace(entry, title=value)
        elif name == "category":
            entry = replace(entry, category=value)
        else:
            entry = replace(entry, content=value)
        self._context().put_entry(entry)

    def _keep_past(self, step: str, item: Item, name: str) -> None:
        origin = self.origins().get((item.id, name), "")
        with self._database.write() as session:
            session.add(
                PastFactRow(
                    step=step,
                    item_id=item.id,
                    field=name,
                    changed=now(),
                    origin=origin,
                    value=item.fact(name),
                )
            )

    def _add_row(self, kind: Kind, after: str | None) -> str:
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
            position = 0 if last is None else last + 1
            session.add(ItemRow(id=key, kind=kind.value, position=position))
            session.flush()
            if after in ids:
                ids.insert(ids.index(after) + 1, key)
                _arrange(session, ids)
        return key

    def _mark_deleted(self, item_id: str, when: str) -> None:
        with self._database.write() as session:
            session.execute(update(_ITEM).where(_ITEM.c.id == item_id).values(deleted=when))

    def _remember(self, key: str, value: str) -> None:
        with self._database.write() as session:
            session.execute(delete(_SETTING).where(_SETTING.c.key == key))
            if value:
                session.add(SettingRow(key=key, value=value))


def _cleaned(item: Item, name: str, value: str) -> str:
    try:
        field = item.form.field(name)
    except KeyError:
        raise BadInput(
            _("The plan has no field “{name}” there.").format(name=one_line(name)),
            title=_("No such field"),
            hint=_("These are: {known}.").format(
                known=", ".join(field.name for field in FORMS[item.kind].fields)
            ),
        ) from None
    value = clean(value)
    if field.is_list:
        return "\n".join(lines(value))
    return value.strip("\n") if field.shape.value == "text" else one_line(value)


def _arrange(session: Session, ids: Sequence[str]) -> None:
    """Let these stand in this order, where they stand among the others."""
    places = sorted(session.scalars(select(_ITEM.c.position).where(_ITEM.c.id.in_(ids))))
    for position, key in zip(places, ids, strict=True):
        session.execute(update(_ITEM).where(_ITEM.c.id == key).values(position=position))
