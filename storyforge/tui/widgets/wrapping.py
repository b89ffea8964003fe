"""The rows of a page, and the wrapped view of a page that keeps them in step.

It owns how much of a line a row holds; where a line may break at all is `line_breaks`' to say. It
refuses to know styles or carets. Textual's own wrapping treats a Japanese paragraph as one long
word (an indent of U+3000 would stand on a line of its own), takes 20 ms for 50 KB of plain prose
where this takes 2, and counts the page's height anew for every line it paints.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise

from rich.cells import cell_len
from textual.document._document import Location
from textual.document._wrapped_document import WrappedDocument
from textual.expand_tabs import get_tab_widths

from storyforge.tui.cells import SIZES, narrow_text
from storyforge.tui.widgets.line_breaks import breaks_badly, may_break

#: a piece of a line and what kind of piece it is
Run = tuple[str, str]

# The end of a row of plain prose: a word and the marks at it, none of which a line may begin at.
# Only after the space in front of such a word may the line break.
_LETTERS = "0-9A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0391-\u03a1\u03a3-\u03ff\u0400-\u0481"
_WORD = re.compile(f"[\"'“‘(\\[]?[{_LETTERS}][{_LETTERS}'’.,]*[!?…)\\]]*[’”\"']*")
_OPENING = frozenset(" ([{¡¿„‚“‘«‹—")
_JOINER = "\u200d"
_AS_PICTURE = "\ufe0f"
#: how far back a row that has no place to break looks for one that does least harm
_GIVE_BACK = 4


def _wrap_narrow(text: str, width: int) -> list[int]:
    breaks: list[int] = []
    at = 0
    while len(text) - at > width:
        full = at + width
        space = text.rfind(" ", at, full)
        word = _WORD.match(text, space + 1) if space > at else None
        if word and text[space - 1] not in _OPENING and _reaches(text, word.end(), full):
            at = space + 1
        else:
            at = _last_break(text, at, full) or _cut(text, at, full)
        breaks.append(at)
    return breaks


def _reaches(text: str, end: int, full: int) -> bool:
    """Whether a word that ends at `end` holds the row's end in it."""
    return end > full or (end == full and text[full] == " ")


def _sizes(text: str, tab_width: int = 0) -> list[int]:
    """The cells that each character adds to its row."""
    if "\t" in text:
        return _sizes_with_tabs(text, tab_width)
    if _JOINER not in text and _AS_PICTURE not in text:
        return list(map(SIZES.__getitem__, text))
    sizes = []
    before = ""
    for index, character in enumerate(text):
        # What a zero-width joiner joins is drawn in the cells of what stands before it; behind a
        # narrow emoji, a sign may ask for its wide picture.
        if before == _JOINER:
            sizes.append(0)
        elif text[index + 1 : index + 2] == _AS_PICTURE:
            sizes.append(cell_len(character + _AS_PICTURE))
        else:
            sizes.append(SIZES[character])
        before = character
    return sizes


def _sizes_with_tabs(text: str, tab_width: int) -> list[int]:
    sizes: list[int] = []
    for piece, tab in get_tab_widths(text, tab_width):
        sizes += _sizes(piece)
        if len(sizes) < len(text):
            sizes.append(tab)
    return sizes


def _wrap_any(text: str, width: int, tab_width: int = 0) -> list[int]:
    sizes = _sizes(text, tab_width)
    ends = [0, *accumulate(sizes)]
    breaks: list[int] = []
    at = 0
    while ends[-1] - ends[at] > width:
        full = max(bisect_right(ends, ends[at] + width) - 1, at + 1)
        cut = full
        # What takes no cell stays with what it sits on; a mark of direction with what follows it.
        while cut > at and not ((sizes[cut] or text[cut - 1] == " ") and may_break(text, cut)):
            cut -= 1
        at = cut if cut > at else _cut(text, at, full, sizes)
        breaks.append(at)
    return breaks


