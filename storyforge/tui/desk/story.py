"""The story as a whole: its facts, and its way out as a draft."""

import asyncio
from collections.abc import Callable

from storyforge.errors import Refused
from storyforge.i18n import _
from storyforge.tui.desk.area import Area
from storyforge.tui.dialogs.base import AskText, Choice, Choose
from storyforge.tui.dialogs.story import AskFacts, Facts
from storyforge.tui.work import lazily, typed_path


class StoryDesk(Area):
    """What concerns the whole story."""

    def verbs(self) -> dict[str, Callable[[], object]]:
        """The actions this area carries out."""
        return {
            "details": lambda: self.start(self.details),
            "export": lambda: self.start(self.export),
        }

    async def details(self) -> None:
        """Title, author, language."""
        story, outline = self.desk.story, self.desk.outline
        if story is None or outline is None or not self.desk.may_write():
            return
        facts = await self.ask(
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
        given = await self.ask(
            AskText(
                _("Export as Markdown"),
                _("Where to"),
                str(story.path.with_suffix(".md")),
            )
        )
        if given is None or not await self.desk.saving.flush():
            return
        target = typed_path(given)
        exporting = await lazily("storyforge.studio.exporting")
        try:
            written = await asyncio.to_thread(exporting.export_story, story, target)
        except Refused as refused:
            yes = await self.ask(
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
            written = await asyncio.to_thread(exporting.export_story, story, target, force=True)
        self.desk.house.tell(_("The story is in {path}.").format(path=written))
