"""What is added to a workflow for one picture: LoRAs, clip skip, a picture to begin from. Pure.

So a workflow that only draws can redraw, too, and has the LoRAs of a prompt. It is done only
where it is plain what goes where: one checkpoint, one sampler, one VAE.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from storyforge.domain.picture.workflows.graph import Graph, Link, Node, links_of
from storyforge.domain.picture.workflows.slots import How, Place, Slot, Slots

# Numbers of ComfyUI's own are digits, so nothing of the author's is called so.
_OURS = "storyforge-"
_CHECKPOINTS, _MODELS, _TEXTS = "ckpt_name", "unet_name", "CLIPLoader"


@dataclass(frozen=True, slots=True)
class Lora:
    """A LoRA by the server's name for it."""

    name: str
    weight: float
    text_weight: float


@dataclass(frozen=True, slots=True)
class Sources:
    """Where a workflow's only model comes from, and its text encoder; None where none is plain."""

    model: Link | None
    clip: Link | None


def sources(graph: Graph) -> Sources:
    """Where LoRAs can be put in: right behind what loads the weights."""
    whole = [node for node in graph.values() if _CHECKPOINTS in node.inputs]
    models = [node for node in graph.values() if _MODELS in node.inputs]
    if len(whole) == 1 and not models:
        return Sources(Link(whole[0].id, 0), Link(whole[0].id, 1))
    texts = [node for node in graph.values() if _TEXTS in node.kind]
    return Sources(
        Link(models[0].id, 0) if len(models) == 1 and not whole else None,
        Link(texts[0].id, 0) if len(texts) == 1 and not whole else None,
    )


def with_loras(graph: Graph, loras: Iterable[Lora]) -> Graph:
    """`graph` with LoRAs behind its model, in order; `sources` must know the model."""
    found, nodes = sources(graph), dict(graph)
    if found.model is None:
        return graph
    model, clip, new = found.model, found.clip, list[Node]()
    for number, lora in enumerate(loras, start=1):
        inputs: dict[str, Any] = {
            "lora_name": lora.name,
            "strength_model": lora.weight,
            "model": _told(model),
        }
        kind = "LoraLoaderModelOnly"
        if clip is not None:
            kind = "LoraLoader"
            inputs |= {"strength_clip": lora.text_weight, "clip": _told(clip)}
        new.append(_node(f"lora-{number}", kind, inputs))
        model, clip = Link(new[-1].id, 0), None if clip is None else Link(new[-1].id, 1)
    changed = {found.model: model} | ({found.clip: clip} if found.clip and clip else {})
    return _rewired(nodes, changed) | {node.id: node for node in new}


def with_clip_skip(graph: Graph, clip_skip: int) -> Graph:
    """`graph` with so many of its text encoder's layers left out, as A1111 counts them."""
    clip = sources(graph).clip
    if clip is None:
        return graph
    node = _node(
        "clip-skip", "CLIPSetLastLayer", {"stop_at_clip_layer": -clip_skip, "clip": _told(clip)}
    )
    return _rewired(graph, {clip: Link(node.id, 0)}) | {node.id: node}


def redrawing(graph: Graph, slots: Slots, *, masked: bool) -> tuple[Graph, Slots] | None:
    """A workflow that draws, made to begin from a picture; None where it is not plain how.

    Args:
        masked: only where a second picture is white.
    """
    begins = [node for node in graph.values() if node.link("latent_image")]
    vaes = {link for node in graph.values() if node.kind.startswith("VAEDecode")
            and (link := node.link("vae"))}  # fmt: skip
    if len(begins) != 1 or len(vaes) != 1 or Slot.STRENGTH not in slots:
        return None
    image = _node("image", "LoadImage", {"image": ""})
    latent = _node(
        "latent", "VAEEncode", {"pixels": _told(Link(image.id, 0)), "vae": _told(vaes.pop())}
    )
    new, places = [image, latent], {Slot.IMAGE: (Place(image.id, "image", How.FOUND),)}
    if masked:
        mask = _node("mask", "LoadImageMask", {"image": "", "channel": "red"})
        there = _node(
            "there",
            "SetLatentNoiseMask",
            {"samples": _told(Link(latent.id, 0)), "mask": _told(Link(mask.id, 0))},
        )
        new += [mask, there]
        places[Slot.MASK] = (Place(mask.id, "image", How.FOUND),)
    inputs = {**begins[0].inputs, "latent_image": _told(Link(new[-1].id, 0))}
    nodes = {**graph, begins[0].id: replace(begins[0], inputs=inputs)}
    nodes |= {node.id: node for node in new}
    return nodes, replace(slots, places={**slots.places, **places})


def _rewired(graph: Graph, changed: Mapping[Link, Link]) -> dict[str, Node]:
    """`graph` with what came from some outputs coming from others."""
    nodes = dict[str, Node]()
    for node in graph.values():
        inputs = dict(node.inputs)
        for name, link in links_of(node):
            if link in changed:
                inputs[name] = _told(changed[link])
        nodes[node.id] = replace(node, inputs=inputs)
    return nodes


def _node(name: str, kind: str, inputs: Mapping[str, Any]) -> Node:
    return Node(f"{_OURS}{name}", kind, kind, inputs)


def _told(link: Link) -> list[Any]:
    return [link.node, link.output]
