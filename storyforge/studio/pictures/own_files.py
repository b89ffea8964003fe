"""An order that lies in a story, with the author's own files in the place of those that it names.

A story may come from anywhere, and a path in it lead anywhere: into another computer, or to a file
that nobody meant. None of them is opened; only names count.
"""

from dataclasses import replace

from storyforge.domain.picture.adapters import Embedding, LoraUse
from storyforge.domain.picture.orders import Order
from storyforge.domain.picture.staging import Control
from storyforge.images import loras, readers
from storyforge.images.folders import Found, Missing, pick


def of_own_files(order: Order, found: Found) -> Order:
    """`order` with what lies in the author's folders; what it names stays where it is there.

    Raises:
        BadInput: a LoRA or embedding is not there; the nearest ones are named.
    """
    uses, words = {one.path for one in found.loras}, {one.path for one in found.embeddings}
    return replace(
        order,
        loras=tuple(use if use.path in uses else _lora(use, found) for use in order.loras),
        embeddings=tuple(
            each if each.path in words else _embedding(each, found) for each in order.embeddings
        ),
        controls=tuple(_control(each, found) for each in order.controls),
    )


def _lora(use: LoraUse, found: Found) -> LoraUse:
    return replace(use, path=loras.find(found, use.name).path)


def _embedding(each: Embedding, found: Found) -> Embedding:
    return replace(each, path=pick(found.embeddings, each.name, Missing.EMBEDDING).path)


def _control(control: Control, found: Found) -> Control:
    """A staging with the author's own ControlNet, and what reads it here."""
    model = control.model
    if model not in {each.path for each in found.controlnets}:
        model = pick(found.controlnets, model.name, Missing.CONTROLNET).path
    reader = None if control.ready else readers.find(control.kind, found)
    return replace(control, model=model, reader=reader)
