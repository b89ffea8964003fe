"""What an author asks for now and then: snapshots, length, the story's facts, an export."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

from storyforge.errors import Refused
from storyforge.i18n import _
from storyforge.tui.dialogs.base import AskText, Choice, Choose
from storyforge.tui.dialogs.snapshots import Snapshots
from storyforge.tui.dialogs.story import AskFacts, Facts
from storyforge.tui.work import launch, lazily, typed_path

if TYPE_CHECKING:
    from storyforge.tui.screens.desk import DeskScreen

_TOKENS = ("60", "120", "250", "500")


class Keeping:
    """Dialogs over the desk and what follows from their answers."""

    def __init__(self, desk: "DeskScreen") -> None:
        self.desk = desk

    def start(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Run one of the verbs below; one dialog at a time."""
        if self.desk.story is not None:
            launch(self.desk.house, work(), group="asking")

    # Snapshots.

    async def snapshot(self) -> None:
        """Ctrl+S."""
        story = self.desk.story
        if story is None or not self.desk.may_write():
            return
        name = await self._ask(AskText(_("Keep a snapshot"), _("Its name")))
        if name is None or not await self.desk.saving.flush():
            return
        page = self.desk.manuscript.page()
        await asyncio.to_thread(story.revisions.keep, page, name=name, reason="named")
        self.desk.house.tell(_("Kept as “{name}”.").format(name=name))

    async def snapshots(self) -> None:
        """The list; going back to one is one undo step, and what stood is kept first."""
        story = self.desk.story
        if story is None:
            return
        found = await asyncio.to_thread(story.revisions.list, self.desk.scene_id)
        if not found:
            self.desk.house.tell(
                _("There are no snapshots of this scene yet. {key} keeps one.").format(
                    key=self.desk.house.key_of("snapshot")
                )
            )
            return
        now = self.desk.manuscript.page().text
        chosen = await self._ask(Snapshots(found, now, self.desk.language, story.revisions.page))
        if chosen is None or not self.desk.may_write():
            return
        async with self.desk.turn:
            await self.desk.continuing.halt()
            page = self.desk.manuscript.page()
            await asyncio.to_thread(story.revisions.keep, page, reason="before restore")
            earlier = await asyncio.to_thread(story.revisions.page, chosen)
            self.desk.manuscript.restore(earlier)
            self.desk.saving.touched()
        self.desk.house.tell(
            _("The page is as it was then. {key} undoes that.").format(
                key=self.desk.house.key_of("undo")
            )
        )

    # How a continuation is written.

    async def length(self) -> None:
        """A sentence, a paragraph or N tokens."""
        settings = await self.desk.house.ready_settings()
        now, trims = settings.writing.length, settings.writing.trim_to_sentence
        choices = [
            Choice("sentence", _("A sentence")),
            Choice("paragraph", _("A paragraph")),
            *(Choice(n, _("{count} tokens").format(count=n)) for n in _TOKENS),
            Choice("other", _("Another number of tokens …")),
            Choice("trim", _("End at a whole sentence"), _("yes") if trims else _("no")),
        ]
        chosen = await self._ask(
            Choose(
                _("Length of a continuation"),
                _("Four tokens are about three English words."),
                choices,
                at=now,
            )
        )
        if chosen == "trim":
            await self.trim()
            return
        if chosen == "other":
            chosen = await self._ask(
                AskText(
                    _("Length of a continuation"),
                    _("Tokens, 1 to 9999"),
                    now if now.isdigit() else "120",
                )
            )
            if chosen is not None and not (chosen.isdecimal() and 1 <= int(chosen) <= 9999):
                self.desk.house.tell(_("A length is a number from 1 to 9999."))
                return
        if chosen is not None:
            await self.desk.house.change_settings(
                {"writing.length": str(int(chosen)) if chosen.isdecimal() else chosen}
            )
            self.desk.telling.settings()

    async def trim(self) -> None:
        """Whole sentences, on or off."""
        settings = await self.desk.house.ready_settings()
        on = not settings.writing.trim_to_sentence
        await self.desk.house.change_settings({"writing.trim_to_sentence": on})
        self.desk.house.tell(
            _("Continuations now end at their last whole sentence.")
            if on
            else _("Continuations now stay as the model left them.")
        )

    async def origin(self) -> None:
        """Tint the text by who wrote it, on or off."""
        on = not self.desk.manuscript.show_origin
        self.desk.manuscript.show_origin = on
        await self.desk.saving.recount()
        await self.desk.house.change_settings({"show_origin": on})

    # The story as a whole.

    async def details(self) -> None:
        """Title, author, language."""
        story, outline = self.desk.story, self.desk.outline
        if story is None or outline is None or not self.desk.may_write():
            return
        facts = await self._ask(
            AskFacts(_("The story"), Facts(outline.title, outline.author, outline.language))
        )
        if facts is None:
            return
        await asyncio.to_thread(
            story.rename, title=facts.title, author=facts.author, language=facts.language
        )
        await self.desk.saving.recount()
        shelf = await lazily("storyforge.studio.shelf")
        await asyncio.to_thread(shelf.remember_opened, story.path, facts.title)
        await self.desk.hinting.language()

    async def export(self) -> None:
        """Markdown, never over a file without a yes."""
        story = self.desk.story
        if story is None:
            return
        given = await self._ask(
            AskText(
                _("Export as Markdown"),
                _("Where to"),
                str(story.path.with_suffix(".md")),
            )
        )
        if given is None or not await self.desk.saving.flush():
            return
        target = typed_path(given)
        publishing = await lazily("storyforge.studio.publishing")
        try:
            written = await asyncio.to_thread(publishing.export_story, story, target)
        except Refused as refused:
            yes = await self._ask(
                Choose(
                    refused.title or _("Export as Markdown"),
                    refused.message,
                    [
                        Choice("no", _("Leave it as it is")),
                        Choice("yes", _("Write over it")),
                    ],
                )
            )
            if yes != "yes":
                return
            written = await asyncio.to_thread(publishing.export_story, story, target, force=True)
        self.desk.house.tell(_("The story is in {path}.").format(path=written))

    async def break_paragraph(self) -> None:
        """Make an oversized paragraph writable."""
        if not self.desk.manuscript.lock_reason:
            self.desk.house.tell(_("No paragraph of this scene is too long."))
            return
        await self.desk.opening.offer_to_break()

    async def _ask(self, dialog: Any) -> Any:
        return await self.desk.house.push_screen_wait(dialog)
