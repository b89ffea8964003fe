"""What `storyforge doctor` says of pictures: what is installed, who draws, what is in the folders.

Nothing is loaded: of a checkpoint only the head of its file is read.
"""

import importlib.metadata
import importlib.util
from collections.abc import Iterator

from storyforge import settings
from storyforge.domain.picture.remote import LOCAL
from storyforge.i18n import _, listed, ngettext
from storyforge.images.folders import Found
from storyforge.settings import Settings
from storyforge.studio.diagnosis.finding import Finding
from storyforge.studio.pictures import profiles
from storyforge.studio.pictures.looking import overview
from storyforge.studio.sizes import size

_LIBRARIES = ("torch", "diffusers", "transformers")
_READS_STAGINGS = "controlnet_aux"


def examine_pictures() -> Iterator[Finding]:
    """Libraries, painters and folders."""
    told = settings.load()
    yield _libraries(any(one.backend == LOCAL for one in told.painters.values()))
    yield from _painters(told)
    yield from _folders(told)


def _libraries(needed: bool) -> Finding:
    topic = _("Pictures")
    missing = [name for name in _LIBRARIES if importlib.util.find_spec(name) is None]
    if missing:
        return Finding(
            topic,
            "problem" if needed else "note",
            _("torch and diffusers, which draw pictures, are not installed."),
            _('Install them with `pip install "storyforge[pictures]"`.'),
        )
    told = _("torch {torch}, diffusers {diffusers}, transformers {transformers}")
    versions = {name: importlib.metadata.version(name) for name in _LIBRARIES}
    return Finding(topic, "ok", told.format(**versions))


def _painters(told: Settings) -> Iterator[Finding]:
    topic = _("Painter")
    for complaint in profiles.complaints(told):
        yield Finding(topic, "problem", complaint)
    looks = overview(told)
    if not looks and not told.unusable_painters:
        yield Finding(
            topic,
            "note",
            _("No painter is set up yet: a checkpoint of Stable Diffusion draws the pictures."),
            _("Name a file or folder: storyforge painters add NAME PATH"),
        )
    for one in looks:
        if one.fault:
            why = _("{name}: {why}").format(name=one.profile.name, why=one.fault)
            yield Finding(topic, "problem", why, one.hint)
            continue
        needed = _("{size} of memory").format(size=size(one.needed)) if one.needed else ""
        text = listed(filter(None, (one.profile.name, one.told, one.place, needed)))
        yield Finding(topic, "ok", _("{what}, draws").format(what=text) if one.draws else text)


def _folders(told: Settings) -> Iterator[Finding]:
    if not told.pictures.folders:
        return
    topic, found = _("Picture folders"), profiles.found_in(told)
    yield Finding(topic, "ok", listed(_counts(found)))
    if found.controlnets and importlib.util.find_spec(_READS_STAGINGS) is None:
        yield Finding(
            topic,
            "note",
            _("What reads stagings out of pictures is not installed; ready ones are drawn with."),
            _('Install it with `pip install "storyforge[staging]"`.'),
        )
    named = profiles.folders_of(told)[: len(told.pictures.folders)]
    for folder in (*(one for one in named if not one.is_dir()), *found.unread):
        yield Finding(
            topic,
            "note",
            _("{folder} is not there, or cannot be read.").format(folder=folder),
            _("Correct pictures.folders in the settings."),
        )


def _counts(found: Found) -> Iterator[str]:
    """How many there are of each kind; of those that few have, only where there are some."""
    usual = (
        (ngettext("{count:,} checkpoint", "{count:,} checkpoints", n := len(found.checkpoints)), n),
        (ngettext("{count:,} LoRA", "{count:,} LoRAs", n := len(found.loras)), n),
        (ngettext("{count:,} embedding", "{count:,} embeddings", n := len(found.embeddings)), n),
        (ngettext("{count:,} VAE", "{count:,} VAEs", n := len(found.vaes)), n),
    )
    networks, controls, adapters, encoders, readers = (
        len(each)
        for each in (
            found.hypernetworks,
            found.controlnets,
            found.ip_adapters,
            found.image_encoders,
            found.readers,
        )
    )
    rare = (
        (ngettext("{count:,} hypernetwork", "{count:,} hypernetworks", networks), networks),
        (ngettext("{count:,} ControlNet", "{count:,} ControlNets", controls), controls),
        (ngettext("{count:,} IP-Adapter", "{count:,} IP-Adapters", adapters), adapters),
        (ngettext("{count:,} image encoder", "{count:,} image encoders", encoders), encoders),
        (
            ngettext("{count:,} reader of stagings", "{count:,} readers of stagings", readers),
            readers,
        ),
    )
    for told, count in (*usual, *(each for each in rare if each[1])):
        yield told.format(count=count)
