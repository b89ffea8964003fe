from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from storyforge.domain.origin import Origin, Place, Provenance, Span, cut

T, M, E = Origin.TYPED, Origin.MODEL, Origin.EDITED


def page(*spans: Span) -> Provenance:
    whole = Provenance()
    for span in spans:
        whole = whole.replaced(whole.length, whole.length, (span,))
    return whole


class PageOfText(RuleBasedStateMachine):
    """The same edits on a list of one mark a character and on a Provenance."""

    def __init__(self) -> None:
        super().__init__()
        self.marks: list[tuple[Origin, str | None]] = []
        self.provenance = Provenance()
        self.takes = 0
        self.undo: list[
            tuple[list[tuple[Origin, str | None]], Provenance, tuple[int, int, int]]
        ] = []

    def _range(self, data: st.DataObject) -> tuple[int, int]:
        start = data.draw(st.integers(0, len(self.marks)))
        return start, data.draw(st.integers(start, min(start + 6, len(self.marks))))

    def _remember(self, start: int, end: int, length: int) -> None:
        self.undo.append((list(self.marks), self.provenance, (start, end, length)))

    @rule(data=st.data(), length=st.integers(0, 5))
    def type(self, data: st.DataObject, length: int) -> None:
        start, end = self._range(data)
        self._remember(start, end, length)
        left = self.marks[start - 1][1] if start else None
        right = self.marks[end][1] if end < len(self.marks) else None
        inside = left is not None and left == right
        self.marks[start:end] = [(E, left) if inside else (T, None)] * length
        self.provenance = self.provenance.typed(start, end, length)

    @rule(data=st.data(), length=st.integers(1, 9))
    def stream(self, data: st.DataObject, length: int) -> None:
        at = data.draw(st.integers(0, len(self.marks)))
        self.takes += 1
        take = f"t{self.takes}"
        self.provenance = self.provenance.with_place(Place(f"p{self.takes}", at, at))
        self._remember(at, at, length)
        for offset in range(length):
            here = at + offset
            self.marks[here:here] = [(M, take)]
            self.provenance = self.provenance.replaced(
                here, here, (Span(1, M, take),), into=f"p{self.takes}"
            )
        place = self.provenance.place(f"p{self.takes}")
        assert place == Place(f"p{self.takes}", at, at + length)

    @rule()
    def take_back(self) -> None:
        if not self.undo:
            return
        marks, earlier, (start, end, length) = self.undo.pop()
        back = cut(earlier.spans, start, end)
        undone = self.provenance.replaced(start, start + length, back)
        assert undone.length == earlier.length
        self.marks, self.provenance = marks, undone.restored(earlier)

    @invariant()
    def every_character_has_its_origin(self) -> None:
        marks = [(s.origin, s.take) for s in self.provenance.spans for _ in range(s.length)]
        assert marks == self.marks
        assert self.provenance.length == len(self.marks)

    @invariant()
    def neighbours_differ(self) -> None:
        kinds = [(s.origin, s.take) for s in self.provenance.spans]
        assert all(a != b for a, b in pairwise(kinds))
        assert all(s.length > 0 for s in self.provenance.spans)

    @invariant()
    def places_lie_in_the_text(self) -> None:
        assert all(0 <= p.start <= p.end <= len(self.marks) for p in self.provenance.places)


TestPageOfText = PageOfText.TestCase

lengths = st.lists(st.integers(1, 9), max_size=8)


@given(lengths, st.integers(0, 60), st.integers(0, 60))
def test_a_cut_covers_exactly_its_part(sizes: list[int], start: int, end: int) -> None:
    spans = tuple(Span(n, M, str(i)) for i, n in enumerate(sizes))
    marks = [s.take for s in spans for _ in range(s.length)]
    assert [s.take for s in cut(spans, start, end) for _ in range(s.length)] == marks[start:end]


