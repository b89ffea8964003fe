"""The way from the desk: what came is kept, and unsaved text never goes without a yes."""

import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING

from storyforge.errors import StoryforgeError
from storyforge.i18n import _
from storyforge.tui.dialogs.base import AskText, Choice, Choose
from storyforge.tui.work import explained, typed_path

if TYPE_CHECKING:
    from storyforge.tui.screens.desk import DeskScreen


class Leaving:
    """What happens before the desk closes."""

    def __init__(self, desk: "DeskScreen") -> None:
        self.desk = desk
        self._unsaved: list[StoryforgeError] = []

    async def allowed(self) -> bool:
        """Save everything; ask where that is not possible."""
        await self.save()
        while self.desk.saving.dirty:
            why = self.desk.saving.failed
            answer = await self.desk.house.push_screen_wait(
                Choose(
                    _("Not saved"),
                    why.message if why else "",
                    [
                        Choice("stay", _("Stay, and try again")),
                        Choice("copy", _("Save this scene's text somewhere else")),
                        Choice("drop", _("Leave without the unsaved words")),
                    ],
                )
            )
            if answer == "drop" or (answer == "copy" and await self._copied()):
                return True
            if answer != "copy":
                await self.desk.saving.flush()
                return False
        for why in self._unsaved:
            answer = await self.desk.house.push_screen_wait(
                Choose(
                    _("Not saved"),
                    why.message,
                    [
                        Choice("stay", _("Stay, and try again")),
                        Choice("drop", _("Leave without the unsaved words")),
                    ],
                )
            )
            if answer != "drop":
                return False
        return True

    async def save(self) -> None:
        """Stop what runs, end a preview, write everything."""
        await self.desk.continuing.halt()
        await self.desk.saving.flush()
        self._unsaved = []
        for area in self.desk.hearing:
            try:
                await area.save()
            except Exception as error:  # the way out: one area must not stop the others
                self._unsaved.append(explained(error))

    async def close(self) -> None:
        """Close the story's file; safe to call when there is none."""
        if self.desk.story is not None:
            for area in self.desk.hearing:
                try:
                    await area.close()
                except Exception as error:  # the way out: the file must be closed all the same
                    self.desk.house.last_words.append(explained(error))
            # The last wait: a word typed while the areas closed goes to the disk too.
            await self.desk.saving.flush()
        self.desk.manuscript.read_only = True
        story, self.desk.story = self.desk.story, None
        if story is not None:
            try:
                await asyncio.to_thread(story.close)
            except (StoryforgeError, OSError) as error:
                # A full disk cannot fold the log in; the next opening does. It must be known,
                # for the log must not be left behind when the story is copied.
                self.desk.house.last_words.append(explained(error))

    async def _copied(self) -> bool:
        story = self.desk.story
        near = Path.home() / (story.path.stem + ".txt" if story is not None else "scene.txt")
        given = await self.desk.house.push_screen_wait(
            AskText(_("Save this scene's text"), _("Where to, as plain text"), str(near))
        )
        if given is None:
            return False
        target = typed_path(given)
        text = self.desk.manuscript.page().text
        try:
            await asyncio.to_thread(_write_new, target, text)
        except OSError as error:
            self.desk.house.tell_error(explained(error))
            return False
        self.desk.house.tell(_("The scene's text is in {path}.").format(path=target))
        return True


def _write_new(target: Path, text: str) -> None:
    """Write a file that does not exist yet."""
    with target.open("x", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
