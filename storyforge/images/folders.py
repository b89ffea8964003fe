"""Folders of the picture world, used in place: those of A1111, Forge, ComfyUI, and plain ones.

It says which files there are and how they are called; what is in one, `checkpoints`, `loras` and
`styles` know. No file is read here but ComfyUI's list of other folders, and the heads of files in
folders whose names do not say what lies in them.
"""

import difflib
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from storyforge.domain.text import one_line
from storyforge.errors import BadInput
from storyforge.i18n import _, in_quotes, listed
from storyforge.images import folder_kinds
from storyforge.images.folder_kinds import Sort
from storyforge.paths import at_home

#: so many files of one kind are looked at, so that a link to a whole disk ends
_MOST_FILES = 50_000
_DEEPEST = 12
_STYLES = "styles.csv"


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file, by the name that a prompt or a setting calls it.

    Attributes:
        name: without its suffix; with as many of its folders in front as make it the only one.
    """

    name: str
    path: Path


@dataclass(frozen=True, slots=True)
class Found:
    """What lies in the author's folders, each sort by name.

    Attributes:
        checkpoints: single files and folders of diffusers.
        controlnets, image_encoders, readers: single files and folders.
        styles: lists of styles (styles.csv).
        unread: folders that are not there or may not be read.
    """

    checkpoints: tuple[FoundFile, ...] = ()
    loras: tuple[FoundFile, ...] = ()
    embeddings: tuple[FoundFile, ...] = ()
    vaes: tuple[FoundFile, ...] = ()
    hypernetworks: tuple[FoundFile, ...] = ()
    controlnets: tuple[FoundFile, ...] = ()
    ip_adapters: tuple[FoundFile, ...] = ()
    image_encoders: tuple[FoundFile, ...] = ()
    readers: tuple[FoundFile, ...] = ()
    styles: tuple[Path, ...] = ()
    unread: tuple[Path, ...] = ()


class Missing(StrEnum):
    """What was looked for, for the sentence that says it was not found."""

    LORA = "LoRA"
    CHECKPOINT = "checkpoint"
    EMBEDDING = "embedding"
    VAE = "VAE"
    HYPERNETWORK = "hypernetwork"
    CONTROLNET = "ControlNet"
    IP_ADAPTER = "IP-Adapter"
    IMAGE_ENCODER = "image encoder"


@dataclass
class _Looking:
    """What was found so far; `seen` are folders by device and number, against links in circles."""

    files: dict[Sort, dict[Path, None]] = field(default_factory=lambda: {each: {} for each in Sort})
    styles: dict[Path, None] = field(default_factory=dict)
    unread: list[Path] = field(default_factory=list)
    seen: set[tuple[int, int]] = field(default_factory=set)

    def entries(self, folder: Path) -> list[os.DirEntry[str]]:
        """What lies in `folder`, hidden things left out; nothing where it was looked at before."""
        try:
            stat = folder.stat()
            if (stat.st_dev, stat.st_ino) in self.seen:
                return []
            self.seen.add((stat.st_dev, stat.st_ino))
            with os.scandir(folder) as found:
                return sorted(
                    (each for each in found if not each.name.startswith(".")),
                    key=lambda each: each.name.casefold(),
                )
        except OSError:
            self.unread.append(folder)
            return []

    def keep(self, sort: Sort, path: Path) -> None:
        """One more file of a sort."""
        if len(self.files[sort]) < _MOST_FILES:
            self.files[sort][path] = None


def find(folders: Sequence[Path]) -> Found:
    """All that lies in `folders`; one that cannot be read costs only itself."""
    looking = _Looking()
    for folder in folders:
        _look(looking, at_home(folder), folder_kinds.of_name(folder.name), 0)
    return Found(
        checkpoints=named(looking.files[Sort.CHECKPOINT]),
        loras=named(looking.files[Sort.LORA]),
        embeddings=named(looking.files[Sort.EMBEDDING]),
        vaes=named(looking.files[Sort.VAE]),
        hypernetworks=named(looking.files[Sort.HYPERNETWORK]),
        controlnets=named(looking.files[Sort.CONTROLNET]),
        ip_adapters=named(looking.files[Sort.IP_ADAPTER]),
        image_encoders=named(looking.files[Sort.IMAGE_ENCODER]),
        readers=named(looking.files[Sort.READER]),
        styles=tuple(looking.styles),
        unread=tuple(looking.unread),
    )


def _look(looking: _Looking, folder: Path, sort: Sort | None, depth: int) -> None:
    """Look through a folder of one sort, or (None) through one that may hold all of them."""
    entries = looking.entries(folder)
    whole = folder_kinds.of_folder(folder, [each.name for each in entries], sort)
    if whole is not None:
        looking.keep(whole, folder)
        return
    below: list[Path] = []
    for entry in entries:
        path = Path(entry.path)
        if _is_dir(entry):
            below.append(path)
        elif entry.name == _STYLES:
            looking.styles[path] = None
        elif entry.name == folder_kinds.EXTRA_PATHS:
            _elsewhere(looking, path, depth)
        elif (of := folder_kinds.of_file(path, sort)) is not None:
            looking.keep(of, path)
    if depth >= _DEEPEST:
        return
    # Beside the models of a program lie its code and its own packages.
    program = sort is None and any(folder_kinds.is_models(path.name) for path in below)
    for name, of in folder_kinds.OF_EXTENSIONS.items() if program else ():
        if (folder / name).is_dir():
            _look(looking, folder / name, of, depth + 1)
    for path in below:
        if folder_kinds.is_foreign(path.name):
            continue
        within = folder_kinds.of_name(path.name, sort)
        if within is not None or not program or folder_kinds.is_models(path.name):
            _look(looking, path, within, depth + 1)


def _elsewhere(looking: _Looking, file: Path, depth: int) -> None:
    """Look where ComfyUI's list of other folders leads."""
    for sort, folder in folder_kinds.extra_paths(file):
        if depth < _DEEPEST and folder.is_dir():
            _look(looking, folder, sort, depth + 1)


