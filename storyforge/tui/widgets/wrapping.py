"""Where the lines of a page break, and the wrapped view of a page that keeps it in step.

It owns line breaking for prose: at spaces, and between the characters of scripts that set none,
with the marks that may not begin or end a line kept in place. It refuses to know styles or carets.
Textual's own wrapping treats a Japanese paragraph as one long word (an indent of U+3000 would stand
on a line of its own), is five times slower on plain prose, and counts the page's height anew for
every line it paints.
"""

import re
from itertools import islice

from rich.cells import get_character_cell_size
from textual._wrap import compute_wrap_offsets
from textual.document._document import DocumentBase, Location
from textual.document._wrapped_document import WrappedDocument
from textual.expand_tabs import get_tab_widths

# Letters and marks of one cell, none of them joined to a neighbour: nearly all European prose.
_NARROW = re.compile("[ -~\u00a0-\u00ac\u00ae-\u02ff\u0370-\u0482\u2010-\u2027\u2030-\u205e]*")
# May not begin a line: closing brackets and stops, small kana, marks of length and repetition.
_NO_START = frozenset("、。，．・：；？！」』）〕］｝〉》】〙〗’”ーゝゞヽヾ々〻ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ…‥―")
# May not end a line: opening brackets.
_NO_END = frozenset("「『（〔［｛〈《【〘〖‘“")
_JOINER = "\u200d"


def _is_unspaced(character: str) -> bool:
    return "\u3001" <= character <= "\u9fff" or "\uf900" <= character <= "\uffef"


def _may_break(before: str, after: str) -> bool:
    if after.isspace():
        return False
    if before.isspace():
        return before != "\u00a0"
    if after in _NO_START or before in _NO_END:
        return False
    return _is_unspaced(before) or _is_unspaced(after)


def _wrap_narrow(text: str, width: int) -> list[int]:
    breaks: list[int] = []
    at = 0
    while len(text) - at > width:
        space = text.rfind(" ", at, at + width)
        # A run of spaces goes whole to the line it began on, if it fits there.
        while space >= at and text[space + 1] == " ":
            space = text.rfind(" ", at, space)
        at = space + 1 if space >= at else at + width
        breaks.append(at)
    return breaks


def _wrap_any(text: str, width: int) -> list[int]:
    breaks: list[int] = []
    start = candidate = x = x_at_candidate = 0
    before = " "
    for index, character in enumerate(text):
        joined = before == _JOINER
        cells = 0 if joined else get_character_cell_size(character)
        if index > start and cells and _may_break(before, character):
            candidate, x_at_candidate = index, x
        if x + cells > width and index > start:
            if candidate > start:
                start, x = candidate, x - x_at_candidate
            if x + cells > width and index > start:
                if breaks[-1:] != [start] and start:
                    breaks.append(start)
                start, x = index, 0
            breaks.append(start)
        x += cells
        before = character
    return breaks


def wrap_line(text: str, width: int) -> list[int]:
    """The offsets at which `text` breaks so that each piece fits into `width` cells.

    Width 0 wraps nothing. A piece wider than the line (a long word) is cut where it is full.
    """
    if not width or len(text) * 2 <= width:
        return []
    if "\t" in text:
        return compute_wrap_offsets(text, width, 4)
    if _NARROW.fullmatch(text):
        return _wrap_narrow(text, width)
    return _wrap_any(text, width)


class PageWrap(WrappedDocument):
    """A page's lines as they stand on the screen."""

    def __init__(self, document: DocumentBase, width: int = 0, tab_width: int = 4) -> None:
        super().__init__(document, width, tab_width)

    @property
    def width(self) -> int:
        """The width, in cells, that the page is wrapped to now; 0 when it is not."""
        return self._width

    @property
    def height(self) -> int:
        """Rows on the screen."""
        return len(self._offset_to_line_info)

    def rows_of(self, line: int) -> tuple[int, int]:
        """The first and the last row on the screen that a line of the page takes."""
        rows = self._line_index_to_offsets[min(line, len(self._line_index_to_offsets) - 1)]
        return rows[0], rows[-1]

    def at_row(self, row: int) -> tuple[int, int, int]:
        """What stands on a row: the line of the page, and from and to which column of it."""
        line, section = self._offset_to_line_info[row]
        breaks = self._wrap_offsets[line]
        start = breaks[section - 1] if section else 0
        end = breaks[section] if section < len(breaks) else len(self.document.get_line(line))
        return line, start, end

    def wrap(self, width: int, tab_width: int | None = None) -> None:
        """Wrap the whole page to `width` cells."""
        self._width = width
        self._tab_width = tab_width or self._tab_width
        self._wrap_offsets, self._tab_width_cache = self._broken(self.document.lines)
        self._number_rows(0, 0, 0)

    def wrap_range(self, start: Location, old_end: Location, new_end: Location) -> None:
        """Wrap again what an edit touched: lines `start` to `old_end` are now up to `new_end`."""
        top = start[0]
        old_bottom, new_bottom = max(top, old_end[0]), max(top, new_end[0])
        breaks, tabs = self._broken(self.document.lines[top : new_bottom + 1])
        before = [len(offsets) for offsets in self._wrap_offsets[top : old_bottom + 1]]
        self._wrap_offsets[top : old_bottom + 1] = breaks
        self._tab_width_cache[top : old_bottom + 1] = tabs
        # A key rarely changes how many rows a paragraph takes; only then is the rest renumbered.
        if before != [len(offsets) for offsets in breaks]:
            self._number_rows(top, old_bottom, new_bottom)

    def get_sections(self, line_index: int) -> list[str]:
        """The pieces of one line."""
        line = self.document.get_line(line_index)
        edges = [0, *self._wrap_offsets[line_index], len(line)]
        return [line[a:b] for a, b in zip(edges, islice(edges, 1, None), strict=False)]

    def _broken(self, lines: list[str]) -> tuple[list[list[int]], list[list[int]]]:
        tab_width = self._tab_width
        tabs = [
            [width for _, width in get_tab_widths(line, tab_width)] if "\t" in line else []
            for line in lines
        ]
        return [wrap_line(line, self._width) for line in lines], tabs

    def _number_rows(self, top: int, old_bottom: int, new_bottom: int) -> None:
        """Number the rows from line `top` on; lines up to `old_bottom` became up to `new_bottom`."""
        row = self._line_index_to_offsets[top][0] if top else 0
        del self._offset_to_line_info[row:]
        del self._line_index_to_offsets[top:]
        for line in range(top, len(self._wrap_offsets)):
            count = len(self._wrap_offsets[line]) + 1
            self._line_index_to_offsets.append(list(range(row, row + count)))
            self._offset_to_line_info.extend([(line, section) for section in range(count)])
            row += count
