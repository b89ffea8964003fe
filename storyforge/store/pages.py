"""Pages that hold together: clean text, spans that cover it, places and caret inside it. Pure."""

import json
from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import accumulate
from typing import Any

from storyforge.domain.counting import Counts, count, count_by_author
from storyforge.domain.hidden import hidden_spans
from storyforge.domain.origin import Origin, Place, PlaceKind, Provenance, Span, cut
from storyforge.domain.story import Page
from storyforge.domain.text import clean
from storyforge.store.values import identity, listed, whole


def sound(page: Page) -> Page:
    """`page` made whole; the very same page where nothing was wrong."""
    text = clean(page.text)
    if text != page.text:
        return sound(_cleaned(page, text))
    length = len(text)
    provenance = page.provenance
    if provenance.length != length:
        provenance = _covering(provenance, length)
    if any(not 0 <= p.start <= p.end <= length for p in provenance.places):
        provenance = replace(
            provenance, places=tuple(_inside(p, length) for p in provenance.places)
        )
    caret = min(max(page.caret, 0), length)
    if provenance is page.provenance and caret == page.caret:
        return page
    return replace(page, provenance=provenance, caret=caret)


def _covering(provenance: Provenance, length: int) -> Provenance:
    """Spans for `length` characters; what nobody is known to have written counts as typed."""
    known = provenance.length
    if known > length:
        spans = cut(provenance.spans, 0, length)
    else:
        # Told as an edit of the spans alone: the places stand where they stand.
        rest = (Span(length - known, Origin.TYPED),)
        spans = Provenance(provenance.spans).replaced(known, known, rest).spans
    return replace(provenance, spans=spans)


def _inside(place: Place, length: int) -> Place:
    start = min(max(place.start, 0), length)
    return replace(place, start=start, end=min(max(place.end, start), length))


def _cleaned(page: Page, text: str) -> Page:
    """The page with `text`, its cleaned form; spans, places and caret move along."""
    moved = _offsets(page.text)
    spans, at, old = [], 0, 0
    for span in page.provenance.spans:
        old += span.length
        end = moved(old)
        spans.append(replace(span, length=end - at))
        at = end
    places = tuple(
        replace(p, start=moved(p.start), end=moved(p.end)) for p in page.provenance.places
    )
    # An emptied span would part two neighbours that are alike now: `replaced` joins them.
    provenance = Provenance().replaced(0, 0, tuple(spans))
    return Page(page.scene_id, text, replace(provenance, places=places), moved(page.caret))


def _offsets(text: str) -> Callable[[int], int]:
    """From offsets in `text` to those in its cleaned form."""
    # A line end of two characters becomes one: the carriage return before a newline is dropped.
    lengths = (
        0 if char == "\r" and text.startswith("\n", index + 1) else len(clean(char))
        for index, char in enumerate(text)
    )
    ends = [0, *accumulate(lengths)]
    return lambda offset: ends[min(max(offset, 0), len(text))]


def spans_of(rows: Iterable[Any]) -> tuple[Span, ...]:
    """Spans from (length, origin, take) as a file holds them."""
    known = {origin.value: origin for origin in Origin}
    spans = []
    for length, origin, take in rows:
        name = known.get(str(origin), Origin.TYPED)
        of_a_take = take is not None and name in (Origin.MODEL, Origin.EDITED)
        spans.append(Span(whole(length), name, identity(take) if of_a_take else None))
    # Through `replaced`, so that neighbours alike are one and empty ones are gone.
    return Provenance().replaced(0, 0, tuple(spans)).spans


def places_of(rows: Iterable[Any]) -> tuple[Place, ...]:
    """Places from (id, start, stop, kind) as a file holds them."""
    known = {kind.value: kind for kind in PlaceKind}
    return tuple(
        Place(identity(key), whole(start), whole(stop), known.get(str(kind), PlaceKind.TAKE))
        for key, start, stop, kind in rows
    )


