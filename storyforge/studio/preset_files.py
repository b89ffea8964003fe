"""Presets as files: those of the author's config folder, and those that come and go.

One JSON file each, replaced in one step. What a preset means is `domain.presets`' business, which
one is in use `studio.presets`'.
"""

from dataclasses import replace
from pathlib import Path

from storyforge import paths
from storyforge.borrowed import reason
from storyforge.domain.dials import first_fault
from storyforge.domain.presets import (
    LARGEST_FILE,
    SHIPPED,
    Imported,
    Preset,
    checked_name,
    from_json,
    shipped,
    to_json,
)
from storyforge.domain.text import one_line
from storyforge.errors import BadInput, Refused
from storyforge.export.files import write_whole
from storyforge.i18n import _, listed
from storyforge.small_files import put


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
        raise not_written(file, error, _("Preset not deleted")) from error
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
        Occupied: something is there and `force` is not set.
        Refused: it is a folder or a story, which no `force` replaces.
        BadInput: it cannot be written.
    """
    write_whole(path, to_json(preset).encode(), force=force)


def _own(file: Path) -> Preset:
    """The preset of a file of the folder; its name is the file's."""
    return replace(read_file(file).preset, name=one_line(file.stem), own=True)


def _file_of(name: str) -> Path | None:
    told = " ".join(name.split()).casefold()
    files = presets_dir().glob("*.json")
    return next((file for file in files if one_line(file.stem).casefold() == told), None)


def _write(path: Path, text: str) -> None:
    try:
        put(path, text)
    except OSError as error:
        raise not_written(path, error, _("Preset not written")) from error


def not_written(path: Path, error: OSError, title: str) -> BadInput:
    """A file that the system does not let us write, in a sentence."""
    return BadInput(
        _("{file} cannot be written: {why}.").format(file=path, why=reason(error)),
        title=title,
        hint=_("Nothing was changed."),
    )
