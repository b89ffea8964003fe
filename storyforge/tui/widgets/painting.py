"""How a row of the page is drawn: the text, its tints, the selection and the caret, as one strip.

It owns colours and cells and knows nothing of documents or keys. Textual builds a rich text for the
whole paragraph and cuts it into rows for each row it draws; drawing only the row's own characters
is what lets a page of 200 KB keep up with typing.
"""

from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise

from rich.cells import cell_len, get_character_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

_JOINER = "\u200d"


class Ink(IntEnum):
    """What can lie over the plain text, from the lowest to the highest."""

    IMPORTED = 1
    MODEL = 2
    EDITED = 3
    FRESH = 4
    COMMENT = 5
    MISSPELLED = 6
    FOUND = 7
    NOTATION = 8
    ITALIC = 9
    BOLD = 10
    AFAR = 11
    SELECTION = 20
    HERE = 21
    CARET = 22


@dataclass(frozen=True, slots=True)
class Mark:
    """Ink over the columns `start` to `end` of one row's text."""

    start: int
    end: int
    ink: Ink


@dataclass(frozen=True, slots=True)
class Look:
    """The styles of a page in the theme at hand."""

    base: Style
    inks: tuple[tuple[Ink, Style], ...]

    def under(self, inks: frozenset[Ink]) -> Style:
        """The style where these lie over each other."""
        style = self.base
        for ink, over in self.inks:
            if ink in inks:
                style += over
        return style


def whole_character(text: str, column: int) -> int:
    """The column behind the character drawn at `column`, with all that is joined to it."""
    end = column + 1
    while end < len(text) and (text[end - 1] == _JOINER or get_character_cell_size(text[end]) == 0):
        end += 1
    return end


def _pieces(text: str, tabs: tuple[int, ...], edges: list[int]) -> list[str]:
    widths = iter(tabs)
    pieces = []
    for start, end in pairwise(edges):
        piece = text[start:end]
        while "\t" in piece:
            piece = piece.replace("\t", " " * next(widths, 1), 1)
        pieces.append(piece)
    return pieces


def paint(
    text: str, marks: tuple[Mark, ...], tabs: tuple[int, ...], look: Look, width: int
) -> Strip:
    """One row, `width` cells wide.

    Args:
        marks: may reach one column behind the text, where the caret of a line's end stands.
        tabs: the cells of each tab in `text`.
    """
    reach = max((mark.end for mark in marks), default=0)
    text = text.ljust(reach)
    inside = {c for mark in marks for c in (mark.start, mark.end) if 0 <= c <= len(text)}
    edges = sorted({0, len(text)} | inside)
    segments = []
    cells = 0
    for start, piece in zip(edges, _pieces(text, tabs, edges), strict=False):
        inks = frozenset(mark.ink for mark in marks if mark.start <= start < mark.end)
        segments.append(Segment(piece, look.under(inks)))
        cells += cell_len(piece)
    return Strip(segments, cells).adjust_cell_length(width, look.base)
