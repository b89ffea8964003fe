"""LoRAs and styles put into the prompt, or into the plan for a character or the whole book."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from storyforge.domain.plan.items import PREMISE_ID
from storyforge.errors import BadInput
from storyforge.i18n import _
from storyforge.tui.gallery.area import Area
from storyforge.tui.work import lazily

if TYPE_CHECKING:
    from storyforge.domain.picture.painters import PainterProfile
    from storyforge.images.folders import Found
    from storyforge.images.loras import LoraFile
    from storyforge.tui.gallery.lora_browser import Chosen


class Loras(Area):
    """What lies in the author's folders beside checkpoints, and is put around a prompt."""

    def verbs(self) -> dict[str, Callable[[], object]]:
        """The actions this area carries out."""
        return {
            "gallery_loras": lambda: self.start(self._browse),
            "gallery_styles": lambda: self.start(self._style),
        }

    async def _browse(self) -> None:
        profiles = await lazily("storyforge.studio.pictures.profiles")
        browsing = await lazily("storyforge.tui.gallery.lora_browser")
        found = await self._found()
        profile = await self._profile()
        family = None
        if profile is not None:
            family = await asyncio.to_thread(profiles.family_of, profile)
        preview = self.gallery.screening.preview()
        chosen = await self.ask(browsing.LoraBrowser(found.loras, family, preview))
        if chosen is not None:
            await self._use(chosen, profile)

    async def _use(self, chosen: "Chosen", profile: "PainterProfile | None") -> None:
        from storyforge.studio.pictures import lora_lines
        from storyforge.tui.gallery.lora_rows import Wish

        if chosen.wish is Wish.PROMPT:
            between = _between(profile)
            called = lora_lines.call_of(chosen.lora, chosen.words, between)
            self._insert(called, chosen.lora.negative, between)
        elif self.may_change():
            await self._plan(chosen.lora, Wish.BOOK is chosen.wish)

    def _insert(self, called: str, negative: str, between: str) -> None:
        """Put a LoRA where the cursor is; its maker's negative words go to the negative prompt."""
        from storyforge.studio.pictures.lora_lines import set_apart

        editor = self.gallery.prompt_editor
        editor.insert(set_apart(editor.text, editor.caret, called, between))
        if negative and negative not in editor.negative:
            before = editor.negative.strip().removesuffix(",")
            editor.negative = between.join(part for part in (before, negative) if part)
        self.gallery.to_pane(editor)

    async def _plan(self, lora: "LoraFile", whole_book: bool) -> None:
        """For the book, or for one of the characters: a line of the plan, one step of it."""
        from storyforge.studio.pictures import lora_lines
        from storyforge.tui.dialogs.base import Choice, Choose
        from storyforge.tui.gallery.lora_rows import said_of_use

        story, who, name = self.gallery.story, PREMISE_ID, _("the whole book")
        if not whole_book:
            cast = await asyncio.to_thread(lora_lines.characters, story)
            if not cast:
                self.gallery.house.tell(_("The plan has no characters yet; add one there first."))
                return
            choices = [Choice(each.id, each.name) for each in cast]
            who = await self.ask(Choose(_("For whom?"), "", choices))
            name = next((each.name for each in cast if each.id == who), "")
        if who is not None:
            await asyncio.to_thread(lora_lines.use_for, story, who, lora)
            self.gallery.house.tell(said_of_use(lora.name, [name]))
            await self.gallery.look_again()

    async def _style(self) -> None:
        styles = await lazily("storyforge.images.styles")
        choosing = await lazily("storyforge.tui.gallery.style_chooser")
        found = await self._found()
        every, faults = await asyncio.to_thread(styles.every, found.styles)
        for fault in faults:
            self.gallery.house.tell(fault)
        if not every:
            self.gallery.house.tell(
                _("There is no styles.csv in your folders: name one in pictures.folders.")
            )
            return
        style = await self.ask(choosing.ChooseStyle(every))
        if style is not None:
            editor = self.gallery.prompt_editor
            between = _between(await self._profile())
            editor.text, editor.negative = style.applied(editor.text, editor.negative, between)
            self.gallery.to_pane(editor)

    async def _found(self) -> "Found":
        """All that lies in the author's folders."""
        profiles = await lazily("storyforge.studio.pictures.profiles")
        settings = await self.gallery.house.ready_settings()
        found: Found = await asyncio.to_thread(profiles.found_in, settings)
        return found

    async def _profile(self) -> "PainterProfile | None":
        """Who draws; None where nobody is set up."""
        ordering = await self.gallery.picturing.ordering()
        try:
            return await ordering.profile()
        except BadInput:
            return None  # a LoRA can be looked at without a painter


def _between(profile: "PainterProfile | None") -> str:
    """What stands between the parts of a prompt; commas where nobody draws yet."""
    from storyforge.domain.picture.painters import Dialect

    return (Dialect.NATURAL if profile is None else profile.dialect).between
