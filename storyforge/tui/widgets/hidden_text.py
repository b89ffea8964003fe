"""In-text commands on the page: what the model does not see is dimmed, and all of it can be read.

What is hidden is `domain.hidden`'s to say. The page is asked about as a whole only when a line with
an at sign was written on; an edit of any other line moves what is known: 0.1 ms a key on a page of
200 KB, where asking anew takes 4.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from storyforge.domain.hidden import break_end, hidden_spans
from storyforge.tui.widgets.page_view import PageView
from storyforge.tui.widgets.painting import Ink, Mark

#: from a line and column to another
_Span = tuple[tuple[int, int], tuple[int, int]]


class HiddenText:
    """The dimmed parts of one page; `marks` is an overlay of it."""

    def __init__(self, page: PageView) -> None:
        self._page = page
        self._edition: object = None
        self._lines: list[str] = []
        self._spans: tuple[_Span, ...] = ()
        self._ends: list[int] = []

    def marks(self, number: int, line: str, start: int, end: int) -> Iterator[Mark]:
        """What of a line is hidden between two of its columns."""
        if self._page.edition is not self._edition:
            self._look()
        for top, bottom in self._spans[bisect_left(self._ends, number) :]:
            if top[0] > number:
                return
            low = top[1] if top[0] == number else 0
            high = bottom[1] if bottom[0] == number else len(line)
            if low < end and high > start:
                yield Mark(max(low, start), min(high, end), Ink.AFAR)

    def _look(self) -> None:
        page = self._page
        self._edition = page.edition
        old, lines = self._lines, list(page.document.lines)
        self._lines = lines
        first, rest = _alike(old, lines)
        moved = _moved(self._spans, first, len(old) - rest, len(lines) - len(old))
        if moved is not None and not _commands(
            old[first : len(old) - rest] + lines[first : len(lines) - rest]
        ):
            self._know(moved)
            return
        spans = tuple(self._all())
        if spans != moved:
            # Lines that were not written on look otherwise now.
            page.call_after_refresh(page.refresh)
        self._know(spans)

    def _know(self, spans: tuple[_Span, ...]) -> None:
        self._spans = spans
        self._ends = [bottom[0] for _top, bottom in spans]

    def _all(self) -> Iterator[_Span]:
        page = self._page
        text = page.document.text
        broken = break_end(text)
        if broken:
            yield (0, 0), page.location_of(broken)
        for span in hidden_spans(text):
            if span.end > broken:
                yield page.location_of(max(span.start, broken)), page.location_of(span.end)


def _commands(lines: Sequence[str]) -> bool:
    return any("@" in line or "＠" in line for line in lines)


def _alike(old: Sequence[str], new: Sequence[str]) -> tuple[int, int]:
    """How many lines are the very same at the beginning, and at the end."""
    most = min(len(old), len(new))
    first = next((n for n in range(most) if old[n] is not new[n]), most)
    left = most - first
    rest = next((n for n in range(left) if old[-1 - n] is not new[-1 - n]), left)
    return first, rest


def _moved(spans: Sequence[_Span], first: int, last: int, by: int) -> tuple[_Span, ...] | None:
    """The spans once the lines `first` to `last` gave way to `by` more.

    None where one begins or ends in them.
    """
    moved = []
    for span in spans:
        places = []
        for line, column in span:
            if first <= line < last:
                return None
            places.append((line + by if line >= last else line, column))
        moved.append((places[0], places[1]))
    return tuple(moved)
