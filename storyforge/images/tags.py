"""Lists of tags as files: `name,category,count,"alias,alias"`, as image boards' lists are kept.

The list that ships is a small one to start with; an author's own lies in the data folder.
"""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from storyforge.borrowed import reason
from storyforge.domain.picture.tag import Category, Tag
from storyforge.errors import BadInput
from storyforge.i18n import _
from storyforge.images.tag_book import TagBook
from storyforge.small_files import put

_STARTER = Path(__file__).with_name("data") / "tags.csv"
_CATEGORIES = {category.value: category for category in Category}
# A list of a million tags is ten times what boards have; a larger file is something else.
_LARGEST = 200_000_000
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Read:
    """A list that was read.

    Attributes:
        skipped: lines that are no tags. first: the number of the first of them, from 1; or 0.
    """

    tags: tuple[Tag, ...]
    skipped: int = 0
    first: int = 0


def read(file: Path) -> Read:
    """The tags of a file.

    Raises:
        BadInput: it cannot be read, or there is no tag in it.
    """
    title, hint = _("Tags not read"), _('A line of such a list is: name,category,count,"aliases"')
    try:
        if file.stat().st_size > _LARGEST:
            raise BadInput(
                _("“{name}” is too large for a list of tags.").format(name=file.name),
                title=title,
                hint=hint,
            )
        text = file.read_text("utf-8-sig")
    except OSError as error:
        raise BadInput(
            _("“{name}” cannot be read: {why}.").format(name=file.name, why=reason(error)),
            title=title,
        ) from error
    except UnicodeDecodeError as error:
        raise BadInput(
            _("“{name}” is no text in UTF-8.").format(name=file.name), title=title, hint=hint
        ) from error
    found = _read(text.splitlines())
    if not found.tags:
        raise BadInput(
            _("There is no tag in “{name}”.").format(name=file.name), title=title, hint=hint
        )
    return found


def put_in(file: Path, tags: Iterable[Tag]) -> None:
    """Write a list; the file is replaced in one step.

    Raises:
        OSError: it cannot be written.
    """
    lines = [
        f'{_quoted(tag.name)},{tag.category.value},{tag.count},"{",".join(tag.aliases)}"'
        for tag in tags
    ]
    put(file, "\n".join(lines) + "\n")


def starter() -> TagBook:
    """The list that ships."""
    return TagBook(read(_STARTER).tags)


def _read(lines: Iterable[str]) -> Read:
    tags, skipped, first = list[Tag](), 0, 0
    for number, row in enumerate(_rows(lines), start=1):
        tag = _tag(row)
        if tag is not None:
            tags.append(tag)
        elif number > 1 or row[:1] != ["name"]:  # some lists have a head
            skipped, first = skipped + 1, first or number
    return Read(tuple(tags), skipped, first)


def _rows(lines: Iterable[str]) -> Iterator[list[str]]:
    # Line by line: a quote that is not closed costs its own line only.
    for line in lines:
        if line.strip():
            try:
                yield next(csv.reader([line]))
            except csv.Error:
                yield []


def _tag(row: list[str]) -> Tag | None:
    name = row[0].strip() if row else ""
    if not name or len(name) > _LONGEST or len(row) < 2:
        return None
    category, count = row[1].strip(), row[2].strip() if len(row) > 2 else "0"
    if not (_is_number(category) and _is_number(count)):
        return None
    aliases = row[3].split(",") if len(row) > 3 else []
    return Tag(
        "_".join(name.split()),
        _CATEGORIES.get(int(category), Category.GENERAL),
        int(count),
        tuple(alias for one in aliases if (alias := "_".join(one.split()))),
    )


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 16


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"' if any(sign in name for sign in ',"') else name
