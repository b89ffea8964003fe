"""The painter that is loaded: one at a time, made from the profile that asks for it.

Nothing is opened here before a picture is asked for.
"""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from storyforge import paths
from storyforge.backends.pictures.base import Painter
from storyforge.backends.pictures.engine_painter import EnginePainter
from storyforge.backends.pictures.scripted import ScriptedPainter
from storyforge.domain.picture.orders import Order, PainterSpec
from storyforge.domain.picture.painters import PainterProfile
from storyforge.domain.picture.remote import RemotePainterSpec
from storyforge.errors import StoryforgeError
from storyforge.settings import Settings
from storyforge.studio.pictures import graphics_memory, heads, profiles, remote_painters
from storyforge.studio.pictures.own_files import names_files, of_own_files
from storyforge.studio.pictures.turns import SeatedPainter, takes_turns
from storyforge.studio.profiles.pool import Backends

#: the painter of --demo; a table of that name goes before it
DEMO = "demo"
# Seconds a step of the demo takes.
_DEMO_PACE = 0.05

Build = Callable[[PainterProfile], Painter]


def engine_painter(profile: PainterProfile) -> Painter:
    """What draws with a profile's checkpoint, on this machine."""
    return EnginePainter(profiles.spec_of(profile), profile.name, profiles.family_of(profile))


def demo_painter() -> Painter:
    """The made-up painter, at a pace at which one sees it draw."""
    return ScriptedPainter(delay=_DEMO_PACE)


class Painters:
    """Gives the painter of a profile; another one that was loaded is let go first.

    Args:
        settings: the settings as they stand.
        build: makes a profile's painter.
        only: one painter for everything, whatever the settings say: the demo's, or a test's.
        models: the language models of the program, with which a painter takes turns where there is
            no room for both.
    """

    def __init__(
        self,
        settings: Callable[[], Awaitable[Settings]],
        *,
        build: Build = engine_painter,
        only: Callable[[], Painter] | None = None,
        models: Backends | None = None,
    ) -> None:
        self._settings = settings
        self._build = build
        self._only = only
        self._models = models
        self._kept: tuple[PainterSpec | RemotePainterSpec | None, Painter] | None = None
        self._one = asyncio.Lock()

    @property
    def loaded(self) -> Painter | None:
        """The painter that was asked for last."""
        return None if self._kept is None else self._kept[1]

    async def profile(self, name: str = "") -> PainterProfile:
        """The profile of that name, or the usual one, with nothing left open.

        Raises:
            BadInput: there is none, or its checkpoint is in no folder.
        """
        if self._only is not None:
            return profiles.usual(PainterProfile(name or DEMO, Path()), None)
        settings = await self._settings()
        return await asyncio.to_thread(profiles.ready_profile, settings, name)

    async def own(self, order: Order) -> Order:
        """An order out of a story, with nothing but files of the author's folders.

        Raises:
            BadInput: something that it names is not there.
        """
        if self._only is not None or not names_files(order):
            return order
        settings = await self._settings()
        named = {
            paths.at_home(told)
            for each in settings.painters.values()
            for told in (each.ip_adapter, each.image_encoder)
            if told
        }
        return await asyncio.to_thread(
            lambda: of_own_files(order, profiles.found_in(settings), named)
        )

    async def of(self, profile: PainterProfile) -> Painter:
        """The painter of a profile, made at the first asking."""
        async with self._one:
            spec = None if self._only is not None else profile.remote or profiles.spec_of(profile)
            if self._kept is not None:
                if self._kept[0] == spec:
                    return self._kept[1]
                await self._kept[1].close()
            if self._only is not None:
                painter = self._only()
            elif profile.remote is not None:
                painter = remote_painters.priced(profile.remote, await self._settings())
            else:
                painter = await asyncio.to_thread(self._made, profile)
            self._kept = (spec, painter)
            return painter

    async def close(self) -> None:
        """Let the painter go."""
        async with self._one:
            if self._kept is not None:
                await self._kept[1].close()
            self._kept = None

    def _made(self, profile: PainterProfile) -> Painter:
        painter = self._build(profile)
        if self._models is None:
            return painter
        spec = profiles.spec_of(profile)
        try:
            beside = graphics_memory.beside_of(spec)
            room = heads.room(spec, profile.width, profile.height, beside)
        except (OSError, StoryforgeError):
            return painter  # why it cannot be used is said when it is loaded
        if takes_turns(spec, room.machine, room.free):
            return SeatedPainter(painter, self._models.seat, self._models.quiet)
        return painter
