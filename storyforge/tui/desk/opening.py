"""Opening a story for the desk and closing it again, with the questions that come up on the way."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from storyforge.domain.story import Outline, Page
from storyforge.i18n import _
from storyforge.tui.desk.scenes import OPEN_SCENE
from storyforge.tui.dialogs.base import Choice, Choose
from storyforge.tui.work import lazily

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile
    from storyforge.tui.app import StoryforgeApp


@dataclass(frozen=True)
class Opened:
    """A story with what the first look at it needs."""

    story: "StoryFile"
    outline: Outline
    page: Page


async def open_for_desk(house: "StoryforgeApp", path: Path) -> Opened:
    """Open the story at `path`; a lock of another machine is taken over only after a yes.

    Raises:
        StoryforgeError: it cannot be opened.
    """
    shelf = await lazily("storyforge.studio.shelf")
    opened = await asyncio.to_thread(_open, shelf, path, False)
    holder = opened.story.holder
    if not opened.story.read_only or holder is None or not holder.elsewhere:
        return opened
    answer = await house.push_screen_wait(
        Choose(
            _("Open elsewhere"),
            _(
                "This story is marked as open: {holder}. If that program is still running, taking "
                "over would let two of them write into one file."
            ).format(holder=holder.describe()),
            [
                Choice("read", _("Open it for reading only")),
                Choice("take", _("It is not running any more: take over")),
            ],
        )
    )
    if answer != "take":
        return opened
    await asyncio.to_thread(opened.story.close)
    return await asyncio.to_thread(_open, shelf, path, True)


def _open(shelf: Any, path: Path, take_over: bool) -> Opened:
    """Everything of one opening in one trip to a thread."""
    story = shelf.open_story(path, take_over=take_over)
    outline = story.outline()
    wanted = story.recall(OPEN_SCENE)
    scene = outline.scene(wanted) or outline.scenes[0]
    return Opened(story, outline, story.scenes.load(scene.id))