def _is_dir(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def named(paths: Iterable[Path]) -> tuple[FoundFile, ...]:
    """Each file with the shortest name that only it has, in the order of names."""
    by_name: dict[str, list[Path]] = {}
    for path in paths:
        by_name.setdefault(_stem(path).casefold(), []).append(path)
    found = [
        FoundFile(one_line(name), path)
        for alike in by_name.values()
        for name, path in zip(_apart(alike), alike, strict=True)
    ]
    return tuple(sorted(found, key=lambda each: (each.name.casefold(), str(each.path))))


def _apart(paths: Sequence[Path]) -> Iterator[str]:
    """Names for files whose last parts are one."""
    deepest = max(len(path.parts) for path in paths)
    for path in paths:
        others = [each for each in paths if each != path]
        name = _stem(path)
        for taken in range(1, deepest):
            if all(name.casefold() != _tail(each, taken).casefold() for each in others):
                break
            name = _tail(path, taken + 1)
        else:
            name = path.name
        yield name


def _tail(path: Path, parts: int) -> str:
    """The last parts of a path, the last of them without its suffix."""
    return "/".join([*path.parent.parts[len(path.parent.parts) - parts + 1 :], _stem(path)])


def _stem(path: Path) -> str:
    return path.stem if path.suffix.casefold() in folder_kinds.SUFFIXES else path.name


def pick(
    files: Sequence[FoundFile],
    name: str,
    what: Missing,
    others: Mapping[str, FoundFile] | None = None,
) -> FoundFile:
    """The file that is called `name`, whatever its case.

    Args:
        others: by other names than those of the files, folded.

    Raises:
        BadInput: there is none, or there are several; the nearest ones are named.
    """
    wanted = name.strip().replace("\\", "/").casefold()
    suffix = Path(wanted).suffix
    bare = wanted.removesuffix(suffix) if suffix in folder_kinds.SUFFIXES else wanted
    by_name = {each.name.casefold(): each for each in files}
    for key in (wanted, bare):
        if key in by_name:
            return by_name[key]
    same = [each for each in files if f"/{_tail(each.path, 99)}".casefold().endswith(f"/{bare}")]
    if same and _one_and_the_same(same):
        return same[0]
    if same:
        raise BadInput(
            _("There are several files called “{name}”: {names}.").format(
                name=name, names=listed(in_quotes(each.name) for each in same[:8])
            ),
            hint=_("Say which one, with its folder."),
        )
    more = others or {}
    if bare in more:
        return more[bare]
    raise unknown(name, what, [*(each.name for each in files), *more])


def _one_and_the_same(files: Sequence[FoundFile]) -> bool:
    """Copies of one file in the folders of several programs have one length."""
    try:
        return len({each.path.stat().st_size for each in files}) == 1
    except OSError:
        return False


def unknown(name: str, what: Missing, names: Iterable[str]) -> BadInput:
    """What an author reads where a name leads nowhere."""
    said = {
        Missing.LORA: _("There is no LoRA called “{name}” in your folders."),
        Missing.CHECKPOINT: _("There is no checkpoint called “{name}” in your folders."),
        Missing.EMBEDDING: _("There is no embedding called “{name}” in your folders."),
        Missing.VAE: _("There is no VAE called “{name}” in your folders."),
        Missing.HYPERNETWORK: _("There is no hypernetwork called “{name}” in your folders."),
        Missing.CONTROLNET: _("There is no ControlNet called “{name}” in your folders."),
        Missing.IP_ADAPTER: _("There is no IP-Adapter called “{name}” in your folders."),
        Missing.IMAGE_ENCODER: _("There is no image encoder called “{name}” in your folders."),
    }[what].format(name=name)
    folded = {each.casefold(): each for each in names}
    near = difflib.get_close_matches(name.casefold(), folded, n=3, cutoff=0.6)
    if near:
        hint = _("Did you mean {names}?").format(
            names=listed(in_quotes(folded[each]) for each in near)
        )
    elif folded:
        hint = _("Look at the names of those that are there.")
    else:
        hint = _("Name the folder that it lies in: pictures.folders in the settings.")
    return BadInput(said, hint=hint)