def test_typing_inside_a_take_is_an_edit_of_it() -> None:
    edited = page(Span(10, M, "t")).typed(4, 6, 3)
    assert edited.spans == (Span(4, M, "t"), Span(3, E, "t"), Span(4, M, "t"))


def test_typing_behind_a_take_is_the_authors_own() -> None:
    assert page(Span(10, M, "t")).typed(10, 10, 1).spans == (Span(10, M, "t"), Span(1, T))


def test_typing_between_two_takes_is_the_authors_own() -> None:
    between = page(Span(3, M, "a"), Span(3, M, "b")).typed(3, 3, 2)
    assert between.spans == (Span(3, M, "a"), Span(2, T), Span(3, M, "b"))


def test_a_place_moves_with_the_text_before_it() -> None:
    moved = page(Span(9, T)).with_place(Place("p", 4, 7)).typed(0, 2, 5)
    assert moved.place("p") == Place("p", 7, 10)


def test_text_typed_at_either_edge_of_a_place_stays_outside() -> None:
    both = page(Span(9, T)).with_place(Place("p", 4, 7)).typed(7, 7, 2).typed(4, 4, 1)
    assert both.place("p") == Place("p", 5, 8)


def test_an_emptied_anchor_does_not_travel_before_the_caret() -> None:
    undone = page(Span(9, T)).with_place(Place("p", 9, 9))
    typed = undone.typed(9, 9, 1).typed(10, 10, 1)
    assert typed.place("p") == Place("p", 9, 9)
    assert typed.places_at(11) == ()


def test_after_an_undo_the_emptied_anchor_is_meant_not_the_take_before_it() -> None:
    two = page(Span(5, M, "a")).with_place(Place("first", 0, 5)).with_place(Place("second", 5, 5))
    assert [p.id for p in two.places_at(5)] == ["second", "first"]


def test_the_take_directly_before_the_caret_is_meant_not_the_one_behind_it() -> None:
    two = page(Span(20, T)).with_place(Place("a", 0, 10)).with_place(Place("b", 10, 12))
    assert two.places_at(10)[0].id == "a"


def test_the_innermost_take_is_meant() -> None:
    nested = page(Span(20, T)).with_place(Place("out", 0, 20)).with_place(Place("in", 5, 9))
    assert [p.id for p in nested.places_at(7)] == ["in", "out"]


def test_a_take_inside_another_makes_both_grow() -> None:
    outer = page(Span(10, M, "a")).with_place(Place("out", 0, 10)).with_place(Place("in", 5, 5))
    grown = outer.replaced(5, 5, (Span(4, M, "b"),), into="in")
    assert grown.place("in") == Place("in", 5, 9)
    assert grown.place("out") == Place("out", 0, 14)


def test_an_undone_continuation_keeps_its_place_and_redo_fills_it() -> None:
    before = page(Span(4, T)).with_place(Place("p", 4, 4))
    after = before.replaced(4, 4, (Span(6, M, "t"),), into="p")
    undone = after.replaced(4, 10, ()).restored(before)
    assert undone == before
    redone = undone.replaced(4, 4, cut(after.spans, 4, 10)).restored(after)
    assert redone == after


def test_places_made_since_outlive_an_undo() -> None:
    before = page(Span(4, T))
    later = before.typed(4, 4, 3).with_place(Place("new", 2, 2))
    undone = later.replaced(4, 7, ()).restored(before)
    assert undone.place("new") == Place("new", 2, 2)
    assert undone.without_place("new") == before


def test_an_edit_among_thousands_of_spans_leaves_the_others_alone() -> None:
    spans = tuple(Span(5, M if i % 2 else T, str(i) if i % 2 else None) for i in range(3000))
    whole = Provenance(spans)
    typed = whole.typed(7_502, 7_503, 2)
    assert typed.length == whole.length + 1
    assert sum(new is old for new, old in zip(typed.spans, spans, strict=False)) >= 1_499
