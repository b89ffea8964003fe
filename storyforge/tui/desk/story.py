"""The story as a whole: its facts."""

import asyncio
from collections.abc import Callable

from storyforge.i18n import _
from storyforge.tui.desk.area import Area
from storyforge.tui.desk.by_plan import picturing_made
from storyforge.tui.dialogs.story import AskFacts, Facts
from storyforge.tui.work import lazily


class StoryDesk(Area):
    """What concerns the whole story."""

    def verbs(self) -> dict[str, Callable[[], object]]:
        """The actions this area carries out."""
        return {"details": lambda: self.start(self.details)}

    async def details(self) -> None:
        """Title, author, language, and the mark that keeps the story on this machine."""
        story, outline = self.desk.story, self.desk.outline
        if story is None or outline is None or not self.desk.may_write():
            return
        permission = await lazily("storyforge.studio.permission")
        local_only = await asyncio.to_thread(permission.is_local_only, story)
        facts = await self.ask(
            AskFacts(
                _("The story"),
                Facts(outline.title, outline.author, outline.language, local_only),
            )
        )
        if facts is None:
            return
        if facts.local_only != local_only:
            await asyncio.to_thread(permission.set_local_only, story, facts.local_only)
            drawing = picturing_made(self.desk) if facts.local_only else None
            if drawing is not None:
                drawing.stay_here()
            self.desk.house.tell(
                _("From now on this story never leaves this machine.")
                if facts.local_only
                else _("Models on other machines may be told this story, after a yes.")
            )
        await asyncio.to_thread(
            story.rename, title=facts.title, author=facts.author, language=facts.language
        )
        await self.desk.saving.recount()
        shelf = await lazily("storyforge.studio.shelf")
        await asyncio.to_thread(shelf.remember_opened, story.path, facts.title)
        await self.desk.hinting.language()
