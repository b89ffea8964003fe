"""How many cells a character takes in the terminal at hand.

Unicode leaves it open for some 1,200 characters, `…―●│` among them ("ambiguous": narrow in most
terminals, wide in those set up for East Asian text). Everything on the screen, Textual's part and
ours, is measured by Rich's tables; this module owns what those tables say, and the house's quick
answers for prose. Nothing else may measure text. It refuses to ask the terminal (`widths` does).
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

import rich.cells
import rich.segment
from rich._unicode_data import load as _own_table
from rich.cells import CellTable, get_character_cell_size

#: one character of each group that terminals treat alike, in the order in which they are asked for
PROBES = ("…", "―", "●", "│")

# Where ambiguous characters stand; private use and the planes behind it are left to the terminal.
_AMBIGUOUS_PLACES = (range(0xA1, 0x3000), range(0xFE00, 0xFFFE), range(0x1F100, 0x1F1AD))
_FRAMES = range(0x2500, 0x25A0)
_LETTERS = range(0xA1, 0x2100)

_own_single = rich.cells._is_single_cell_widths


class _Sizes(dict[str, int]):
    """The cells of each character, as Rich has them."""

    def __missing__(self, character: str) -> int:
        size = self[character] = get_character_cell_size(character)
        return size


#: the cells of a character that stands alone
SIZES = _Sizes()

# Letters and marks of one cell, none of them joined to a neighbour: nearly all European prose.
_NARROW = re.compile("[ -~\u00a0-\u00ac\u00ae-\u02ff\u0370-\u0482\u2010-\u2027\u2030-\u205e]*")
_ASCII = re.compile("[ -~]*")
_narrow = _NARROW


def narrow_text(text: str) -> bool:
    """Whether `text` is all of characters of one cell; may say no where it is."""
    return _narrow.fullmatch(text) is not None


def follow(wide: Iterable[str]) -> bool:
    """Measure as a terminal does that draws these of `PROBES` over two cells.

    Returns:
        Whether that changed anything: what was measured before has to be measured again.
    """
    global _narrow, _wide
    found = frozenset(wide)
    if found == _wide:
        return False
    _wide = found
    _narrow = _ASCII if found else _NARROW
    if found:
        rows = tuple(_with_wide(_own_table("auto").widths, found))
        table = CellTable("storyforge", rows, _own_table("auto").narrow_to_wide)
        _tell_rich(lambda version="auto": table, str.isascii)
    else:
        _tell_rich(_own_table, _own_single)
    return True


_wide: frozenset[str] = frozenset()


def is_wide(probe: str) -> bool:
    """Whether characters of the group of `probe`, one of `PROBES`, take two cells here."""
    return probe in _wide


def _tell_rich(table: object, single: object) -> None:
    cells: Any = rich.cells
    segment: Any = rich.segment
    cells.load_cell_table = table
    cells._is_single_cell_widths = segment._is_single_cell_widths = single
    rich.cells.get_character_cell_size.cache_clear()
    rich.cells.cached_cell_len.cache_clear()
    SIZES.clear()


def _with_wide(
    rows: Iterable[tuple[int, int, int]], wide: frozenset[str]
) -> Iterator[tuple[int, int, int]]:
    """Rich's rows (first, last, cells) with the ambiguous characters of `wide` in them."""
    taken = {code for first, last, _ in rows for code in range(first, last + 1) if last < 0x20000}
    more = [
        (code, code, 2)
        for place in _AMBIGUOUS_PLACES
        for code in place
        if code not in taken
        and unicodedata.east_asian_width(chr(code)) == "A"
        and _group(code) in wide
    ]
    yield from sorted([*rows, *more])


def _group(code: int) -> str:
    """The probe that speaks for an ambiguous character."""
    if chr(code) in PROBES:
        return chr(code)
    if code in _FRAMES:
        return "│"
    if chr(code) in "—‖":
        return "―"
    return "…" if code in _LETTERS else "●"
