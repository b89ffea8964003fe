"""Pictures that lie beside the story and are not in it: they are named, and taken in on a wish.

Files that another name of the story left behind come back by the same wish.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from storyforge.i18n import _, ngettext
from storyforge.tui.gallery.area import Area
from storyforge.tui.work import launch, lazily

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile
    from storyforge.studio.pictures.keeping import Orphan
    from storyforge.tui.screens.gallery import GalleryScreen

OURS, ALL = "ours", "all"


class Finding(Area):
    """Says once what lies there; nothing is taken in unasked."""

    def __init__(self, gallery: "GalleryScreen") -> None:
        super().__init__(gallery)
        self._said = False

    def verbs(self) -> dict[str, Callable[[], object]]:
        """The actions this area carries out."""
        return {"gallery_adopt": lambda: self.start(self._adopt)}

    def shown(self) -> None:
        """The pictures are read for the first time: is there more?"""
        if not self._said and not self.gallery.story.read_only:
            self._said = True
            launch(self.gallery.house, self._say(), group="gallery-found")

    async def _say(self) -> None:
        count = len(await asyncio.to_thread(self.gallery.story.pictures.loose))
        if count:
            told = _("“Take in what lies beside the story” in the menu takes it in.")
            self.gallery.house.tell(f"{_counted(count)} {told}")

    async def _adopt(self) -> None:
        if not self.may_change():
            return
        story = self.gallery.story
        keeping = await lazily("storyforge.studio.pictures.keeping")
        back = await asyncio.to_thread(keeping.find_lost, story)
        found: Sequence[Orphan] = await asyncio.to_thread(keeping.orphans, story)
        if back:
            told = ngettext("{count} lost file is back.", "{count} lost files are back.", back)
            self.gallery.house.tell(told.format(count=back))
        wanted = await self._asked([one for one in found if one.picture])
        try:
            await asyncio.to_thread(_take_in, story, [one.key for one in wanted])
        finally:
            if back or wanted:
                await self.gallery.look_again()
        if wanted:
            many = len(wanted)
            told = ngettext("{count} picture is taken in.", "{count} pictures are taken in.", many)
            self.gallery.house.tell(told.format(count=many))
        elif not back and not found:
            self.gallery.house.tell(_("There is nothing to take in."))
        silent = sum(one.picture is None for one in found)
        if silent:
            told = ngettext(
                "{count} file there does not tell what it was drawn for. It stays where it lies.",
                "{count} files there do not tell what they were drawn for. They stay where they "
                "lie.",
                silent,
            )
            self.gallery.house.tell(told.format(count=silent))

    async def _asked(self, found: "Sequence[Orphan]") -> "Sequence[Orphan]":
        from storyforge.tui.dialogs.base import Choice, Choose

        if not found:
            return ()
        ours = [one for one in found if one.ours]
        choices = [Choice(ALL, _("Take all of them in"), str(len(found)))]
        if 0 < len(ours) < len(found):
            told = _("Only those that were drawn for this story")
            choices.insert(0, Choice(OURS, told, str(len(ours))))
        chosen = await self.ask(Choose(_("Pictures"), _counted(len(found)), choices))
        return {OURS: ours, ALL: found}.get(chosen or "", ())


def _take_in(story: "StoryFile", keys: Sequence[str]) -> None:
    from storyforge.studio.pictures import keeping

    for key in keys:
        keeping.adopt(story, key)


def _counted(count: int) -> str:
    return ngettext(
        "{count} picture lies beside the story and is not in it.",
        "{count} pictures lie beside the story and are not in it.",
        count,
    ).format(count=count)
