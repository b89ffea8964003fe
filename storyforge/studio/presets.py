"""Which preset is in use, what of it is set otherwise, and what of it a model cannot do.

It resolves the settings to the sampling of a request. Where presets lie, `studio.preset_files`
knows; what they mean, `domain.presets`.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from storyforge import paths
from storyforge.domain.dials import FIELDS, biases_of, first_fault, title_of, why_idle
from storyforge.domain.model import ModelCard
from storyforge.domain.presets import (
    BALANCED,
    SHIPPED,
    Preset,
    differing,
    from_json,
    shipped,
    to_json,
)
from storyforge.domain.profile import Profile
from storyforge.domain.sampling import Sampling
from storyforge.errors import BadInput, StoryforgeError
from storyforge.i18n import _, listed
from storyforge.studio.preset_files import find, not_written

if TYPE_CHECKING:
    from storyforge.setting_tables import WritingSettings
    from storyforge.settings import Settings
    from storyforge.store.story_file import StoryFile

#: under this key a story remembers the preset of its own
STORY_KEY = "preset"

#: (model, fields) whose author has heard that the model does not know them
_told: set[tuple[str, tuple[str, ...]]] = set()


@dataclass(frozen=True, slots=True)
class InUse:
    """How words are drawn now.

    Attributes:
        sampling: the preset's, or with what is set in the place of it.
        for_story: it is the story's own.
        fault: why the usual preset stands in the place of the one that was asked for.
    """

    preset: Preset
    sampling: Sampling
    for_story: bool = False
    fault: StoryforgeError | None = None


def in_use(
    settings: "Settings", story: "StoryFile | None" = None, profile: Profile | None = None
) -> InUse:
    """What is in use; where that cannot be read, the usual preset and why.

    Args:
        profile: whose own preset goes before the others.
    """
    try:
        if profile is not None and profile.preset:
            preset = find(profile.preset)
            return InUse(preset, sampling_of(settings, preset=profile.preset))
        own = of_story(story) if story is not None else None
        preset = own or find(settings.writing.preset)
        return InUse(preset, sampling_of(settings, story=story), own is not None)
    except BadInput as error:
        return InUse(SHIPPED[0], SHIPPED[0].sampling, fault=error)


def named(
    settings: "Settings", story: "StoryFile | None" = None, profile: Profile | None = None
) -> str:
    """The preset in use for a short line, a * where values are others; "" for the usual one."""
    used = in_use(settings, story, profile)
    changed = used.sampling != used.preset.sampling
    if used.preset.name == BALANCED and not changed:
        return ""
    return used.preset.title + ("*" if changed else "")


def preset_in_use(settings: "Settings", story: "StoryFile | None" = None) -> Preset:
    """The story's own preset, else that of the settings.

    Raises:
        BadInput: there is no preset of that name, or its file cannot be used.
    """
    return (story and of_story(story)) or find(settings.writing.preset)


def of_story(story: "StoryFile") -> Preset | None:
    """The preset that a story has of its own; it is kept with it, so it is there anywhere.

    Raises:
        BadInput: it cannot be read.
    """
    told = story.recall(STORY_KEY)
    if not told:
        return None
    kept = from_json(told, "").preset
    same = shipped(kept.name)
    return replace(kept, purpose=same.purpose, own=False) if same else kept


def keep_for_story(story: "StoryFile", preset: Preset | None) -> None:
    """Give a story a preset of its own, or let it go by the settings again."""
    told = json.dumps(json.loads(to_json(preset)), ensure_ascii=False) if preset else None
    story.remember(STORY_KEY, told)


def sampling_of(
    settings: "Settings",
    *,
    preset: str | None = None,
    story: "StoryFile | None" = None,
    **changes: Any,
) -> Sampling:
    """How words are drawn: the preset, over it what is set one by one, over it `changes`.

    What is set one by one belongs to the settings' preset and has no say in another.

    Args:
        preset: another preset, this once.
        story: one that may have a preset of its own.
        changes: fields of `Sampling`; None changes nothing.

    Raises:
        BadInput: there is no such preset, or a value cannot be used.
    """
    own = of_story(story) if story is not None else None
    if preset is not None:
        sampling = find(preset).sampling
    elif own is not None:
        sampling = own.sampling
    else:
        base = find(settings.writing.preset).sampling
        sampling = replace(base, **set_values(settings.writing))
    sampling = replace(sampling, **{n: each for n, each in changes.items() if each is not None})
    fault = first_fault(sampling)
    if fault is not None:
        raise BadInput(
            _("The setting “{name}” cannot be used: {why}").format(
                name=f"writing.{fault[0]}", why=fault[1]
            ),
            title=_("Nothing was written"),
            hint=_("Correct it in {file}.").format(file=paths.config_file()),
        )
    return sampling


def set_values(writing: "WritingSettings") -> dict[str, Any]:
    """The fields of `Sampling` that are set one by one, by their names."""
    told = {name: getattr(writing, name) for name in FIELDS}
    if writing.biases is not None:
        told["biases"] = biases_of(writing.biases)
    kept = {name: value for name, value in told.items() if value is not None}
    if kept.get("seed", 0) < 0:
        kept["seed"] = None  # a new one each time, also where the preset has one
    return {name: tuple(each) if isinstance(each, list) else each for name, each in kept.items()}


def changes_to_keep(preset: Preset, sampling: Sampling) -> dict[str, Any]:
    """The dotted settings by which `preset` becomes `sampling`; None takes one away."""
    changes: dict[str, Any] = {f"writing.{name}": None for name in FIELDS}
    changes["writing.preset"] = None if preset.name == BALANCED else preset.name
    for name in differing(preset.sampling, sampling):
        value = getattr(sampling, name)
        if name == "biases":
            value = {bias.phrase: bias.weight for bias in value}
        elif name == "seed" and value is None:
            value = -1
        changes[f"writing.{name}"] = list(value) if isinstance(value, tuple) else value
    return changes


def use(name: str) -> Preset:
    """Write with this preset from now on; what was set one by one is let go.

    Raises:
        BadInput: there is no such preset, or the settings cannot be written.
    """
    from storyforge import settings

    preset = find(name)
    try:
        settings.update(changes_to_keep(preset, preset.sampling))
    except OSError as error:
        raise not_written(paths.config_file(), error, _("Settings not saved")) from error
    return preset


# What a model cannot do.


def unheeded(sampling: Sampling, samplers: Collection[str]) -> tuple[str, ...]:
    """The fields that say something, are not at their defaults, and are not among `samplers`."""
    return tuple(
        name
        for name in differing(Sampling(), sampling)
        if name not in samplers and not why_idle(sampling, name)
    )


def unheeded_note(sampling: Sampling, card: ModelCard) -> str:
    """A sentence about what of `sampling` the model passes over; once a process and model."""
    fields = unheeded(sampling, card.can.samplers)
    key = (card.name, fields)
    if not fields or key in _told:
        return ""
    _told.add(key)
    return _("{model} cannot do this, and goes on without: {names}.").format(
        model=card.name, names=listed(map(title_of, fields))
    )
