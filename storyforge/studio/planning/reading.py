"""A proposal as changes of the plan: which items it means, and what would stand in their fields.

Pure. An item is known by its name; chapters and acts also by where they stand, so that a second
outline changes the first one instead of standing behind it.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from storyforge.domain.plan.forms import FORMS, Field, Kind, Shape
from storyforge.domain.plan.items import Item, Plan, lines
from storyforge.domain.plan.proposals import Proposal
from storyforge.domain.plan.tasks import TASKS, Makes

# What a new chapter is called is no title yet: "Chapter 1", "第1章".
_NUMBERED = re.compile(r"\w{0,12}\s*\d+\s*\w?")
# Their order is the story's.
_BY_PLACE = (Kind.ACT, Kind.CHAPTER, Kind.SCENE)


@dataclass(frozen=True, slots=True)
class Change:
    """What taking a part would do to one field.

    Attributes:
        item_id: whose field it is; empty where the item would be new.
        was: what stands there; empty where nothing does.
        now: what would; references are ids where there is such an item, else names.
        part: the path of the part in the proposal's value, such as "items.2.name".
    """

    item_id: str
    kind: Kind
    field: str
    was: str
    now: str
    part: str = ""

    @property
    def replaces(self) -> bool:
        """Whether something that is written would no longer stand there."""
        return bool(self.was) and not self.now.startswith(self.was + "\n")

    @property
    def whole(self) -> str:
        """The part that makes all of the item: "items.2"; empty where there is one item only."""
        return self.part.rpartition(".")[0]


@dataclass(frozen=True, slots=True)
class _Found:
    """A part of a proposal that is an item: its values, and what it is in the plan."""

    path: str
    kind: Kind
    told: Mapping[str, Any]
    item: Item | None


def changes_of(
    plan: Plan, proposal: Proposal, parts: Sequence[str] = (), written: Collection[str] = ()
) -> tuple[Change, ...]:
    """What taking these parts (none: all of them) would change, in the order of the value.

    Args:
        parts: paths, such as "logline", "items.2", "chapters.4.goal" or "ideas.3".
        written: the scenes that have a text: a proposed scene takes the place of none of them.
    """
    makes = proposal.target.makes
    if makes in (Makes.FIELD, Makes.IDEAS):
        return tuple(_of_field(plan, proposal, parts))
    found = [
        change
        for one in _items_of(plan, proposal, frozenset(written))
        for change in _of_item(plan, one)
        if not parts or any(_is_meant(change, part) for part in parts)
    ]
    return tuple(found)


def meant_by(plan: Plan, proposal: Proposal, written: Collection[str] = ()) -> dict[str, str]:
    """The plan's item for each part that is one, by the part's path; "" where it would be new."""
    return {
        one.path: one.item.id if one.item is not None else ""
        for one in _items_of(plan, proposal, frozenset(written))
        if one.path
    }


def _is_meant(change: Change, part: str) -> bool:
    """Whether a part has a change in it; a field of what would be new brings its name along."""
    if change.part == part or change.part.startswith(part + "."):
        return True
    names = not change.item_id and change.field == FORMS[change.kind].name
    return names and bool(change.whole) and part.startswith(change.whole + ".")


def _items_of(plan: Plan, proposal: Proposal, written: frozenset[str]) -> Iterator[_Found]:
    target, value, kind = proposal.target, proposal.value, proposal.target.kind
    if target.makes is Makes.ITEM:
        item = target.about(plan)
        if item is not None:
            if item.name and not TASKS[target.task].renames:
                # They may have got it since; what is told beside it only says of whom it is.
                value = {name: one for name, one in value.items() if name != item.form.name}
            yield _Found("", item.kind, value, item)
    elif target.makes is Makes.ITEMS and kind is not None:
        items = plan.scenes_of(target.item_id) if kind is Kind.SCENE else plan.of(kind)
        yield from _matched(kind, "items", value, items, written)
    elif target.makes is Makes.OUTLINE:
        shape = {"shape": value["shape"]} if value.get("shape") else {}
        yield _Found("", Kind.OUTLINE, shape, plan.outline)
        for kind, name in (
            (Kind.ACT, "acts"),
            (Kind.PLOT_LINE, "plot_lines"),
            (Kind.CHAPTER, "chapters"),
        ):
            yield from _matched(kind, name, value, plan.of(kind), written)


def _matched(
    kind: Kind,
    path: str,
    value: Mapping[str, Any],
    items: Iterable[Item],
    written: frozenset[str],
) -> Iterator[_Found]:
    """Each that is proposed, with the one of the plan that it is, by its name or its place."""
    told = [one if isinstance(one, Mapping) else {} for one in _list(value.get(path))]
    there = tuple(items)
    named: dict[str, Item] = {}
    for item in there:
        for name in filter(None, map(_folded, (item.name, item.fact("prose_name")))):
            named.setdefault(name, item)
    known: dict[int, Item] = {}
    taken = set(written)
    for at, one in enumerate(told):
        # Each once: of two that are proposed by one name the second is another one.
        if found := named.pop(_folded(one.get(FORMS[kind].name, "")), None):
            known[at] = found
            taken.add(found.id)
    if kind in _BY_PLACE:
        for at, item in enumerate(there[: len(told)]):
            if at not in known and item.id not in taken:
                known[at] = item
    for at, one in enumerate(told):
        yield _Found(f"{path}.{at}", kind, one, known.get(at))


def _of_item(plan: Plan, found: _Found) -> Iterator[Change]:
    form, item = FORMS[found.kind], found.item
    prefix = f"{found.path}." if found.path else ""
    for field in form.fields:
        if field.name not in found.told:
            continue
        now = value_told(plan, field, found.told[field.name])
        was = "" if item is None else item.fact(field.name)
        if field.name == "title" and found.kind is Kind.CHAPTER and _NUMBERED.fullmatch(was):
            was = ""
        if now and now != was:
            item_id = "" if item is None else item.id
            yield Change(item_id, found.kind, field.name, was, now, prefix + field.name)


def _of_field(plan: Plan, proposal: Proposal, parts: Sequence[str]) -> Iterator[Change]:
    """One value, or one of several, for the field that the proposal is about."""
    target, value = proposal.target, proposal.value
    makes = target.makes
    name = "value" if makes is Makes.FIELD else "ideas"
    item = target.about(plan)
    if item is None and target.item_id:
        return  # it is gone
    kind = Kind.CHARACTER if item is None else item.kind
    wanted = target.field or FORMS[kind].name
    field = next((one for one in FORMS[kind].fields if one.name == wanted), None)
    if field is None:
        return  # a stranger's proposal
    was = "" if item is None else item.fact(field.name)
    item_id = "" if item is None else item.id
    if makes is Makes.FIELD and (not parts or name in parts):
        now = value_told(plan, field, value.get(name, ""))
        if now and now != was:
            yield Change(item_id, kind, field.name, was, now, name)
        return
    told = _list(value.get(name))
    picked = [at for at in range(len(told)) if f"{name}.{at}" in parts]
    ideas = [value_told(plan, field, told[at]) for at in picked]
    if not ideas:
        return
    # A list and the author's own notes grow; anything else has room for one.
    grows = field.is_list or (kind is Kind.PREMISE and field.name == "idea")
    now = "\n".join(dict.fromkeys((*lines(was), *ideas))) if grows else ideas[-1]
    if field.name == "idea" and was:
        now = "\n".join((was, *ideas))
    if now != was:
        yield Change(item_id, kind, field.name, was, now, f"{name}.{picked[-1]}")


def value_told(plan: Plan, field: Field, told: Any) -> str:
    """A value of an answer as a fact: lists item by item, references as ids where there are any."""
    several = [str(one) for one in told] if isinstance(told, list | tuple) else [str(told)]
    several = [" ".join(one.split()) if field.is_list else one.strip() for one in several]
    if field.shape in (Shape.ONE, Shape.MANY) and field.of is not None:
        return plan.references(field.of, several)
    return "\n".join(one for one in several if one)


def _list(told: Any) -> list[Any]:
    return list(told) if isinstance(told, list | tuple) else []


def _folded(name: Any) -> str:
    return " ".join(str(name).split()).casefold()
