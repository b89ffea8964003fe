"""What the keys line says: from the registry, with the key that arrives in this terminal."""

from typing import TYPE_CHECKING

from storyforge.i18n import _
from storyforge.tui.actions import Action, Where, of
from storyforge.tui.terminal import key_name
from storyforge.tui.widgets.bars import Part

if TYPE_CHECKING:
    from storyforge.tui.app import StoryforgeApp

#: what stays to the last when the line is short
_WEIGHTS = {
    "continue": 9,
    "help": 8,
    "palette": 7,
    "plan_ask": 7,
    "plan_update": 6,
    "retry": 6,
    "takes": 5,
}


def key_parts(house: "StoryforgeApp", where: Where) -> tuple[list[Part], list[Part]]:
    """(left, right) of the keys line where the focus is at `where`."""
    left = [part for action in of(where) if (part := _part(house, action))]
    if where is Where.FIND:
        left.append(Part(_("stay here"), 6, key=house.key_of("desk"), action="desk"))
    if where in (Where.BINDER, Where.TAKES, Where.FIND):
        left.append(Part(_("back"), 6, key=house.key_of("stop"), action="stop"))
    right = [part for action in of(Where.EVERYWHERE) if (part := _part(house, action))]
    return left, right


def carrying_parts(house: "StoryforgeApp") -> list[Part]:
    """The left of the keys line while a row of the binder is carried."""
    return [
        Part(_("carry"), 5, key=f"{key_name('up')} {key_name('down')}"),
        Part(_("put it down"), 7, key=house.key_of("open_scene"), action="open_scene"),
        Part(_("put it back"), 6, key=house.key_of("stop"), action="stop"),
    ]


def panel_parts(house: "StoryforgeApp") -> list[Part]:
    """The left of the keys line in the panel of the scene."""
    return [
        Part(_("next"), 5, key=key_name("tab")),
        Part(_("back"), 6, key=house.key_of("stop"), action="stop"),
    ]


def _part(house: "StoryforgeApp", action: Action) -> Part | None:
    key = house.terminal.best(house.keys.of(action.id))
    if not key or not action.footer:
        return None
    return Part(_(action.footer), _WEIGHTS.get(action.id, 4), key=key_name(key), action=action.id)
