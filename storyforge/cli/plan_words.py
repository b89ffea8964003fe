"""A plan and what is proposed for it, as text for a reader and as JSON for a program."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from storyforge.domain.plan.forms import FORMS, Field, Kind, Shape
from storyforge.domain.plan.items import Item, Plan, whole_number
from storyforge.domain.plan.looks import with_looks
from storyforge.domain.plan.stages import Stage, StageState
from storyforge.domain.plan.tasks import TASKS, Makes
from storyforge.i18n import N_, _, listed
from storyforge.studio.planning.telling import (
    STAGE_NAMES,
    choice_told,
    reference_told,
    value_told,
)

if TYPE_CHECKING:
    from storyforge.domain.plan.proposals import Proposal

# What a note about the outline says.
_NOTE = {
    "about": N_("About"),
    "problem": N_("Problem"),
    "remedy": N_("Remedy"),
}
# Lists of things that can be taken, or read, one by one.
_SEVERAL = ("items", "acts", "plot_lines", "chapters", "ideas", "questions", "notes")
_HEADINGS = {"acts": N_("Acts"), "plot_lines": N_("Plot lines"), "chapters": N_("Chapters")}
# Letters of a name or a key; longer ones are sentences.
_SHORT = 32
_LISTS = {
    Kind.CHARACTER: "characters",
    Kind.LOOK: "looks",
    Kind.WORLD: "world",
    Kind.ACT: "acts",
    Kind.PLOT_LINE: "plot_lines",
}


#: what is said of how far a stage is; of the others nothing
_STATES = {
    StageState.SETTLED: N_("{stage} (settled)"),
    StageState.STALE: N_("{stage} (out of date)"),
}


def plan_json(plan: Plan) -> dict[str, Any]:
    """The whole plan; references by their names, scenes within their chapters."""
    told: dict[str, Any] = {
        "title": plan.title,
        "language": plan.language,
        "plan_language": plan.plan_language,
        "settled": sorted(stage.value for stage in plan.settled),
        "premise": _item_json(plan, plan.premise),
        "outline": _item_json(plan, plan.outline),
    }
    for kind, name in _LISTS.items():
        told[name] = [_item_json(plan, item) for item in plan.of(kind)]
    told["chapters"] = [
        _item_json(plan, chapter)
        | {"scenes": [_item_json(plan, scene) for scene in plan.scenes_of(chapter.id)]}
        for chapter in plan.chapters
    ]
    return told


def proposal_json(proposal: "Proposal") -> dict[str, Any]:
    """A variant; also what could not be read of it."""
    usage = proposal.usage
    return {
        "id": proposal.id,
        "task": proposal.target.task,
        "item": proposal.target.item_id,
        "field": proposal.target.field,
        "number": proposal.number,
        "wish": proposal.wish,
        "state": proposal.state.value,
        "reason": proposal.reason.value if proposal.reason else None,
        "value": dict(proposal.value),
        "flaw": proposal.flaw,
        "taken": list(proposal.taken),
        "model": proposal.model,
        "host": proposal.place,
        "seed": usage.seed,
        "tokens": usage.written,
        "cost": usage.cost,
        "currency": usage.currency,
        "text": proposal.text,
    }


def plan_lines(
    plan: Plan, states: Mapping[Stage, StageState], stage: Stage | None = None
) -> Iterator[str]:
    """What is planned, stage by stage, and how far each is; of one stage only that."""
    for one in Stage:
        items = _of_stage(plan, one)
        # Titles alone are the binder's.
        bare = (Stage.OUTLINE, Stage.SCENES)
        if stage not in (None, one) or not items or (one in bare and _are_empty(items)):
            continue
        told = _(_STATES.get(states.get(one, StageState.EMPTY), "{stage}"))
        yield told.format(stage=_(STAGE_NAMES[one]))
        for item in items:
            yield from _item_lines(plan, item)
        yield ""


def proposal_lines(proposal: "Proposal", about: Kind | None = None) -> Iterator[str]:
    """What a variant says, for a reader; `about` is the kind of the item that it is about."""
    task = TASKS[proposal.target.task]
    kind = task.kind or (about if task.makes is Makes.ITEM else None)
    for name, told in proposal.value.items():
        if not isinstance(told, list) or name not in _SEVERAL:
            label = _label(kind, name)
            value = _chosen(kind or about, name if label else proposal.target.field, told)
            yield from _labelled(label, value, "") if label else _bare(value)
            continue
        if name in _HEADINGS:
            yield _(_HEADINGS[name])
        for number, one in enumerate(told, start=1):
            if isinstance(one, Mapping):
                yield from _told_lines(_kind_of(name, kind), one, f"{number}. ")
            else:
                yield f"{number}. {one}"


def _bare(told: Any) -> list[str]:
    """The value of one field, a list with an item a line."""
    return [str(one) for one in told] if isinstance(told, list) else [str(told)]


def _of_stage(plan: Plan, stage: Stage) -> Sequence[Item]:
    if stage is Stage.SCENES:
        return [scene for one in plan.chapters for scene in plan.scenes_of(one.id)]
    if stage is Stage.CHARACTERS:
        return tuple(with_looks(plan, plan.characters))
    return plan.of_stage(stage)


def _are_empty(items: Sequence[Item]) -> bool:
    return all(item.is_empty for item in items)


def _item_json(plan: Plan, item: Item) -> dict[str, Any]:
    told: dict[str, Any] = {"id": item.id}
    for field in item.form.fields:
        value = item.fact(field.name)
        if field.is_list:
            told[field.name] = [_named(plan, field, one) for one in item.list(field.name)]
        elif field.shape is Shape.NUMBER:
            told[field.name] = whole_number(value)
        else:
            told[field.name] = _named(plan, field, value)
    return told


def _item_lines(plan: Plan, item: Item) -> Iterator[str]:
    facts: dict[str, Any] = {}
    for field in item.form.fields:
        if value := item.fact(field.name):
            if field.shape is Shape.PICTURE:
                value = value_told(plan, item.kind, field, value)
            told = [_named(plan, field, one) for one in value.split("\n")]
            facts[field.name] = told if field.is_list else "\n".join(told)
    yield from _told_lines(item.kind, facts)


def _told_lines(kind: Kind | None, facts: Mapping[str, Any], mark: str = "") -> Iterator[str]:
    """The name in a line of its own, the other fields below it."""
    form = FORMS[kind] if kind is not None else None
    name = form.name if form is not None else ""
    indent = "  "
    if name:
        named = facts.get(name) or _("(no name)")
        yield f"  {mark}{named}"
        indent = "    "
    for field, told in facts.items():
        if field != name:
            yield from _labelled(_label(kind, field) or field, _chosen(kind, field, told), indent)


def _kind_of(name: str, kind: Kind | None) -> Kind | None:
    """What the things in a list of an answer are."""
    lists = {"acts": Kind.ACT, "plot_lines": Kind.PLOT_LINE, "chapters": Kind.CHAPTER}
    return lists.get(name, kind)


def _label(kind: Kind | None, name: str) -> str:
    """What a field is called; "" where the answer is the field."""
    if name == "value":
        return ""
    if kind is None and name in _NOTE:
        return _(_NOTE[name])
    forms = FORMS.values() if kind is None else (FORMS[kind], *FORMS.values())
    fields = (field for form in forms for field in form.fields)
    return next((_(field.label) for field in fields if field.name == name), name)


def _labelled(label: str, told: Any, indent: str) -> Iterator[str]:
    """A field; a list of sentences has a line each."""
    if not isinstance(told, list | tuple):
        value = str(told).replace("\n", f"\n{indent}  ")
        yield indent + _("{name}: {value}").format(name=label, value=value)
    elif all(len(str(one)) <= _SHORT for one in told):
        value = listed([str(one) for one in told])
        yield indent + _("{name}: {value}").format(name=label, value=value)
    else:
        yield indent + _("{name}:").format(name=label)
        yield from (f"{indent}  – {one}" for one in told)


def _named(plan: Plan, field: Field, value: str) -> str:
    return reference_told(plan, value) if field.shape in (Shape.ONE, Shape.MANY) else value


def _chosen(kind: Kind | None, field: str, told: Any) -> Any:
    """A value, one to choose by its name."""
    return told if kind is None or not isinstance(told, str) else choice_told(kind, field, told)
