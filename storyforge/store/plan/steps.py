"""Taking steps of the plan back and making them again, in this session or a later one.

What a step changed is kept as JSON lists, in the order in which it was changed:

- ["fact", item, field, [value, origin] before, the same behind]
- ["rest", item, field, digest before, digest behind], see `rests`
- ["there", kind, item, whether it is there behind, what brings it back]
- ["place", item, [index, chapter] before, the same behind]
- ["setting", key, value before, value behind]
- ["taken", proposal, its parts that were taken before, those behind]

What stands otherwise now than the step left it was changed by somebody else since, and stays.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from typing import Any

from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlalchemy.orm import Session

from storyforge.domain.plan.forms import Kind
from storyforge.domain.plan.items import FactKey, Item, Plan
from storyforge.domain.text import clean
from storyforge.errors import BadInput
from storyforge.store.database import Database
from storyforge.store.plan.journal import Journal
from storyforge.store.plan.proposals import write_taken
from storyforge.store.plan.reading import LANGUAGE, SETTLED, SINGLE
from storyforge.store.plan.rests import write_rest
from storyforge.store.plan.step_words import told
from storyforge.store.plan.tables import RestRow, StepRow
from storyforge.store.plan.writing import Writing
from storyforge.store.tables import SceneRow, table
from storyforge.store.values import listed, now, whole

_STEP, _REST, _SCENE = table(StepRow), table(RestRow), table(SceneRow)
#: so many steps can be taken back; what stood in a field is kept for good all the same
KEPT = 200

Change = list[Any]


class Steps:
    """The steps of a story's plan, the latest last."""

    def __init__(
        self,
        database: Database,
        journal: Journal,
        writing: Writing,
        read: Callable[[], Plan],
    ) -> None:
        self._database = database
        self._journal = journal
        self._writing = writing
        self._read = read

    def keep(self, step: str, changes: Sequence[Change]) -> None:
        """Keep what a step changed; what was taken back before it cannot be made again."""
        if not changes:
            return
        with self._database.write() as session:
            session.execute(delete(_STEP).where(_STEP.c.undone != ""))
            last = _last(session)
            if last is not None and last.id == step:
                more = _json(_joined(listed(last.changes), changes))
                session.execute(
                    update(_STEP).where(_STEP.c.number == last.number).values(changes=more)
                )
                return
            row = {"id": step, "created": now(), "undone": "", "changes": _json(changes)}
            session.execute(insert(_STEP), row)
            newest = session.scalar(select(func.max(_STEP.c.number)))
            session.execute(delete(_STEP).where(_STEP.c.number <= whole(newest) - KEPT))

    def is_last(self, step: str) -> bool:
        """Whether nothing was changed, or taken back, since this step."""
        with self._database.read() as session:
            last = _last(session)
        return last is not None and last.id == step and not last.undone

    def undo(self) -> str:
        """Take the last one back."""
        return self._carry_out(_STEP.c.undone == "", _STEP.c.number.desc(), back=True)

    def redo(self) -> str:
        """Make the one again that was taken back last."""
        return self._carry_out(_STEP.c.undone != "", _STEP.c.number, back=False)

    def _carry_out(self, where: ColumnElement[bool], order: Any, *, back: bool) -> str:
        with self._database.together(), self._database.read() as session:
            row = session.execute(select(_STEP).where(where).order_by(order).limit(1)).first()
            if row is None:
                return ""
            changes = [one for one in listed(row.changes) if _is_sound(one)]
            before = self._read()
            # What is carried out tells anew what brings a thing back.
            with self._journal.opened(str(row.id)):
                self._make(changes, session, back=back)
                _keep_what_brings_back(changes, self._journal.changes)
            when = now() if back else ""
            with self._database.write() as session:
                session.execute(
                    update(_STEP)
                    .where(_STEP.c.number == row.number)
                    .values(undone=when, changes=_json(changes))
                )
            return told(changes, before, self._read())

    def _make(self, changes: Sequence[Change], session: Session, *, back: bool) -> None:
        added = {one[2] for one in changes if one[0] == "there" and one[3]}
        for change in reversed(changes) if back else changes:
            # What a step brought goes as it is: so it comes back whole, and is whole in the trash.
            if back and change[0] in ("fact", "rest", "place") and change[1] in added:
                continue
            match change:
                case ["fact", key, name, was, then]:
                    self._fact(key, name, *((then, was) if back else (was, then)))
                case ["rest", key, name, was, then]:
                    seen = (then, was) if back else (was, then)
                    _rest(session, self._journal, (key, name), *seen)
                case ["there", kind, key, there, kept]:
                    self._there(session, kind, key, there is not back, kept)
                case ["place", key, was, then]:
                    self._place(key, *(was if back else then))
                case ["setting", key, was, then]:
                    self._writing.setting(key, was if back else then)
                case ["taken", key, was, then]:
                    write_taken(session, self._journal, key, was if back else then)

    def _fact(self, key: str, name: str, there: Sequence[str], wanted: Sequence[str]) -> None:
        item = self._item(key)
        if item is not None and item.fact(name) == clean(there[0]):
            self._writing.fact(item, name, clean(wanted[0]), wanted[1])

    def _there(self, session: Session, kind: str, key: str, there: bool, kept: Any) -> None:
        known = self._item(key) is not None
        if known is there or (not there and _has_text(session, kind, key)):
            return
        # What was emptied from the trash since is gone for good.
        with suppress(BadInput):
            self._writing.there(Kind(kind), key, there, kept)

    def _place(self, key: str, index: int, chapter_id: str) -> None:
        item, plan = self._item(key), self._read()
        if item is None:
            return
        of_chapter = item.kind is Kind.SCENE
        if of_chapter and plan.item(chapter_id) is None:
            return
        like = plan.scenes_of(item.chapter_id) if of_chapter else plan.of(item.kind)
        self._writing.place(item, [one.id for one in like], index, chapter_id)

    def _item(self, key: str) -> Item | None:
        found = self._read().item(key)
        return Item(key, SINGLE[key]) if found is None and key in SINGLE else found


