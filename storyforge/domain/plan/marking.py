"""Which items of a plan are out of date, and why. Pure.

A mark is never kept: it follows from what the facts rest on and what stands there now, so it goes
by itself where a change is taken back.
"""

from collections.abc import Collection, Iterator, Mapping

from storyforge.domain.plan.corrections import is_correction
from storyforge.domain.plan.items import OUTLINE_ID, PREMISE_ID, FactKey, Item, Plan
from storyforge.domain.plan.resting import is_made, told
from storyforge.domain.plan.staleness import PROSE, Reason, Stale

#: what facts were made from: each with its value then
Rests = Mapping[FactKey, Mapping[FactKey, str]]


def marks(plan: Plan, rests: Rests, written: Collection[str]) -> tuple[Stale, ...]:
    """What is out of date, in the plan's order.

    Args:
        written: the scenes that have a text.
    """
    found: dict[str, tuple[list[str], dict[Reason, None]]] = {}
    # Many facts share what they rest on: 900 scenes of 300 chapters have 1,200 such values.
    known: dict[int, tuple[Reason, ...]] = {}
    compared: dict[tuple[FactKey, str], Reason | None] = {}
    for (item_id, field), seen in rests.items():
        reasons = known.get(id(seen))
        if reasons is None:
            reasons = known[id(seen)] = tuple(_changed(plan, seen, compared))
        if not reasons:
            continue
        item = plan.item(item_id)
        fields = () if item is None else tuple(_standing(item, field, rests, written))
        if fields:
            of_item = found.setdefault(item_id, ([], {}))
            of_item[0].extend(fields)
            of_item[1].update(dict.fromkeys(reasons))
    if not found:
        return ()
    order = {item.id: at for at, item in enumerate(plan.items)}
    return tuple(
        Stale(
            item.id,
            _in_order(item, found[item.id][0]),
            # What is gone first, then as the plan stands.
            tuple(sorted(found[item.id][1], key=lambda one: order.get(one.source[0], -1))),
        )
        for item in plan.items
        if item.id in found
    )


def _changed(
    plan: Plan, seen: Mapping[FactKey, str], compared: dict[tuple[FactKey, str], Reason | None]
) -> Iterator[Reason]:
    gone: set[str] = set()
    for key, was in seen.items():
        item = plan.item(key[0])
        if item is None and key[0] not in (PREMISE_ID, OUTLINE_ID):
            # Of what is gone one thing is told: whose it was.
            if key[0] not in gone:
                gone.add(key[0])
                key = next((one for one in _naming(key[0]) if one in seen), key)
                yield Reason(key, seen[key], "")
            continue
        now = "" if item is None else item.facts.get(key[1], "")
        if now == was:
            continue
        if (key, was) not in compared:
            compared[key, was] = _reason(plan, item, key, was, now)
        reason = compared[key, was]
        if reason is not None:
            yield reason


def _naming(item_id: str) -> Iterator[FactKey]:
    return ((item_id, name) for name in ("name", "title"))


def _reason(plan: Plan, item: Item | None, key: FactKey, was: str, now: str) -> Reason | None:
    kind = None if item is None else item.kind
    was, now = told(plan, kind, key[1], was), told(plan, kind, key[1], now)
    return None if was == now or is_correction(was, now) else Reason(key, was, now)


def _standing(item: Item, field: str, rests: Rests, written: Collection[str]) -> Iterator[str]:
    """Those of the fields that a row speaks of, that something stands in."""
    if field == PROSE:
        if item.id in written:
            yield PROSE
    elif field:
        if item.fact(field) and is_made(item.kind, field):
            yield field
    else:
        for one in (one for one in item.form.fields if one.asked):
            says = bool(item.fact(one.name)) and (item.id, one.name) not in rests
            if says and is_made(item.kind, one.name):
                yield one.name


def _in_order(item: Item, fields: Collection[str]) -> tuple[str, ...]:
    order = (*(field.name for field in item.form.fields), PROSE)
    return tuple(name for name in order if name in fields)
