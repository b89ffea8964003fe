"""Readings, dots and emphasis on the page: the marks stay, dimmed, and words show what they mean.

What a mark means is `domain.ruby`'s and `domain.inline`'s to say; here is where in a line it
stands, so that it can be painted. It refuses to change text or to hide any of it.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache

from storyforge.domain.inline import Run, runs
from storyforge.domain.ruby import Ruby, annotations, bars
from storyforge.tui.widgets.painting import Ink, Mark

_ANY = re.compile(r"[*_《\\]")
#: characters above which a line's emphasis is left plain: it is read anew at every key
_LONG = 5_000


def has_notation(line: str) -> bool:
    """Whether a line may hold marks that change how other parts of it look."""
    return _ANY.search(line) is not None


def marks(_number: int, line: str, start: int, end: int) -> Iterator[Mark]:
    """What of a line's notation is to be seen between two of its columns."""
    ends, found = _marks(line)
    for mark in found[bisect_right(ends, start) :]:
        if mark.start >= end:
            return
        yield mark


@lru_cache(maxsize=64)
def _marks(line: str) -> tuple[list[int], list[Mark]]:
    """The marks of a whole line and where each ends, in that order."""
    if not has_notation(line):
        return [], []
    found = list(_of_notes(line) if len(line) > _LONG else _of_runs(line))
    found.sort(key=lambda mark: (mark.end, mark.start))
    return [mark.end for mark in found], found


def _of_notes(line: str) -> Iterator[Mark]:
    """Readings and dots alone."""
    for bar in bars(line):
        yield Mark(bar, bar + 1, Ink.NOTATION)
    for each in annotations(line):
        low, high = (
            (each.base_start, each.base_end)
            if isinstance(each, Ruby)
            else (each.text_start, each.text_end)
        )
        yield Mark(each.start, low, Ink.NOTATION)
        yield Mark(high, each.end, Ink.NOTATION)


def _of_runs(line: str) -> Iterator[Mark]:
    """Everything: what stands in the line but in none of its runs is notation."""
    at = 0
    for start, end, run in _read(line):
        if start > at:
            yield Mark(at, start, Ink.NOTATION)
        if run.italic:
            yield Mark(start, end, Ink.ITALIC)
        if run.bold:
            yield Mark(start, end, Ink.BOLD)
        at = end
    if at < len(line):
        yield Mark(at, len(line), Ink.NOTATION)


def _read(line: str) -> Iterator[tuple[int, int, Run]]:
    """The pieces of `line` that a reader reads, from and to which column, and how each is set."""
    readings = iter(each for each in annotations(line) if isinstance(each, Ruby))
    at = 0
    for run in runs(line):
        if run.ruby:
            reading = next(readings)
            yield reading.base_start, reading.base_end, run
            at = reading.end
            continue
        left = run.text
        while left and at < len(line):
            same = len(left) if line.startswith(left, at) else _common(left, line, at)
            if same:
                yield at, at + same, run
            # What differs is a sign of notation.
            at += same or 1
            left = left[same:]


def _common(text: str, line: str, at: int) -> int:
    """How many characters of `text` stand at `at` of `line`."""
    end = min(len(text), len(line) - at)
    return next((n for n in range(end) if text[n] != line[at + n]), end)
