"""The models that a running program keeps: one backend a profile, shared by all who ask.

It decides who answers a task, and that no two local models are in memory at once (`seat`). It knows
no screen; which model is meant, the settings say, and for this session the author.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from storyforge.backends.base import Backend
from storyforge.backends.sharing import Shared, Turns
from storyforge.domain.profile import LOCAL, Profile, Task
from storyforge.domain.providers import PROVIDERS, owner_of
from storyforge.errors import ModelError
from storyforge.settings import Settings
from storyforge.studio.profiles import routing
from storyforge.studio.profiles.choosing import backend_of, is_local, remote_spec, spec_of
from storyforge.studio.profiles.seat import Seat, Seated

log = logging.getLogger(__name__)

# Seconds without a wish of the author's before work behind loads another local model: the author's
# has to be loaded again then, which takes seconds.
_LONG_REST = 30.0

Build = Callable[[Settings, Profile], Backend]


class _Kept(NamedTuple):
    """A backend, and what it was made by; of a local one, what runs its model."""

    told: object
    shared: Shared
    engine: Backend | None = None


class Backends:
    """Gives the backend for a task.

    Args:
        settings: the settings as they stand.
        build: makes a profile's backend.
        only: one backend for everything, whatever the settings say: the demo's, or a test's.
    """

    def __init__(
        self,
        settings: Callable[[], Awaitable[Settings]],
        *,
        build: Build = backend_of,
        only: Callable[[], Backend] | None = None,
    ) -> None:
        self._settings = settings
        self._build = build
        self._only = only
        self._seat = Seat()
        self._turns = Turns()
        self._kept: dict[str, _Kept] = {}
        self._retiring: dict[asyncio.Task[None], Shared] = {}
        self._single: Shared | None = None
        self._switched = ""
        self._one = asyncio.Lock()

    @property
    def seat(self) -> Seat:
        """The place in memory that local models share, and painters with them."""
        return self._seat

    @property
    def switched(self) -> str:
        """The profile that writes for this session; "" where it is the settings' one."""
        return self._switched

    async def of(self, task: Task = Task.CONTINUE) -> Shared:
        """The backend that a task goes to, made at the first asking.

        Raises:
            ModelError: its model is not there.
        """
        settings = await self.settings()
        return await self._shared(settings, routing.for_task(settings, task))

    async def of_profile(self, name: str) -> Shared:
        """The backend of a profile, whatever goes to it.

        Raises:
            BadInput: there is no such profile.
            ModelError: its model is not there.
        """
        settings = await self.settings()
        return await self._shared(settings, routing.named(settings, name))

    async def _shared(self, settings: Settings, profile: Profile) -> Shared:
        async with self._one:
            if self._only is not None:
                self._single = self._single or Shared(self._only())
                return self._single
            kept = self._kept.get(profile.name)
            if kept is None:
                kept = self._kept[profile.name] = await self._made(settings, profile)
            return kept.shared

    async def profile_of(self, task: Task = Task.CONTINUE) -> Profile:
        """The profile that a task goes to."""
        settings = await self.settings()
        if self._only is not None:
            return routing.named(settings, LOCAL)
        return routing.for_task(settings, task)

    async def settings(self) -> Settings:
        """The settings, with what was switched for this session in the place of theirs."""
        settings = await self._settings()
        if not self._switched:
            return settings
        tasks = {name: to for name, to in settings.tasks.items() if name != Task.CONTINUE}
        return settings.model_copy(update={"profile": self._switched, "tasks": tasks})

    async def switch(self, name: str) -> None:
        """Write with another profile for this session; "" goes by the settings again.

        Tasks that the settings send elsewhere still go there.

        Raises:
            BadInput: there is no such profile.
        """
        if name:
            routing.named(await self._settings(), name)
        self._switched = name

    async def reload(self) -> None:
        """The settings are others: let go of what they no longer tell of.

        A model that is loaded as it was stays. One that is in the middle of something is let go
        behind it.
        """
        settings = await self._settings()
        profiles = {profile.name: profile for profile in routing.known(settings)}
        if self._switched not in profiles:
            self._switched = ""
        async with self._one:
            for name, kept in list(self._kept.items()):
                profile = profiles.get(name)
                if profile is not None and await _told(settings, profile) == kept.told:
                    continue
                del self._kept[name]
                engines = [other.engine for other in self._kept.values()]
                if kept.engine is None or kept.engine not in engines:
                    self._retire(kept.shared)

    async def forget(self, slots: tuple[str, ...]) -> None:
        """Have the models in memory let go of what they read for these.

        Raises:
            ModelError: an engine stopped.
        """
        async with self._one:
            asked = [*(kept.shared for kept in self._kept.values()), *self._retiring.values()]
            if self._single is not None:
                asked.append(self._single)
        # All at once: an engine that stops, or writes for long, keeps none of the others from it.
        await asyncio.gather(*(shared.forget(slots) for shared in asked))

    async def close(self) -> None:
        """Let all models go."""
        async with self._one:
            gone = [kept.shared for kept in self._kept.values()]
            for retiring, shared in self._retiring.items():
                retiring.cancel()
                gone.append(shared)
            if self._single is not None:
                gone.append(self._single)
            self._kept, self._single = {}, None
            for shared in gone:
                await shared.close()
            # Who held on to a backend that was let go may have made it load once more.
            if self._seat.holder is not None:
                await self._seat.holder.close()

    def _retire(self, shared: Shared) -> None:
        task = asyncio.create_task(shared.retire())
        self._retiring[task] = shared
        task.add_done_callback(self._retired)

    def _retired(self, task: asyncio.Task[None]) -> None:
        del self._retiring[task]
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("A model was not let go", exc_info=error)

    async def _made(self, settings: Settings, profile: Profile) -> _Kept:
        told = await _told(settings, profile)
        if is_local(profile):
            return await self._made_here(settings, profile, told)
        backend = await asyncio.to_thread(self._build, settings, profile)
        if owner_of(remote_spec(profile).url) not in PROVIDERS:
            return _Kept(told, Shared(backend))
        # A provider serves both at once, and what is stopped for the author would be paid again.
        other = await asyncio.to_thread(self._build, settings, profile)
        return _Kept(told, Shared(backend, behind=other, turns=Turns(gives_way=False)))

    async def _made_here(self, settings: Settings, profile: Profile, told: object) -> _Kept:
        """A profile of this machine; one that loads the same as another has that one's model."""
        engine = next((kept.engine for kept in self._kept.values() if kept.told == told), None)
        if engine is None:
            engine = await asyncio.to_thread(self._build, settings, profile)
        author = Seated(engine, self._seat, profile.name)
        behind = Seated(engine, self._seat, profile.name, self.quiet)
        return _Kept(told, Shared(author, behind=behind, turns=self._turns), engine)

    async def quiet(self, stop: asyncio.Event) -> None:
        """Wait for a long pause: only then the author's model is sent away for work behind."""
        await self._turns.until_free(stop, _LONG_REST)


async def _told(settings: Settings, profile: Profile) -> object:
    """All that a profile's backend is made by; None where its model is not there."""
    if not is_local(profile):
        return remote_spec(profile), profile.key, settings.key_commands, settings.spending
    try:
        return await asyncio.to_thread(spec_of, settings, profile)
    except ModelError:
        return None