def spans_told(spans: tuple[Span, ...]) -> str:
    """Spans as JSON, for a revision."""
    return json.dumps([[s.length, s.origin.value, s.take] for s in spans])


def places_told(places: tuple[Place, ...]) -> str:
    """Places as JSON, for a revision."""
    return json.dumps([[p.id, p.start, p.end, p.kind.value] for p in places])


def provenance_told(spans: object, places: object) -> Provenance:
    """What `spans_told` and `places_told` made of a provenance; odd entries are left out."""
    entries = [entry for entry in listed(places) if isinstance(entry, list)]
    # Before version 2 a place was told without its kind: each was a take's.
    whole_ones = [[*entry, PlaceKind.TAKE][:4] for entry in entries if len(entry) in (3, 4)]
    return Provenance(spans_of(_threes(spans)), places_of(whole_ones))


def _threes(told: object) -> list[Any]:
    return [entry for entry in listed(told) if isinstance(entry, list) and len(entry) == 3]


class Tally:
    """Counts a page by author, quickly when little changed since the last page.

    Counting 1 MB takes 85 to 225 ms of the interpreter's own time, once a second while typing.
    Words never cross a newline, so each paragraph is counted once and known by its hash after
    that. Only the last page's paragraphs are remembered, and no text is. What in-text commands hide
    is no part of the story and does not count; to look for them takes 0.1 ms where there are none.
    """

    def __init__(self) -> None:
        self._known: dict[int, tuple[Counts, Counts]] = {}

    def of(self, page: Page) -> tuple[Counts, Counts]:
        """(the author's own counts, the model's)."""
        text, spans = _without_hidden(page)
        ends = list(accumulate(span.length for span in spans))
        known: dict[int, tuple[Counts, Counts]] = {}
        own_words = own_characters = model_words = model_characters = 0
        at = 0
        for paragraph in text.split("\n"):
            end = at + len(paragraph)
            inside = _runs(spans, ends, at, end) if paragraph else ()
            key = hash((paragraph, inside))
            counted = self._known.get(key) or known.get(key) or _count(paragraph, inside)
            known[key] = counted
            own, model = counted
            own_words += own.words
            own_characters += own.characters
            model_words += model.words
            model_characters += model.characters
            at = end + 1
        self._known = known
        return Counts(own_words, own_characters), Counts(model_words, model_characters)


def _without_hidden(page: Page) -> tuple[str, tuple[Span, ...]]:
    """The text and its spans without what in-text commands hide."""
    text, spans = page.text, page.provenance.spans
    hidden = hidden_spans(text)
    if not hidden:
        return text, spans
    starts = (0, *(span.end for span in hidden))
    ends = (*(span.start for span in hidden), len(text))
    shown = list(zip(starts, ends, strict=True))
    kept = tuple(span for start, end in shown for span in cut(spans, start, end))
    return "".join(text[start:end] for start, end in shown), kept


def _runs(
    spans: tuple[Span, ...], ends: list[int], start: int, end: int
) -> tuple[tuple[int, bool], ...]:
    """(where it ends in the paragraph, whether it is the model's), for each run in it."""
    runs: list[tuple[int, bool]] = []
    for index in range(bisect_right(ends, start), len(spans)):
        model = spans[index].origin is Origin.MODEL
        stop = min(ends[index], end) - start
        if runs and runs[-1][1] == model:
            runs[-1] = (stop, model)
        else:
            runs.append((stop, model))
        if ends[index] >= end:
            break
    return tuple(runs)


def _count(paragraph: str, runs: tuple[tuple[int, bool], ...]) -> tuple[Counts, Counts]:
    if len(runs) < 2:
        counted = count(paragraph)
        return (Counts(), counted) if runs and runs[0][1] else (counted, Counts())
    at = 0
    spans = []
    for stop, model in runs:
        spans.append(Span(stop - at, Origin.MODEL if model else Origin.TYPED))
        at = stop
    return count_by_author(paragraph, tuple(spans))
