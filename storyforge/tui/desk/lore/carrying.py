"""Lorebooks in and out: a look at the file first, names asked once, nothing over a file unasked."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from storyforge.errors import StoryforgeError
from storyforge.i18n import _, listed, ngettext
from storyforge.tui.desk.area import Area
from storyforge.tui.dialogs.base import AskText, Choice, Choose, MayReplace
from storyforge.tui.work import lazily, near, typed_path

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile
    from storyforge.tui.screens.desk import DeskScreen

_OCCUPIED = "storyforge.export.files"


class LoreCarrying(Area):
    """Asks for files; the studio reads and writes them.

    Args:
        brought: is awaited once a file was taken in.
    """

    def __init__(self, desk: "DeskScreen", brought: Callable[[], Awaitable[None]]) -> None:
        super().__init__(desk)
        self._brought = brought

    async def take_in(self) -> None:
        """Entries from a file, after a look at what it brings."""
        from storyforge.tui.dialogs.lore_import import AskTaking, Taking

        story = self.desk.story
        if story is None or not self.desk.may_write():
            return
        given = ""
        while True:
            told = _("A lorebook, World Info, NovelAI or a character card (JSON, PNG, CHARX)")
            given = await self.ask(AskText(_("Import a lorebook"), told, given))
            if given is None:
                return
            files = await lazily("storyforge.studio.lore.files")
            try:
                found = await asyncio.to_thread(files.look, typed_path(given))
                break
            except StoryforgeError as error:
                self.desk.house.tell_error(error)
        twins = await asyncio.to_thread(files.twins, story, found)
        taking: Taking | None = await self.ask(AskTaking(found, twins))
        # The page must not be saved over a first message that opens the very scene it shows.
        if taking is None or not await self.desk.saving.flush():
            return
        brought = await asyncio.to_thread(
            files.bring,
            story,
            found,
            names=taking.names,
            how=files.How(taking.how),
            same=files.Twins(taking.same),
            open_with_first_message=taking.open_with_first_message,
        )
        await self._brought()
        self._tell(brought)
        if brought.opened:
            page = await asyncio.to_thread(story.scenes.load, brought.opened)
            await self.desk.scenes.show_anew(page)

    def _tell(self, brought: Any) -> None:
        count = len(brought.added) + len(brought.replaced)
        told = ngettext("{count:,} entry came in.", "{count:,} entries came in.", count)
        lines = [told.format(count=count)]
        if brought.early:
            lines.append(
                _("Off, since the scene they begin with is not in this story: {titles}.").format(
                    titles=listed(list(brought.early))
                )
            )
        self.desk.house.tell("\n".join(lines))

    async def bring_out(self) -> None:
        """The book as a file of a format of the author's choice."""
        story = self.desk.story
        if story is None:
            return
        files = await lazily("storyforge.studio.lore.out")
        choices = [Choice(key, _(label), end) for key, (label, end) in files.FORMATS.items()]
        form = await self.ask(Choose(_("Export the lorebook"), "", choices))
        if form is None:
            return
        usual = story.path.with_name(story.path.stem + files.FORMATS[form][1])
        given = await self.ask(AskText(_("Export the lorebook"), _("Where to"), near(usual)))
        if given is None:
            return
        written = await self._written(story, typed_path(given), form)
        if written is None:
            return
        told = _("The lorebook is in {path}.").format(path=near(written.path))
        if written.unequal:
            told += "\n" + _("What the format has no field for: {fields}.").format(
                fields=listed(sorted({name for one in written.unequal for name in one.fields}))
            )
        self.desk.house.tell(told)

    async def _written(self, story: "StoryFile", path: Path, form: str) -> Any:
        files = await lazily("storyforge.studio.lore.out")
        occupied = (await lazily(_OCCUPIED)).Occupied
        try:
            return await asyncio.to_thread(files.write_lore, story, path, form=form)
        except occupied as refused:
            if await self.ask(MayReplace(refused)) != "yes":
                return None
            return await asyncio.to_thread(files.write_lore, story, path, form=form, force=True)
