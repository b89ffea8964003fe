"""The slots of a workflow: what goes into it for each picture, and how an author marks where. Pure.

A node's title says it in ComfyUI itself (“storyforge: prompt”), or a word in a text does
(`%prompt%`). What is not marked is looked for by `finding`.
"""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from storyforge.domain.picture.workflows.graph import Graph, Node
from storyforge.errors import BadInput
from storyforge.i18n import N_, _, in_quotes, listed


class Slot(StrEnum):
    """What goes into a workflow; the values are what an author writes in a title."""

    PROMPT = "prompt"
    NEGATIVE = "negative"
    SEED = "seed"
    STEPS = "steps"
    GUIDANCE = "guidance"
    SAMPLER = "sampler"
    SCHEDULER = "scheduler"
    WIDTH = "width"
    HEIGHT = "height"
    CHECKPOINT = "checkpoint"
    CLIP_SKIP = "clip skip"
    #: how much is redrawn
    STRENGTH = "strength"
    #: what it begins from
    IMAGE = "image"
    #: where it is redrawn
    MASK = "mask"
    #: whose picture is taken, where several are saved
    PICTURE = "picture"


class How(StrEnum):
    """How a slot was found."""

    #: by a node's title
    MARKED = "title"
    #: by a word such as %prompt%
    WRITTEN = "word"
    #: by itself, since only one node fits
    FOUND = "found"

    @property
    def is_author(self) -> bool:
        """Whether an author said so."""
        return self is not How.FOUND


@dataclass(frozen=True, slots=True)
class Place:
    """Where a slot's value goes; of a picture's place only the node counts."""

    node: str
    input: str
    how: How


@dataclass(frozen=True, slots=True)
class Slots:
    """Where everything goes.

    Attributes:
        places: by slot, at least one each.
        doubtful: slots that several nodes fit, so that one has to be marked.
    """

    places: Mapping[Slot, tuple[Place, ...]] = field(default_factory=dict)
    doubtful: Mapping[Slot, tuple[Node, ...]] = field(default_factory=dict)

    def __contains__(self, slot: object) -> bool:
        return slot in self.places

    def of(self, slot: Slot) -> tuple[Place, ...]:
        """Where it goes; nowhere is empty."""
        return self.places.get(slot, ())


#: what a slot is, for an author
WORDS: dict[Slot, str] = {
    Slot.PROMPT: N_("the prompt"),
    Slot.NEGATIVE: N_("the negative prompt"),
    Slot.SEED: N_("the seed"),
    Slot.STEPS: N_("the steps"),
    Slot.GUIDANCE: N_("the CFG scale"),
    Slot.SAMPLER: N_("the sampler"),
    Slot.SCHEDULER: N_("the schedule"),
    Slot.WIDTH: N_("the width"),
    Slot.HEIGHT: N_("the height"),
    Slot.CHECKPOINT: N_("the checkpoint"),
    Slot.CLIP_SKIP: N_("clip skip"),
    Slot.STRENGTH: N_("how much is redrawn"),
    Slot.IMAGE: N_("the picture to begin from"),
    Slot.MASK: N_("where it is redrawn"),
    Slot.PICTURE: N_("the picture that is taken"),
}

#: inputs that hold a slot's value, the likeliest first
NAMES: dict[Slot, tuple[str, ...]] = {
    Slot.SEED: ("seed", "noise_seed"),
    Slot.STEPS: ("steps",),
    # Where there are both, as for FLUX, the CFG scale has to stay at 1.
    Slot.GUIDANCE: ("guidance", "cfg"),
    Slot.SAMPLER: ("sampler_name",),
    Slot.SCHEDULER: ("scheduler",),
    Slot.WIDTH: ("width",),
    Slot.HEIGHT: ("height",),
    Slot.CHECKPOINT: ("ckpt_name", "unet_name"),
    Slot.CLIP_SKIP: ("stop_at_clip_layer",),
    Slot.STRENGTH: ("denoise",),
    Slot.IMAGE: ("image",),
    Slot.MASK: ("mask", "image"),
}
#: an encoder's texts, all of which are the prompt
TEXTS = ("text", "text_g", "text_l", "clip_l", "clip_g", "t5xxl", "llama")
#: what nodes that hold nothing but a value call it
VALUES = ("value", "prompt", "string", "text", "int", "float", "number")
_NUMBERS = frozenset({
    Slot.SEED, Slot.STEPS, Slot.GUIDANCE, Slot.WIDTH, Slot.HEIGHT, Slot.CLIP_SKIP, Slot.STRENGTH,
})  # fmt: skip

