"""A workflow that pictures can be ordered from: its graph, its slots, and what it lacks. Pure."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from storyforge.domain.picture.workflows import filling, weaving
from storyforge.domain.picture.workflows.finding import outputs, slots_of
from storyforge.domain.picture.workflows.graph import Graph, read, sent
from storyforge.domain.picture.workflows.slots import WORDS, Slot, Slots
from storyforge.errors import BadInput
from storyforge.i18n import _, in_quotes, listed, sentences


@dataclass(frozen=True, slots=True)
class Workflow:
    """One workflow.

    Attributes:
        name: its file's.
        digest: ten hex digits of all that it says.
    """

    name: str
    graph: Graph
    slots: Slots
    digest: str = ""

    @property
    def outputs(self) -> tuple[str, ...]:
        """The nodes whose picture is taken, the likeliest first."""
        return outputs(self.graph, self.slots)

    @property
    def missing(self) -> tuple[Slot, ...]:
        """What it has no place for."""
        return tuple(slot for slot in Slot if slot not in self.slots)

    @property
    def same_picture(self) -> bool:
        """Whether its mask is what its picture lets through, in one file."""
        mask, image = self.slots.of(Slot.MASK), self.slots.of(Slot.IMAGE)
        return bool(mask) and {one.node for one in mask} == {one.node for one in image}

    def value(self, slot: Slot) -> Any:
        """What stands in a slot as its author left it; None where nothing does."""
        return filling.value_of(self.graph, self.slots, slot)

    def filled(self, values: Mapping[Slot, Any]) -> "Workflow":
        """The workflow with `values` in it."""
        return replace(self, graph=filling.filled(self.graph, self.slots, values))

    def sent(self) -> dict[str, Any]:
        """As ComfyUI takes it."""
        return sent(self.graph)


@dataclass(frozen=True, slots=True)
class Workflows:
    """What a painter draws with.

    Attributes:
        redraw: begins from a picture. mask: redraws a part of one. None where there is none.
    """

    draw: Workflow
    redraw: Workflow | None = None
    mask: Workflow | None = None


def workflow_of(data: bytes | str, name: str) -> Workflow:
    """The workflow that a file's text is.

    Raises:
        BadInput: it is none, or cannot be run, or a mark in it means nothing.
    """
    graph = read(data, name)
    told = json.dumps(sent(graph), sort_keys=True).encode()
    return Workflow(name, graph, slots_of(graph, name), hashlib.sha256(told).hexdigest()[:10])


def begun_from(workflow: Workflow, *, masked: bool) -> Workflow | None:
    """The same, begun from a picture; None where it is not plain how.

    Args:
        masked: only a part is redrawn.
    """
    wanted = {Slot.IMAGE, Slot.MASK} if masked else {Slot.IMAGE}
    if all(slot in workflow.slots for slot in wanted):
        return workflow
    if wanted & set(workflow.slots.places) or wanted & set(workflow.slots.doubtful):
        return None  # it begins from a picture in a way of its own
    made = weaving.redrawing(workflow.graph, workflow.slots, masked=masked)
    return None if made is None else replace(workflow, graph=made[0], slots=made[1])


def require(workflow: Workflow, wanted: Iterable[Slot]) -> None:
    """See that it has a place for each of `wanted`.

    Raises:
        BadInput: it has none for some; each is named, with what to do.
    """
    lacking = [slot for slot in wanted if slot not in workflow.slots]
    if not lacking:
        return
    told = _("“{name}” has no place for: {slots}.").format(
        name=workflow.name, slots=listed(_(WORDS[slot]) for slot in lacking)
    )
    hints = [
        _("Several nodes fit {slot}: {nodes}.").format(
            slot=_(WORDS[slot]),
            nodes=listed(node.called for node in workflow.slots.doubtful[slot]),
        )
        for slot in lacking
        if slot in workflow.slots.doubtful
    ]
    titles = listed(in_quotes(f"storyforge: {slot}") for slot in lacking)
    hints.append(
        _(
            "In ComfyUI give the node where it belongs this title, and export again: {titles}"
        ).format(titles=titles)
    )
    raise BadInput(told, title=_("Workflow without a slot"), hint=sentences(hints))