def _last_break(text: str, at: int, full: int) -> int:
    """The last place up to `full` at which the line that begins at `at` may break; 0 if none."""
    while full > at:
        if may_break(text, full):
            return full
        full -= 1
    return 0


def _cut(text: str, at: int, full: int, sizes: list[int] | None = None) -> int:
    """Where a row ends that has no place to break: full, or a little before if that hurts less."""
    for cut in range(full, max(at, full - _GIVE_BACK), -1):
        if (sizes is None or sizes[cut]) and not breaks_badly(text, cut):
            return cut
    return full


def wrap_runs(runs: Sequence[Run], width: int) -> Iterator[tuple[Run, ...]]:
    """The rows of a line made of runs; a tab is as wide as a space."""
    plain = [(text.replace("\t", " "), kind) for text, kind in runs]
    whole = "".join(text for text, _ in plain)
    for start, end in pairwise([0, *wrap_line(whole, width), len(whole)]):
        cells: list[Run] = []
        at = 0
        for text, kind in plain:
            low, high = max(start, at), min(end, at + len(text))
            if low < high:
                cells.append((whole[low:high], kind))
            at += len(text)
        yield tuple(cells)


def wrap_line(text: str, width: int, tab_width: int = 4) -> list[int]:
    """The offsets at which `text` breaks so that each piece fits into `width` cells.

    Width 0 wraps nothing. A piece wider than the line (a long word) is cut where it is full.
    """
    if not width:
        return []
    if len(text) * 2 <= width and "\t" not in text:
        return []
    if narrow_text(text):
        return _wrap_narrow(text, width)
    return _wrap_any(text, width, tab_width)


class PageWrap(WrappedDocument):
    """A page's lines as they stand on the screen."""

    @property
    def width(self) -> int:
        """The width, in cells, that the page is wrapped to now; 0 when it is not."""
        return self._width

    @property
    def tab_width(self) -> int:
        """The cells from one tab stop to the next."""
        return self._tab_width

    @property
    def height(self) -> int:
        """Rows on the screen."""
        return len(self._offset_to_line_info)

    def breaks(self, line: int) -> list[int]:
        """The columns at which the rows of a line end, but for its last; not to be changed."""
        return self._wrap_offsets[line]

    def rows_of(self, line: int) -> tuple[int, int]:
        """The first and the last row on the screen that a line of the page takes."""
        rows = self._line_index_to_offsets[min(line, len(self._line_index_to_offsets) - 1)]
        return rows[0], rows[-1]

    def row_of(self, location: Location) -> int:
        """The row on the screen of a line and column of the page."""
        line = min(location[0], len(self._line_index_to_offsets) - 1)
        return self.rows_of(line)[0] + bisect_right(self._wrap_offsets[line], location[1])

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
        self._number_rows(0)

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
            self._number_rows(top)

    def get_sections(self, line_index: int) -> list[str]:
        """The pieces of one line."""
        line = self.document.get_line(line_index)
        edges = [0, *self._wrap_offsets[line_index], len(line)]
        return [line[a:b] for a, b in pairwise(edges)]

    def _broken(self, lines: list[str]) -> tuple[list[list[int]], list[list[int]]]:
        tab_width = self._tab_width
        tabs = [
            [width for _, width in get_tab_widths(line, tab_width)] if "\t" in line else []
            for line in lines
        ]
        return [wrap_line(line, self._width, tab_width) for line in lines], tabs

    def _number_rows(self, top: int) -> None:
        row = self._line_index_to_offsets[top][0] if top else 0
        del self._offset_to_line_info[row:]
        del self._line_index_to_offsets[top:]
        for line in range(top, len(self._wrap_offsets)):
            count = len(self._wrap_offsets[line]) + 1
            self._line_index_to_offsets.append(list(range(row, row + count)))
            self._offset_to_line_info.extend([(line, section) for section in range(count)])
            row += count
