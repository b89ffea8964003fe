"""Orders as JSON: as they wait in a story, and as a drawn picture remembers how it was made.

The pictures that an order is made from are no JSON: their digests stand in it, and they lie in the
story by these (`store.picture_sources`).
"""

import base64
import functools
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar, cast

from storyforge.domain.kept_json import read_json
from storyforge.domain.picture import seeds
from storyforge.domain.picture.enlarging import is_too_large
from storyforge.domain.picture.orders import Order
from storyforge.domain.picture.pictures import QueuedPicture
from storyforge.domain.picture.png_head import is_fair
from storyforge.errors import BadInput
from storyforge.i18n import _
from storyforge.store.picture_sources import digest_of

if TYPE_CHECKING:
    from pydantic import TypeAdapter

_Value = TypeVar("_Value")

#: the bytes of a digest; raises `BadInput` where they are gone
Sources = Callable[[str], bytes]

#: of a picture's settings: everything of the order, JSON
ORDER = "order"
#: of a picture's settings: the profile that drew it
PAINTER = "painter profile"
# No other whole number of an order comes near it.
_MOST = 1 << 20
# LoRAs, people, stagings; nobody has more of them.
_MANY = 256
_LARGEST_FACE = 4096
# What stands before a digest. Orders of version 6 of the story file have base64 in its place.
_DIGEST = b"sha256:"


@dataclass(frozen=True, slots=True)
class Ticket:
    """An order that waits.

    Attributes:
        painter: the profile that draws it.
        alt: a text for who cannot see the picture.
    """

    order: Order
    painter: str
    alt: str = ""


def kept(queued: QueuedPicture, told: Ticket) -> QueuedPicture:
    """`queued` with this order, and with the pictures that it names."""
    return replace(queued, order=write(told), sources=sources_of(told.order))


def write(told: Ticket) -> str:
    """As it is kept in the queue; `sources_of` must be in the story, too."""
    values = {"painter": told.painter, "alt": told.alt, "order": _values(told.order)}
    return json.dumps(values, ensure_ascii=False)


def sources_of(order: Order) -> dict[str, bytes]:
    """What `order` is made from, by digest."""
    found = dict[str, bytes]()

    def note(data: bytes) -> bytes:
        found[digest_of(data)] = data
        return data

    _with_bytes(order, note)
    return found


def read(text: str, sources: Sources) -> Ticket:
    """What `write` wrote.

    Raises:
        BadInput: it is damaged, or a picture that it is made from is gone.
    """
    found = read_json(text)
    if not isinstance(found, dict):
        raise _damaged()
    order = _order(found.get("order"), sources)
    return Ticket(order, str(found.get("painter", "")), str(found.get("alt", "")))


def outline(text: str) -> Ticket:
    """The same without the pictures that it is made from: their bytes are empty.

    Raises:
        BadInput: it is damaged.
    """
    return read(text, lambda _digest: b"")


def seed_of(text: str) -> int | None:
    """The seed of an order; None where it cannot be read."""
    found = read_json(text)
    order = found.get("order") if isinstance(found, dict) else None
    seed = order.get("seed") if isinstance(order, dict) else None
    return seed if type(seed) is int else None


def with_seed(text: str, seed: int) -> str:
    """The same with another seed.

    Raises:
        BadInput: it is damaged.
    """
    outline(text)
    found = read_json(text)
    return json.dumps({**found, "order": {**found["order"], "seed": seed}}, ensure_ascii=False)


def settings_of(told: Ticket, facts: Mapping[str, str]) -> dict[str, str]:
    """What a picture keeps: order and facts, all that it takes to draw it again."""
    order = json.dumps(_values(told.order), ensure_ascii=False)
    return {**facts, ORDER: order, PAINTER: told.painter}


def order_of(settings: Mapping[str, str], sources: Sources) -> Order:
    """The order that a drawn picture remembers.

    Raises:
        BadInput: it remembers none, it is damaged, or what it was made from is gone.
    """
    return _order(read_json(settings.get(ORDER, "")), sources)


def _values(order: Order) -> dict[str, Any]:
    told = _with_bytes(order, lambda data: _DIGEST + digest_of(data).encode("ascii"))
    values: dict[str, Any] = _orders().dump_python(told, mode="json")
    return values


def _order(told: object, sources: Sources) -> Order:
    """The order of such values; what this version does not know of is passed over."""
    if not isinstance(told, dict):
        raise _damaged()
    redraw = told.get("redraw")
    if isinstance(redraw, dict) and redraw.get("source") and not redraw.get("image"):
        # As a picture of version 6 remembers it.
        begun = f"{_DIGEST.decode('ascii')}{redraw['source']}"
        told = {**told, "redraw": {**redraw, "image": begun}}
    try:
        order = _orders().validate_json(json.dumps(told), strict=True)
        _look_at(order)
        return _with_bytes(order, functools.cache(lambda data: _bytes_of(data, sources)))
    except ValueError as error:
        raise _damaged() from error


def _bytes_of(told: bytes, sources: Sources) -> bytes:
    if told.startswith(_DIGEST):
        return sources(told.removeprefix(_DIGEST).decode("ascii"))
    return base64.b64decode(told, validate=True)


@functools.cache
def _orders() -> "TypeAdapter[Order]":
    from pydantic import TypeAdapter

    return TypeAdapter(Order)


def _with_bytes(value: _Value, change: Callable[[bytes], bytes]) -> _Value:
    """A value of an order with all that is bytes in it changed: JSON has none."""
    changed: Any = value
    if isinstance(value, bytes):
        changed = change(value)
    elif isinstance(value, tuple):
        changed = tuple(_with_bytes(one, change) for one in value)
    elif is_dataclass(value) and not isinstance(value, type):
        parts = {each.name: getattr(value, each.name) for each in fields(value)}
        changed = replace(value, **{n: _with_bytes(one, change) for n, one in parts.items()})
    return cast("_Value", changed)


def _look_at(order: Order) -> None:
    """Raise where a value is out of bounds: what a foreign hand wrote must not reach torch."""
    _bounded(order)
    _must(is_fair(order.width, order.height), order.width)
    _must(not is_too_large(order), order.width)
    _must(order.faces is None or order.faces.size <= _LARGEST_FACE, "a face larger than any")
    _must(order.redraw is None or bool(order.redraw.image), "nothing to begin from")
    _must(min(order.steps - 1, order.clip_skip, order.preview_every) >= 0, order.steps)


def _bounded(value: object) -> None:
    """No number is out of the world; a seed is one that torch takes."""
    if is_dataclass(value):
        for each in fields(value):
            if each.name == "seed":
                seed = getattr(value, each.name)
                _must(seed is None or 0 <= seed < seeds.MOST, seed)
            else:
                _bounded(getattr(value, each.name))
    elif isinstance(value, tuple):
        _must(len(value) <= _MANY, len(value))
        for one in value:
            _bounded(one)
    elif isinstance(value, int | float):
        _must(abs(value) < _MOST, value)


def _must(right: bool, value: object) -> None:
    if not right:
        raise ValueError(value)


def _damaged() -> BadInput:
    return BadInput(
        _("How this picture was ordered cannot be read; the picture itself is whole."),
        title=_("Order not readable"),
        hint=_("Draw the scene anew, or give its seed and prompt."),
    )
