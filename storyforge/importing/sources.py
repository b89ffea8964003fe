"""Which files an import reads, and in which order. Reads names only, no contents."""

import os
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from storyforge.domain.text import one_line
from storyforge.errors import BadInput
from storyforge.i18n import _

MARKDOWN = frozenset({".md", ".markdown", ".mkd"})
#: what is read of a folder; a single file is known by its contents, whatever its name
READ = MARKDOWN | {".txt", ".text", ".docx", ".odt", ".fodt", ".html", ".htm", ".xhtml"}
_PROJECT = "nwProject.nwx"
_KANJI_DIGITS = "〇一二三四五六七八九"
_KANJI_NUMBER = re.compile(r"(?<=第)[〇一二三四五六七八九十百]+")


@dataclass(frozen=True, slots=True)
class Source:
    """One file to read.

    Attributes:
        name: what to call its text where the file itself has no title.
        group: the sub-folder it lies in, which becomes a chapter; None outside of one.
        project: `path` is the folder of a novelWriter project.
    """

    path: Path
    name: str
    group: str | None = None
    project: bool = False


@dataclass(frozen=True, slots=True)
class Gathered:
    """The files of an import.

    Attributes:
        title: a name for the whole, from the file or the folder.
        left_aside: files in the folders that are no texts.
    """

    sources: tuple[Source, ...]
    title: str
    left_aside: int = 0


def gather(paths: Sequence[Path]) -> Gathered:
    """The texts in `paths`, folders opened, in the order a reader would expect.

    Raises:
        BadInput: one of them is not there, or a folder holds no text.
    """
    found: list[Source] = []
    aside = 0
    for path in _in_order(paths):
        if (project := _project(path)) is not None:
            found.append(Source(project, _spoken(project.resolve().name), project=True))
        elif _is_folder(path):
            inside, others = _in_folder(path)
            found.extend(inside)
            aside += others
        elif _is_there(path):
            found.append(Source(path, _spoken(path.stem)))
        else:
            raise BadInput(
                _("There is no file or folder “{path}”.").format(path=path),
                title=_("Not imported"),
                hint=_("Look whether the name is right."),
            )
    if not found:
        raise BadInput(
            _("“{path}” holds no texts.").format(path=", ".join(str(path) for path in paths)),
            title=_("Not imported"),
            hint=_("Files of a folder are read that end in {endings}.").format(
                endings=", ".join(sorted(READ))
            ),
        )
    return Gathered(tuple(found), _title(paths), aside)


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a name too long for any disk
        return False


def _is_folder(path: Path) -> bool:
    return _is_there(path) and path.is_dir()


def _project(path: Path) -> Path | None:
    """The folder of the novelWriter project that `path` is or names."""
    if path.name == _PROJECT and _is_there(path):
        return path.parent
    return path if _is_folder(path) and _is_there(path / _PROJECT) else None


def natural(name: str) -> tuple[tuple[int, int, str], ...]:
    """A sort key by which "2" comes before "10", in any digits, 第二章 before 第十章 too."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    plain = _KANJI_NUMBER.sub(lambda match: str(_kanji_value(match[0])), plain)
    return tuple(
        (0, int(part), "") if part.isdecimal() else (1, 0, part)
        for part in re.split(r"(\d+)", plain)
        if part
    )


def _kanji_value(number: str) -> int:
    if not re.search(r"[十百]", number):
        return int("".join(str(_KANJI_DIGITS.index(digit)) for digit in number))
    total = 0
    digit = 0
    for character in number:
        if character in "十百":
            total += max(digit, 1) * (10 if character == "十" else 100)
            digit = 0
        else:
            digit = _KANJI_DIGITS.index(character)
    return total + digit


def _in_order(paths: Sequence[Path]) -> list[Path]:
    """The order given, unless a shell's wildcard made it, which puts 10 before 2."""
    given = list(paths)
    if [str(path) for path in given] == sorted(str(path) for path in given):
        return sorted(given, key=lambda path: natural(str(path)))
    return given


def _in_folder(folder: Path) -> tuple[list[Source], int]:
    found: list[tuple[tuple[tuple[tuple[int, int, str], ...], ...], Source]] = []
    aside = 0
    for root, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        inside = Path(root).relative_to(folder).parts
        group = _spoken(_unnumbered(inside[0])) if inside else None
        for name in names:
            path = Path(root, name)
            if name.startswith("."):
                continue
            if path.suffix.lower() not in READ:
                aside += 1
                continue
            key = tuple(natural(part) for part in (*inside, path.stem))
            found.append((key, Source(path, _spoken(_unnumbered(path.stem)), group)))
    found.sort(key=lambda pair: pair[0])
    return [source for _key, source in found], aside


def _unnumbered(stem: str) -> str:
    """ "01 - The Keeper" is the keeper; "01" has no other name."""
    return re.sub(r"^[0-9０-９]+(?:[\s._)-]+|(?=[^\W\d_]))", "", stem) or stem


def _spoken(stem: str) -> str:
    return one_line(stem.replace("_", " "))


def _title(paths: Sequence[Path]) -> str:
    first = paths[0].resolve()
    if len(paths) == 1:
        return _spoken(first.name if _is_folder(first) else first.stem)
    return _spoken(first.parent.name)
