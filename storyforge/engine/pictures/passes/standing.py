"""Whose part of a picture it is: their words and LoRAs are for it, and nobody else's."""

from typing import Any

from storyforge.domain.picture.adapters import Share
from storyforge.domain.picture.orders import Order
from storyforge.domain.picture.passes import Person
from storyforge.engine.pictures.passes.base import bare


def alone_at(order: Order, part: Share) -> Person | None:
    """Who stands in the middle of `part`; None where nobody does, or several."""
    across, down = (part[0] + part[2]) / 2, (part[1] + part[3]) / 2
    there = [each for each in order.people if _within(each.region, across, down)]
    return there[0] if len(there) == 1 else None


def theirs(order: Order, person: Person | None) -> dict[str, Any]:
    """What of an order is otherwise where `person` stands alone: LoRAs and embeddings."""
    if person is None:
        return {}
    return {
        "loras": (*bare(order).loras, *person.loras),
        "embeddings": (*order.embeddings, *person.embeddings),
    }


def _within(share: Share, across: float, down: float) -> bool:
    left, top, right, bottom = share
    return left <= across < right and top <= down < bottom
