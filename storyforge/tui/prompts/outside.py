"""A template in the author's own editor and back."""

import asyncio
from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported

from storyforge.errors import BadInput
from storyforge.i18n import _, sentences
from storyforge.tui.handing_over import run, that_waits
from storyforge.tui.work import lazily

if TYPE_CHECKING:
    from storyforge.tui.app import StoryforgeApp

#: in the place of a story, in the parcel's facts: no story takes it for a scene of its own
_NO_STORY = "templates"


async def edit(house: "StoryforgeApp", name: str, text: str) -> str | None:
    """The text as the editor left it; None where nothing was changed, or that is said why."""
    outside = await lazily("storyforge.studio.outside")
    words = await asyncio.to_thread(outside.command)
    if not words:
        house.tell(_("Name your editor first, in a shell: export EDITOR=nano"))
        return None
    words = await that_waits(house, words, outside.waiting_flag(words))
    if words is None:
        return None
    parcel = await asyncio.to_thread(
        outside.pack, _NO_STORY, name.replace("/", "-"), name, text.removesuffix("\n")
    )
    try:
        status = run(house, outside, words, parcel)
    except SuspendNotSupported:
        await asyncio.to_thread(outside.forget, parcel)
        raise BadInput(
            _("This terminal cannot be handed to another program."), title=_("Not opened outside")
        ) from None
    if status != 0:
        why = _("The editor ended with an error ({status}).").format(status=status)
        saved = _("What it had saved is in {file}.").format(file=parcel.file)
        house.tell(sentences((why, saved)))
        return None
    left: str = await asyncio.to_thread(outside.unpack, parcel)
    await asyncio.to_thread(outside.forget, parcel)
    if text.endswith("\n"):
        left += "\n"
    if left == text:
        house.tell(_("Nothing was changed."))
        return None
    return left
