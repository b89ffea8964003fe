"""Small things on their way to the disk: notes, texts for the model, lore, a changed prompt.

Each is there half a second after a key, as the page's text is. One that cannot be written stays
here, is tried again, and is said once. What the things are and where they go is their area's.
"""

import asyncio
import contextlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from textual.timer import Timer

from storyforge.errors import StoryforgeError
from storyforge.i18n import _
from storyforge.tui.work import explained, launch

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile
    from storyforge.tui.screens.desk import DeskScreen

SAVE_AFTER = 0.5
RETRY_AFTER = 3.0

Thing = TypeVar("Thing")


class Keeper(Generic[Thing]):
    """Keeps the newest of each thing, by its name.

    Args:
        write: brings one thing to the story's file; runs in a thread.
        kept: hears what `write` answered.
        told: hears whether everything is on the disk.

    Attributes:
        unsaved: what is not on the disk, by its name.
        failed: why it is not; None while all is well.
    """

    def __init__(
        self,
        desk: "DeskScreen",
        write: "Callable[[StoryFile, str, Thing], Any]",
        *,
        kept: Callable[[str, Any], object] = lambda name, answer: None,
        told: Callable[[bool], object] = lambda fine: None,
    ) -> None:
        self.desk = desk
        self.unsaved: dict[str, Thing] = {}
        self.failed: StoryforgeError | None = None
        self._write = write
        self._kept = kept
        self._told = told
        self._due: Timer | None = None
        self._one_at_a_time = asyncio.Lock()

    def changed(self, name: str, thing: Thing) -> None:
        """Another version of it: on the disk in half a second."""
        if self.desk.story is None or self.desk.story.read_only:
            return
        self.unsaved[name] = thing
        if self._due is None:
            after = RETRY_AFTER if self.failed else SAVE_AFTER
            self._due = self.desk.set_timer(after, self._save_now)

    async def keep(self) -> bool:
        """Save what is not saved; False, and said once, where that was not possible."""
        async with self._one_at_a_time:
            story = self.desk.story
            while self.unsaved and story is not None:
                name, thing = next(iter(self.unsaved.items()))
                try:
                    answer = await asyncio.to_thread(self._write, story, name, thing)
                except (StoryforgeError, OSError) as error:
                    self._not_kept(explained(error))
                    return False
                self._kept(name, answer)
                if self.unsaved.get(name) is thing:
                    del self.unsaved[name]
            if self.failed is not None:
                self.failed = None
                self.desk.say(saved=_("saving") if self.desk.saving.dirty else _("saved"))
            self._told(True)
        return True

    async def save(self) -> None:
        """The author leaves: bring everything to the disk, or raise why that is not possible."""
        if not await self.keep() and self.failed is not None:
            raise self.failed

    def rescue(self) -> None:
        """The program is about to end by a fault: write here and now."""
        story = self.desk.story
        if story is not None and not story.read_only:
            self.rescue_into(story)

    def rescue_into(self, story: "StoryFile") -> None:
        """Write what is unsaved into this file: the one it belongs into is another by now."""
        with contextlib.ExitStack() as all_of_them:  # the one that fails stops no other
            for name, thing in list(self.unsaved.items()):
                all_of_them.callback(self._write, story, name, thing)

    def _save_now(self) -> None:
        self._due = None
        launch(self.desk.house, self.keep(), group="notes")

    def _not_kept(self, why: StoryforgeError) -> None:
        if self.failed is None:
            self.desk.house.tell_error(why)
        self.failed = why
        self.desk.say(saved=_("not saved"))
        self._told(False)
        if self._due is None and self.desk.is_mounted:
            self._due = self.desk.set_timer(RETRY_AFTER, self._save_now)
