"""The story's way out: how the author wants it, the writing beside the page, a yes first."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from storyforge.export.files import Occupied
from storyforge.i18n import _
from storyforge.tui.course import Stopped, watched
from storyforge.tui.desk.area import Area
from storyforge.tui.dialogs.base import MayReplace
from storyforge.tui.dialogs.exporting import AskExport, ExportChoice, ExportWish
from storyforge.tui.work import lazily, near

if TYPE_CHECKING:
    from pathlib import Path

    from storyforge.store.story_file import StoryFile


class Exporting(Area):
    """Asks how the story shall leave, and writes it."""

    def verbs(self) -> dict[str, Callable[[], object]]:
        """The actions this area carries out."""
        return {"export": lambda: self.start(self.export)}

    async def export(self) -> None:
        """Any format; never over a file without a yes; the wishes stay with the story."""
        story, outline = self.desk.story, self.desk.outline
        if story is None or outline is None:
            return
        studio = await lazily("storyforge.studio.exporting")
        settings = await asyncio.to_thread(studio.settings_of, story)
        if settings.format not in studio.FORMATS:  # a newer version's
            settings = settings.changed(format="md")
        choice = ExportChoice(
            formats=[(name, form.label) for name, form in studio.FORMATS.items()],
            chapters=[
                (chapter.id, chapter.title or _("Chapter {number}").format(number=number))
                for number, chapter in enumerate(outline.chapters, 1)
            ],
            language=outline.language,
            path_for=lambda form, site: studio.export_path(story.path, form=form, site=site),
        )
        wish: ExportWish | None = await self.ask(AskExport(settings, choice))
        if wish is None or not await self.desk.saving.flush():
            return
        await asyncio.to_thread(studio.keep_settings, story, wish.settings)
        written = await self._written(story, wish)
        if written is not None:
            self.desk.house.tell(_("The story is in {path}.").format(path=near(written)))

    async def _written(self, story: "StoryFile", wish: ExportWish) -> "Path | None":
        """Where it went; None where the author left it."""
        try:
            return await self._write(story, wish, force=False)
        except Occupied as refused:
            yes = await self.ask(MayReplace(refused))
            return await self._write(story, wish, force=True) if yes == "yes" else None

    async def _write(self, story: "StoryFile", wish: ExportWish, *, force: bool) -> "Path | None":
        studio = await lazily("storyforge.studio.exporting")
        try:
            path: Path = await watched(
                self.desk.house,
                _("Export"),
                _("Writing {path}").format(path=near(wish.path)),
                lambda tell: studio.export_story(
                    story,
                    wish.path,
                    form=wish.settings.format,
                    settings=wish.settings,
                    force=force,
                    progress=tell,
                ),
            )
        except Stopped:
            self.desk.house.tell(_("Stopped; nothing was written."))
            return None
        return path
