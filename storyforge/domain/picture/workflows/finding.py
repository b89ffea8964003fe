"""Slots that nobody marked: each is found where only one node of a workflow fits. Pure.

Only nodes that lead to a saved picture are looked at. Where several fit, none is guessed.
"""

import re
from collections.abc import Iterator

from storyforge.domain.picture.workflows.graph import Graph, Link, Node, above, ordered
from storyforge.domain.picture.workflows.slots import (
    NAMES,
    TEXTS,
    VALUES,
    How,
    Place,
    Slot,
    Slots,
    fits,
    marked,
)
from storyforge.errors import BadInput
from storyforge.i18n import _

_SAVES = re.compile(r"save|preview|output", re.IGNORECASE)
# What it makes goes to the editor's window and is kept nowhere.
_NOT_KEPT = "SaveImageWebsocket"
_EMPTY = "Empty"
_NOTHING = "ConditioningZeroOut"
_SIDES = {Slot.PROMPT: "positive", Slot.NEGATIVE: "negative"}
_PIXELS = ("samples", "pixels", "image", "images", "latent", "latent_image")
_FOUND_ALONE = (
    Slot.SEED, Slot.STEPS, Slot.GUIDANCE, Slot.SAMPLER, Slot.SCHEDULER, Slot.CHECKPOINT,
    Slot.CLIP_SKIP, Slot.STRENGTH,
)  # fmt: skip
# Of these each node that fits is one: a second sampler goes on with the same noise.
_IN_ALL = frozenset({Slot.SEED, Slot.CLIP_SKIP})


def slots_of(graph: Graph, name: str) -> Slots:
    """Where prompt and settings go.

    Args:
        name: of the workflow's file, for what is said about it.

    Raises:
        BadInput: a mark means nothing, or no picture is saved.
    """
    told = marked(graph, name)
    used = above(graph, frozenset(_outputs(graph, told.get(Slot.PICTURE, []), name)))
    nodes = {node.id: node for node in ordered(graph) if node.id in used}
    places = {slot: tuple(found) for slot, found in told.items()}
    doubtful = dict[Slot, tuple[Node, ...]]()
    for slot, found in _looked_for(nodes):
        if slot in places or not found:
            continue
        if slot not in _IN_ALL and len({place.node for place in found}) > 1:
            doubtful[slot] = tuple(nodes[place.node] for place in found)
        else:
            places[slot] = tuple(found)
    return Slots(places, doubtful)


def outputs(graph: Graph, slots: Slots) -> tuple[str, ...]:
    """The nodes whose picture is taken, the likeliest first."""
    meant = tuple(place.node for place in slots.of(Slot.PICTURE))
    return meant or tuple(node.id for node in _saving(graph))


def _outputs(graph: Graph, meant: list[Place], name: str) -> list[str]:
    found = [place.node for place in meant] or [node.id for node in _saving(graph)]
    if not found:
        raise BadInput(
            _("“{name}” keeps no picture: nothing could be fetched of it.").format(name=name),
            title=_("Workflow without a picture"),
            hint=_("Add a node Save Image or Preview Image at its end, and export it again."),
        )
    return found


def _saving(graph: Graph) -> tuple[Node, ...]:
    """The nodes that keep a picture; those that keep it for good first."""
    found = [
        node
        for node in ordered(graph)
        if _SAVES.search(node.kind)
        and node.kind != _NOT_KEPT
        and (node.link("images") or node.link("image"))
    ]
    return tuple(sorted(found, key=lambda node: "preview" in node.kind.casefold()))


def _looked_for(nodes: Graph) -> Iterator[tuple[Slot, list[Place]]]:
    """Each slot with the places that fit it."""
    every = tuple(nodes.values())
    for slot in _FOUND_ALONE:
        if slot in _IN_ALL:
            yield slot, [place for name in NAMES[slot] for place in _with(nodes, slot, name, every)]
            continue
        for name in NAMES[slot]:
            found = _with(nodes, slot, name, every)
            if found or name == NAMES[slot][-1]:
                yield slot, found
                break
    yield from _size(nodes)
    positive, negative = (_texts(nodes, slot) for slot in _SIDES)
    yield Slot.PROMPT, positive
    # One text for both sides, taken back on the one, is the prompt.
    yield Slot.NEGATIVE, [place for place in negative if place not in positive]
    yield Slot.IMAGE, list(_pictures(nodes))
    yield Slot.MASK, list(_masks(nodes))