_MARK = re.compile(r"\s*story\s?forge\s*[:：]\s*(.+)", re.IGNORECASE)
_ITS_INPUTS = re.compile(r"\s*([^()]+?)\s*(?:\(([^()]*)\))?\s*")
_WORD = re.compile(r"%([A-Za-z][A-Za-z _]{2,20})%")
# ComfyUI fills in such words of its own here.
_FILE_NAMES = "filename_prefix"
_OTHER_NAMES = {
    "negative prompt": Slot.NEGATIVE,
    "positive": Slot.PROMPT,
    "positive prompt": Slot.PROMPT,
    "cfg": Slot.GUIDANCE,
    "cfg scale": Slot.GUIDANCE,
    "sampler name": Slot.SAMPLER,
    "schedule": Slot.SCHEDULER,
    "model": Slot.CHECKPOINT,
    "denoise": Slot.STRENGTH,
    "denoising strength": Slot.STRENGTH,
    "output": Slot.PICTURE,
}


def fits(slot: Slot, value: object) -> bool:
    """Whether a value is one of a slot's kind."""
    if slot in _NUMBERS:
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, str)


def marked(graph: Graph, name: str) -> dict[Slot, list[Place]]:
    """The slots that titles of nodes and words of texts mark.

    Args:
        name: of the workflow's file, for what is said about it.

    Raises:
        BadInput: a mark means nothing, or its node has nothing that fits.
    """
    found = dict[Slot, list[Place]]()
    for node in graph.values():
        titled = _MARK.fullmatch(node.title)
        for told in re.split(r"[,;](?![^(]*\))", titled[1]) if titled else ():
            slot, inputs = _told(told, node, name)
            for each in _inputs(slot, inputs, node, name):
                found.setdefault(slot, []).append(Place(node.id, each, How.MARKED))
        for each, value in node.inputs.items():
            if isinstance(value, str) and each != _FILE_NAMES:
                for slot in words_in(value):
                    found.setdefault(slot, []).append(Place(node.id, each, How.WRITTEN))
    return found


def words_in(text: str) -> tuple[Slot, ...]:
    """The slots whose words stand in a text, each once."""
    named = (_named(word) for word in _WORD.findall(text))
    return tuple(dict.fromkeys(slot for slot in named if slot is not None))


def put(text: str, values: Mapping[Slot, Any]) -> Any:
    """`text` with values in the place of their words; a value itself where it is all of it."""
    whole = _WORD.fullmatch(text.strip())
    slot = _named(whole[1]) if whole else None
    if slot is not None and slot in values:
        return values[slot]

    def one(word: re.Match[str]) -> str:
        meant = _named(word[1])
        return str(values[meant]) if meant is not None and meant in values else word[0]

    return _WORD.sub(one, text)


def _named(told: str) -> Slot | None:
    folded = " ".join(told.replace("_", " ").casefold().split())
    return _OTHER_NAMES.get(folded) or next((slot for slot in Slot if slot == folded), None)


def _told(told: str, node: Node, name: str) -> tuple[Slot, tuple[str, ...]]:
    """The slot that a part of a title means, and the inputs that it names."""
    read = _ITS_INPUTS.fullmatch(told)
    slot = _named(read[1]) if read else None
    if read is None or slot is None:
        known = (*map(str, Slot), *_OTHER_NAMES)
        near = difflib.get_close_matches(told.strip().casefold(), known, n=1, cutoff=0.0)[0]
        raise BadInput(
            _("In “{name}” the title of {node} names no slot: {told}.").format(
                name=name, node=node.called, told=in_quotes(told.strip())
            ),
            title=_("No such slot"),
            hint=_("The nearest one is {near}. There are: {slots}.").format(
                near=in_quotes(near), slots=listed(map(str, Slot))
            ),
        )
    return slot, tuple(one.strip() for one in (read[2] or "").split(",") if one.strip())


def _inputs(slot: Slot, named: tuple[str, ...], node: Node, name: str) -> tuple[str, ...]:
    """The inputs of a marked node that the slot's value goes into."""
    if slot is Slot.PICTURE:
        return ("",)
    able = tuple(one for one, value in node.inputs.items() if fits(slot, value))
    if named and all(one in able for one in named):
        return named
    if not named:
        texts = tuple(one for one in able if one in TEXTS)
        if slot in (Slot.PROMPT, Slot.NEGATIVE) and texts:
            return texts
        for one in (*NAMES.get(slot, ()), *VALUES):
            if one in able:
                return (one,)
        if len(able) == 1:
            return able
    raise BadInput(
        _("In “{name}” the node {node} has no place for {slot}.").format(
            name=name, node=node.called, slot=_(WORDS[slot])
        ),
        title=_("No place for it"),
        hint=_("It has: {inputs}. Name one in the title: “storyforge: {slot} (INPUT)”.").format(
            inputs=listed(able or node.inputs), slot=slot
        ),
    )
