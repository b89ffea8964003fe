"""How the page is looked at while writing: the caret's line at a set height, one paragraph alone.

It owns where the view stands when the caret keeps its height, and which paragraphs are dimmed. It
refuses to change the text, and to know who asked for it.
"""

from collections.abc import Iterator

from textual.document._document import Selection
from textual.geometry import Offset, Size

from storyforge.tui.widgets.page_view import PageView
from storyforge.tui.widgets.painting import Ink, Mark

#: rows and columns around the text, as the page's own style has them
_PADDING = (1, 2)


class ReadingPage(PageView):
    """A page with typewriter scrolling and paragraph focus."""

    _typewriter: float | None = None
    _focuses: bool = False
    _above: int = 0

    # --- typewriter scrolling

    @property
    def typewriter(self) -> float | None:
        """The part of the page's height (0 top, 1 bottom) at which the caret's line is held."""
        return self._typewriter

    def hold_caret_line(self, at: float | None) -> None:
        """Hold the caret's line at a part of the page's height; None lets it go again."""
        if at == self._typewriter:
            return
        self._typewriter = at
        if at is None:
            self._leave_room_above(0)
        self._refresh_size()
        self.scroll_cursor_visible()

    def scroll_cursor_visible(self, center: bool = False, animate: bool = False) -> Offset:
        """Bring the caret into view; or its line to the height at which it is held."""
        # While the mouse selects, a line that moves under it would select ever more.
        if self._typewriter is None or self._hold_view or self._selecting or not self._has_cursor:
            return super().scroll_cursor_visible(center, animate)
        self._cursor_offset = self.page_wrap.location_to_offset(self.cursor_location)
        row = self._cursor_offset[1]
        height = self._height_held()
        self._leave_room_above(max(0, height - row))
        before = self.scroll_offset
        self.scroll_to(y=max(0, row - height), animate=False, force=True)
        return self.scroll_offset - before

    def _height_held(self) -> int:
        """The row of the page, from its top, at which the caret's line is held."""
        rows = self.outer_size.height - 2 * _PADDING[0]
        return round(max(0, rows - 1) * (self._typewriter or 0))

    def _leave_room_above(self, rows: int) -> None:
        """Blank rows over the text: its first lines come to the height too."""
        if rows != self._above:
            self._above = rows
            upright, level = _PADDING
            if rows:
                self.styles.padding = (upright + rows, level, upright, level)
            else:
                self.styles.clear_rule("padding")

    def _refresh_size(self) -> None:
        if self._typewriter is None:
            super()._refresh_size()
            return
        # Its last line comes to the height as well: there are blank rows behind it.
        below = max(0, self.outer_size.height - 2 * _PADDING[0] - self._height_held() - 1)
        size = Size(0, self.page_wrap.height + below)
        if size != self.virtual_size:
            self.virtual_size = size
            self._scroll_update(size)

    # --- paragraph focus

    @property
    def focuses_paragraph(self) -> bool:
        """Whether all paragraphs but the caret's are dimmed."""
        return self._focuses

    def focus_paragraph(self, on: bool) -> None:
        """Dim all paragraphs but the caret's, or none."""
        if on != self._focuses:
            self._focuses = on
            others = tuple(overlay for overlay in self.overlays if overlay != self._afar)
            self.overlays = (*others, self._afar) if on else others
            self.refresh()

    def _afar(self, number: int, line: str, start: int, end: int) -> Iterator[Mark]:
        top, bottom = sorted(self.selection)
        if not top[0] <= number <= bottom[0] and line:
            yield Mark(start, end, Ink.AFAR)

    def _watch_selection(self, previous_selection: Selection, selection: Selection) -> None:
        super()._watch_selection(previous_selection, selection)
        if self._focuses and _lines(previous_selection) != _lines(selection):
            self.refresh()


def _lines(selection: Selection) -> tuple[int, int]:
    top, bottom = sorted(selection)
    return top[0], bottom[0]
