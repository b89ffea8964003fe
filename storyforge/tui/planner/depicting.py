"""The picture that somebody is drawn after, chosen in the planner: one of theirs, or a file."""

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from storyforge.domain.day_names import moment
from storyforge.errors import BadInput
from storyforge.i18n import _
from storyforge.tui.dialogs.base import AskText, Choice, Choose
from storyforge.tui.work import lazily, typed_path

if TYPE_CHECKING:
    from collections.abc import Sequence

    from storyforge.domain.picture.pictures import Picture
    from storyforge.domain.plan.forms import Field
    from storyforge.domain.plan.items import Item
    from storyforge.tui.planner.area import Area

_FILE, _NONE = " file", " none"
# Of somebody's pictures, so many are offered, the latest first.
_OFFERED = 20


async def depict(area: "Area", item: "Item", field: "Field") -> None:
    """Ask which picture, and have them drawn after it."""
    planner, room = area.planner, await lazily("storyforge.studio.pictures.referring")
    story = planner.story
    pictures = await asyncio.to_thread(room.pictures_of, story, item.id)
    now = item.fact(field.name)
    offered = _offered(pictures, now)
    choices = [
        Choice(
            one.id,
            _called(one, planner.plan.told(one.scene_id)),
            _("is the reference") if now and one.digest == now else "",
        )
        for one in offered
    ]
    choices.append(Choice(_FILE, _("A file …")))
    if now:
        choices.append(Choice(_NONE, _("None: drawn by words")))
    at = next((one.id for one in offered if one.digest == now), None)
    chosen = await area.ask(Choose(_(field.label), _(field.help), choices, at=at))
    if chosen == _NONE:
        await asyncio.to_thread(room.let_go, story, item.id)
    elif chosen == _FILE:
        given = await area.ask(AskText(_(field.label), _("The picture's file")))
        if given is None:
            return
        await _take(area, partial(room.from_file, story, item.id, typed_path(given)))
    elif chosen is not None:
        await _take(area, partial(room.from_picture, story, item.id, chosen))
    await planner.look_again()


def _offered(pictures: "Sequence[Picture]", now: str) -> "list[Picture]":
    """The latest ones, and the one that is the reference now, however old."""
    latest, older = pictures[:_OFFERED], pictures[_OFFERED:]
    return [*latest, *(one for one in older if one.digest == now)]


async def _take(area: "Area", take: "partial[str]") -> None:
    try:
        await asyncio.to_thread(take)
    except BadInput as error:
        area.planner.house.tell(error.message)


def _called(picture: "Picture", scene: str) -> str:
    """A picture in a list: its scene, when it was drawn, and its seed."""
    told = (scene, moment(picture.created), _("seed {seed}").format(seed=picture.seed))
    return " · ".join(filter(None, told))