def _last(session: Session) -> Any:
    return session.execute(select(_STEP).order_by(_STEP.c.number.desc()).limit(1)).first()


def _joined(before: Sequence[Any], after: Sequence[Change]) -> list[Any]:
    """What two parts of a step changed: of a fact that both changed, from the first to the last."""
    joined = list(before)
    for change in after:
        same = (
            at
            for at, one in enumerate(joined)
            if change[0] in ("fact", "rest") and one[:3] == change[:3]
        )
        at = next(same, None)
        if at is None:
            joined.append(change)
        else:
            joined[at] = [*joined[at][:4], change[4]]
    return joined


def needed(session: Session) -> Iterator[str]:
    """The digests under which steps keep what facts rested on."""
    for changes in session.scalars(select(_STEP.c.changes)).all():
        for change in listed(changes):
            if isinstance(change, list) and change[:1] == ["rest"]:
                yield from (one for one in change[3:] if isinstance(one, str))


def forget(session: Session, gone: AbstractSet[str]) -> None:
    """Let no step tell of these items any more: they are gone for good."""
    for number, kept in session.execute(select(_STEP.c.number, _STEP.c.changes)).all():
        changes = [one for one in listed(kept) if _is_sound(one)]
        left = [
            one
            for one in changes
            if gone.isdisjoint(part for part in one[1:3] if isinstance(part, str))
        ]
        if not left:
            session.execute(delete(_STEP).where(_STEP.c.number == number))
        elif left != changes:
            session.execute(
                update(_STEP).where(_STEP.c.number == number).values(changes=_json(left))
            )


def _json(changes: Sequence[Change]) -> str:
    return json.dumps(list(changes), ensure_ascii=False)


def _is_sound(change: object) -> bool:
    """Whether it is one of ours: a file may come from anywhere."""
    match change:
        case ["fact", str(), str(), [str(), str()], [str(), str()]]:
            return True
        case ["rest", str(), str(), str(), str()]:
            return True
        case ["there", str(kind), str(), bool(), _kept]:
            return kind in set(Kind)
        case ["place", str(), [int(), str()], [int(), str()]]:
            return True
        case ["setting", str(key), str(), str()]:
            return key in (LANGUAGE, SETTLED)
        case ["taken", str(), list(was), list(then)]:
            return all(isinstance(one, str) for one in (*was, *then))
    return False


def _keep_what_brings_back(changes: Sequence[Change], made: Sequence[Change]) -> None:
    kept = {one[2]: one[4] for one in made if one[0] == "there" and one[4] is not None}
    for change in changes:
        if change[0] == "there" and change[2] in kept:
            change[4] = kept[change[2]]


def _rest(session: Session, journal: Journal, key: FactKey, there: str, wanted: str) -> None:
    where = (_REST.c.item_id == key[0], _REST.c.field == key[1])
    found = session.scalar(select(_REST.c.seen).where(*where))
    if ("" if found is None else str(found)) == there:
        write_rest(session, journal, key, wanted)


def _has_text(session: Session, kind: str, key: str) -> bool:
    if kind not in (Kind.CHAPTER, Kind.SCENE):
        return False
    mine = _SCENE.c.id == key if kind == Kind.SCENE else _SCENE.c.chapter_id == key
    return session.scalar(select(_SCENE.c.id).where(mine, _SCENE.c.text != "").limit(1)) is not None
