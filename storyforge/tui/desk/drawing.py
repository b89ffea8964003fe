"""How the next word is drawn: the author's choice of it, and its name in the status line."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from storyforge.i18n import _
from storyforge.tui.desk.area import Area
from storyforge.tui.work import lazily

if TYPE_CHECKING:
    from storyforge.domain.presets import Imported, Preset
    from storyforge.tui.dialogs.sampling import Shelf
    from storyforge.tui.dialogs.sampling_rows import Tuned


class Drawing(Area):
    """Presets and samplers."""

    def verbs(self) -> dict[str, Callable[[], object]]:
        """The action this area carries out."""
        return {"sampling": lambda: self.start(self.choose)}

    async def opened(self) -> None:
        """The preset in use is said, where it is not the usual one."""
        studio = await lazily("storyforge.studio.presets")
        settings = await self.desk.house.ready_settings()
        profile = await (await self.desk.house.backends()).profile_of()
        name = await asyncio.to_thread(studio.named, settings, self.desk.story, profile)
        self.desk.say(preset=name)

    async def model_changed(self) -> None:
        """A profile may have a preset of its own."""
        await self.opened()

    async def choose(self) -> None:
        """Preset, samplers, phrases."""
        studio = await lazily("storyforge.studio.presets")
        dialogs = await lazily("storyforge.tui.dialogs.sampling")
        tuned = await self._now(studio)
        profile = await (await self.desk.house.backends()).profile_of()
        if profile.preset:
            told = _(
                "“{profile}” has a preset of its own, “{preset}”: what you choose here is for "
                "other models."
            )
            self.desk.house.tell(told.format(profile=profile.name, preset=profile.preset))
        shelf = await self._shelf(dialogs)
        story = self.desk.story
        with_story = story is not None and not story.read_only
        chosen: Tuned | None = await self.ask(
            dialogs.AskSampling(tuned, shelf, with_story=with_story)
        )
        if chosen is None or chosen == tuned:
            return
        await self._keep(studio, chosen)
        await self.opened()
        self.desk.house.tell(_("Words are drawn by “{name}” now.").format(name=chosen.name))

    async def _now(self, studio: Any) -> "Tuned":
        """What is in use; what cannot be read is said, and the usual stands in its place."""
        from storyforge.tui.dialogs.sampling_rows import Tuned

        settings, story = await self.desk.house.ready_settings(), self.desk.story
        used = await asyncio.to_thread(studio.in_use, settings, story)
        if used.fault is not None:
            self.desk.house.tell_error(used.fault)
        return Tuned(used.preset, used.sampling, tuple(settings.writing.stop), used.for_story)

    async def _shelf(self, dialogs: Any) -> "Shelf":
        files = await lazily("storyforge.studio.preset_files")
        presets, faults = await asyncio.to_thread(files.every_preset)
        for fault in faults:
            self.desk.house.tell(fault)
        card = (await self.desk.house.backend()).card

        async def save(preset: "Preset", force: bool) -> "Preset":
            kept: Preset = await asyncio.to_thread(files.save, preset, force=force)
            return kept

        async def read(path: Path) -> "Imported":
            imported: Imported = await asyncio.to_thread(files.read_file, path)
            return imported

        async def write(preset: "Preset", path: Path, force: bool) -> None:
            await asyncio.to_thread(files.write_file, preset, path, force=force)

        async def delete(name: str) -> "Preset":
            gone: Preset = await asyncio.to_thread(files.delete, name)
            return gone

        shelf: Shelf = dialogs.Shelf(
            presets, card.can.samplers, card.name, save, read, write, delete
        )
        return shelf

    async def _keep(self, studio: Any, chosen: "Tuned") -> None:
        """In this story, or in the settings; stop strings are the same for all stories."""
        from dataclasses import replace

        story = self.desk.story
        changes: dict[str, Any] = {"writing.stop": list(chosen.stop) or None}
        own = None
        if chosen.for_story:
            own = replace(chosen.preset, sampling=chosen.sampling)
        else:
            changes |= studio.changes_to_keep(chosen.preset, chosen.sampling)
        await self.desk.house.change_settings(changes)
        if story is not None and not story.read_only:
            await asyncio.to_thread(studio.keep_for_story, story, own)
