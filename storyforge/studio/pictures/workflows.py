"""ComfyUI's workflows as an author meets them: what one finds in it, and what it sets by itself."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from storyforge.backends.pictures.remote import comfyui_orders
from storyforge.borrowed import reason
from storyforge.domain.picture.orders import Ability
from storyforge.domain.picture.painters import PainterProfile
from storyforge.domain.picture.remote import RemotePainterSpec
from storyforge.domain.picture.workflows.names import our_sampler, our_schedule
from storyforge.domain.picture.workflows.slots import WORDS, How, Place, Slot
from storyforge.domain.picture.workflows.weaving import sources
from storyforge.domain.picture.workflows.workflow import Workflow, Workflows
from storyforge.errors import BadInput, Refused
from storyforge.i18n import _, listed
from storyforge.images import workflow_files

COMFYUI = "comfyui"
# A prompt of a picture is long; it is told by its beginning.
_SHOWN = 40


@dataclass(frozen=True, slots=True)
class SlotRow:
    """One slot of a workflow.

    Attributes:
        what: in words. where: nodes with their inputs; empty where it has no place.
        how: how it was found. value: what stands in it. note: why it has no place.
        is_doubtful: several nodes fit.
    """

    slot: Slot
    what: str
    where: str = ""
    how: str = ""
    value: str = ""
    note: str = ""
    is_doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """What a painter's workflow comes to.

    Attributes:
        lacks: what it cannot do. notes: what else to know.
    """

    name: str
    rows: tuple[SlotRow, ...]
    lacks: frozenset[Ability]
    notes: tuple[str, ...]


def seen(path: Path | None = None) -> Seen:
    """What is found in a workflow; without a path in ours.

    Raises:
        BadInput: it cannot be read or run, or has no place for a prompt.
    """
    found = workflow_files.read_all(path)
    draw = found.draw
    notes = [_(one.text).format_map(one.values) for one in comfyui_orders.notes_of(draw)]
    return Seen(
        draw.name,
        tuple(_row(draw, slot, _added(found)) for slot in Slot),
        comfyui_orders.lacks(found),
        (*notes, *_on_redrawing(found)),
    )


def copy(file: Path) -> None:
    """Write our workflow to a file, to begin one's own from.

    Raises:
        Refused: it cannot be written.
    """
    try:
        file.write_bytes(workflow_files.OURS.read_bytes())
    except OSError as error:
        raise Refused(
            _("“{name}” cannot be written: {why}.").format(name=file.name, why=reason(error)),
            title=_("Not written"),
        ) from error


def with_values(profile: PainterProfile) -> PainterProfile:
    """The profile with a workflow's own values in the place of what its table leaves open.

    A workflow that cannot be read sets nothing: it says so when it is to draw.
    """
    spec = profile.remote
    if spec is None or spec.backend != COMFYUI or spec.workflow is None:
        return profile
    try:
        draw = workflow_files.read(spec.workflow)
    except BadInput:
        return profile
    told = {name: one for name, one in _values(draw).items() if not getattr(profile, name)}
    if profile.sampler:
        told.pop("schedule", None)  # it belongs to the workflow's own sampler
    return replace(profile, **told)


def lacks(spec: RemotePainterSpec) -> frozenset[Ability]:
    """What a painter's workflow cannot do; nothing is known of one that cannot be read."""
    if spec.backend != COMFYUI:
        return frozenset()
    try:
        return comfyui_orders.lacks(workflow_files.read_all(spec.workflow))
    except BadInput:
        return frozenset()


def check(spec: RemotePainterSpec) -> None:
    """See that a painter's workflow can be used.

    Raises:
        BadInput: why not.
    """
    if spec.backend == COMFYUI:
        workflow_files.read_all(spec.workflow)


def wrong_with(path: Path) -> str:
    """What is wrong with a workflow's file, in a sentence or two; "" where nothing is."""
    try:
        workflow_files.read_all(path)
    except BadInput as error:
        return str(error)
    return ""


def _values(draw: Workflow) -> Mapping[str, Any]:
    """What stands in a workflow, by the names of a profile."""
    told: dict[str, Any] = {
        "steps": draw.value(Slot.STEPS),
        "guidance": draw.value(Slot.GUIDANCE),
        "width": draw.value(Slot.WIDTH),
        "height": draw.value(Slot.HEIGHT),
    }
    if (sampler := draw.value(Slot.SAMPLER)) is not None:
        told["sampler"] = our_sampler(sampler)
    if (schedule := draw.value(Slot.SCHEDULER)) is not None:
        told["schedule"] = our_schedule(schedule)
    return {name: one for name, one in told.items() if one}


def _added(found: Workflows) -> frozenset[Slot]:
    """What is added to it where it is wanted."""
    slots = set[Slot]()
    if found.redraw is not None and found.redraw.name == found.draw.name:
        slots.add(Slot.IMAGE)
    if found.mask is not None and found.mask.name == found.draw.name:
        slots.add(Slot.MASK)
    if sources(found.draw.graph).clip is not None:
        slots.add(Slot.CLIP_SKIP)
    return frozenset(slots)


def _row(draw: Workflow, slot: Slot, added: frozenset[Slot]) -> SlotRow:
    places, what = draw.slots.of(slot), _(WORDS[slot])
    if places:
        value = draw.value(slot)
        return SlotRow(
            slot,
            what,
            listed(dict.fromkeys(_place(draw, place) for place in places)),
            _how(places[0], slot),
            "" if value is None or slot is Slot.PICTURE else str(value)[:_SHOWN],
        )
    if slot in draw.slots.doubtful:
        nodes = listed(node.called for node in draw.slots.doubtful[slot])
        note = _("several nodes fit: {nodes}").format(nodes=nodes)
        return SlotRow(slot, what, note=note, is_doubtful=True)
    if slot is Slot.PICTURE:
        return SlotRow(slot, what, draw.graph[draw.outputs[0]].called, _("found by itself"))
    return SlotRow(slot, what, note=_("added where it is wanted") if slot in added else "")


def _place(draw: Workflow, place: Place) -> str:
    called = draw.graph[place.node].called
    return f"{called} · {place.input}" if place.input else called


def _how(place: Place, slot: Slot) -> str:
    if place.how is How.MARKED:
        return _("by the node's title")
    return _("by %{slot}%").format(slot=slot) if place.how is How.WRITTEN else _("found by itself")


def _on_redrawing(found: Workflows) -> tuple[str, ...]:
    """How it redraws, where that is not by the workflow itself."""
    stem = found.draw.name.rpartition(".")[0]
    notes = []
    for one, kind, cannot in (
        (found.redraw, "redraw", _("It cannot draw over a picture: {file} beside it could.")),
        (found.mask, "mask", _("It cannot redraw a part of a picture: {file} beside it could.")),
    ):
        if one is None:
            notes.append(cannot.format(file=f"{stem}.{kind}.json"))
        elif one.name != found.draw.name:
            notes.append(_("Pictures are drawn over by “{name}”.").format(name=one.name))
    return tuple(dict.fromkeys(notes))
