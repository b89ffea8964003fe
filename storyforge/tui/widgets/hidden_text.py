"""In-text commands on the page: what the model does not see is dimmed, and all of it can be read.

What is hidden is `domain.hidden`'s to say. It is looked for once after an edit, when the first row
is drawn: 0.1 ms on a page of 200 KB without a command.
"""

from bisect import bisect_right
from collections.abc import Iterator

from storyforge.domain.hidden import break_end, hidden_spans
from storyforge.tui.widgets.page_view import PageView
from storyforge.tui.widgets.painting import Ink, Mark

_Spans = tuple[tuple[int, int], ...]


class HiddenText:
    """The dimmed parts of one page; `marks` is an overlay of it."""

    def __init__(self, page: PageView) -> None:
        self._page = page
        self._edition: object = None
        self._length = 0
        self._spans: _Spans = ()
        self._ends: list[int] = []

    def marks(self, number: int, _line: str, start: int, end: int) -> Iterator[Mark]:
        """What of a line is hidden between two of its columns."""
        if self._page.edition is not self._edition:
            self._look()
        if not self._spans:
            return
        at = self._page.offset_of((number, 0))
        for low, high in self._spans[bisect_right(self._ends, at + start) :]:
            if low >= at + end:
                return
            yield Mark(max(low - at, start), min(high - at, end), Ink.AFAR)

    def _look(self) -> None:
        page = self._page
        self._edition = page.edition
        text = page.document.text
        spans = _hidden(text)
        if (spans or self._spans) and self._moved_otherwise(spans, len(text)):
            # Lines that were not written on look otherwise now.
            page.call_after_refresh(page.refresh)
        self._spans, self._length = spans, len(text)
        self._ends = [high for _low, high in spans]

    def _moved_otherwise(self, spans: _Spans, length: int) -> bool:
        """Whether what is hidden is more than what was, or what was pushed by an edit above it."""
        if spans == self._spans:
            return False
        grown = length - self._length
        return spans != tuple((low + grown, high + grown) for low, high in self._spans)


def _hidden(text: str) -> _Spans:
    broken = break_end(text)
    spans = hidden_spans(text)
    if not broken:
        return tuple((span.start, span.end) for span in spans)
    below = ((max(span.start, broken), span.end) for span in spans if span.end > broken)
    return ((0, broken), *below)
