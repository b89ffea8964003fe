"""Painters as the settings tell of them, and what they leave open: files and usual values.

Nothing is opened before a profile is to be ready. What a table leaves open is its family's usual,
as the head of its file tells the family.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from storyforge import paths
from storyforge.domain.picture.orders import Family, PainterSpec, Saving
from storyforge.domain.picture.painters import Dialect, PainterProfile
from storyforge.domain.picture.samplers import AUTOMATIC
from storyforge.engine.pictures.families import Row, habits_of
from storyforge.errors import BadInput
from storyforge.i18n import _, listed
from storyforge.images import few_steps
from storyforge.images.folders import Found, FoundFile, Missing, find, pick
from storyforge.setting_tables import PainterSettings
from storyforge.settings import Settings
from storyforge.studio.pictures import heads, remote_painters, workflows

# Settings of a table that are its loading's, by the names of PainterSpec.
_LOADING = (
    "vae", "config", "prediction", "dtype", "device", "saving", "float32_vae", "threads",
    "refiner", "refine_from",
)  # fmt: skip


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
    remote = remote_painters.spec_of_table(name, told)
    return PainterProfile(
        name=name,
        model=paths.at_home(told.model) if remote is None else Path(),
        remote=remote,
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
        ip_adapter=told.ip_adapter,
        image_encoder=told.image_encoder,
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
        refiner=_path(more.get("refiner")),
        refine_from=float(more.get("refine_from", 0.8)),
    )


def folders_of(settings: Settings) -> tuple[Path, ...]:
    """Where checkpoints, LoRAs and embeddings are looked for: the author's folders, then ours."""
    named = (paths.at_home(folder) for folder in settings.pictures.folders)
    return (*named, paths.data_dir() / "models")


def found_in(settings: Settings) -> Found:
    """All that lies in the author's folders. It reads them: call it in a thread."""
    return find([folder for folder in folders_of(settings) if folder.is_dir()])


def settled(profile: PainterProfile, found: Callable[[], Found]) -> PainterProfile:
    """The profile with paths in the place of bare names; `found` is asked only where there are any.

    Raises:
        BadInput: there is none of that name in the folders.
    """
    if profile.remote is not None:
        return profile
    more = dict(profile.more)
    model = _file(profile.model, lambda: found().checkpoints, Missing.CHECKPOINT)
    if vae := more.get("vae"):
        more["vae"] = str(_file(Path(str(vae)), lambda: found().vaes, Missing.VAE))
    if refiner := more.get("refiner"):
        there = _file(Path(str(refiner)), lambda: found().checkpoints, Missing.CHECKPOINT)
        more["refiner"] = str(there)
    return replace(profile, model=model, more=tuple(more.items()))


def family_of(profile: PainterProfile) -> Family | None:
    """What its file's head says it descends from; None where it does not tell."""
    if profile.remote is not None:
        return None
    return heads.family_of(profile.model)


def usual(profile: PainterProfile, family: Family | None) -> PainterProfile:
    """The profile with usual values in the place of what is left open.

    They are its workflow's, its family's, or those of what draws in few steps.
    """
    profile = workflows.with_values(profile)
    row = habits_of(family)
    quick = few_steps.of_checkpoint(profile.model) if profile.remote is None else None
    steps, guidance = (row.steps, row.guidance) if quick is None else (quick.steps, quick.guidance)
    sampling = (row.sampler, AUTOMATIC)
    if quick is not None and isinstance(row, Row):
        sampling = (quick.sampler, quick.schedule)
    if profile.sampler:
        sampling = (profile.sampler, AUTOMATIC)
    side = row.size if profile.remote is None else remote_painters.usual_side(profile.remote)
    side = side or row.size
    return replace(
        profile,
        sampler=sampling[0],
        schedule=profile.schedule or sampling[1],
        steps=profile.steps or steps,
        guidance=profile.guidance or guidance,
        width=profile.width or side,
        height=profile.height or side,
    )


def ready_profile(settings: Settings, name: str = "") -> PainterProfile:
    """The profile of that name, or the usual one, with nothing left open. Reads folders and a head.

    Raises:
        BadInput: there is none, or its checkpoint is in no folder.
    """
    profile = settled(profile_of(settings, name), lambda: found_in(settings))
    return usual(profile, family_of(profile))


def complaints(settings: Settings) -> tuple[str, ...]:
    """What of painters leads nowhere, each a sentence for the author."""
    told = [
        _("The painter “{name}” cannot be used: {why}.").format(name=name, why=why)
        for name, why in settings.unusable_painters.items()
    ]
    told += [
        _("“{name}” in the settings means nothing: look whether it is mistyped.").format(name=name)
        for name in settings.unknown_of_painters
    ]
    wanted = settings.pictures.painter
    if wanted and wanted not in settings.painters:
        told.append(
            _("There is no painter “{name}” that can be used, and it is set to draw.").format(
                name=wanted
            )
        )
    return tuple(told)


def _file(named: Path, files: Callable[[], Sequence[FoundFile]], what: Missing) -> Path:
    """A path as it is; a bare name that is none is looked for."""
    path = paths.at_home(named)
    if path.is_absolute() or path.exists():
        return path
    return pick(files(), str(named), what).path


def _path(told: object) -> Path | None:
    return paths.at_home(str(told)) if told else None


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
