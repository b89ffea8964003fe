"""Orders as JSON: as they wait in a story, and as a drawn picture remembers how it was made.

In the queue an order is whole, with the picture it begins from. A drawn picture only remembers that
one's digest: it lies among the story's pictures, or with the author.
"""

import base64
import functools
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar, cast

from storyforge.domain.kept_json import read_json
from storyforge.domain.picture.orders import Order
from storyforge.domain.picture.png_head import is_fair
from storyforge.errors import BadInput
from storyforge.i18n import _

if TYPE_CHECKING:
    from pydantic import TypeAdapter

_Value = TypeVar("_Value")

#: of a picture's settings: everything of the order, JSON
ORDER = "order"
#: of a picture's settings: the profile that drew it
PAINTER = "painter profile"
# What torch takes as a seed; and what no whole number of an order comes near.
_SEEDS, _MOST = 1 << 63, 1 << 20


@dataclass(frozen=True, slots=True)
class Ticket:
    """An order that waits.

    Attributes:
        painter: the profile that draws it.
        alt: a text for who cannot see the picture.
        source: the digest of the picture that it begins from; empty where it begins from noise.
    """

    order: Order
    painter: str
    alt: str = ""
    source: str = ""


def ticket(order: Order, painter: str, alt: str = "") -> Ticket:
    """The ticket of `order`, with the digest of what it begins from."""
    source = hashlib.sha256(order.redraw.image).hexdigest() if order.redraw else ""
    return Ticket(order, painter, alt, source)


def write(told: Ticket) -> str:
    """As it is kept in the queue."""
    values = _values(told.order, whole=True)
    return json.dumps(
        {"painter": told.painter, "alt": told.alt, "order": values}, ensure_ascii=False
    )


def read(text: str) -> Ticket:
    """What `write` wrote.

    Raises:
        BadInput: it is damaged.
    """
    found = read_json(text)
    if not isinstance(found, dict):
        raise _damaged()
    order = _order(found.get("order"), None)
    return ticket(order, str(found.get("painter", "")), str(found.get("alt", "")))


def settings_of(told: Ticket, facts: Mapping[str, str]) -> dict[str, str]:
    """What a picture keeps: order and facts, all that it takes to draw it again."""
    values = _values(told.order, whole=False)
    if isinstance(values.get("redraw"), dict):
        values["redraw"]["source"] = told.source
    kept = json.dumps(values, ensure_ascii=False)
    return {**facts, ORDER: kept, PAINTER: told.painter}


def source_of(settings: Mapping[str, str]) -> str:
    """The digest of the picture that a drawn one began from; empty where there was none."""
    found = read_json(settings.get(ORDER, ""))
    redraw = found.get("redraw") if isinstance(found, dict) else None
    return str(redraw.get("source", "")) if isinstance(redraw, dict) else ""


def order_of(settings: Mapping[str, str], image: bytes | None = None) -> Order:
    """The order that a drawn picture remembers.

    Args:
        image: what it began from, by `source_of`.

    Raises:
        BadInput: it remembers none, or it is damaged.
    """
    return _order(read_json(settings.get(ORDER, "")), image)


def _values(order: Order, *, whole: bool) -> dict[str, Any]:
    told = _with_bytes(order, base64.b64encode)
    values: dict[str, Any] = _orders().dump_python(told, mode="json")
    if order.redraw is not None and not whole:
        values["redraw"]["image"] = ""
    return values


def _order(told: object, image: bytes | None) -> Order:
    """The order of such values; what this version does not know of is passed over."""
    if not isinstance(told, dict):
        raise _damaged()
    if image is not None and isinstance(told.get("redraw"), dict):
        encoded = base64.b64encode(image).decode("ascii")
        told = {**told, "redraw": {**told["redraw"], "image": encoded}}
    try:
        order = _orders().validate_json(json.dumps(told), strict=True)
        _look_at(order)
        return _with_bytes(order, lambda data: base64.b64decode(data, validate=True))
    except ValueError as error:
        raise _damaged() from error


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
    _must(is_fair(order.width, order.height), order.width)
    _must(order.redraw is None or bool(order.redraw.image), "nothing to begin from")
    _must(min(order.steps, order.clip_skip, order.preview_every) >= 0, order.steps)
    _bounded(order)


def _bounded(value: object) -> None:
    """No number is out of the world; a seed is one that torch takes."""
    if is_dataclass(value):
        for each in fields(value):
            if each.name == "seed":
                seed = getattr(value, each.name)
                _must(seed is None or 0 <= seed < _SEEDS, seed)
            else:
                _bounded(getattr(value, each.name))
    elif isinstance(value, tuple):
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
