"""What a ComfyUI has of what a workflow needs: asked before the first picture, nothing is sent.

Each kind of node is asked for by itself, since all of them together are many megabytes.
"""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from storyforge.backends.pictures.remote import comfyui_api as api
from storyforge.backends.remote.api import Call
from storyforge.backends.remote.faults import FaultKind, RemoteFault
from storyforge.backends.remote.wire import Wire
from storyforge.domain.picture.workflows.slots import NAMES, Slot
from storyforge.domain.picture.workflows.workflow import Workflow, Workflows
from storyforge.errors import ModelError
from storyforge.i18n import _, listed

_LORAS = ("LoraLoader", "lora_name")
# As many are asked for at once.
_AT_ONCE = 8
_SUFFIXES = (".safetensors", ".ckpt", ".pt", ".pth", ".bin")


@dataclass(frozen=True, slots=True)
class Has:
    """What is there.

    Attributes:
        loras: the server's names, by all that an author may call each, in small letters.
    """

    server: str = ""
    device: str = ""
    models: tuple[str, ...] = ()
    samplers: tuple[str, ...] = ()
    schedules: tuple[str, ...] = ()
    loras: Mapping[str, str] = field(default_factory=dict)
    embeddings: tuple[str, ...] = ()


async def asked(wire: Wire, workflows: Workflows, stop: asyncio.Event) -> Has:
    """What a server has for these workflows.

    Raises:
        RemoteFault: it cannot be asked. ModelError: it does not know a node of theirs.
    """
    server, device = api.read_about(await wire.document(api.about(), stop))
    whole = (workflows.draw, workflows.redraw, workflows.mask)
    kinds = {node.kind for one in whole if one is not None for node in one.graph.values()}
    told = await _nodes(wire, sorted(kinds | {_LORAS[0]}), stop)
    if stop.is_set():
        return Has(server, device)
    _all_known(workflows, told)
    draw = workflows.draw
    words = await _or_nothing(wire, api.embeddings(), stop)
    return Has(
        server=server,
        device=device,
        models=_choices(draw, told, Slot.CHECKPOINT),
        samplers=_choices(draw, told, Slot.SAMPLER),
        schedules=_choices(draw, told, Slot.SCHEDULER),
        loras=_forms(api.read_choices(told.get(_LORAS[0]), *_LORAS)),
        embeddings=api.read_embeddings(words),
    )


async def _nodes(wire: Wire, kinds: list[str], stop: asyncio.Event) -> dict[str, Any]:
    """What is told of each kind of node; None of one that is not there."""
    found = dict[str, Any]()
    for start in range(0, len(kinds), _AT_ONCE):
        few = kinds[start : start + _AT_ONCE]
        answers = await asyncio.gather(*(_or_nothing(wire, api.node(kind), stop) for kind in few))
        found |= dict(zip(few, answers, strict=True))
    return found


async def _or_nothing(wire: Wire, call: Call, stop: asyncio.Event) -> Any:
    """What it answers; None where it knows no such question."""
    try:
        return await wire.document(call, stop)
    except RemoteFault as error:
        if error.fault.kind is FaultKind.NO_SUCH_ADDRESS:
            return None
        raise


def _all_known(workflows: Workflows, told: Mapping[str, Any]) -> None:
    """See that the server knows the nodes of a workflow.

    Raises:
        ModelError: it lacks some; each is named.
    """
    if all(answer is None for answer in told.values()):
        return  # an old one, which is asked by sending it
    draw = workflows.draw
    lacking = [node for node in draw.graph.values() if not _is_told(told.get(node.kind), node.kind)]
    if lacking:
        raise ModelError(
            _("The ComfyUI there does not know these nodes of “{name}”: {nodes}.").format(
                name=draw.name, nodes=listed(dict.fromkeys(node.kind for node in lacking))
            ),
            title=_("Nodes not there"),
            hint=_("Install them there (Manager, Install Missing Custom Nodes), and restart it."),
        )


def _is_told(answer: Any, kind: str) -> bool:
    return isinstance(answer, Mapping) and kind in answer


def _choices(workflow: Workflow, told: Mapping[str, Any], slot: Slot) -> tuple[str, ...]:
    """What one may choose from in a slot, or in the nodes that could be meant."""
    inputs = [(workflow.graph[one.node].kind, one.input) for one in workflow.slots.of(slot)]
    inputs += [
        (node.kind, name)
        for node in workflow.slots.doubtful.get(slot, ())
        for name in NAMES.get(slot, ())
    ]
    for kind, name in inputs:
        if found := api.read_choices(told.get(kind), kind, name):
            return found
    return ()


def _forms(names: Iterable[str]) -> dict[str, str]:
    """Each name by what a prompt may call it: without its ending, with its folder or without."""
    found = dict[str, str]()
    for name in names:
        bare = name.replace("\\", "/").casefold()
        suffix = next((one for one in _SUFFIXES if bare.endswith(one)), "")
        bare = bare.removesuffix(suffix)
        for form in (bare, bare.rpartition("/")[2]):
            found.setdefault(form, name)
    return found
