"""Opening a story for the desk and closing it again, with the questions that come up on the way."""

import asyncio
import contextlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from storyforge.domain.story import Outline, Page
from storyforge.errors import StoryforgeError
from storyforge.i18n import _
from storyforge.tui import starting
from storyforge.tui.desk.scenes import OPEN_SCENE
from storyforge.tui.dialogs.base import Choice, Choose, Tell
from storyforge.tui.work import explained, lazily

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile
    from storyforge.tui.app import StoryforgeApp
    from storyforge.tui.screens.desk import DeskScreen


#: seconds that everything else waits for the text to be painted, at most
_PAINTED_WITHIN = 1.0


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
    house.preferences.want()
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


class Opening:
    """Puts a story on the desk."""

    def __init__(self, desk: "DeskScreen") -> None:
        self.desk = desk

    async def open(self) -> None:
        """Open the desk's story; what cannot be opened leads to the library, with a sentence."""
        desk = self.desk
        try:
            opened = await open_for_desk(desk.house, desk.path)
        except Exception as error:  # the edge of a worker
            self._could_not(explained(error))
            return
        story = desk.story = opened.story
        desk.scene_id = opened.page.scene_id
        desk.manuscript.read_only = False
        desk.manuscript.show(opened.page)
        if story.read_only:
            desk.manuscript.lock_page(story.read_only_reason)
            desk.say(notice=story.read_only_reason)
        desk.say(saved=_("read only") if story.read_only else _("saved"))
        desk.show_outline(opened.outline)
        desk.binder.mark(f"scene:{desk.scene_id}")
        desk.page_changed()
        desk.to_page()
        for told in (story.recovered, *story.notes):
            if told:
                desk.hint.tell(told)
        try:
            # What comes next imports for a fifth of a second: it would hold the text up.
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(desk.wait_for_refresh(), _PAINTED_WITHIN)
            await self._afterwards()
        finally:
            starting.settled()

    async def _afterwards(self) -> None:
        """What can wait until the text is on the screen."""
        desk = self.desk
        settings = await desk.house.ready_settings()
        desk.telling.settings()
        if settings.show_origin:
            desk.manuscript.show_origin = True
        await desk.saving.recount()
        for area in desk.hearing:
            try:
                await area.opened()
            except Exception as error:  # one area must not stop the others
                desk.house.tell_error(explained(error))
        desk.engine.start()
        await desk.hinting.first_run()
        desk.telling.model((await desk.house.backend()).card)
        await desk.hinting.language()

    def _could_not(self, error: StoryforgeError) -> None:
        from storyforge.tui.screens.library import LibraryScreen

        house = self.desk.house
        house.preferences.want()
        house.switch_screen(LibraryScreen())
        house.push_screen(Tell(error.title or _("Not opened"), str(error)))

    async def offer_to_break(self) -> None:
        """A paragraph above 50 KB: typing in it would take seconds a key."""
        desk = self.desk
        if desk.story is None or desk.story.read_only:
            return
        answer = await desk.house.push_screen_wait(
            Choose(
                _("A very long paragraph"),
                desk.manuscript.lock_reason,
                [
                    Choice("break", _("Break it into paragraphs at its sentences")),
                    Choice("read", _("Leave it; this scene stays read-only")),
                ],
            )
        )
        if answer == "break":
            desk.manuscript.break_long_paragraphs(desk.language)
