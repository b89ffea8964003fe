"""The story as a folder for git, from the desk: written, and its changes taken back."""

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from storyforge.domain.scene_files import STORY_FILE
from storyforge.i18n import N_, _, ngettext
from storyforge.tui.desk.area import Area
from storyforge.tui.desk.rewriting import rewrite
from storyforge.tui.dialogs.base import AskText, Choice, Choose, Tell
from storyforge.tui.work import lazily, near, typed_path

if TYPE_CHECKING:
    from storyforge.studio.folder_report import FolderReport
    from storyforge.tui.screens.desk import DeskScreen

_REPORT = "storyforge.studio.folder_report"
_SAID = {
    "left": N_("{name}: changed in the folder and not read yet; it was not written over."),
    "conflict": N_("{name}: changed in both; both are kept."),
    "missing": N_("{name}: its file is gone; the scene stays."),
    "trashed": N_("{name}: its file is gone; the scene lies in the trash."),
    "new": N_("{name}: a new scene."),
    "taken": N_("{name}: taken from the folder."),
    "back from the trash": N_("{name}: back from the trash."),
}


class Foldering(Area):
    """Writes and reads the folder."""

    def __init__(self, desk: "DeskScreen") -> None:
        super().__init__(desk)
        self._folder: Path | None = None

    def verbs(self) -> Mapping[str, Callable[[], object]]:
        """What the author may ask for."""
        return {
            "write_folder": lambda: self.start(self._write),
            "read_folder": lambda: self.start(self._read),
        }

    async def _write(self) -> None:
        story = self.desk.story
        folder = await self._which(_("Write scenes into a folder"))
        if story is None or folder is None or not await self.desk.saving.flush_all():
            return
        folders = await lazily("storyforge.studio.folders")
        report: FolderReport = await asyncio.to_thread(folders.write_folder, story, folder)
        left = report.of((await lazily(_REPORT)).Change.LEFT)
        if left:
            await self._tell(_("Not all was written"), report)
        elif report.told:
            self.desk.house.tell(
                ngettext(
                    "{count} file changed in {path}.",
                    "{count} files changed in {path}.",
                    len(report.told),
                ).format(count=len(report.told), path=near(folder))
            )
        else:
            self.desk.house.tell(_("Nothing has changed in {path}.").format(path=near(folder)))

    async def _read(self) -> None:
        story = self.desk.story
        if story is None or not self.desk.may_write():
            return
        folder = await self._which(_("Take changes from a folder"))
        if folder is None:
            return
        report = await self._taken(folder, remove=False)
        if report is None:
            return
        missing = report.of((await lazily(_REPORT)).Change.MISSING)
        if missing:
            answer = await self.ask(
                Choose(
                    _("Files that are gone"),
                    "\n".join(one.title or one.name for one in missing),
                    [
                        Choice("keep", _("Keep their scenes")),
                        Choice("trash", _("Move their scenes to the trash")),
                    ],
                )
            )
            if answer == "trash":
                await self._taken(folder, remove=True)
        if report.told:
            await self._tell(_("Taken from the folder"), report)
        else:
            self.desk.house.tell(_("The folder holds nothing new."))

    async def _taken(self, folder: Path, *, remove: bool) -> "FolderReport | None":
        story = self.desk.story
        reading: Any = await lazily("storyforge.studio.folder_reading")
        if story is None or not await self.desk.saving.flush_all():
            return None

        def work() -> "FolderReport":
            report: FolderReport = reading.read_folder(story, folder, remove=remove)
            return report

        return await rewrite(self.desk, story, work, reason=_("reading the folder"))

    async def _which(self, title: str) -> Path | None:
        story = self.desk.story
        if story is None:
            return None
        usual = self._folder or story.path.with_suffix("")
        given = await self.ask(AskText(title, _("The folder"), near(usual)))
        if given is None:
            return None
        self._folder = typed_path(given)
        return self._folder

    async def _tell(self, title: str, report: "FolderReport") -> None:
        lines = []
        for one in report.told:
            said = _SAID.get(one.change.value)
            if said is not None:
                name = _("The order") if one.name == STORY_FILE else one.title or one.name
                lines.append("• " + _(said).format(name=name))
        await self.ask(Tell(title, "\n".join(lines)))
