"""The author's presets: those that ship and those of the config folder, and which one is in use.

One JSON file each, replaced in one step. It resolves the settings to the sampling of a request and
says what of it a model cannot do. What a preset means is `domain.presets`' business.
"""

import contextlib
import json
import os
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from storyforge import paths
from storyforge.borrowed import reason
from storyforge.domain.dials import FIELDS, biases_of, first_fault, title_of, why_idle
from storyforge.domain.model import ModelCard
from storyforge.domain.presets import (
    BALANCED,
    LARGEST_FILE,
    SHIPPED,
    Imported,
    Preset,
    checked_name,
    differing,
    from_json,
    shipped,
    to_json,
)
from storyforge.domain.sampling import Sampling
from storyforge.errors import BadInput, Refused
from storyforge.i18n import _, listed

if TYPE_CHECKING:
    from storyforge.settings import Settings, WritingSettings
    from storyforge.store.story_file import StoryFile

#: under this key a story remembers the preset of its own
STORY_KEY = "preset"

#: (model, fields) whose author has heard that the model does not know them
_told: set[tuple[str, tuple[str, ...]]] = set()


def presets_dir() -> Path:
    """The folder of the author's own presets."""
    return paths.config_dir() / "presets"


def every_preset() -> tuple[tuple[Preset, ...], tuple[str, ...]]:
    """(those that ship and the author's, a sentence about each file that cannot be used)."""
    own, faults = list[Preset](), list[str]()
    for file in sorted(presets_dir().glob("*.json"), key=lambda file: file.name.casefold()):
        try:
            own.append(_own(file))
        except BadInput as error:
            faults.append(_("{file}: {why}").format(file=file.name, why=error.message))
    return (*SHIPPED, *own), tuple(faults)


def find(name: str) -> Preset:
    """The preset of that name, in any case of its letters.

    Raises:
        BadInput: there is none, or its file cannot be used.
    """
    found = shipped(name)
    if found is not None:
        return found
    file = _file_of(name)
    if file is None:
        raise BadInput(
            _("There is no preset “{name}”.").format(name=name),
            title=_("Preset not found"),
            hint=_("There are: {names}").format(
                names=listed(preset.title for preset in every_preset()[0])
            ),
        )
    return _own(file)


def save(preset: Preset, *, force: bool = False) -> Preset:
    """Keep a preset of one's own; the one that was kept.

    Raises:
        BadInput: its name or a value of it cannot be used, or the folder cannot be written.
        Refused: there is one of that name, and `force` does not say to replace it.
    """
    name = checked_name(preset.name)
    fault = first_fault(preset.sampling)
    if fault is not None:
        raise BadInput(fault[1], title=_("Preset not saved"))
    there = _file_of(name)
    if there is not None and not force:
        raise Refused(
            _("There is a preset “{name}” already.").format(name=name),
            title=_("Preset not saved"),
            hint=_("Give it another name, or say that it shall be replaced."),
        )
    kept = replace(preset, name=name, own=True)
    _write(there or presets_dir() / f"{name}.json", to_json(kept))
    return kept


def delete(name: str) -> Preset:
    """Delete a preset of one's own; what it was.

    Raises:
        BadInput: there is none of that name, or it ships.
    """
    if shipped(name):
        raise BadInput(
            _("“{name}” comes with storyforge and cannot be deleted.").format(name=name),
            title=_("Preset not deleted"),
        )
    preset, file = find(name), _file_of(name)
    assert file is not None
    try:
        file.unlink()
    except OSError as error:
        raise _not_written(file, error, _("Preset not deleted")) from error
    return preset


def read_file(path: Path) -> Imported:
    """A preset out of a file, of storyforge or of another program; nothing is kept yet.

    Raises:
        BadInput: there is no file, or it holds none.
    """
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise BadInput(
                _("{file} is too large to be a preset.").format(file=path.name),
                title=_("Preset not read"),
            )
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(
            _("{file} cannot be read: {why}.").format(file=path, why=reason(error)),
            title=_("Preset not read"),
            hint=_("Name a preset as JSON, of storyforge or of another program."),
        ) from error
    return from_json(text, path.stem)


def write_file(preset: Preset, path: Path, *, force: bool = False) -> None:
    """Write a preset to `path`; it appears whole or not at all.

    Raises:
        Refused: something is there.
        BadInput: it cannot be written.
    """
    if path.exists() and not force:
        raise Refused(
            _("There is a file {file} already.").format(file=path),
            title=_("Preset not written"),
            hint=_("Name another file, or say that it shall be replaced."),
        )
    _write(path, to_json(preset))


# What is in use.


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
    return shipped(kept.name) or kept


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

    Args:
        preset: another preset, this once: then what is set one by one has no say.
        changes: fields of `Sampling`; None changes nothing.

    Raises:
        BadInput: there is no such preset, or a value cannot be used.
    """
    if preset is not None:
        sampling = find(preset).sampling
    else:
        base = preset_in_use(settings, story).sampling
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
        raise _not_written(paths.config_file(), error, _("Settings not saved")) from error
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


# Files.


def _own(file: Path) -> Preset:
    """The preset of a file of the folder; its name is the file's."""
    return replace(read_file(file).preset, name=file.stem, own=True)


def _file_of(name: str) -> Path | None:
    told = " ".join(name.split()).casefold()
    files = presets_dir().glob("*.json")
    return next((file for file in files if file.stem.casefold() == told), None)


def _write(path: Path, text: str) -> None:
    building = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        building.write_text(text, "utf-8")
        building.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            building.unlink(missing_ok=True)
        raise _not_written(path, error, _("Preset not written")) from error


def _not_written(path: Path, error: OSError, title: str) -> BadInput:
    return BadInput(
        _("{file} cannot be written: {why}.").format(file=path, why=reason(error)),
        title=title,
        hint=_("Nothing was changed."),
    )
