"""Lorebooks in and out: a look at the file first, names asked once, nothing over a file unasked."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from storyforge.domain.lore import name_of
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
        """The book, or one entry of it as a card, in a format of the author's choice."""
        story = self.desk.story
        if story is None:
            return
        files = await lazily("storyforge.studio.lore.out")
        choices = [Choice(key, _(label), end) for key, (label, end) in files.FORMATS.items()]
        choices.append(Choice(files.CARD, _("character card of one entry"), ".png .charx .json"))
        form = await self.ask(Choose(_("Export the lorebook"), "", choices))
        if form == files.CARD:
            await self._bring_card_out(story, files)
            return
        if form is None:
            return
        usual = story.path.with_name(story.path.stem + files.FORMATS[form][1])
        given = await self.ask(AskText(_("Export the lorebook"), _("Where to"), near(usual)))
        if given is None:
            return
        path = typed_path(given)
        written = await self._written(partial(files.write_lore, story, path, form=form))
        if written is not None:
            self._tell_written(written, _("The lorebook is in {path}."))

    async def _bring_card_out(self, story: "StoryFile", files: Any) -> None:
        """One entry as a character card; those that came as cards stand first."""
        title = _("Export a character card")
        book = await asyncio.to_thread(story.context.lore)
        came = {entry.id for entry in await asyncio.to_thread(files.characters, story)}
        choices = [
            Choice(entry.id, name_of(entry), _("came as a card") if entry.id in came else "")
            for entry in sorted(book, key=lambda entry: entry.id not in came)
        ]
        if not choices:
            self.desk.house.tell(_("The book of lore is empty."))
            return
        entry_id = await self.ask(Choose(title, _("Which entry?"), choices))
        if entry_id is None:
            return
        usual = await asyncio.to_thread(files.card_place, story, entry_id)
        given = await self.ask(AskText(title, _("Where to"), near(usual)))
        if given is None:
            return
        path = typed_path(given)
        written = await self._written(partial(files.write_card, story, entry_id, path))
        if written is not None:
            self._tell_written(written, _("The card is in {path}."))

    def _tell_written(self, written: Any, sentence: str) -> None:
        told = sentence.format(path=near(written.path))
        if written.unequal:
            told += "\n" + _("What the format has no field for: {fields}.").format(
                fields=listed(sorted({name for one in written.unequal for name in one.fields}))
            )
        self.desk.house.tell(told)

    async def _written(self, write: Callable[..., Any]) -> Any:
        """What `write` answers; over a file only after a yes, else None."""
        occupied = (await lazily(_OCCUPIED)).Occupied
        try:
            return await asyncio.to_thread(write)
        except occupied as refused:
            if await self.ask(MayReplace(refused)) != "yes":
                return None
            return await asyncio.to_thread(write, force=True)
