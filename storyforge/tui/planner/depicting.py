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
    choices = [Choice(one.id, _called(one, planner.plan.told(one.scene_id))) for one in pictures]
    choices = [*choices[:_OFFERED], Choice(_FILE, _("A file …"))]
    if item.fact(field.name):
        choices.append(Choice(_NONE, _("None: drawn by words")))
    chosen = await area.ask(Choose(_(field.label), _(field.help), choices))
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


async def _take(area: "Area", take: "partial[str]") -> None:
    try:
        await asyncio.to_thread(take)
    except BadInput as error:
        area.planner.house.tell(error.message)


def _called(picture: "Picture", scene: str) -> str:
    """A picture in a list: its scene, when it was drawn, and its seed."""
    told = (scene, moment(picture.created), _("seed {seed}").format(seed=picture.seed))
    return " · ".join(filter(None, told))
