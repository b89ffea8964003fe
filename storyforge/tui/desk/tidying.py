"""Tidying the scene on the page: looked at first, then one step that undo takes back."""

import asyncio
import json
from collections.abc import Callable

from storyforge.domain.kept_json import read_json
from storyforge.domain.replacing import with_edits
from storyforge.domain.tidying import TidyOptions, default_options, tidy
from storyforge.domain.tidying_rules import Rule, labels
from storyforge.i18n import _, ngettext
from storyforge.tui.desk.area import Area
from storyforge.tui.dialogs.tidying import Tidying

#: the rules that were agreed to last, kept with the story
RULES = "tidy_rules"


class TidyDesk(Area):
    """The scene by the customs of its language."""

    def verbs(self) -> dict[str, Callable[[], object]]:
        """The actions this area carries out."""
        return {"tidy": lambda: self.start(self.tidy)}

    async def tidy(self) -> None:
        """Ask with a preview, keep a snapshot, and let the tidied text stand."""
        desk, story = self.desk, self.desk.story
        if story is None or not desk.may_write():
            return
        await desk.continuing.halt()
        options = _remembered(await asyncio.to_thread(story.recall, RULES), desk.language)
        agreed = await self.ask(Tidying(desk.manuscript.page().text, options))
        if agreed is None or not desk.may_write() or not await desk.saving.flush():
            return
        async with desk.turn:
            await desk.continuing.halt()
            page = desk.manuscript.page()
            tidied = await asyncio.to_thread(tidy, page.text, agreed)
            await asyncio.to_thread(story.revisions.keep, page, reason="before replace")
            if desk.manuscript.text != page.text:
                desk.house.tell(_("You went on writing; nothing was tidied up. Try it again."))
                return
            desk.manuscript.rewrite(with_edits(page, tidied.edits))
        await asyncio.to_thread(story.remember, RULES, json.dumps(sorted(agreed.rules)))
        told = ngettext(
            "{count} change was made. {key} undoes it.",
            "{count} changes were made. {key} undoes them.",
            len(tidied.changes),
        )
        desk.house.tell(told.format(count=len(tidied.changes), key=desk.house.key_of("undo")))


def _remembered(kept: str | None, language: str) -> TidyOptions:
    """The rules as they were agreed to last, as far as the language still has them."""
    known = labels(language)
    names = read_json(kept)
    if not isinstance(names, list):
        return default_options(language)
    return TidyOptions(
        language, frozenset(rule for rule in Rule if rule in names and rule in known)
    )
