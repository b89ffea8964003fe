"""Orders as JSON: as they wait in a story, and as a drawn picture remembers how it was made.

In the queue an order is whole, with the picture it begins from. A drawn picture only remembers that
one's digest: it lies among the story's pictures, or with the author.
"""

import base64
import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

from storyforge.domain.kept_json import read_json
from storyforge.domain.picture.orders import Embedding, LoraUse, Order, Redraw, Variation
from storyforge.domain.picture.png_head import is_fair
from storyforge.errors import BadInput
from storyforge.i18n import _

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
    values = asdict(replace(order, redraw=None, loras=(), embeddings=()))
    values["loras"] = [{**asdict(one), "path": str(one.path)} for one in order.loras]
    values["embeddings"] = [{**asdict(one), "path": str(one.path)} for one in order.embeddings]
    if order.redraw is not None:
        redraw = asdict(order.redraw)
        redraw["mask"] = None if order.redraw.mask is None else _text(order.redraw.mask)
        redraw["image"] = _text(order.redraw.image) if whole else ""
        values["redraw"] = redraw
    return values


def _order(told: object, image: bytes | None) -> Order:
    """The order of such values; what this version does not know of is passed over."""
    if not isinstance(told, dict):
        raise _damaged()
    values = {each.name: told[each.name] for each in fields(Order) if each.name in told}
    try:
        values["loras"] = tuple(_with_path(LoraUse, one) for one in told.get("loras", ()))
        values["embeddings"] = tuple(
            _with_path(Embedding, one) for one in told.get("embeddings", ())
        )
        values["redraw"] = _redraw(told.get("redraw"), image)
        variation = told.get("variation")
        values["variation"] = None if variation is None else Variation(**variation)
        order = Order(**values)
        _look_at(order)
    except (TypeError, ValueError, KeyError, AttributeError, OverflowError) as error:
        raise _damaged() from error
    return order


def _with_path(kind: type[Any], told: Mapping[str, Any]) -> Any:
    return kind(**{**told, "path": Path(told["path"])})


def _redraw(told: Mapping[str, Any] | None, image: bytes | None) -> Redraw | None:
    if told is None:
        return None
    kept = {each.name: told[each.name] for each in fields(Redraw) if each.name in told}
    kept["image"] = image if image is not None else _bytes(told["image"])
    kept["mask"] = None if told.get("mask") is None else _bytes(told["mask"])
    if told.get("region") is not None:
        left, top, right, bottom = (int(edge) for edge in told["region"])
        kept["region"] = (left, top, right, bottom)
    if not kept["image"]:
        raise ValueError("nothing to begin from")
    return Redraw(**kept)


def _look_at(order: Order) -> None:
    """Raise where a value is of another kind: what a foreign hand wrote must not reach torch."""
    for number in (order.width, order.height, order.steps, order.clip_skip, order.preview_every):
        _must(type(number) is int and 0 <= number < _MOST, number)
    _must(is_fair(order.width, order.height), order.width)
    _must(type(order.seed) is int and 0 <= order.seed < _SEEDS, order.seed)
    for text in (order.prompt, order.negative, order.sampler, order.schedule):
        _must(type(text) is str, text)
    _must(type(order.freeu) is bool, order.freeu)
    _must_be_finite(order.guidance)
    for use in order.loras:
        _must(type(use.name) is str, use.name)
        _must_be_finite(use.weight)
        if use.text_weight is not None:
            _must_be_finite(use.text_weight)
    for each in order.embeddings:
        _must(type(each.name) is str, each.name)
    if order.variation is not None:
        seed = order.variation.seed
        _must(type(seed) is int and 0 <= seed < _SEEDS, seed)
        _must_be_finite(order.variation.strength)
    if order.redraw is not None:
        _look_at_redraw(order.redraw)


def _look_at_redraw(redraw: Redraw) -> None:
    _must_be_finite(redraw.strength)
    _must(type(redraw.only_masked) is bool, redraw.only_masked)
    for number in (redraw.padding, redraw.blur, *(redraw.region or ())):
        _must(type(number) is int and abs(number) < _MOST, number)


def _must(right: bool, value: object) -> None:
    if not right:
        raise ValueError(value)


def _must_be_finite(value: object) -> None:
    _must(isinstance(value, int | float) and type(value) is not bool, value)
    _must(math.isfinite(float(str(value))), value)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def _damaged() -> BadInput:
    return BadInput(
        _("How this picture was ordered cannot be read; the picture itself is whole."),
        title=_("Order not readable"),
        hint=_("Draw the scene anew, or give its seed and prompt."),
    )
