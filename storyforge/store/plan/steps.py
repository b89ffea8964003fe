"""Taking steps of the plan back and making them again, in this session or a later one.

What a step changed is kept as JSON lists, in the order in which it was changed:

- ["fact", item, field, [value, origin] before, the same behind]
- ["rest", item, field, digest before, digest behind], see `rests`
- ["there", kind, item, whether it is there behind, what brings it back], see `writing`
- ["place", item, [index, chapter] before, the same behind]
- ["setting", key, value before, value behind]
- ["taken", proposal, its parts that were taken before, those behind]

What stands otherwise now than the step left it was changed by somebody else since, and stays.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlalchemy.orm import Session

from storyforge.domain.plan.forms import Kind
from storyforge.domain.plan.items import Plan
from storyforge.store.database import Database
from storyforge.store.journal import Journal
from storyforge.store.plan.making import Change, Making
from storyforge.store.plan.reading import LANGUAGE, SETTLED
from storyforge.store.plan.step_words import told
from storyforge.store.plan.tables import StepRow
from storyforge.store.plan.writing import Writing
from storyforge.store.tables import table
from storyforge.store.values import listed, new_id, now, whole

_STEP = table(StepRow)
#: so many steps can be taken back; what stood in a field is kept for good all the same
KEPT = 200
# No plan has so many items.
_MOST = 1_000_000


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
            # Under an id of its own: what is taken back is among the past from now on.
            with self._journal.opened(new_id()):
                Making(session, self._journal, self._writing, self._read).make(changes, back)
                _keep_what_brings_back(changes, self._journal.changes)
            when = now() if back else ""
            with self._database.write() as session:
                session.execute(
                    update(_STEP)
                    .where(_STEP.c.number == row.number)
                    .values(undone=when, changes=_json(changes))
                )
            return told(changes, before, self._read())


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
    if not _can_be_kept(change):
        return False
    match change:
        case ["fact", str(), str(), [str(), str()], [str(), str()]]:
            return True
        case ["rest", str(), str(), str(), str()]:
            return True
        case ["there", str(kind), str(), bool(), _kept]:
            return kind in set(Kind)
        case ["place", str(), [int(was), str()], [int(then), str()]]:
            return max(abs(was), abs(then)) <= _MOST
        case ["setting", str(key), str(), str()]:
            return key in (LANGUAGE, SETTLED)
        case ["taken", str(), list(was), list(then)]:
            return all(isinstance(one, str) for one in (*was, *then))
    return False


def _can_be_kept(change: object) -> bool:
    """Whether it can be written again: JSON may spell what is no character."""
    try:
        json.dumps(change, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _keep_what_brings_back(changes: Sequence[Change], made: Sequence[Change]) -> None:
    kept = {one[2]: one[4] for one in made if one[0] == "there" and one[4] is not None}
    for change in changes:
        if change[0] == "there" and change[2] in kept:
            change[4] = kept[change[2]]
