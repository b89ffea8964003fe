"""The painters at a glance, and what one takes: memory and time, said before anything is drawn.

Nothing is loaded: what is told here, settings and the heads of files say.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from storyforge.borrowed import reason
from storyforge.domain.picture.orders import Family, Order, PainterCard, PainterNote, Saving
from storyforge.domain.picture.painters import PainterProfile
from storyforge.domain.picture.pictures import QueuedPicture
from storyforge.domain.picture.remote import RemotePainterSpec, ServerHas
from storyforge.engine.gpu import gpu_status
from storyforge.engine.pictures.families import habits_of
from storyforge.engine.pictures.preflight import preflight
from storyforge.errors import BadInput, StoryforgeError
from storyforge.i18n import _, listed
from storyforge.images import checkpoints
from storyforge.setting_tables import PainterSettings
from storyforge.settings import Settings
from storyforge.studio.pictures import (
    estimates,
    graphics_memory,
    heads,
    order_files,
    painters,
    profiles,
    remote_painters,
    workflows,
)
from storyforge.studio.sizes import size


@dataclass(frozen=True, slots=True)
class Look:
    """One painter.

    Attributes:
        needed: bytes of memory; 0 where that is not known.
        hash: AutoV2; empty where it was not asked for.
        draws: it is the one that draws.
        fault, hint: why it cannot be used, and what to do.
        notes: what else to know of it.
        place: the host that draws; empty for this machine.
        has: what its server lists; None where it was not asked, or there is none.
        stages: what draws on where its first stage ends, by their folders.
    """

    profile: PainterProfile
    family: Family | None = None
    needed: int = 0
    hash: str = ""
    device: str = ""
    draws: bool = False
    fault: str = ""
    hint: str = ""
    notes: tuple[str, ...] = ()
    place: str = ""
    has: ServerHas | None = None
    stages: tuple[Path, ...] = ()

    @property
    def told(self) -> str:
        """What it descends from; of a painter behind an API what that is."""
        if self.profile.remote is not None:
            return remote_painters.kind_words(self.profile.remote)
        return self.family.value if self.family else _("cannot be used")


@dataclass(frozen=True, slots=True)
class Takes:
    """What a painter takes of the machine, in words.

    Attributes:
        told: a sentence's part. notes: what may go wrong.
    """

    told: str
    notes: tuple[str, ...] = ()


def overview(settings: Settings) -> tuple[Look, ...]:
    """All painters, those whose tables cannot be used last."""
    known = profiles.known(settings)
    only = known[0].name if len(known) == 1 else ""
    wanted = settings.pictures.painter or only
    seen = [replace(look(settings, one.name), draws=one.name == wanted) for one in known]
    seen += [
        Look(PainterProfile(name, Path()), fault=why)
        for name, why in settings.unusable_painters.items()
    ]
    return tuple(seen)


def look(
    settings: Settings,
    name: str = "",
    *,
    table: Mapping[str, Any] | None = None,
    hashed: bool = False,
) -> Look:
    """One painter; without a name the one that draws.

    Args:
        table: what its settings would be; None takes what they are.
        hashed: read all of its file for its hash, about a second a gigabyte.

    Raises:
        BadInput: there is no such painter.
    """
    if table is None:
        profile = profiles.profile_of(settings, name)
    else:
        profile = profiles.of_table(name, PainterSettings.model_validate(dict(table)))
    if profile.remote is not None:
        return remote_look(profiles.usual(profile, None), profile.remote)
    try:
        profile = profiles.settled(profile, lambda: profiles.found_in(settings))
        preflight(profiles.spec_of(profile))
        return _looked(profile, hashed)
    except StoryforgeError as error:
        seen = Look(profiles.usual(profile, None), heads.family_of(profile.model))
        return replace(seen, fault=error.message, hint=error.hint)
    except OSError as error:
        return Look(profile, fault=_("It cannot be read: {why}.").format(why=reason(error)))


def remote_look(profile: PainterProfile, spec: RemotePainterSpec) -> Look:
    """A painter behind an API, as far as its table tells."""
    notes = list[str]()
    if spec.place:
        told = _("Its pictures are drawn at {host}: prompts are sent there.")
        notes.append(told.format(host=spec.place))
    if spec.unencrypted:
        notes.append(_("The way there is not encrypted: others on the network can read along."))
    seen = Look(profile, place=spec.place, notes=tuple(notes))
    try:
        workflows.check(spec)
    except BadInput as error:
        return replace(seen, fault=error.message, hint=error.hint)
    return seen


async def asked(settings: Settings, seen: Look) -> Look:
    """The same, with what the server has; nothing of a story is sent."""
    spec = seen.profile.remote
    if spec is None:
        return seen
    painter, notes = remote_painters.painter(spec, settings), list(seen.notes)
    try:
        async for step in painter.load():
            if isinstance(step, PainterNote):
                notes.append(_(step.text).format_map(step.values))
    except StoryforgeError as error:
        return replace(seen, fault=error.message, hint=error.hint)
    finally:
        await painter.close()
    return replace(seen, has=painter.has, notes=tuple(notes))


def takes(profile: PainterProfile, order: Order | None = None) -> Takes | None:
    """What a painter takes, before it is loaded; None where its files do not tell.

    Args:
        order: what it draws; None for a picture as the profile has it.
    """
    if profile.remote is not None:
        return None
    spec = profiles.spec_of(profile)
    order = order or Order("", width=profile.width, height=profile.height)
    try:
        side = habits_of(heads.family_of(spec.path)).size
        beside = graphics_memory.beside_of(spec, order)
        room = heads.room(spec, *graphics_memory.largest(order, side), beside)
        cards = graphics_memory.fits(spec, order) if spec.device != "cpu" else ()
    except (OSError, StoryforgeError):
        return None
    told = _("about {size} of memory").format(size=size(room.needed))
    saving = room.saving or Saving.NONE
    if saving is not Saving.NONE:
        told = listed((told, _("saved by “{mode}”").format(mode=saving.value)))
    notes: tuple[str, ...] = ()
    if room.machine > room.free:
        note = _(
            "Only {free} of memory is free: other programs, or the language model, will have to "
            "make room, or drawing is very slow."
        ).format(free=size(room.free))
        notes = (note,)
    if cards:
        notes += (graphics_memory.words(cards),)
    return Takes(told, notes)


def first_of(orders: Sequence[QueuedPicture]) -> Order | None:
    """The first order, without the pictures that it is made from; None where it is damaged."""
    try:
        return order_files.outline(orders[0].order).order if orders else None
    except BadInput:
        return None  # it says so itself when it is its turn


async def what_it_takes(
    house: painters.Painters, profile: PainterProfile, order: Order | None
) -> Takes | None:
    """What an order takes; only files of the author's folders are looked at."""
    try:
        order = None if order is None else await house.own(order)
    except BadInput:
        order = None  # as above
    return await asyncio.to_thread(takes, profile, order)


def seconds(card: PainterCard, orders: Sequence[QueuedPicture]) -> float | None:
    """How long pictures take; None until that painter has drawn once."""
    rate = estimates.rate(card)
    if rate is None:
        return None
    works = list[float]()
    for one in orders:
        try:
            works.append(estimates.work(order_files.outline(one.order).order))
        except BadInput:
            continue  # it says so itself when it is its turn
    return rate * sum(works)


def _looked(profile: PainterProfile, hashed: bool) -> Look:
    """A painter that can be used.

    Raises:
        OSError, StoryforgeError: it cannot.
    """
    spec, facts = profiles.spec_of(profile), heads.facts_of(profile.model)
    usual = profiles.usual(profile, facts.family)
    told = takes(usual)
    reckon = checkpoints.autov2 if hashed else checkpoints.known_autov2
    gpu = spec.device != "cpu" and bool(gpu_status().vendor)
    return Look(
        usual,
        facts.family,
        heads.room(spec, usual.width, usual.height, graphics_memory.beside_of(spec)).needed,
        reckon(profile.model),
        spec.device if spec.device != "auto" else _("GPU") if gpu else _("processor"),
        notes=() if told is None else told.notes,
        stages=facts.stages,
    )
