"""Keeping the page on disk: half a second after a key, at least once a second while text streams.

The page is read on the screen's own thread and written in another, never twice at once. A save that
fails leaves the text where it is, says so in the status line until it succeeds, and tries again.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from textual.timer import Timer

from storyforge.domain.counting import Counts
from storyforge.domain.story import Outline, Page
from storyforge.errors import StoryforgeError
from storyforge.i18n import _
from storyforge.tui.work import explained, launch

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile
    from storyforge.tui.screens.desk import DeskScreen

#: seconds from the first unsaved key to the save; the store needs a few milliseconds more
SAVE_AFTER = 0.5
#: seconds between saves while text streams
SAVE_STREAM_EVERY = 0.9
#: seconds until a failed save is tried again
RETRY_AFTER = 3.0
#: seconds without a key after which the log is folded into the one file
FOLD_AFTER = 20.0


class Saving:
    """The page's way to the disk.

    Attributes:
        failed: why the last save did not work; None after one that did.
    """

    def __init__(self, desk: "DeskScreen") -> None:
        self.desk = desk
        self.failed: StoryforgeError | None = None
        self._changes = 0
        self._kept = (0, 0)
        self._due: Timer | None = None
        self._fold: Timer | None = None
        self._stream: Timer | None = None
        self._one_at_a_time = asyncio.Lock()

    @property
    def dirty(self) -> bool:
        """Whether something on the page is not on disk yet; a save under way counts as not."""
        return self._state != self._kept

    @property
    def _state(self) -> tuple[int, int]:
        # The page's own count too: its message of an edit may still be on its way.
        return self._changes, self.desk.manuscript.edits

    def changed(self) -> None:
        """The page differs from what is on disk; whoever says so sees to the save."""
        self._changes += 1

    def touched(self) -> None:
        """The page changed: it will be on disk in half a second."""
        if self.desk.story is None or self.desk.story.read_only:
            return
        self.changed()
        if self._due is None:
            self._due = self.desk.set_timer(
                RETRY_AFTER if self.failed else SAVE_AFTER, self._save_now
            )
        if self._fold is not None:
            self._fold.reset()
        if self.failed is None and self.desk.telling.status.saved != _("saving"):
            self.desk.say(saved=_("saving"))

    def streaming(self, on: bool) -> None:
        """Save about once a second for as long as text streams."""
        if on and self._stream is None:
            self._stream = self.desk.set_interval(SAVE_STREAM_EVERY, self._save_stream)
        elif not on and self._stream is not None:
            self._stream.stop()
            self._stream = None

    async def flush(self) -> bool:
        """Save what is not saved; False when that was not possible. The text stays in any case."""
        async with self._one_at_a_time:
            return await self._flushed()

    async def flush_all(self) -> bool:
        """Save what is written beside the page, too (memory, lore, notes), or raise why not.

        For work that reads them from the file.
        """
        if not await self.flush():
            return False
        for area in self.desk.hearing:
            await area.save()
        return True

    @contextlib.asynccontextmanager
    async def still(self) -> AsyncIterator[bool]:
        """Save what is not saved, whether that was possible, and nothing more until the end.

        For work that changes the file behind the page: a save meanwhile would write the page as it
        was over it.
        """
        async with self._one_at_a_time:
            yield await self._flushed()

    async def _flushed(self) -> bool:
        self._forget_timer()
        while self.dirty and self.desk.story is not None:
            if not await self._write(self.desk.story, self.desk.manuscript.page()):
                self.touched()
                return False
        return True

    def kept_elsewhere(self) -> None:
        """What is on the page is in a file of its own: there is nothing left to save here."""
        self._forget_timer()
        self._kept = self._state
        self.failed = None
        self.desk.say(saved="", unsaved="")

    async def close(self) -> None:
        """Remember the caret; the file itself is closed by the desk."""
        self._forget_timer()
        self.streaming(False)
        await self.keep_caret()

    async def keep_caret(self) -> None:
        """Remember where the author stands in this scene."""
        story = self.desk.story
        if story is None or story.read_only or not self.desk.scene_id:
            return
        # A disk that is full loses the caret, not a word.
        with contextlib.suppress(StoryforgeError, OSError):
            await asyncio.to_thread(
                story.scenes.save_caret, self.desk.scene_id, self.desk.manuscript.page().caret
            )

    async def recount(self) -> None:
        """Read the outline and the counts again."""
        story = self.desk.story
        if story is None or not self.desk.scene_id:
            return
        self._show(*await asyncio.to_thread(self._counts, story, self.desk.scene_id))

    def _save_now(self) -> None:
        self._due = None
        launch(self.desk.house, self.flush(), group="saving")

    def _save_stream(self) -> None:
        self.changed()
        self._save_now()

    def _forget_timer(self) -> None:
        if self._due is not None:
            self._due.stop()
            self._due = None

    async def _write(self, story: "StoryFile", page: Page) -> bool:
        def write() -> tuple[Outline, tuple[Counts, Counts] | None]:
            story.scenes.save(page)
            return self._counts(story, page.scene_id)

        upto = self._state
        try:
            counted = await asyncio.to_thread(write)
        except (StoryforgeError, OSError) as error:
            self.failed = explained(error)
            told = _("not saved: {why}").format(why=self.failed.message)
            self.desk.say(saved="", unsaved=told)
            return False
        if self.failed is not None:
            self.failed = None
            self.desk.walking.look_again()  # takes that ended meanwhile are whole now
        self._kept = upto
        self.desk.say(saved=_("saving") if self.dirty else _("saved"), unsaved="")
        self._show(*counted)
        self._fold_later()
        return True

    def _counts(
        self, story: "StoryFile", scene_id: str
    ) -> tuple[Outline, tuple[Counts, Counts] | None]:
        by_author = None
        if self.desk.manuscript.show_origin:
            by_author = story.scenes.counts_by_author(scene_id)
        return story.outline(), by_author

    def _show(self, outline: Outline, by_author: tuple[Counts, Counts] | None) -> None:
        self.desk.show_outline(outline, by_author)

    def _fold_later(self) -> None:
        if self._fold is None:
            self._fold = self.desk.set_timer(FOLD_AFTER, self._fold_now)
        else:
            self._fold.reset()

    def _fold_now(self) -> None:
        self._fold = None
        story = self.desk.story
        if story is not None and not self.dirty and not self.desk.continuing.running:
            launch(self.desk.house, asyncio.to_thread(story.fold), group="folding")
