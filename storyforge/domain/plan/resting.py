"""What each fact of the plan is made from: one step down the plan, never further. Pure.

A character is made from the premise, a scene from its chapter, prose from its scene, a picture text
from the words that it puts before a painter. Where a
chapter changes because the premise did, its scenes are asked about when it has changed, not before;
so nothing here can run in a circle.
"""

from collections.abc import Callable, Iterable, Iterator

from storyforge.domain.plan.forms import FORMS, PREMISE, Kind, Shape
from storyforge.domain.plan.items import FactKey, Item, Plan
from storyforge.domain.plan.looks import Looks, on_stage
from storyforge.domain.plan.staleness import PROSE

#: an item, and those of its fields that something is made from
Part = tuple[Item, tuple[str, ...]]

_PREMISE = tuple(field.name for field in PREMISE.fields if field.asked)
_FRAME = ("point_of_view", "tense")
_WHO = ("name", "role")
_ARCS = (*_WHO, "want", "need", "wound", "arc")
_CHAPTER = ("goal", "conflict", "turn", "outcome")
_SCENE = ("purpose", "cast", "point_of_view", "place", "time", "weather", "beats", "change")
_LOOK = ("who", "since", "instead", "look")
# What the author alone decides, as all names and titles: a length is made from nothing.
_DECIDED = {(Kind.SCENE, "words")}


def sources(plan: Plan, item: Item, field: str = "") -> dict[FactKey, str]:
    """What a field of `item` (empty: any) is made from, with the values as they stand in `plan`.

    What is empty is not among them: filling it in later puts nothing out of date.

    Args:
        field: "prose" for the text of a scene.
    """
    if field and field != PROSE and not is_made(item.kind, field):
        return {}
    made = _made(item, field)
    parts: Iterable[Part]
    if made:
        parts = ((item, made),)
    else:
        parts = _prose(plan, item) if field == PROSE else _PARTS[item.kind](plan, item)
    return {
        (source.id, name): source.facts[name]
        for source, names in parts
        for name in names
        if source.facts.get(name)
    }


def is_made(kind: Kind, field: str) -> bool:
    """Whether a field is made from others; else the author alone decides it."""
    if field == PROSE:
        return kind is Kind.SCENE
    form = FORMS[kind]
    if field == form.name or (kind, field) in _DECIDED:
        return False
    return any(one.asked or one.made for one in form.fields if one.name == field)


def _made(item: Item, field: str) -> tuple[str, ...]:
    """The fields of the same item that a field is made from, where it is from nothing else."""
    return next((one.made for one in item.form.fields if one.name == field), ())


def told(plan: Plan, kind: Kind | None, field: str, value: str) -> str:
    """A value as the author reads it: references by their names."""
    form = FORMS[kind] if kind is not None else None
    known = next((one for one in form.fields if one.name == field), None) if form else None
    if known is None or known.shape not in (Shape.ONE, Shape.MANY):
        return value
    return "\n".join(plan.told(line) for line in value.split("\n"))


def _of_premise(plan: Plan, _item: Item) -> Iterator[Part]:
    yield plan.premise, ("idea",)


def _of_character(plan: Plan, _item: Item) -> Iterator[Part]:
    yield plan.premise, _PREMISE


def _of_look(plan: Plan, item: Item) -> Iterator[Part]:
    yield from _each(plan.referred(item, "who"), ("name", "look"))


def _of_world(plan: Plan, _item: Item) -> Iterator[Part]:
    yield plan.premise, _PREMISE
    yield from _each(plan.characters, _WHO)


def _of_outline(plan: Plan, _item: Item) -> Iterator[Part]:
    yield plan.premise, _PREMISE
    yield from _each(plan.characters, _ARCS)
    yield from _each(plan.of(Kind.WORLD), ("title",))


def _of_chapter(plan: Plan, item: Item) -> Iterator[Part]:
    yield from _of_outline(plan, item)
    yield plan.outline, ("structure", "shape")
    yield from _each(plan.of(Kind.PLOT_LINE), ("name", "about"))
    yield from _each(plan.referred(item, "act"), ("name", "purpose"))
    yield from _each(_before(plan.chapters, item), ("outcome",))


def _of_scene(plan: Plan, item: Item) -> Iterator[Part]:
    chapter = plan.item(item.chapter_id)
    if chapter is not None:
        yield chapter, _CHAPTER
    yield plan.premise, (*_FRAME, "setting")
    yield from _each(on_stage(plan, item), (*_WHO, "want", "voice"))
    yield from _each(plan.referred(item, "place"), ("title", "content"))
    yield from _each(_before(plan.scenes, item), ("change",))


def _prose(plan: Plan, item: Item) -> Iterator[Part]:
    yield item, _SCENE
    yield plan.premise, _FRAME
    looks = Looks(plan)
    for one in on_stage(plan, item):
        seen = looks.at(one, item.id)
        yield one, ("name", "prose_name", "voice", *(("look",) if one in seen else ()))
        yield from _each((look for look in seen if look.kind is Kind.LOOK), _LOOK)
    yield from _each(plan.referred(item, "place"), ("title", "prose_name", "content"))


_PARTS: dict[Kind, Callable[[Plan, Item], Iterator[Part]]] = {
    Kind.PREMISE: _of_premise,
    Kind.CHARACTER: _of_character,
    Kind.LOOK: _of_look,
    Kind.WORLD: _of_world,
    Kind.OUTLINE: _of_outline,
    Kind.PLOT_LINE: _of_outline,
    Kind.ACT: _of_outline,
    Kind.CHAPTER: _of_chapter,
    Kind.SCENE: _of_scene,
}


def _each(items: Iterable[Item], names: tuple[str, ...]) -> Iterator[Part]:
    return ((item, names) for item in items)


def _before(items: tuple[Item, ...], item: Item) -> Iterator[Item]:
    """The one right before `item`, if there is one."""
    before: Item | None = None
    for one in items:
        if one.id == item.id:
            if before is not None:
                yield before
            return
        before = one
