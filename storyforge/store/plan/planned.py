"""The plan: reading it whole, and changing it fact by fact, each change a step that can be undone.

What stood in a field before is kept for good. Chapters and scenes, with their titles, are the
binder's, the things of the world are entries of the lorebook: they are read from there and changed
there.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from sqlalchemy import select

from storyforge.domain.lore import LoreEntry
from storyforge.domain.plan.forms import FORMS, Kind, Shape
from storyforge.domain.plan.items import FactKey, Item, Plan, lines
from storyforge.domain.plan.stages import Stage
from storyforge.domain.text import clean, one_line
from storyforge.errors import BadInput
from storyforge.i18n import _
from storyforge.store.database import Database
from storyforge.store.journal import Journal
from storyforge.store.plan.reading import LANGUAGE, SETTLED, TABLES, Rows, read_rows, told_by, whole
from storyforge.store.plan.tables import FactRow, ItemRow, PastFactRow
from storyforge.store.plan.writing import Writing
from storyforge.store.remembering import Remembered
from storyforge.store.tables import table
from storyforge.store.values import identity, moment, new_id

if TYPE_CHECKING:
    from storyforge.store.binder import Binder
    from storyforge.store.context_texts import ContextTexts
    from storyforge.store.plan.steps import Steps

_ITEM, _FACT, _PAST = table(ItemRow), table(FactRow), table(PastFactRow)


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
        journal: Journal,
        binder: "Callable[[], Binder]",
        context: "Callable[[], ContextTexts]",
    ) -> None:
        self._database = database
        self._journal = journal
        self._context = context
        self._writing = Writing(database, journal, binder, context)
        self._rows = Remembered(database, TABLES, read_rows)
        self._known_plan: tuple[Rows, tuple[LoreEntry, ...], Plan] | None = None

    def read(self) -> Plan:
        """The plan as it is now; the very same value until something changes."""
        with self._database.lock:
            rows, lore = self._rows.value(), self._context().lore()
            known = self._known_plan
            if known is None or known[0] is not rows or known[1] is not lore:
                self._known_plan = known = rows, lore, whole(told_by(rows), lore)
            return known[2]

    @contextmanager
    def step(self, goes_on: str = "") -> Iterator[str]:
        """What is changed inside is one step: all of it is kept, or on an error none; its id.

        Args:
            goes_on: the step that this is more of, as long as it is the last one: what is typed in
                a field goes to the disk again and again, and is taken back as one.
        """
        with self._database.together():
            if self._journal.step:
                yield self._journal.step
                return
            step = goes_on if goes_on and self._steps.is_last(goes_on) else new_id()
            with self._journal.opened(step):
                yield step
                self._steps.keep(step, self._journal.changes)

    def undo(self) -> str:
        """Take back the last step that was not; what it was, in words, empty where there is none.

        What was changed otherwise since stays as it is, and so does a scene with a text.

        Raises:
            Refused: something of it cannot be taken back now; nothing was changed then.
        """
        return self._steps.undo()

    def redo(self) -> str:
        """Make the step again that was taken back last; what it was, in words."""
        return self._steps.redo()

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
            item = self._writing.new(kind, facts, after, chapter_id)
            self._put(item, facts, origin, new=True)
        return item.id

    def put(self, item_id: str, facts: Mapping[str, str], *, origin: str = "") -> None:
        """Change facts of an item; an empty value takes one away. What stood there is kept.

        Args:
            origin: the proposal that they are taken from; empty where the author wrote them.
        """
        self._put(self._known(item_id), facts, origin)

    def remove(self, item_id: str) -> None:
        """Take an item out of the plan; it comes back with `bring_back`.

        Chapters and scenes go to the trash, with their text. The names of what is gone stay where
        they are referred to.
        """
        item = self._known(item_id)
        with self.step():
            self._writing.there(item.kind, item_id, there=False)

    def bring_back(self, item_id: str) -> None:
        """Undo `remove` of an item that is neither the binder's nor the lorebook's."""
        with self._database.read() as session:
            kind = session.scalar(select(_ITEM.c.kind).where(_ITEM.c.id == item_id))
        if kind not in {one.value for one in Kind}:
            raise _not_in_plan()
        with self.step():
            self._writing.there(Kind(kind), item_id, there=True)

    def move(self, item_id: str, index: int, chapter_id: str = "") -> None:
        """Let an item stand at `index`, from 0, among those of its kind, or of its chapter.

        Args:
            chapter_id: of a scene, the chapter that it is to stand in; empty for its own.
        """
        item, plan = self._known(item_id), self.read()
        of_chapter = item.kind is Kind.SCENE
        like = plan.scenes_of(item.chapter_id) if of_chapter else plan.of(item.kind)
        with self.step():
            ids = [one.id for one in like]
            self._writing.place(item, ids, index, chapter_id or item.chapter_id)

    def settle(self, stage: Stage, settled: bool = True) -> None:
        """The author has settled a stage, or opened it again."""
        stages = self.read().settled
        stages = stages | {stage} if settled else stages - {stage}
        with self.step():
            self._writing.setting(SETTLED, " ".join(sorted(stages)))

    def set_language(self, tag: str) -> None:
        """Write the plan in another language; empty is the story's own."""
        with self.step():
            self._writing.setting(LANGUAGE, one_line(tag))

    def past(self, item_id: str, field: str) -> tuple[PastFact, ...]:
        """What stood in a field before, the latest first."""
        with self._database.read() as session:
            rows = session.execute(
                select(_PAST)
                .where(_PAST.c.item_id == item_id, _PAST.c.field == field)
                .order_by(_PAST.c.changed.desc(), _PAST.c.number.desc())
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

    @cached_property
    def _steps(self) -> "Steps":
        from storyforge.store.plan.steps import Steps

        return Steps(self._database, self._journal, self._writing, self.read)

    def _put(self, item: Item, facts: Mapping[str, str], origin: str, *, new: bool = False) -> None:
        facts = {name: _cleaned(item, name, value) for name, value in facts.items()}
        changed = {name: value for name, value in facts.items() if value != item.fact(name)}
        if not changed:
            return
        with self.step():
            if item.name and item.form.name in changed:
                self._link(item)
            for name, value in changed.items():
                self._writing.fact(item, name, value, origin, new=new)

    def _link(self, item: Item) -> None:
        """What refers to an item by its name refers to it still when it has another one."""
        plan = self.read()
        for one in plan.items:
            for field in one.form.fields:
                if field.of is not item.kind or item not in plan.referred(one, field.name):
                    continue
                linked = plan.references(item.kind, one.list(field.name))
                if linked != one.fact(field.name):
                    self._writing.fact(one, field.name, linked)

    def _known(self, item_id: str) -> Item:
        found = self.read().known(item_id)
        if found is None:
            raise _not_in_plan()
        return found


def _not_in_plan() -> BadInput:
    return BadInput(
        _("This part of the plan is no longer in the story."), title=_("Not in the plan")
    )


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
    return value.strip("\n") if field.shape is Shape.TEXT else one_line(value)
