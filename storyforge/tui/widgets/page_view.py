"""The page as it is seen: wrapped lines, tints, caret and view. The lowest layer of the manuscript.

It owns what a row looks like, which rows are drawn again and where the view stays. It refuses to
change the text: the layers above do, and tell it which rows they touched.

What Textual's TextArea does for every key and this does not, measured on a page of 200 KB: join the
whole text for each row drawn, count all rows for each row, draw every row of the view, and lay out
the screen whenever the page grows by a row.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from itertools import accumulate
from typing import ClassVar

from rich.style import Style
from textual.document._document import Document, Location, Selection
from textual.document._document_navigator import DocumentNavigator
from textual.geometry import Offset, Region, Size
from textual.reactive import Reactive, reactive
from textual.strip import Strip
from textual.widgets import TextArea

from storyforge.domain.origin import Origin, Provenance
from storyforge.tui.widgets import notation
from storyforge.tui.widgets.painting import Ink, Look, Mark, paint, whole_character
from storyforge.tui.widgets.wrapping import PageWrap

_INK_OF_ORIGIN = {
    Origin.IMPORTED: Ink.IMPORTED,
    Origin.MODEL: Ink.MODEL,
    Origin.EDITED: Ink.EDITED,
}
_CLASS_OF_INK = {
    Ink.IMPORTED: "manuscript--imported",
    Ink.MODEL: "manuscript--model",
    Ink.EDITED: "manuscript--edited",
    Ink.FRESH: "manuscript--fresh",
    Ink.COMMENT: "manuscript--comment",
    Ink.MISSPELLED: "manuscript--misspelled",
    Ink.FOUND: "manuscript--found",
    Ink.HERE: "manuscript--here",
    Ink.NOTATION: "manuscript--notation",
    Ink.ITALIC: "manuscript--italic",
    Ink.BOLD: "manuscript--bold",
    Ink.AFAR: "manuscript--afar",
    Ink.SELECTION: "text-area--selection",
    Ink.CARET: "text-area--cursor",
}
# They keep the ground they stand on, a model's tint for one.
_ON_ANY_GROUND = frozenset({Ink.MISSPELLED, Ink.ITALIC, Ink.BOLD})
_DIMMED = frozenset({Ink.NOTATION, Ink.AFAR})

#: from a line's number, its text and the columns of one row to marks over the line's columns
Overlay = Callable[[int, str, int, int], Iterable[Mark]]


class PageView(TextArea, inherit_bindings=False):
    """A text area that draws a page of prose, tinted by who wrote it."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "manuscript--fresh",
        "manuscript--imported",
        "manuscript--model",
        "manuscript--edited",
        "manuscript--comment",
        "manuscript--misspelled",
        "manuscript--found",
        "manuscript--here",
        "manuscript--notation",
        "manuscript--italic",
        "manuscript--bold",
        "manuscript--afar",
    }
    DEFAULT_CSS = """
    PageView {
        border: none;
        padding: 1 2;
        background: $background;
        overflow-x: hidden;
        scrollbar-gutter: stable;
        scrollbar-size-vertical: 1;

        &:focus { border: none; }

        & .manuscript--fresh { background: $accent 25%; }
        & .manuscript--imported { color: $text-muted; }
        & .manuscript--model { background: $primary 20%; }
        & .manuscript--edited { background: $warning 20%; }
        & .manuscript--comment { background: $secondary 20%; text-style: underline; }
        & .manuscript--misspelled { color: $text-error; text-style: underline; }
        & .manuscript--found { background: $warning 35%; }
        & .manuscript--here { background: $warning; color: $background; }
        & .manuscript--notation { color: $foreground-muted; }
        & .manuscript--italic { text-style: italic; }
        & .manuscript--bold { text-style: bold; }
        & .manuscript--afar { color: $foreground-disabled; }

        &:nocolor {
            & .manuscript--fresh { text-style: underline; }
            & .manuscript--imported { text-style: dim; }
            & .manuscript--model { text-style: italic; }
            & .manuscript--edited { text-style: italic underline; }
            & .manuscript--comment { text-style: bold underline; }
            & .manuscript--misspelled { text-style: underline; }
            & .manuscript--found { text-style: underline; }
            & .manuscript--here { text-style: reverse; }
            & .manuscript--notation { text-style: dim; }
            & .manuscript--afar { text-style: dim; }
        }
    }
    """

    selection: Reactive[Selection] = reactive(
        Selection(), init=False, always_update=True, repaint=False
    )
    virtual_size: Reactive[Size] = Reactive(Size(0, 0), layout=False)

    show_origin: Reactive[bool] = reactive(False)
    """Whether the text is tinted by who wrote it."""

    overlays: tuple[Overlay, ...] = (notation.marks,)
    """What else lies over the text, such as comments; asked for each row that is drawn anew."""

    _provenance: Provenance = Provenance()
    _span_ends: tuple[Provenance, list[int]] = (Provenance(), [])
    _fresh: str | None = None
    _line_starts: list[int] | None = None
    _look: Look | None = None
    _row_width: int = 0
    _hold_view: bool = False
    _caret_seen: bool = True
    _settled: Size = Size(0, 0)

    # --- where things are

    @property
    def page_wrap(self) -> PageWrap:
        """The wrapped page."""
        assert isinstance(self.wrapped_document, PageWrap)
        return self.wrapped_document

    @property
    def _starts(self) -> list[int]:
        """The offset at which each line begins; made anew after an edit, when it is asked for."""
        if self._line_starts is None:
            ends = accumulate(len(line) + 1 for line in self.document.lines)
            self._line_starts = [0, *ends][:-1]
        return self._line_starts

    @property
    def edition(self) -> object:
        """Another object after every edit."""
        return self._starts

    def offset_of(self, location: Location) -> int:
        """The character offset of a line and column."""
        line, column = location
        return self._starts[line] + column

    def location_of(self, offset: int) -> Location:
        """The line and column of a character offset."""
        line = bisect_right(self._starts, offset) - 1
        return line, offset - self._starts[line]

    @property
    def fresh(self) -> str | None:
        """The place whose words are tinted as new, until the author types on."""
        return self._fresh

    def _set_fresh(self, place_id: str | None) -> None:
        if place_id != self._fresh:
            self._fresh = place_id
            self.refresh()

    # --- the document and its wrapping

    def _set_document(self, text: str, language: str | None) -> None:
        self._line_starts = None
        self.document = Document(text)
        self.wrapped_document = PageWrap(self.document, self.wrap_width, self.indent_width)
        self.navigator = DocumentNavigator(self.wrapped_document)
        self.move_cursor((0, 0))
        self._refresh_size()
        self.refresh()

    def _rewrap_and_refresh_virtual_size(self) -> None:
        wrap, width = self.page_wrap, self.wrap_width
        top = wrap.at_row(min(self.scroll_offset.y, wrap.height - 1))[:2]
        # Showing a scrollbar asks for this too: 200 KB take 10 ms, so only a new width counts.
        if (wrap.width, wrap.tab_width) != (width, self.indent_width):
            wrap.wrap(width, self.indent_width)
        self._settled = self.size
        self._refresh_size()
        self.refresh()
        if self._caret_seen:
            self.scroll_cursor_visible()
        else:
            self.scroll_to(y=wrap.row_of(top), animate=False, force=True)

    def measure_anew(self) -> None:
        """The terminal draws some characters wider than was thought: wrap all lines again."""
        self.page_wrap.wrap(self.wrap_width, self.indent_width)
        self._line_cache.clear()
        self._refresh_size()
        self.refresh()

    def _refresh_size(self) -> None:
        size = Size(0, self.page_wrap.height)
        if size != self.virtual_size:
            self.virtual_size = size
            self._scroll_update(size)

    # --- what is drawn again, and where the view stays

    def _refresh_rows(self, first: int, last: int) -> None:
        top, height = self.scroll_offset.y, self.size.height
        first, last = max(first, top), min(last, top + height - 1)
        if first <= last:
            self.refresh(Region(0, first - top, self.size.width, last - first + 1))

    def _watch_selection(self, previous_selection: Selection, selection: Selection) -> None:
        if not self.is_mounted:
            return
        ends = (*previous_selection, *selection)
        if previous_selection.is_empty and selection.is_empty:
            for location in set(ends):
                row = self.page_wrap.row_of(location)
                self._refresh_rows(row, row)
        else:
            first = self.page_wrap.row_of(min(ends))
            self._refresh_rows(first, self.page_wrap.row_of(max(ends)))
        super()._watch_selection(previous_selection, selection)

    def find_matching_bracket(self, bracket: str, search_from: Location) -> Location | None:
        """Nothing: this is prose, and an open bracket would search the whole page at every key."""
        return None

    def scroll_cursor_visible(self, center: bool = False, animate: bool = False) -> Offset:
        """Bring the caret into view, unless the view is held where it is."""
        if self._hold_view:
            self._cursor_offset = self.page_wrap.location_to_offset(self.cursor_location)
            return Offset(0, 0)
        return super().scroll_cursor_visible(center, animate)

    @property
    def caret_in_view(self) -> bool:
        """Whether the row of the caret is on the screen."""
        row = self._cursor_offset[1] - self.scroll_offset.y
        return 0 <= row < self.size.height

    # --- drawing

    def render_lines(self, crop: Region) -> list[Strip]:
        """Draw the rows of the view."""
        look = self._current_look()
        if look != self._look:
            self._look = look
            self._line_cache.clear()
        self._row_width = self.scrollable_content_region.width
        if self.size == self._settled:
            # A new size is painted once before the page hears of it.
            self._caret_seen = self.caret_in_view
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """Draw one row of the view."""
        look = self._look or self._current_look()
        row = y + self.scroll_offset.y
        if self.placeholder and self.page_wrap.height == 1 and not self.document.get_line(0):
            return super().render_line(y)
        if row >= self.page_wrap.height:
            return Strip.blank(self._row_width, look.base)
        line, start, end = self.page_wrap.at_row(row)
        whole = self.document.get_line(line)
        text = whole[start:end]
        marks = self._marks(line, start, end, whole)
        tabs: tuple[int, ...] = ()
        if "\t" in text:
            before = whole.count("\t", 0, start)
            widths = self.page_wrap.get_tab_widths(line)
            tabs = tuple(widths[before : before + text.count("\t")])
        key = (text, marks, tabs, self._row_width)
        strip = self._line_cache.get(key)
        if strip is None:
            strip = paint(text, marks, tabs, look, self._row_width)
            self._line_cache[key] = strip
        return strip

    def _current_look(self) -> Look:
        def style(ink: Ink) -> Style:
            name = _CLASS_OF_INK[ink]
            if ink in _DIMMED:
                # Dimmed colours let the ground shine through, which only a whole style reckons in.
                whole = self.get_component_rich_style(name)
                return Style(color=whole.color, dim=whole.dim)
            return self.get_component_rich_style(name, partial=ink in _ON_ANY_GROUND)

        return Look(self.rich_style, tuple((ink, style(ink)) for ink in Ink))

    def _marks(self, line: int, start: int, end: int, whole: str) -> tuple[Mark, ...]:
        marks = []
        is_last = end == len(whole)
        if self.show_origin or self._fresh is not None:
            marks += self._tints(self._starts[line] + start, end - start)
        for overlay in self.overlays:
            for mark in overlay(line, whole, start, end):
                if mark.start < end and mark.end > start:
                    low, high = max(mark.start, start), min(mark.end, end)
                    marks.append(Mark(low - start, high - start, mark.ink))
        top, bottom = sorted(self.selection)
        if top != bottom and top < (line, end + is_last) and (line, start) < bottom:
            low = max(top[1], start) if top[0] == line else start
            # A selection that goes on shows the line's end as one selected cell.
            high = min(bottom[1], end) if bottom[0] == line else end + is_last
            marks.append(Mark(low - start, high - start, Ink.SELECTION))
        caret_line, caret = self.selection.end
        here = caret_line == line and start <= caret and (caret < end or is_last)
        if here and self._draw_cursor:
            after = whole_character(whole, caret)
            marks.append(Mark(caret - start, after - start, Ink.CARET))
        return tuple(marks)

    def _tints(self, at: int, length: int) -> list[Mark]:
        marks = []
        if self.show_origin:
            provenance, ends = self._span_ends
            if provenance is not self._provenance:
                provenance = self._provenance
                ends = list(accumulate(span.length for span in provenance.spans))
                self._span_ends = provenance, ends
            spans = provenance.spans
            for index in range(bisect_right(ends, at), bisect_left(ends, at + length) + 1):
                ink = _INK_OF_ORIGIN.get(spans[index].origin) if index < len(spans) else None
                if ink is not None:
                    low = max(ends[index] - spans[index].length - at, 0)
                    marks.append(Mark(low, min(ends[index] - at, length), ink))
        place = self._provenance.place(self._fresh) if self._fresh else None
        if place and place.start < at + length and place.end > at:
            low, high = max(place.start - at, 0), min(place.end - at, length)
            marks.append(Mark(low, high, Ink.FRESH))
        return marks
