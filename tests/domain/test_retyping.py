"""A text that was changed elsewhere, put back on its page."""

from hypothesis import given
from hypothesis import strategies as st

from storyforge.domain.origin import Origin, Place, PlaceKind, Provenance, Span
from storyforge.domain.retyping import retyped
from storyforge.domain.story import Page

TEXT = "Mara kept the light. The boat came in. She went down."


def page(caret: int = 0) -> Page:
    spans = (Span(20, Origin.TYPED), Span(18, Origin.MODEL, "t1"), Span(15, Origin.TYPED))
    places = (Place("take", 20, 38), Place("said", 10, 19, PlaceKind.COMMENT))
    return Page("s", TEXT, Provenance(spans, places), caret)


def by_model(found: Page) -> str:
    at, words = 0, ""
    for span in found.provenance.spans:
        if span.origin is Origin.MODEL:
            words += found.text[at : at + span.length]
        at += span.length
    return words


def at_place(found: Page, key: str) -> str:
    place = found.provenance.place(key)
    assert place is not None
    return found.text[place.start : place.end]


def test_only_what_differs_counts_as_typed() -> None:
    found = retyped(page(), TEXT.replace("Mara kept", "Old Mara kept").replace("down.", "away."))
    assert found.text == "Old Mara kept the light. The boat came in. She went away."
    assert by_model(found) == " The boat came in."
    assert at_place(found, "take") == " The boat came in."
    assert at_place(found, "said") == "the light"
    assert found.provenance.length == len(found.text)


def test_a_word_changed_inside_a_take_is_an_edit_of_it() -> None:
    found = retyped(page(), TEXT.replace("boat", "skiff"))
    edited = [span for span in found.provenance.spans if span.origin is Origin.EDITED]
    assert [(span.length, span.take) for span in edited] == [(5, "t1")]
    assert at_place(found, "take") == " The skiff came in."


def test_the_caret_stays_with_its_words() -> None:
    assert retyped(page(39), "Well. " + TEXT).caret == 45
    assert retyped(page(39), "").caret == 0


def test_text_that_is_gone_leaves_its_anchor_empty() -> None:
    found = retyped(page(), "Fog")
    assert at_place(found, "said") == ""
    assert at_place(found, "take") == ""


@given(st.text("ab \n。", max_size=60))
def test_whatever_comes_back_the_page_holds_together(text: str) -> None:
    found = retyped(page(5), text)
    assert found.text == text
    assert found.provenance.length == len(text)
    assert all(0 <= p.start <= p.end <= len(text) for p in found.provenance.places)
    assert 0 <= found.caret <= len(text)
