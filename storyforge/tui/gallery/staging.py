"""The staging that a scene keeps for its next pictures: looked at, kept, weighed, let go."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from storyforge.i18n import _
from storyforge.tui.gallery.area import Area
from storyforge.tui.gallery.form import STAGING
from storyforge.tui.widgets.rows import Row
from storyforge.tui.work import launch, lazily

if TYPE_CHECKING:
    from storyforge.domain.picture.kept_stagings import KeptStaging
    from storyforge.domain.picture.pictures import Picture
    from storyforge.domain.picture.staging import Staging
    from storyforge.tui.gallery.staging_view import Held, Read, Wanted
    from storyforge.tui.screens.gallery import GalleryScreen


class StagingKeeping(Area):
    """What J does, and the form's line."""

    def __init__(self, gallery: "GalleryScreen") -> None:
        super().__init__(gallery)
        self._key = ""

    def verbs(self) -> dict[str, Callable[[], object]]:
        """The actions this area carries out."""
        return {"gallery_staging": lambda: self.start(self._stage)}

    # The form's line.

    def marked(self) -> None:
        """Another scene keeps something else."""
        if self.gallery.place != self._key:
            self.shown()

    def shown(self) -> None:
        """What the marked scene keeps may be another."""
        self._key = self.gallery.place
        launch(self.gallery.house, self._show(self._key), group="gallery-staging")

    async def _show(self, key: str) -> None:
        kept = await self._kept(key)
        if key != self._key or self.gallery.closing:
            return
        told = _("none")
        if kept is not None:
            from storyforge.domain.picture.kept_stagings import told_of

            told = told_of(kept.kind, kept.weight)
        mark = " " if kept is None else "·"
        self.gallery.form.beside = (Row(STAGING, _("Staging"), told, mark=mark),)
        self.gallery.prompting.show_form()

    async def _kept(self, key: str) -> "KeptStaging | None":
        if not key:
            return None
        stagings = await lazily("storyforge.studio.pictures.stagings")
        found: KeptStaging | None = await asyncio.to_thread(
            stagings.of_scene, self.gallery.story, key
        )
        return found

    # What J does.

    async def _stage(self) -> None:
        gallery, key = self.gallery, self.gallery.place
        picture, kept = gallery.picture, await self._kept(key)
        if not key or (picture is None and kept is None):
            gallery.house.tell(_("Mark a picture first."))
            return
        if not self.may_change() or not await gallery.picturing.has_painter():
            return
        viewing = await lazily("storyforge.tui.gallery.staging_view")
        data = None
        if picture is not None:
            data = await asyncio.to_thread(gallery.story.pictures.read, picture.id)
        view = viewing.StagingView(
            None if data is None else await self._reader(data),
            data,
            None if kept is None else await self._held(kept),
            await self._missing(),
            self._places(key),
            gallery.screening.preview(),
        )
        wanted = await self.ask(view)
        if wanted is not None:
            await self._keep(wanted, kept if wanted.is_kept else None, picture)

    async def _reader(self, data: bytes) -> "Read":
        """Reads what a kind keeps of a picture."""
        room = await lazily("storyforge.studio.pictures.staging_pictures")
        profiles = await lazily("storyforge.studio.pictures.profiles")
        settings = await self.gallery.house.ready_settings()

        async def read(kind: "Staging", stop: asyncio.Event) -> bytes | None:
            found = await asyncio.to_thread(profiles.found_in, settings)
            made: bytes | None = await room.read(kind, data, found, stop)
            return made

        return read

    async def _held(self, kept: "KeptStaging") -> "Held":
        from storyforge.tui.gallery.staging_view import Held

        data = await asyncio.to_thread(self.gallery.story.picture_sources.read, kept.source)
        return Held(kept.kind, data, kept.weight, kept.ready)

    async def _missing(self) -> "dict[Staging, str]":
        """Why the painter in use cannot keep a kind, by kind."""
        stagings = await lazily("storyforge.studio.pictures.stagings")
        profiles = await lazily("storyforge.studio.pictures.profiles")
        profile = await self.gallery.ordering.profile()
        settings = await self.gallery.house.ready_settings()

        def looked() -> "dict[Staging, str]":
            found: dict[Staging, str] = stagings.lacking(profile, profiles.found_in(settings))
            return found

        return await asyncio.to_thread(looked)

    def _places(self, key: str) -> list[tuple[str, str]]:
        """Scenes with their names, the marked one first; a person or place by itself."""
        look = self.gallery.look
        here = (key, look.scene_name(key) or look.names.get(key, ""))
        scenes = look.outline.scenes if look.outline is not None else ()
        return [here, *((one.id, look.scene_name(one.id)) for one in scenes if one.id != key)]

    async def _keep(
        self, wanted: "Wanted", same: "KeptStaging | None", picture: "Picture | None"
    ) -> None:
        """Have a scene keep what is wanted.

        Args:
            same: what it is, where it was kept before.
            picture: what it was read from, where it was not.
        """
        from storyforge.domain.picture.kept_stagings import KeptStaging

        stagings = await lazily("storyforge.studio.pictures.stagings")
        story, place, held = self.gallery.story, wanted.place, wanted.held
        before = await self._kept(place)

        def keep() -> None:
            kept = None
            if held is not None and same is not None:
                kept = replace(same, weight=held.weight)
            elif held is not None:
                source = story.picture_sources.put(held.data)
                picture_id = "" if picture is None else picture.id
                kept = KeptStaging(held.kind, source, weight=held.weight, picture_id=picture_id)
            stagings.keep(story, place, kept)

        await asyncio.to_thread(keep)
        await self.gallery.choosing.done(
            _("the staging"), lambda: stagings.keep(story, place, before), ""
        )
        told = _("The next pictures of “{scene}” keep it.")
        if held is None:
            told = _("The next pictures of “{scene}” keep no staging.")
        name = dict(self._places(place))[place]
        self.gallery.house.tell(told.format(scene=name))
