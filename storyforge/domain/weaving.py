"""Two versions of a page put together, paragraph by paragraph, and anchors carried over. Pure.

Nothing clever happens inside a paragraph, nor where two changed paragraphs touch: then there is no
weaving, and both versions stay whole.
"""

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from storyforge.domain.common_ends import shared_start
from storyforge.domain.origin import Origin, Place, Provenance, Span, cut
from storyforge.domain.story import Page


class _Change(NamedTuple):
    """The paragraphs `start` to `end` of the base gave way to `low` to `high` of a version."""

    start: int
    end: int
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class _Version:
    """A page by paragraphs."""

    page: Page
    lines: tuple[str, ...]
    starts: tuple[int, ...]

    @classmethod
    def of(cls, page: Page) -> "_Version":
        lines = tuple(page.text.split("\n"))
        starts, at = [], 0
        for line in lines:
            starts.append(at)
            at += len(line) + 1
        return cls(page, lines, tuple(starts))

    def spans(self, index: int) -> tuple[Span, ...]:
        start = self.starts[index]
        return cut(self.page.provenance.spans, start, start + len(self.lines[index]))


def woven(base: str, ours: Page, theirs: Page) -> Page | None:
    """The page with the changes of both, or None where changed paragraphs touch each other.

    Every paragraph keeps its own spans; the anchors of both stand where their words stand.
    """
    before = tuple(base.split("\n"))
    mine, yours = _Version.of(ours), _Version.of(theirs)
    left, right = _changes(before, mine.lines), _changes(before, yours.lines)
    kept = _kept(len(before), left)
    left = [one for one in left if not _same_change(one, right, mine, yours)]
    if any(a.start <= b.end and b.start <= a.end for a in left for b in right):
        return None
    lines: list[str] = []
    spans: list[Span] = []
    for version, index in _pieces(kept, left, right, mine, yours):
        if lines:
            spans.append(Span(1, Origin.TYPED))
        lines.append(version.lines[index])
        spans += version.spans(index)
    text = "\n".join(lines)
    provenance = Provenance().replaced(0, 0, tuple(spans))
    page = Page(ours.scene_id, text, provenance, min(ours.caret, len(text)))
    return with_anchors(with_anchors(page, ours), theirs)


def with_anchors(page: Page, other: Page) -> Page:
    """`page` with those anchors of another version that it lacks, where their words stand now."""
    places = page.provenance.places
    known = {place.id for place in places}
    missing = [place for place in other.provenance.places if place.id not in known]
    if not missing:
        return page
    carried = tuple(_carried(place, other.text, page.text) for place in missing)
    return replace(page, provenance=Provenance(page.provenance.spans, (*places, *carried)))


def _carried(place: Place, old: str, new: str) -> Place:
    words = old[place.start : place.end]
    start = _near(new, words, place.start) if words else -1
    if start >= 0:
        return replace(place, start=start, end=start + len(words))
    # Its words are not there: it stays, empty, at the same distance from what both texts share.
    shared = shared_start(old, new)
    behind = max(shared, len(new) - (len(old) - place.start))
    at = min(place.start if place.start <= shared else behind, len(new))
    return replace(place, start=at, end=at)


def _near(text: str, words: str, at: int) -> int:
    """Where `words` stand, the spot nearest to `at`; -1 where they do not."""
    behind, before = text.find(words, at), text.rfind(words, 0, at + len(words))
    if behind < 0 or before < 0:
        return max(behind, before)
    return behind if behind - at < at - before else before


def _changes(base: Sequence[str], lines: Sequence[str]) -> list[_Change]:
    matcher = difflib.SequenceMatcher(a=base, b=lines, autojunk=False)
    return [_Change(*where) for kind, *where in matcher.get_opcodes() if kind != "equal"]


def _same_change(one: _Change, others: list[_Change], mine: _Version, yours: _Version) -> bool:
    """Whether both versions changed the same paragraphs to the same words."""
    return any(
        (one.start, one.end) == (other.start, other.end)
        and mine.lines[one.low : one.high] == yours.lines[other.low : other.high]
        for other in others
    )


def _kept(length: int, changes: list[_Change]) -> dict[int, int]:
    """Where the untouched paragraphs of the base stand in a version."""
    kept: dict[int, int] = {}
    shift = at = 0
    for change in changes:
        kept.update((index, index + shift) for index in range(at, change.start))
        shift = change.high - change.end
        at = change.end
    kept.update((index, index + shift) for index in range(at, length))
    return kept


def _pieces(
    kept: dict[int, int], left: list[_Change], right: list[_Change], mine: _Version, yours: _Version
) -> Iterator[tuple[_Version, int]]:
    """The paragraphs of the woven page: of which version, and which of it."""
    changed = sorted([(c, mine) for c in left] + [(c, yours) for c in right], key=lambda p: p[0])
    at = 0
    for change, version in changed:
        yield from ((mine, kept[index]) for index in range(at, change.start))
        yield from ((version, index) for index in range(change.low, change.high))
        at = change.end
    yield from ((mine, kept[index]) for index in range(at, max(kept, default=-1) + 1))
