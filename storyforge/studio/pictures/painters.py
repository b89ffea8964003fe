"""The painters that the settings tell of, and the one that is loaded: one at a time.

Nothing is opened here before a picture is asked for. What a table leaves open is its family's
usual, as the head of its file tells the family.
"""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from storyforge.backends.pictures.base import Painter
from storyforge.domain.picture.orders import Family, PainterSpec, Saving
from storyforge.domain.picture.painters import Dialect, PainterProfile
from storyforge.errors import BadInput
from storyforge.i18n import _, listed
from storyforge.setting_tables import PainterSettings
from storyforge.settings import Settings

#: the painter of --demo; a table of that name goes before it
DEMO = "demo"
# Settings of a table that are its loading's, by the names of PainterSpec.
_LOADING = (
    "vae", "config", "prediction", "dtype", "device", "saving", "float32_vae", "threads",
)  # fmt: skip

Build = Callable[[PainterProfile], Painter]


def known(settings: Settings) -> tuple[PainterProfile, ...]:
    """All painters that can be used, in the settings' order."""
    return tuple(of_table(name, told) for name, told in settings.painters.items())


def profile_of(settings: Settings, name: str = "") -> PainterProfile:
    """The painter of that name; without one, the one that is set or the only one there is.

    Raises:
        BadInput: there is none of that name, none at all, or several and none is set.
    """
    profiles = {profile.name: profile for profile in known(settings)}
    wanted = name or settings.pictures.painter
    if wanted:
        if wanted in profiles:
            return profiles[wanted]
        raise _unknown(settings, wanted)
    if len(profiles) == 1:
        return next(iter(profiles.values()))
    if not profiles:
        raise BadInput(
            _("No painter is set up yet: a checkpoint of Stable Diffusion draws the pictures."),
            title=_("No painter"),
            hint=_("Name a file or folder: storyforge painters add NAME PATH"),
        )
    raise BadInput(
        _("There are several painters, and none is set to draw: {names}.").format(
            names=listed(profiles)
        ),
        title=_("Which painter?"),
        hint=_("Choose one for good: storyforge painters use NAME"),
    )


def of_table(name: str, told: PainterSettings) -> PainterProfile:
    """What a table of the settings says."""
    values = told.model_dump(exclude_unset=True)
    return PainterProfile(
        name=name,
        model=Path(told.model).expanduser(),
        dialect=Dialect(told.dialect),
        quality=told.quality,
        negative=told.negative,
        sampler=told.sampler,
        schedule=told.schedule,
        steps=told.steps,
        guidance=told.guidance,
        width=told.width,
        height=told.height,
        clip_skip=told.clip_skip,
        freeu=told.freeu,
        more=tuple((each, values[each]) for each in _LOADING if values.get(each) not in (None, "")),
    )


def spec_of(profile: PainterProfile) -> PainterSpec:
    """What the engine loads for a profile; equal ones are the same painter in memory."""
    more = dict(profile.more)
    saving = more.get("saving", "auto")
    threads = more.get("threads")
    return PainterSpec(
        path=profile.model,
        vae=_path(more.get("vae")),
        config=_path(more.get("config")),
        prediction=str(more.get("prediction", "")),
        dtype=str(more.get("dtype", "auto")),
        device=str(more.get("device", "auto")),
        saving=None if saving == "auto" else Saving(str(saving)),
        threads=None if threads is None else int(threads),
        float32_vae=bool(more.get("float32_vae", False)),
    )


def family_of(profile: PainterProfile) -> Family | None:
    """What its file's head says it descends from; None where it does not tell."""
    raise NotImplementedError


class Painters:
    """Gives the painter of a profile; another one that was loaded is let go first.

    Args:
        settings: the settings as they stand.
        only: one painter for everything, whatever the settings say: the demo's, or a test's.
    """

    def __init__(
        self,
        settings: Callable[[], Awaitable[Settings]],
        *,
        build: Build,
        only: Callable[[], Painter] | None = None,
    ) -> None:
        self._settings = settings
        self._build = build
        self._only = only
        self._kept: tuple[PainterSpec | None, Painter] | None = None
        self._one = asyncio.Lock()

    async def profile(self, name: str = "") -> PainterProfile:
        """The profile of that name, or the usual one, with the demo's where that draws.

        Raises:
            BadInput: there is none.
        """
        if self._only is not None:
            return PainterProfile(name or DEMO, Path())
        return profile_of(await self._settings(), name)

    async def of(self, profile: PainterProfile) -> Painter:
        """The painter of a profile, made at the first asking."""
        async with self._one:
            spec = None if self._only is not None else spec_of(profile)
            if self._kept is not None:
                if self._kept[0] == spec:
                    return self._kept[1]
                await self._kept[1].close()
            painter = self._only() if self._only is not None else self._build(profile)
            self._kept = (spec, painter)
            return painter

    async def close(self) -> None:
        """Let the painter go."""
        async with self._one:
            if self._kept is not None:
                await self._kept[1].close()
            self._kept = None


def _path(told: object) -> Path | None:
    return Path(str(told)).expanduser() if told else None


def _unknown(settings: Settings, name: str) -> BadInput:
    names = [profile.name for profile in known(settings)]
    hint = _("Known are: {names}.").format(names=listed(names))
    if not names:
        hint = _("Name a file or folder: storyforge painters add NAME PATH")
    return BadInput(
        _("There is no painter called “{name}” that can be used.").format(name=name),
        title=_("No such painter"),
        hint=hint,
    )
