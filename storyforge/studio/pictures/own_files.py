"""An order that lies in a story, with the author's own files in the place of those that it names.

A story may come from anywhere, and a path in it lead anywhere: into another computer, or to a file
that nobody meant. None of them is opened; only names count.
"""

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from storyforge.domain.picture.adapters import Embedding, Hypernetwork, LoraUse, Reference
from storyforge.domain.picture.orders import Order
from storyforge.domain.picture.passes import Person
from storyforge.domain.picture.staging import Control
from storyforge.images import hypernetworks, ip_adapters, loras, readers
from storyforge.images.folders import Found, Missing, pick


def names_files(order: Order) -> bool:
    """Whether it names any."""
    return bool(
        order.loras
        or order.embeddings
        or order.hypernetworks
        or order.references
        or order.controls
        or order.people
    )


def of_own_files(order: Order, found: Found, named: Collection[Path] = ()) -> Order:
    """`order` with what lies in the author's folders; what it names stays where it is there.

    Args:
        named: files that the settings name, wherever they lie.

    Raises:
        BadInput: something is not there; the nearest ones are named.
    """
    return replace(
        order,
        loras=_loras(order.loras, found),
        embeddings=_embeddings(order.embeddings, found),
        hypernetworks=tuple(_hypernetwork(each, found) for each in order.hypernetworks),
        references=tuple(_reference(each, found, named) for each in order.references),
        people=tuple(_person(each, found, named) for each in order.people),
        controls=tuple(_control(each, found) for each in order.controls),
    )


def _person(person: Person, found: Found, named: Collection[Path]) -> Person:
    reference = person.reference
    return replace(
        person,
        loras=_loras(person.loras, found),
        embeddings=_embeddings(person.embeddings, found),
        reference=None if reference is None else _reference(reference, found, named),
    )


def _loras(uses: tuple[LoraUse, ...], found: Found) -> tuple[LoraUse, ...]:
    known = {one.path for one in found.loras}
    return tuple(
        use if use.path in known else replace(use, path=loras.find(found, use.name).path)
        for use in uses
    )


def _embeddings(words: tuple[Embedding, ...], found: Found) -> tuple[Embedding, ...]:
    known = {one.path for one in found.embeddings}
    return tuple(
        each
        if each.path in known
        else replace(each, path=pick(found.embeddings, each.name, Missing.EMBEDDING).path)
        for each in words
    )


def _hypernetwork(use: Hypernetwork, found: Found) -> Hypernetwork:
    if use.path in {one.path for one in found.hypernetworks}:
        return use
    return replace(use, path=hypernetworks.find(found, use.name).path)


def _reference(reference: Reference, found: Found, named: Collection[Path]) -> Reference:
    """A reference with the author's own IP-Adapter and image encoder."""
    adapter, encoder = reference.adapter, reference.encoder
    if adapter not in {each.path for each in found.ip_adapters} | {*named}:
        adapter = pick(found.ip_adapters, adapter.name, Missing.IP_ADAPTER).path
    known = {each.path for each in found.image_encoders} | {*named, *ip_adapters.beside(adapter)}
    if encoder is not None and encoder not in known:
        encoder = pick(found.image_encoders, encoder.name, Missing.IMAGE_ENCODER).path
    return replace(reference, adapter=adapter, encoder=encoder)


def _control(control: Control, found: Found) -> Control:
    """A staging with the author's own ControlNet, and what reads it here."""
    model = control.model
    if model not in {each.path for each in found.controlnets}:
        model = pick(found.controlnets, model.name, Missing.CONTROLNET).path
    reader = None if control.ready else readers.find(control.kind, found)
    return replace(control, model=model, reader=reader)
