"""Hypernetworks put into the prompt, and embeddings into the negative one."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from storyforge.i18n import _, listed
from storyforge.tui.gallery.area import Area
from storyforge.tui.work import lazily

if TYPE_CHECKING:
    from storyforge.images.folders import Found


class Networks(Area):
    """What is called by a word of its own."""

    def verbs(self) -> dict[str, Callable[[], object]]:
        """The actions this area carries out."""
        return {
            "gallery_hypernetworks": lambda: self.start(self._browse),
            "gallery_negatives": lambda: self.start(self._offer),
        }

    def _is_elsewhere(self) -> bool:
        """Whether a server draws, with files of its own; it is said then."""
        place = self.gallery.prompting.values.place
        if place:
            said = _("{host} draws with files of its own: write their names into the prompt.")
            self.gallery.house.tell(said.format(host=place))
        return bool(place)

    async def _browse(self) -> None:
        if self._is_elsewhere():
            return
        browsing = await lazily("storyforge.tui.gallery.hypernet_browser")
        lines = await lazily("storyforge.studio.pictures.lora_lines")
        found = await self._found()
        family = self.gallery.prompting.family
        net = await self.ask(browsing.HypernetBrowser(found.hypernetworks, family))
        if net is None:
            return
        editor = self.gallery.prompt_editor
        between = editor.written_on.dialect.between
        weight = 1.0 if net.weight is None else net.weight
        called = between.join((f"<hypernet:{net.name}:{weight:g}>", *net.words))
        editor.insert(lines.set_apart(editor.text, editor.caret, called, between))
        self.gallery.to_pane(editor)

    async def _offer(self) -> None:
        from storyforge.tui.dialogs.base import Choice, Choose

        if self._is_elsewhere():
            return
        embeddings = await lazily("storyforge.images.embeddings")
        resolving = await lazily("storyforge.studio.pictures.resolving")
        found = await self._found()
        fit = await asyncio.to_thread(embeddings.negative, found, self.gallery.prompting.family)
        tell = self.gallery.house.tell
        if not fit:
            tell(
                _("No embedding for the negative prompt that fits the painter is in your folders.")
            )
            return
        there = self.gallery.prompt_editor.negative
        left = [each for each in fit if not resolving.stands_alone(each.name, there)]
        if not left:
            names = listed(each.name for each in fit)
            tell(_("They stand in the negative prompt already: {names}.").format(names=names))
            return
        name = left[0].name
        if len(left) > 1:
            choices = [Choice(each.name, each.name, each.notes.split("\n")[0]) for each in left]
            title = _("Embeddings for the negative prompt")
            every = Choice("", _("All of them"))
            name = await self.ask(Choose(title, "", [*choices, every], at=name))
        if name is not None:
            self._put([name] if name else [each.name for each in left])

    def _put(self, names: list[str]) -> None:
        """Into the negative prompt, as one step that can be taken back."""
        editor = self.gallery.prompt_editor
        between = editor.written_on.dialect.between
        before = editor.negative.strip().removesuffix(",")
        editor.rewrite(editor.text, between.join(each for each in (before, *names) if each))
        told = _("Now in the negative prompt: {names}. Ctrl+Z there takes it back.")
        self.gallery.house.tell(told.format(names=listed(names)))

    async def _found(self) -> "Found":
        """All that lies in the author's folders."""
        profiles = await lazily("storyforge.studio.pictures.profiles")
        settings = await self.gallery.house.ready_settings()
        found: Found = await asyncio.to_thread(profiles.found_in, settings)
        return found
