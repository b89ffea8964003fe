"""Styles as AUTOMATIC1111 keeps them, in styles.csv: words put around a prompt, under a name."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from storyforge.borrowed import reason
from storyforge.domain.text import clean, one_line
from storyforge.errors import BadInput
from storyforge.i18n import _

#: where in a style's words the prompt goes; without it, in front of them
PLACE = "{prompt}"
_LARGEST = 20_000_000
# What the columns are called, older names behind; files without a first line of names have them
# in this order.
_COLUMNS = (("name",), ("prompt", "text"), ("negative_prompt", "negative_text"))


@dataclass(frozen=True, slots=True)
class Style:
    """Words around a prompt, and around a negative one."""

    name: str
    prompt: str = ""
    negative: str = ""

    @property
    def is_heading(self) -> bool:
        """Whether it says nothing and only parts the list, as A1111's users like to do."""
        return not self.prompt and not self.negative

    def applied(self, prompt: str, negative: str, between: str = ", ") -> tuple[str, str]:
        """`prompt` and `negative` with this style's words around them."""
        return _around(self.prompt, prompt, between), _around(self.negative, negative, between)


def _around(style: str, prompt: str, between: str) -> str:
    if PLACE in style:
        return style.replace(PLACE, prompt)
    return between.join(part for part in (prompt.strip().rstrip(","), style.strip()) if part)


def read(path: Path) -> tuple[Style, ...]:
    """The styles of a file; of two with one name the later one counts, as in A1111.

    Raises:
        BadInput: it cannot be read, or is no table.
    """
    try:
        if path.stat().st_size > _LARGEST:
            raise _unusable(path, _("the file is too large"))
        text = path.read_text("utf-8-sig", errors="replace")
        rows = list(csv.reader(io.StringIO(text.replace("\0", ""), newline="")))
    except (OSError, csv.Error) as error:
        raise _unusable(path, reason(error)) from error
    places = _places(rows[0]) if rows else {}
    body = rows[1:] if places else rows
    places = places or dict(enumerate(range(len(_COLUMNS))))
    found: dict[str, Style] = {}
    for row in body:
        name, prompt, negative = (_cell(row, places.get(number)) for number in range(3))
        if one_line(name):
            found[one_line(name)] = Style(one_line(name), prompt.strip(), negative.strip())
    return tuple(found.values())


def every(files: Sequence[Path]) -> tuple[tuple[Style, ...], tuple[str, ...]]:
    """The styles of all files, each name once, and why one of the files was left out."""
    found: dict[str, Style] = {}
    faults = []
    for file in files:
        try:
            found |= {each.name: each for each in read(file)}
        except BadInput as error:
            faults.append(error.message)
    return tuple(found.values()), tuple(faults)


def _places(first: Sequence[str]) -> Mapping[int, int]:
    """Which column has what, where the first line says so."""
    told = [cell.strip().casefold() for cell in first]
    if "name" not in told:
        return {}
    return {
        number: told.index(name)
        for number, names in enumerate(_COLUMNS)
        for name in names
        if name in told
    }


def _cell(row: Sequence[str], place: int | None) -> str:
    return clean(row[place]) if place is not None and place < len(row) else ""


def _unusable(path: Path, why: str) -> BadInput:
    return BadInput(
        _("The styles in {file} cannot be used: {why}.").format(file=path, why=why),
        hint=_("It should be a table with the columns name, prompt and negative_prompt."),
    )
