"""Variants as entries: each with its parts, compared with what stands in the plan. Pure."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from storyforge.domain.comparing import Part, compare
from storyforge.domain.generation import StopReason, TakeState
from storyforge.domain.plan.forms import FORMS, Form, Kind
from storyforge.domain.plan.items import Item, Plan
from storyforge.domain.plan.proposals import Proposal
from storyforge.domain.plan.tasks import Makes
from storyforge.i18n import N_, _, listed
from storyforge.studio.planning.telling import choice_told, value_told
from storyforge.tui.planner.looking import is_running
from storyforge.tui.widgets.plan_entries import Entry
from storyforge.tui.widgets.wrapping import Run

_PIECES = {Part.SAME: "", Part.GONE: "gone", Part.CAME: "came"}
# Lines of a list that are longer stand on rows of their own.
_SHORT = 30
#: what is taken whole, where nothing is said
_WHOLE = (Makes.ITEM, Makes.ITEMS, Makes.OUTLINE)
#: what has several items, of fields each
_ITEMS = (Makes.ITEMS, Makes.OUTLINE)
# Of two texts so much must be the same for a difference to be legible.
_ALIKE = 0.6
#: (a proposal's id, the path of a part of its value); an empty path is all of it
PartKey = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Variants:
    """The variants of one asking.

    Attributes:
        marked: the parts that are taken together.
        dropped: the parts that the author wants to see no more.
        kept: earlier ones, of which the marked ideas stay in sight.
    """

    plan: Plan
    batch: Sequence[Proposal] = ()
    marked: Collection[PartKey] = field(default_factory=frozenset)
    dropped: Collection[PartKey] = field(default_factory=frozenset)
    kept: Sequence[Proposal] = ()


def part_key(proposal_id: str, path: str = "") -> str:
    """The entry of a part of a variant."""
    return f"{proposal_id} {path}" if path else proposal_id


def read_part(key: str) -> PartKey:
    """(the proposal's id, the path) of an entry."""
    proposal_id, _space, path = key.partition(" ")
    return proposal_id, path


def variant_entries(shown: Variants) -> list[Entry]:
    """All of them, what was kept of earlier ones first."""
    kept = [entry for one in shown.kept for entry in _parts(shown, one) if entry.mark == "●"]
    if kept:
        kept.insert(0, Entry(" :kept", ((_("Kept"), "muted"),), kind="rule", fixed=True))
    return [*kept, *(entry for one in shown.batch for entry in _variant(shown, one))]


def paths(proposal: Proposal) -> Iterator[str]:
    """The parts of what a variant proposes, in their order."""
    value, makes = proposal.value, proposal.target.makes
    if makes in (Makes.ITEM, Makes.FIELD):
        yield from value
        return
    for name in _LISTS[makes]:
        if name == "shape":
            yield from ("shape" for told in (value.get("shape"),) if told)
        else:
            yield from (f"{name}.{at}" for at in range(len(_several(value, name))))


def with_fields(proposal: Proposal) -> Iterator[str]:
    """The same, and behind each item the fields that are shown by themselves."""
    for path in paths(proposal):
        yield path
        yield from (f"{path}.{name}" for name in _fields(proposal, path))


def text_of(proposal: Proposal, path: str) -> str:
    """A part of a variant, as one text."""
    name, _dot, number = path.partition(".")
    told = proposal.value.get(name, "")
    if number and isinstance(told, list | tuple) and int(number) < len(told):
        told = told[int(number)]
    return _text(told)


_HEADS = {
    "plot_lines": N_("Plot lines"),
    "acts": N_("Acts"),
    "chapters": N_("Chapters"),
}
_LISTS: Mapping[Makes, tuple[str, ...]] = {
    Makes.ITEMS: ("items",),
    Makes.OUTLINE: ("shape", "acts", "plot_lines", "chapters"),
    Makes.IDEAS: ("ideas",),
    Makes.QUESTIONS: ("questions",),
    Makes.NOTES: ("notes",),
}


def _variant(shown: Variants, one: Proposal) -> Iterator[Entry]:
    head = str(one.number)
    if (one.id, "") in shown.marked:
        head = f"● {head}"
    yield Entry(part_key(one.id), ((head, "accent"),), note=_state(one), kind="rule")
    if one.dropped:
        return
    told = list(_parts(shown, one))
    yield from told
    if one.flaw:
        yield Entry(f"{one.id} :flaw", ((one.flaw, "warning"),), mark="!", level=1, fixed=True)
    if not told and not is_running(one) and (one.text or one.flaw):
        text = one.text.strip() or _("Nothing came.")
        yield Entry(f"{one.id} :text", ((text, "muted"),), level=1, fixed=True, most=12)


def _state(one: Proposal) -> str:
    if is_running(one):
        return _("writing …")
    if one.dropped:
        return _("dropped")
    if one.taken:
        left = [path for path in paths(one) if path not in one.taken and text_of(one, path)]
        return _("taken in part") if left and one.target.makes in _WHOLE else _("taken")
    if one.reason is StopReason.REFUSED:
        return _("refused")
    return {
        TakeState.STOPPED: _("stopped"),
        TakeState.INTERRUPTED: _("interrupted"),
        TakeState.FAILED: _("failed"),
    }.get(one.state, "")


def _parts(shown: Variants, one: Proposal) -> Iterator[Entry]:
    makes, group = one.target.makes, ""
    for path in paths(one):
        name, _dot, number = path.partition(".")
        told = one.value.get(name)
        if number:
            told = _several(one.value, name)[int(number)]
        label, runs = _TOLD[makes](shown.plan, one, name, told)
        if not any(text for text, _kind in runs):
            continue
        if (one.id, path) in shown.dropped:
            continue
        if name in _HEADS and name != group:
            head = ((_(_HEADS[name]), "muted"),)
            yield Entry(f"{one.id} :{name}", head, level=1, fixed=True)
        group = name
        yield Entry(part_key(one.id, path), runs, label, mark=_mark(shown, one, path), level=1)
        yield from _fields_told(shown, one, path)


def _fields_told(shown: Variants, one: Proposal, path: str) -> Iterator[Entry]:
    """The fields of a proposed item, each to be taken by itself."""
    kind, told = _kind_of(one, path), _told_of(one, path)
    for name in _fields(one, path):
        value = choice_told(kind, name, _text(told[name])).split("\n")
        are_long = len(value) > 1 and max(map(len, value)) > _SHORT
        text = "".join(f"\n· {line}" for line in value) if are_long else " " + " · ".join(value)
        key, mark = f"{path}.{name}", _mark(shown, one, f"{path}.{name}").replace("·", " ")
        # The pane is narrow: the label stands before the text, not in a column of its own.
        label = f"{_(FORMS[kind].field(name).label)}:"
        runs = ((label, "muted"), (text, ""))
        yield Entry(part_key(one.id, key), runs, mark=mark, level=2, depth=1)


def _fields(one: Proposal, path: str) -> tuple[str, ...]:
    """The fields of a proposed item but for its name; none where a line tells all of it."""
    told = _told_of(one, path)
    form = FORMS[_kind_of(one, path)]
    found = tuple(each.name for each in form.fields if _text(told.get(each.name, "")))
    named = tuple(name for name in found if name != form.name)
    return () if set(named) <= {form.line} else named


def _told_of(one: Proposal, path: str) -> Mapping[str, Any]:
    """What is proposed of an item; nothing where the part is none."""
    name, _dot, number = path.partition(".")
    several = _several(one.value, name) if one.target.makes in _ITEMS and number else ()
    told = several[int(number)] if several else {}
    return told if isinstance(told, Mapping) else {}


def _kind_of(one: Proposal, path: str) -> Kind:
    lists = {"acts": Kind.ACT, "plot_lines": Kind.PLOT_LINE, "chapters": Kind.CHAPTER}
    return lists.get(path.partition(".")[0], one.target.kind or Kind.CHARACTER)


def _mark(shown: Variants, one: Proposal, path: str) -> str:
    if (one.id, path) in shown.marked:
        return "●"
    if path in one.taken:
        return "✓"
    return "·" if "." in path else " "


_Told = tuple[str, tuple[Run, ...]]


def _of_item(plan: Plan, one: Proposal, name: str, told: Any) -> _Told:
    item = one.target.about(plan)
    form = FORMS[item.kind] if item is not None else None
    if form is None or item is None or name not in {field.name for field in form.fields}:
        return name, ((_text(told), ""),)
    return _(form.field(name).label), _against(plan, item, name, told)


def _of_field(plan: Plan, one: Proposal, _name: str, told: Any) -> _Told:
    item = one.target.about(plan)
    if item is None or one.target.field not in {field.name for field in item.form.fields}:
        return "", ((_text(told), ""),)
    return "", _against(plan, item, one.target.field, told)


def _of_items(_plan: Plan, one: Proposal, name: str, told: Any) -> _Told:
    return "", _head(FORMS[_kind_of(one, name)], told)


def _of_outline(_plan: Plan, one: Proposal, name: str, told: Any) -> _Told:
    if name == "shape":
        return "", ((_text(told), ""),)
    return "", _head(FORMS[_kind_of(one, name)], told)


def _of_line(_plan: Plan, _one: Proposal, _name: str, told: Any) -> _Told:
    return "", ((_text(told), ""),)


def _of_question(plan: Plan, _one: Proposal, _name: str, told: Any) -> _Told:
    question = _text(told)
    answer = answer_to(plan, question)
    runs: tuple[Run, ...] = ((question, ""),)
    return "", (*runs, (f"\n{answer}", "marked")) if answer else runs


def _of_note(_plan: Plan, _one: Proposal, _name: str, told: Any) -> _Told:
    if not isinstance(told, Mapping):
        return "", ((_text(told), ""),)
    about, problem, remedy = (_text(told.get(one, "")) for one in ("about", "problem", "remedy"))
    runs = [(f"{about}: " if about else "", "accent"), (problem, "")]
    return "", (*runs, (f"\n→ {remedy}" if remedy else "", "muted"))


_TOLD = {
    Makes.ITEM: _of_item,
    Makes.FIELD: _of_field,
    Makes.ITEMS: _of_items,
    Makes.OUTLINE: _of_outline,
    Makes.IDEAS: _of_line,
    Makes.QUESTIONS: _of_question,
    Makes.NOTES: _of_note,
}


def answer_to(plan: Plan, question: str) -> str:
    """What the author answered to a question; it stands behind it in the idea."""
    for paragraph in plan.premise.fact("idea").split("\n\n"):
        asked, _newline, answer = paragraph.partition("\n")
        if asked.strip() == question.strip():
            return answer.strip()
    return ""


def _head(form: Form, told: Any) -> tuple[Run, ...]:
    """An item's name; with it the line that tells it, where that is all there is."""
    if not isinstance(told, Mapping):
        return ((_text(told), ""),)
    name, line = _text(told.get(form.name, "")), _text(told.get(form.line, ""))
    more = {key for key, value in told.items() if value} - {form.name, form.line}
    if name and (more or not line):
        return ((name, "accent"),)
    if more:
        return ((_("(no name)"), "muted"),)
    return ((name, "accent"), (f" — {line}", "")) if name else ((line, ""),)


def _against(plan: Plan, item: Item, name: str, told: Any) -> tuple[Run, ...]:
    """A proposed value beside the one that stands there, where that is legible."""
    field_ = item.form.field(name)
    was = value_told(plan, item.kind, field_, item.fact(name))
    now = value_told(plan, item.kind, field_, _text(told))
    if not was or not now or was == now:
        return ((now, "muted" if was == now else ""),)
    pieces = [piece for pair in compare(was, now).pairs for piece in pair.pieces]
    same = sum(len(piece.text) for piece in pieces if piece.part is Part.SAME)
    if same < _ALIKE * max(len(was), len(now)):
        return ((now, ""),)
    return tuple((piece.text, _PIECES[piece.part]) for piece in pieces)


def _several(value: Mapping[str, Any], name: str) -> Sequence[Any]:
    told = value.get(name)
    return told if isinstance(told, list | tuple) else ()


def _text(told: Any) -> str:
    if isinstance(told, list | tuple):
        return "\n".join(_text(one) for one in told)
    if isinstance(told, Mapping):
        return listed(_text(one) for one in told.values() if one)
    return "" if told is None else str(told).strip()
