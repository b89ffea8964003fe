"""Where each piece of a page came from, and where its takes stand. Pure values.

A page's text is a string; its `Provenance` says for every character who wrote it (run-length
`Span`s whose lengths add up to the text's) and keeps the anchors (`Place`s) at which the author
asked for continuations. Every edit of the text is told to `Provenance`, which answers with a new
one; places move with the text as markers do, so a place never is a mere offset.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum


class Origin(StrEnum):
    """Who wrote a piece of text."""

    TYPED = "typed"
    IMPORTED = "imported"
    MODEL = "model"
    #: the author's words inside a model's passage, or a take the author changed
    EDITED = "edited"


@dataclass(frozen=True, slots=True)
class Span:
    """A run of characters of one origin.

    Attributes:
        length: characters (code points), at least 1.
        take: the id of the take it belongs to; set for MODEL and EDITED only.
    """

    length: int
    origin: Origin
    take: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """An anchor in a page: where the takes of one place stand now.

    Attributes:
        start, end: character offsets of the take that stands there; equal when none does.
    """

    id: str
    start: int
    end: int


def _merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    out: list[Span] = []
    for span in spans:
        if span.length <= 0:
            continue
        if out and (out[-1].origin, out[-1].take) == (span.origin, span.take):
            out[-1] = replace(out[-1], length=out[-1].length + span.length)
        else:
            out.append(span)
    return tuple(out)


def cut(spans: Iterable[Span], start: int, end: int) -> tuple[Span, ...]:
    """The part of `spans` that covers the characters `start` to `end`."""
    out = []
    at = 0
    for span in spans:
        low, high = max(start, at), min(end, at + span.length)
        if low < high:
            out.append(replace(span, length=high - low))
        at += span.length
        if at >= end:
            break
    return tuple(out)


@dataclass(frozen=True, slots=True)
class Provenance:
    """The spans and places of one page.

    Attributes:
        spans: in text order, no two neighbours alike; their lengths add up to the text's.
        places: in no order; offsets lie within the text.
    """

    spans: tuple[Span, ...] = ()
    places: tuple[Place, ...] = ()

    @classmethod
    def whole(cls, length: int, origin: Origin) -> "Provenance":
        """A page of `length` characters that all came from `origin`."""
        return cls(_merged([Span(length, origin)]))

    @property
    def length(self) -> int:
        """Characters covered."""
        return sum(span.length for span in self.spans)

    def typed(self, start: int, end: int, length: int) -> "Provenance":
        """The author replaced the characters `start` to `end` by `length` new ones.

        Typing strictly inside one take counts as an edit of that take.
        """
        left = self._take_before(start)
        if left is not None and left == self._take_after(end):
            return self.replaced(start, end, (Span(length, Origin.EDITED, left),))
        return self.replaced(start, end, (Span(length, Origin.TYPED),))

    def replaced(
        self, start: int, end: int, new: tuple[Span, ...], into: str | None = None
    ) -> "Provenance":
        """The characters `start` to `end` gave way to `new`.

        Args:
            into: the id of the place that `new` belongs to; it grows to hold it. Any other place
                grows only where `new` falls strictly inside it.
        """
        length = sum(span.length for span in new)
        spans = _merged([*cut(self.spans, 0, start), *new, *cut(self.spans, end, self.length)])
        return Provenance(spans, tuple(_moved(p, start, end, length, into) for p in self.places))

    def with_place(self, place: Place) -> "Provenance":
        """This page with one more place (or that place moved)."""
        others = tuple(p for p in self.places if p.id != place.id)
        return Provenance(self.spans, (*others, place))

    def place(self, place_id: str) -> Place | None:
        """The place of that id, if the page has it."""
        return next((p for p in self.places if p.id == place_id), None)

    def place_at(self, caret: int) -> Place | None:
        """The place whose take the caret is in or directly behind; the innermost of several."""
        near = [p for p in self.places if p.start <= caret <= p.end]
        # A take that stands wins over an emptied anchor at the same spot; then the shorter one.
        return min(near, key=lambda p: (p.start == p.end, p.end - p.start), default=None)

    def restored(self, earlier: "Provenance") -> "Provenance":
        """`earlier` come back by an undo, with the places that were made since.

        `self` is the provenance after the undoing edit was applied to it, so its places already
        stand where the text now is; an undone continuation's place stays, emptied.
        """
        known = {p.id for p in earlier.places}
        return replace(
            earlier, places=(*earlier.places, *(p for p in self.places if p.id not in known))
        )

    def _take_before(self, at: int) -> str | None:
        piece = cut(self.spans, at - 1, at) if at > 0 else ()
        return piece[0].take if piece else None

    def _take_after(self, at: int) -> str | None:
        piece = cut(self.spans, at, at + 1)
        return piece[0].take if piece else None


def _moved(place: Place, start: int, end: int, length: int, into: str | None) -> Place:
    def after_removal(x: int) -> int:
        if x <= start:
            return x
        return start if x <= end else x - (end - start)

    low, high = after_removal(place.start), after_removal(place.end)
    if place.id == into:
        return Place(place.id, min(low, start), max(high, start) + length)
    if low >= start:
        return Place(place.id, low + length, high + length)
    return Place(place.id, low, high + length if high > start else high)
