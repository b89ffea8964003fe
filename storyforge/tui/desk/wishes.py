"""How the author wants continuations, and how the page shows who wrote it."""

from collections.abc import Callable

from storyforge.i18n import _
from storyforge.tui.desk.area import Area
from storyforge.tui.dialogs.base import AskText, Choice, Choose

_TOKENS = ("60", "120", "250", "500")


class Wishes(Area):
    """Small settings, changed from the desk."""

    def verbs(self) -> dict[str, Callable[[], object]]:
        """The actions this area carries out."""
        return {
            "length": lambda: self.start(self.length),
            "trim": lambda: self.start(self.trim),
            "origin": lambda: self.start(self.origin),
        }

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
        chosen = await self.ask(
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
            chosen = await self.ask(
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
