"""From an order to a workflow with everything in it. Pure.

What the workflow has no place for is left as its author left it, and said.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from storyforge.domain.picture.grammar import loras_of
from storyforge.domain.picture.orders import Ability, Order, PainterNote
from storyforge.domain.picture.workflows import prompts, weaving
from storyforge.domain.picture.workflows.names import their_sampler, their_schedule
from storyforge.domain.picture.workflows.slots import WORDS, Slot
from storyforge.domain.picture.workflows.workflow import Workflow, Workflows
from storyforge.errors import ModelError
from storyforge.i18n import N_, _, listed

_SETTINGS = (
    Slot.SEED, Slot.STEPS, Slot.GUIDANCE, Slot.SAMPLER, Slot.SCHEDULER, Slot.WIDTH, Slot.HEIGHT,
)  # fmt: skip
# Of a single picture: none is missed where it is not wanted.
_WANTED = (Slot.NEGATIVE, Slot.STRENGTH, Slot.CLIP_SKIP)
#: what a workflow cannot do without a place for it
_ABILITIES = {
    Ability.NEGATIVE: (Slot.NEGATIVE,),
    Ability.SEED: (Slot.SEED,),
    Ability.SAMPLER: (Slot.SAMPLER,),
    Ability.STEPS: (Slot.STEPS,),
    Ability.SIZE: (Slot.WIDTH, Slot.HEIGHT),
}


@dataclass(frozen=True, slots=True)
class Server:
    """What a server calls things.

    Attributes:
        model: the checkpoint; "" leaves the workflow's.
        loras: by what an author may call each.
    """

    model: str = ""
    loras: Mapping[str, str] | None = None
    embeddings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pictures:
    """What a picture begins from, as a node names it."""

    image: str = ""
    mask: str = ""


def lacks(workflows: Workflows) -> frozenset[Ability]:
    """What these workflows cannot do."""
    slots = workflows.draw.slots
    found = {
        ability for ability, needed in _ABILITIES.items() if any(one not in slots for one in needed)
    }
    if workflows.redraw is None:
        # All of it is drawn over something.
        found |= {Ability.REDRAW, Ability.HIRES, Ability.FACES, Ability.LARGER}
    if workflows.mask is None:
        found.add(Ability.MASK)
    if weaving.sources(workflows.draw.graph).model is None:
        found.add(Ability.LORA)
    return frozenset(found)


def notes_of(workflow: Workflow) -> tuple[PainterNote, ...]:
    """What an author should know of a workflow: what is not set in it, and why."""
    notes = list[PainterNote]()
    nowhere = [
        slot
        for slot in _SETTINGS
        if slot not in workflow.slots and slot not in workflow.slots.doubtful
    ]
    if nowhere:
        notes.append(_no_place(workflow, nowhere))
    doubtful = dict[str, list[Slot]]()
    for slot, nodes in workflow.slots.doubtful.items():
        if slot in _SETTINGS or slot is Slot.NEGATIVE:
            doubtful.setdefault(listed(node.called for node in nodes), []).append(slot)
    for called, slots in doubtful.items():
        values = {
            "slots": listed(_(WORDS[slot]) for slot in slots),
            "nodes": called,
            "title": f"storyforge: {', '.join(slots)}",
        }
        notes.append(
            PainterNote(
                N_(
                    "Several nodes fit {slots}, and none was changed: {nodes}. "
                    "Call the one that is meant “{title}” in ComfyUI."
                ),
                values,
            )
        )
    return tuple(notes)


def chosen(workflows: Workflows, order: Order) -> Workflow:
    """The workflow that an order is drawn by.

    Raises:
        ModelError: there is none for it, or it begins from a picture and none is given.
    """
    again = order.redraw
    if again is None:
        if any(place.how.is_author for place in workflows.draw.slots.of(Slot.IMAGE)):
            raise ModelError(
                _("The workflow “{name}” begins from a picture, and none is given.").format(
                    name=workflows.draw.name
                ),
                title=_("Nothing to begin from"),
                hint=_("Draw over a picture with it, or draw with another painter."),
            )
        return workflows.draw
    found = workflows.mask if again.is_inpaint else workflows.redraw
    if found is None:
        kind = "mask" if again.is_inpaint else "redraw"
        raise ModelError(
            _("The workflow “{name}” cannot begin from a picture.").format(
                name=workflows.draw.name
            ),
            title=_("Not with this workflow"),
            hint=_("Put one that can beside it: {file}.").format(
                file=f"{workflows.draw.name.rpartition('.')[0]}.{kind}.json"
            ),
        )
    return found


def told(
    workflow: Workflow, order: Order, server: Server, pictures: Pictures
) -> tuple[Workflow, tuple[PainterNote, ...]]:
    """The workflow of an order, and what could not be told."""
    words, notes = prompts.told(order.prompt, order.steps, server.embeddings)
    unwanted, more = prompts.told(order.negative, order.steps, server.embeddings)
    notes += tuple(note for note in more if note not in notes)
    values: dict[Slot, Any] = {
        Slot.PROMPT: words.strip(),
        Slot.SEED: order.seed,
        Slot.STEPS: order.steps,
        Slot.GUIDANCE: order.guidance,
        Slot.SAMPLER: their_sampler(order.sampler),
        Slot.SCHEDULER: their_schedule(order.schedule, order.sampler),
        Slot.WIDTH: order.width,
        Slot.HEIGHT: order.height,
    }
    if unwanted.strip():
        # What a workflow forbids by itself stays where an order forbids nothing.
        values[Slot.NEGATIVE] = unwanted.strip()
    if order.clip_skip > 1:
        values[Slot.CLIP_SKIP] = -order.clip_skip
    if server.model:
        values[Slot.CHECKPOINT] = server.model
    if order.redraw is not None:
        values[Slot.STRENGTH] = order.redraw.strength
        values[Slot.IMAGE] = pictures.image
        if pictures.mask:
            values[Slot.MASK] = pictures.mask
    ready = _added(workflow, order, server)
    return ready.filled(values), (*notes, *_left_out(workflow, order, values))


def _left_out(
    workflow: Workflow, order: Order, values: Mapping[Slot, Any]
) -> Iterator[PainterNote]:
    """What is wanted of a picture, and neither has a place nor can be added."""
    there = weaving.sources(workflow.graph)
    nowhere = [slot for slot in _WANTED if slot in values and slot not in workflow.slots]
    if there.clip is not None and Slot.CLIP_SKIP in nowhere:
        nowhere.remove(Slot.CLIP_SKIP)
    if nowhere:
        yield _no_place(workflow, nowhere)
    tags = loras_of(order.prompt)[1]
    if tags and there.model is None:
        told = {"name": workflow.name, "names": listed(tag.name for tag in tags)}
        yield PainterNote(
            N_("“{name}” has no one place for LoRAs, and goes without: {names}."), told
        )


def _no_place(workflow: Workflow, slots: Iterable[Slot]) -> PainterNote:
    values = {"name": workflow.name, "slots": listed(_(WORDS[slot]) for slot in slots)}
    return PainterNote(N_("“{name}” has no place for {slots}: its own stays."), values)


def _added(workflow: Workflow, order: Order, server: Server) -> Workflow:
    """The workflow with the LoRAs that the prompt calls, and clip skip, as nodes."""
    graph = workflow.graph
    if order.clip_skip > 1 and Slot.CLIP_SKIP not in workflow.slots:
        graph = weaving.with_clip_skip(graph, order.clip_skip)
    # Each once, as everywhere: the last weight counts.
    tags = {tag.name.casefold(): tag for tag in loras_of(order.prompt)[1]}
    known = server.loras or {}
    loras = [
        weaving.Lora(
            known.get(key, tag.name),
            tag.weight,
            tag.weight if tag.text_weight is None else tag.text_weight,
        )
        for key, tag in tags.items()
    ]
    if loras:
        graph = weaving.with_loras(graph, loras)
    return replace(workflow, graph=graph)
