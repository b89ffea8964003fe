"""How a picture was drawn, in words; and how two differ. Pure."""

import math
from collections.abc import Iterator, Mapping
from typing import Any

from storyforge.domain.day_names import moment
from storyforge.domain.kept_json import read_json
from storyforge.domain.picture.pictures import Picture, QueuedPicture
from storyforge.domain.text import one_line
from storyforge.i18n import N_, _
from storyforge.images import infotext
from storyforge.tui.gallery.form_values import LABELS, SCALES, checked

# Of a picture's settings: everything of the order, JSON; `studio.pictures.order_files` writes it.
_ORDER = "order"
# And its word heat; `studio.pictures.heat` does.
_HEAT = "heat"
_MORE = {"seed": N_("Seed"), "painter": N_("Painter")}


def order_of(picture: Picture) -> dict[str, Any]:
    """What is known of its order, by name."""
    told = read_json(picture.settings.get(_ORDER))
    return dict(told) if isinstance(told, Mapping) else {}


def has_heat(picture: Picture) -> bool:
    """Whether it keeps where it listened to which word."""
    return bool(picture.settings.get(_HEAT))


def settings_of(picture: Picture) -> dict[str, Any]:
    """What of it the form can show."""
    return {**checked(_as_form(order_of(picture))), "seed": max(picture.seed, 0)}


def _as_form(order: dict[str, Any]) -> dict[str, Any]:
    """What was done to it afterwards as the form has it: how large, or whether at all."""
    told = {name: order.get(name) for name in (*SCALES, "faces")}
    scales = {
        name: float(one["scale"])
        for name, one in told.items()
        if isinstance(one, Mapping) and isinstance(one.get("scale"), int | float)
    }
    return {**order, **scales, "faces": isinstance(told["faces"], Mapping)}


def scale_of(picture: Picture) -> float:
    """So many times as wide as what it was made from; 1 where it was not made larger."""
    known = checked(_as_form(order_of(picture)))
    return float(math.prod(known.get(name, 1) for name in SCALES))


def facts(picture: Picture) -> Iterator[str]:
    """When, by whom, how large, and how."""
    order = order_of(picture)
    yield moment(picture.created)
    without = infotext.without(picture.settings)
    if picture.painter:
        yield picture.painter
    if picture.place:
        yield _("at {host}").format(host=picture.place)
    yield f"{picture.width}×{picture.height}"
    for name in ("sampler", "schedule"):
        if isinstance(order.get(name), str) and "sampler" not in without:
            yield one_line(order[name])
    known = checked(_as_form(order))
    if "steps" in known and "steps" not in without:
        yield _("{count} steps").format(count=known["steps"])
    if "guidance" in known and "steps" not in without:
        yield _("guidance {value:g}").format(value=known["guidance"])
    yield from _passes(known)
    if "seed" not in without:
        yield _("seed {seed}").format(seed=picture.seed)


def waiting(order: QueuedPicture) -> Iterator[str]:
    """What is done to one that waits after it is drawn."""
    ticket = read_json(order.order)
    told = ticket.get(_ORDER) if isinstance(ticket, Mapping) else None
    yield from _passes(checked(_as_form(dict(told) if isinstance(told, Mapping) else {})))


def _passes(known: Mapping[str, Any]) -> Iterator[str]:
    for name in SCALES:
        if known.get(name, 1) > 1:
            yield f"{_(LABELS[name])} ×{known[name]:g}"
    if known["faces"]:
        yield _(LABELS["faces"])


def differences(picture: Picture, other: Picture) -> Iterator[str]:
    """Its own values, where the other one's are others."""
    mine, yours = _all_of(picture), _all_of(other)
    for name, label in {**LABELS, **_MORE}.items():
        if name in mine and mine.get(name) != yours.get(name):
            value = mine[name]
            told = f"{value:g}" if isinstance(value, float) else str(value)
            yield f"{_(label)} {told}"


def _all_of(picture: Picture) -> dict[str, Any]:
    own = {"painter": picture.painter, "width": picture.width, "height": picture.height}
    return {**settings_of(picture), **own}
