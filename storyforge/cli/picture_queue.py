"""The verb pictures queue: what is still to be drawn, and orders taken out of it."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from storyforge.cli.opening import opened
from storyforge.cli.options import FILE, JSON
from storyforge.cli.picture_words import numbers_of
from storyforge.cli.talk import note, say, say_json, shortened, table
from storyforge.errors import BadInput, Refused
from storyforge.i18n import _, ngettext

if TYPE_CHECKING:
    from storyforge.domain.picture.orders import Order
    from storyforge.domain.picture.pictures import QueuedPicture

_LIST, _REMOVE = "list", "remove"
_DO = Annotated[
    str,
    typer.Argument(metavar="list|remove", help=_("List what waits, or take some of it out.")),
]
_WHICH = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="NUMBER|failed|all", help=_("Which to take out, by their numbers in the list.")
    ),
]
_FAILED, _ALL = "failed", "all"
_COLUMNS = 40


def queue(file: FILE, do: _DO = _LIST, which: _WHICH = None, as_json: JSON = False) -> None:
    """List what is still to be drawn, or take some of it out."""
    if do not in (_LIST, _REMOVE):
        raise BadInput(
            _("“{word}” is nothing the queue can do.").format(word=do),
            hint=_("Say one of: list, remove."),
        )
    with opened(file, to_write=do == _REMOVE) as story:
        numbers, orders = numbers_of(story), story.picture_queue.all()
        if do == _LIST:
            _list(orders, numbers, as_json)
            return
        out = _chosen(orders, which or [])
        for one in out:
            story.picture_queue.remove(one.id)
    if as_json:
        say_json([_json(one, orders.index(one) + 1, numbers) for one in out])
        return
    told = ngettext("{count} order is taken out.", "{count} orders are taken out.", len(out))
    say(told.format(count=len(out)))


def _list(orders: "Sequence[QueuedPicture]", numbers: dict[str, int], as_json: bool) -> None:
    if as_json:
        say_json([_json(one, number, numbers) for number, one in enumerate(orders, start=1)])
        return
    if not orders:
        say(_("Nothing waits to be drawn."))
        return
    rows = [["", _("scene"), _("painter"), _("size"), _("seed"), _("what it shows"), ""]]
    rows += [_row(one, number, numbers) for number, one in enumerate(orders, start=1)]
    for line in table(rows, right=(0, 1)):
        say(line)
    for number, one in enumerate(orders, start=1):
        if one.why:
            say(_("{number} could not be drawn: {why}").format(number=number, why=one.why))
    note(_("“storyforge illustrate FILE --resume” draws them, those that failed, too."))


def _row(one: "QueuedPicture", number: int, numbers: dict[str, int]) -> list[str]:
    scene, order = numbers.get(one.scene_id), _order(one)
    told = ["", "", "", _("(cannot be read)")]
    if order is not None:
        painter, what = order
        size = f"{what.width}×{what.height}"
        told = [painter, size, _seed(what), shortened(what.prompt, _COLUMNS)]
    state = _("failed") if one.state == _FAILED else ""
    return [str(number), "" if scene is None else str(scene), *told, state]


def _seed(order: "Order") -> str:
    return _("any") if order.seed is None else str(order.seed)


def _json(one: "QueuedPicture", number: int, numbers: dict[str, int]) -> dict[str, Any]:
    order = _order(one)
    told: dict[str, Any] = {}
    if order is not None:
        painter, what = order
        told = {
            "painter": painter,
            "width": what.width,
            "height": what.height,
            "seed": what.seed,
            "prompt": what.prompt,
        }
    return {
        "number": number,
        "id": one.id,
        "scene": numbers.get(one.scene_id),
        "scene_id": one.scene_id,
        "item_id": one.item_id,
        "ordered": one.created.isoformat(),
        "state": one.state,
        "why": one.why,
        **told,
    }


def _order(one: "QueuedPicture") -> "tuple[str, Order] | None":
    """Who draws it, and what; None where it cannot be read."""
    from storyforge.studio.pictures import order_files

    try:
        told = order_files.outline(one.order)
    except BadInput:
        return None
    return told.painter, told.order


def _chosen(orders: "Sequence[QueuedPicture]", which: Sequence[str]) -> "list[QueuedPicture]":
    """Those that are meant, in their order.

    Raises:
        BadInput: it is not said which, or there is none of that number.
        Refused: there are none.
    """
    if not which:
        raise BadInput(
            _("It is not said what is to be taken out."),
            hint=_("Say the numbers of the list, failed or all."),
        )
    meant = {place for told in which for place in _places(orders, told)}
    if not meant:
        raise Refused(_("Nothing of that kind waits to be drawn."))
    return [orders[place] for place in sorted(meant)]


def _places(orders: "Sequence[QueuedPicture]", told: str) -> Iterator[int]:
    word = told.strip().casefold()
    if word in (_ALL, _FAILED):
        yield from (at for at, one in enumerate(orders) if word in (_ALL, one.state))
        return
    if not (word.isascii() and word.isdigit() and 0 < int(word) <= len(orders)):
        raise BadInput(
            _("There is no order {number} in the queue.").format(number=told),
            title=_("Not in the queue"),
            hint=_("“storyforge pictures queue FILE” numbers them."),
        )
    yield int(word) - 1
