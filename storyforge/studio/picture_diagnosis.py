"""What `storyforge doctor` says of pictures: what is installed, who draws, what is in the folders.

Nothing is loaded: of a checkpoint only the head of its file is read.
"""

import importlib.metadata
import importlib.util
from collections.abc import Iterator

from storyforge import settings
from storyforge.domain.picture.remote import LOCAL
from storyforge.i18n import _, listed, ngettext
from storyforge.settings import Settings
from storyforge.studio.diagnosis import Finding
from storyforge.studio.pictures import painters
from storyforge.studio.pictures.looking import overview
from storyforge.studio.sizes import size

_LIBRARIES = ("torch", "diffusers", "transformers")


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
    for complaint in painters.complaints(told):
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
    topic, found = _("Picture folders"), painters.found_in(told)
    counts = (
        ngettext("{count:,} checkpoint", "{count:,} checkpoints", len(found.checkpoints)),
        ngettext("{count:,} LoRA", "{count:,} LoRAs", len(found.loras)),
        ngettext("{count:,} embedding", "{count:,} embeddings", len(found.embeddings)),
        ngettext("{count:,} VAE", "{count:,} VAEs", len(found.vaes)),
    )
    kinds = (found.checkpoints, found.loras, found.embeddings, found.vaes)
    yield Finding(
        topic,
        "ok",
        listed(one.format(count=len(files)) for one, files in zip(counts, kinds, strict=True)),
    )
    named = painters.folders_of(told)[: len(told.pictures.folders)]
    for folder in (*(one for one in named if not one.is_dir()), *found.unread):
        yield Finding(
            topic,
            "note",
            _("{folder} is not there, or cannot be read.").format(folder=folder),
            _("Correct pictures.folders in the settings."),
        )
