"""What of the plan is told in words: values, items, reasons. Pure."""

from collections.abc import Mapping

from storyforge.domain.plan.choices import (
    FRAMING_NAMES,
    INSTEAD_NAMES,
    POINT_OF_VIEW_NAMES,
    STRUCTURE_NAMES,
    TENSE_NAMES,
    WORLD_CATEGORY_NAMES,
)
from storyforge.domain.plan.forms import Field, Kind, Shape
from storyforge.domain.plan.items import FactKey, Item, Plan, lines, whole_number
from storyforge.domain.plan.stages import Stage
from storyforge.domain.plan.staleness import PROSE, Reason
from storyforge.i18n import N_, _, listed

STAGE_NAMES = {
    Stage.PREMISE: N_("Premise"),
    Stage.CHARACTERS: N_("Cast"),
    Stage.WORLD: N_("World"),
    Stage.OUTLINE: N_("Outline"),
    Stage.SCENES: N_("Scenes"),
    Stage.DRAFT: N_("Draft"),
}
KIND_NAMES = {
    Kind.PREMISE: N_("Premise"),
    Kind.CHARACTER: N_("Character"),
    Kind.LOOK: N_("Look"),
    Kind.WORLD: N_("Place, thing or rule"),
    Kind.OUTLINE: N_("How it is built"),
    Kind.PLOT_LINE: N_("Plot line"),
    Kind.ACT: N_("Act"),
    Kind.CHAPTER: N_("Chapter"),
    Kind.SCENE: N_("Scene"),
}
_CHOICES: Mapping[tuple[Kind, str], Mapping[str, str]] = {
    (Kind.PREMISE, "point_of_view"): POINT_OF_VIEW_NAMES,
    (Kind.PREMISE, "tense"): TENSE_NAMES,
    (Kind.WORLD, "category"): WORLD_CATEGORY_NAMES,
    (Kind.OUTLINE, "structure"): STRUCTURE_NAMES,
    (Kind.LOOK, "instead"): INSTEAD_NAMES,
    (Kind.SCENE, "framing"): FRAMING_NAMES,
}
# Of a digest, so much tells one picture from the others.
_NAMED = 8
# Characters of a value that is quoted in a reason.
_QUOTED = 40
_BEFORE = 15


def choice_told(kind: Kind, field: str, value: str) -> str:
    """What a value to choose is called; a value of somebody else's is told as it is."""
    named = _CHOICES.get((kind, field), {}).get(value)
    return value if named is None else _(named)


def value_told(plan: Plan, kind: Kind, field: Field, value: str) -> str:
    """A value as an author reads it; a list has an item a line."""
    if not value:
        return ""
    if field.shape is Shape.CHOICE:
        return choice_told(kind, field.name, value)
    if field.shape is Shape.ONE:
        return reference_told(plan, value)
    if field.shape is Shape.MANY:
        return listed([plan.told(one) for one in lines(value)])
    if field.shape is Shape.LIST and field.name != "keys":
        return "\n".join(f"· {one}" for one in lines(value))
    if field.shape is Shape.LIST:
        return listed(lines(value))
    if field.shape is Shape.PICTURE:
        return _("a picture ({name})").format(name=value[:_NAMED])
    if field.shape is Shape.NUMBER and (told := whole_number(value)) is not None:
        return f"{told:,}"
    return value


def reference_told(plan: Plan, reference: str) -> str:
    """What a reference is called; a scene without a title by its chapter and its number."""
    item = plan.item(reference)
    if item is None or item.name:
        return plan.told(reference)
    chapter = plan.item(item.chapter_id)
    if chapter is None:
        return name_of(plan, item)
    return f"{number_of(plan, chapter)}.{number_of(plan, item)}"


def number_of(plan: Plan, item: Item) -> int:
    """Where it stands among those of its kind, or of its chapter; from 1."""
    beside = plan.scenes_of(item.chapter_id) if item.kind is Kind.SCENE else plan.of(item.kind)
    return next((n for n, one in enumerate(beside, 1) if one.id == item.id), 1)


def name_of(plan: Plan, item: Item, number: int = 0) -> str:
    """What an item is called; by its kind and number where it has no name.

    Args:
        number: where it stands, where that is known.
    """
    if item.kind in (Kind.PREMISE, Kind.OUTLINE):
        return _(KIND_NAMES[item.kind])
    if item.name:
        return item.name
    kind, number = _(KIND_NAMES[item.kind]), number or number_of(plan, item)
    return _("{kind} {number}").format(kind=kind, number=number)


def field_label(item: Item, field: str) -> str:
    """What a field is called."""
    return _("Prose") if field == PROSE else _(item.form.field(field).label)


def reason_told(plan: Plan, reason: Reason) -> str:
    """Why something is out of date, in one line."""
    gone = plan.gone.get(reason.source[0])
    what = source_told(plan, reason.source) if gone is None else name_of(plan, gone)
    if not reason.now:
        return _("{what} is gone").format(what=what)
    now, was = _differing(
        _fact_told(plan, reason.source, reason.now), _fact_told(plan, reason.source, reason.was)
    )
    return _("{what} changed: “{now}” was “{was}”").format(
        what=what,
        now=now,
        was=was,
    )


def source_told(plan: Plan, source: FactKey) -> str:
    """A fact by the name of its item and its field."""
    item = _item(plan, source[0])
    if item is None:
        return _("Something that it was made from")
    name = name_of(plan, item)
    if item.kind is Kind.LOOK and (who := next(plan.referred(item, "who"), None)) is not None:
        name = _("{name}: {value}").format(name=name_of(plan, who), value=name)
    if not source[1] or source[1] not in {field.name for field in item.form.fields}:
        return name
    return f"{name} · {field_label(item, source[1])}"


def _item(plan: Plan, item_id: str) -> Item | None:
    return plan.known(item_id) or plan.gone.get(item_id)


def _fact_told(plan: Plan, source: FactKey, value: str) -> str:
    item = _item(plan, source[0])
    known = {field.name: field for field in item.form.fields} if item is not None else {}
    if item is None or source[1] not in known:
        return plan.told(value)
    return value_told(plan, item.kind, known[source[1]], value)


def _differing(now: str, was: str) -> tuple[str, str]:
    """Both in short, from a little before where they part: long texts often begin alike."""
    lines = [" ".join(text.split()) for text in (now, was)]
    shorter = min(map(len, lines))
    alike = next((at for at in range(shorter) if lines[0][at] != lines[1][at]), shorter)
    start = alike - _BEFORE if max(map(len, lines)) > _QUOTED and alike > _BEFORE else 0
    ahead = "…" if start else ""
    return _quoted(ahead + lines[0][start:]), _quoted(ahead + lines[1][start:])


def _quoted(line: str) -> str:
    return line if len(line) <= _QUOTED else line[: _QUOTED - 1].rstrip() + "…"