def _with(nodes: Graph, slot: Slot, name: str, among: tuple[Node, ...]) -> list[Place]:
    """The places of `slot` in inputs of that name, or in the nodes that only hold their values."""
    held = (_held(nodes, slot, node, name) for node in among if name in node.inputs)
    return list(dict.fromkeys(place for place in held if place is not None))


def _held(nodes: Graph, slot: Slot, node: Node, name: str) -> Place | None:
    """Where an input's value stands: here, or in a node that holds nothing else."""
    link = node.link(name)
    if link is None:
        return Place(node.id, name, How.FOUND) if fits(slot, node.value(name)) else None
    holder = nodes.get(link.node)
    if holder is None:
        return None
    side = f"text_{_SIDES[slot]}" if slot in _SIDES else ""
    for each in (side, *VALUES, *NAMES.get(slot, ())):
        if each in holder.inputs and fits(slot, holder.value(each)):
            return Place(holder.id, each, How.FOUND)
    return None


def _size(nodes: Graph) -> Iterator[tuple[Slot, list[Place]]]:
    """Width and height, of the node that makes the empty picture."""
    both = tuple(
        node for node in nodes.values() if "width" in node.inputs and "height" in node.inputs
    )
    empty = tuple(node for node in both if node.kind.startswith(_EMPTY))
    for slot in (Slot.WIDTH, Slot.HEIGHT):
        yield slot, _with(nodes, slot, NAMES[slot][0], empty or both)


def _texts(nodes: Graph, slot: Slot) -> list[Place]:
    """The texts that the samplers are told on this side."""
    side = _SIDES[slot]
    starts = [link for node in nodes.values() if (link := node.link(side))]
    if not starts and slot is Slot.PROMPT:
        # A guider without a negative side, as FLUX has it.
        starts = [
            link
            for node in nodes.values()
            if node.kind.endswith("Guider") and (link := node.link("conditioning"))
        ]
    found = list[Place]()
    seen, waiting = set[tuple[str, int]](), starts
    while waiting:
        link = waiting.pop()
        if (link.node, link.output) in seen or link.node not in nodes:
            continue
        seen.add((link.node, link.output))
        node = nodes[link.node]
        if texts := [
            place
            for name in TEXTS
            if name in node.inputs and (place := _held(nodes, slot, node, name))
        ]:
            found += texts
        elif not (slot is Slot.NEGATIVE and node.kind == _NOTHING):
            waiting += _conditions(node, link, side)
    return list(dict.fromkeys(found))


def _conditions(node: Node, link: Link, side: str) -> list[Link]:
    """What a node that only changes what a sampler is told got it from."""
    if "positive" in node.inputs and "negative" in node.inputs:
        # Both sides go through it, each to the output of its own place.
        side = {0: "positive", 1: "negative"}.get(link.output, side)
        return [one for one in (node.link(side),) if one]
    return [
        one for name in node.inputs if (name == side or "cond" in name) and (one := node.link(name))
    ]


def _pictures(nodes: Graph) -> Iterator[Place]:
    """Pictures that a sampler begins from."""
    starts = [link for node in nodes.values() if (link := node.link("latent_image"))]
    yield from _loaded(nodes, starts, _PIXELS)


def _masks(nodes: Graph) -> Iterator[Place]:
    """Masks of what a sampler begins from."""
    starts = [link for node in nodes.values() if (link := node.link("mask"))]
    yield from _loaded(nodes, starts, ("mask", "masks"))


def _loaded(nodes: Graph, starts: list[Link], through: tuple[str, ...]) -> Iterator[Place]:
    seen = set[str]()
    while starts:
        node = nodes.get(starts.pop().node)
        if node is None or node.id in seen:
            continue
        seen.add(node.id)
        if node.kind.startswith("LoadImage") and isinstance(node.value("image"), str):
            yield Place(node.id, "image", How.FOUND)
        starts += [link for name in through if (link := node.link(name))]
