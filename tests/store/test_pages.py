import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyforge.domain.counting import count_by_author
from storyforge.domain.origin import Origin, Place, Provenance, Span
from storyforge.domain.story import Page
from storyforge.domain.text import clean
from storyforge.store.pages import Tally, sound

DIRTY = st.text("ab \r\n\x00\x1b\u2028霧", max_size=20)
ORIGINS = st.sampled_from([(Origin.TYPED, None), (Origin.MODEL, "t"), (Origin.EDITED, "t")])
SPANS = st.lists(st.builds(lambda n, o: Span(n, *o), st.integers(1, 9), ORIGINS), max_size=6)
PLACES = st.lists(
    st.builds(Place, st.sampled_from("pqr"), st.integers(-3, 30), st.integers(-3, 30)), max_size=3
)


@given(DIRTY, SPANS, PLACES, st.integers(-5, 40))
def test_any_page_is_made_to_hold_together(
    text: str, spans: list[Span], places: list[Place], caret: int
) -> None:
    page = sound(Page("s", text, Provenance(tuple(spans), tuple(places)), caret))
    assert page.text == clean(text)
    assert page.provenance.length == len(page.text)
    assert all(0 <= p.start <= p.end <= len(page.text) for p in page.provenance.places)
    assert 0 <= page.caret <= len(page.text)
    assert sound(page) is page


@pytest.mark.parametrize(
    ("length", "spans"),
    [
        (3, (Span(3, Origin.MODEL, "t"),)),
        (9, (Span(5, Origin.MODEL, "t"), Span(4, Origin.TYPED))),
        (0, ()),
    ],
)
def test_spans_are_cut_or_filled_up(length: int, spans: tuple[Span, ...]) -> None:
    page = Page("s", "a" * length, Provenance((Span(5, Origin.MODEL, "t"),)))
    assert sound(page).provenance.spans == spans


def test_a_line_end_of_two_characters_falls_to_the_second_ones_author() -> None:
    spans = (Span(2, Origin.TYPED), Span(2, Origin.MODEL, "t"))
    page = sound(Page("s", "a\r\nb", Provenance(spans, (Place("p", 2, 4),)), 2))
    assert page.text == "a\nb"
    assert page.provenance.spans == (Span(1, Origin.TYPED), Span(2, Origin.MODEL, "t"))
    assert page.provenance.places == (Place("p", 1, 3),)


@given(st.lists(st.tuples(st.text("a'- \n霧", max_size=9), ORIGINS), max_size=9))
def test_a_tally_counts_as_counting_does(
    pieces: list[tuple[str, tuple[Origin, str | None]]],
) -> None:
    tally = Tally()
    text = ""
    provenance = Provenance()
    for piece, origin in pieces:
        if piece:
            spans = (Span(len(piece), *origin),)
            provenance = provenance.replaced(len(text), len(text), spans)
            text += piece
        page = Page("s", text, provenance)
        assert tally.of(page) == count_by_author(text, provenance.spans)


def test_what_in_text_commands_hide_does_not_count() -> None:
    own, model = "The fog. @/* weak @*/\n", "It came.\n@_ the sea\nAnd went."
    spans = (Span(len(own), Origin.TYPED), Span(len(model), Origin.MODEL, "t"))
    counted = Tally().of(Page("s", own + model, Provenance(spans)))
    assert [counts.words for counts in counted] == [2, 4]
