"""What stands behind another copy's plan brought into this one. Carries out, decides little.

Facts are small values and settled as such; what they rest on goes with them, the beats that are
drafted go with the scene's text, and of proposals and pasts all is kept that either copy has.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy.orm import Session

from storyforge.domain.ancestry import Verdict
from storyforge.domain.merge_plan import MergePlan, Side
from storyforge.store.bare_rows import insert, rows_of, run
from storyforge.store.values import listed

Row = dict[str, Any]


def grown(here: Session, there: Session) -> None:
    """Proposals, what stood in fields, the values that facts rest on: all that either copy has."""
    known = {row["id"]: row for row in rows_of(here, "SELECT * FROM proposal")}
    for row in rows_of(there, "SELECT * FROM proposal"):
        mine = known.get(row["id"])
        if mine is None:
            insert(here, "proposal", row)
        else:
            _unite(here, mine, row)
    past = {_past(row) for row in rows_of(here, "SELECT * FROM plan_past")}
    for row in rows_of(there, "SELECT * FROM plan_past ORDER BY number"):
        if _past(row) not in past:
            insert(here, "plan_past", {**row, "number": None})
    for row in rows_of(there, "SELECT * FROM plan_seen"):
        insert(here, "plan_seen", row)


def rests(here: Session, there: Session, plan: MergePlan, ours: Side, theirs: Side) -> None:
    """What facts rest on, each with the fact as it was taken."""
    mine, yours = _rests(here), _rests(there)
    for key in mine.keys() | yours.keys():
        fact = f"plan.fact:{key[0]} {key[1]}"
        left, right = ours.values.get(fact), theirs.values.get(fact)
        if left != right:
            takes_theirs = plan.values.get(fact) == right
        elif key[0] in plan.scenes and key[1] == "prose":
            takes_theirs = _takes_theirs(plan, key[0], mine.get(key), yours.get(key))
        else:
            takes_theirs = _later(yours.get(key), mine.get(key))
        if takes_theirs:
            run(here, "DELETE FROM plan_rest WHERE item_id = ? AND field = ?", *key)
            if key in yours:
                insert(here, "plan_rest", yours[key])


def drafted(here: Session, there: Session, plan: MergePlan) -> None:
    """The beats that are drafted, of each scene those of the copy whose text is taken."""
    mine, yours = _drafted(here), _drafted(there)
    for scene in plan.scenes:
        told = [repr(rows.get(scene)) for rows in (mine, yours)]
        verdict = plan.scenes[scene].verdict
        more = (len(told[1]), told[1]) > (len(told[0]), told[0])
        if verdict.takes_theirs or (verdict is Verdict.SAME and more):
            run(here, "DELETE FROM drafted WHERE scene_id = ?", scene)
            for row in yours.get(scene, ()):
                insert(here, "drafted", row)


def _unite(here: Session, mine: Row, yours: Row) -> None:
    """One proposal that both copies have: the longer one, and what either author did with it."""
    taken = list(dict.fromkeys((*_texts(mine["taken"]), *_texts(yours["taken"]))))
    changes: Row = {
        "taken": json.dumps(taken),
        "dropped": int(bool(mine["dropped"] or yours["dropped"])),
    }
    if len(str(yours["text"])) > len(str(mine["text"])):
        # The one copy was made while it was still being written.
        names = ("text", "thinking", "value", "state", "reason", "usage", "flaw")
        changes |= {name: yours[name] for name in names}
    sets = ", ".join(f"{name} = ?" for name in changes)
    run(here, f"UPDATE proposal SET {sets} WHERE id = ?", *changes.values(), mine["id"])


def _texts(told: object) -> Iterator[str]:
    return (one for one in listed(told) if isinstance(one, str))


def _past(row: Row) -> tuple[str, ...]:
    return tuple(str(row[name]) for name in ("item_id", "field", "changed", "value"))


def _rests(session: Session) -> dict[tuple[str, str], Row]:
    rows = rows_of(session, "SELECT * FROM plan_rest")
    return {(str(row["item_id"]), str(row["field"])): row for row in rows}


def _drafted(session: Session) -> Mapping[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows_of(session, "SELECT * FROM drafted ORDER BY scene_id, number"):
        found.setdefault(str(row["scene_id"]), []).append(row)
    return found


def _takes_theirs(plan: MergePlan, scene: str, mine: Row | None, yours: Row | None) -> bool:
    verdict = plan.scenes[scene].verdict
    return _later(yours, mine) if verdict is Verdict.SAME else verdict.takes_theirs


def _later(one: Row | None, other: Row | None) -> bool:
    """Whether a row is there and newer; a total order, so that both machines agree."""
    if one is None or other is None:
        return one is not None
    return (str(one["changed"]), str(one["seen"])) > (str(other["changed"]), str(other["seen"]))
