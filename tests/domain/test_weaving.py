"""Two versions woven by paragraphs: all words of both, or no weaving at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyforge.domain.origin import Origin, Place, Provenance, Span
from storyforge.domain.story import Page
from storyforge.domain.weaving import with_anchors, woven


def page(text: str, *places: Place, origin: Origin = Origin.TYPED) -> Page:
    spans = (Span(len(text), origin),) if text else ()
    return Page("s", text, Provenance(spans, places))


def text_of(base: str, ours: str, theirs: str) -> str | None:
    found = woven(base, page(ours), page(theirs))
    if found is not None:
        assert found.provenance.length == len(found.text)
    return None if found is None else found.text


@pytest.mark.parametrize(
    ("ours", "theirs", "both"),
    [
        ("A1\nb\nc\nd", "a\nb\nc\nD2", "A1\nb\nc\nD2"),
        ("a\nb\nc\nd\ne", "0\na\nb\nc\nd", "0\na\nb\nc\nd\ne"),
        ("a\nc\nd", "a\nb\nc\nd", "a\nc\nd"),
        ("x\nb\nc\nd", "x\nb\nc\ny", "x\nb\nc\ny"),
        ("x\nx\nb\nc\nd", "x\nx\nb\nc\nd\ne", "x\nx\nb\nc\nd\ne"),
        ("b\nc\nd", "a\nb\nc\nd\n", "b\nc\nd\n"),
    ],
)
def test_changes_apart_come_together(ours: str, theirs: str, both: str) -> None:
    assert text_of("a\nb\nc\nd", ours, theirs) == both
    assert text_of("a\nb\nc\nd", theirs, ours) == both


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [("a\nB1\nc", "a\nB2\nc"), ("a\nB1\nc", "a\nb\nC2"), ("a\nb\nc\n1", "a\nb\nc\n2")],
)
def test_changes_that_touch_are_not_woven(ours: str, theirs: str) -> None:
    assert text_of("a\nb\nc", ours, theirs) is None


def test_each_paragraph_keeps_its_writer_and_its_anchors() -> None:
    base = "one\ntwo\nthree\nfour"
    ours = page("one\ntwo\nthree\nfour and more", Place("p", 14, 18))
    theirs = page("One!\ntwo\nthree\nfour", Place("q", 0, 4), origin=Origin.MODEL)
    found = woven(base, ours, theirs)
    assert found is not None
    assert found.text == "One!\ntwo\nthree\nfour and more"
    assert found.provenance.spans[0] == Span(4, Origin.MODEL)
    assert found.provenance.spans[1].origin is Origin.TYPED
    places = {p.id: found.text[p.start : p.end] for p in found.provenance.places}
    assert places == {"p": "four", "q": "One!"}


def test_an_anchor_whose_words_are_gone_stays_empty_near_its_spot() -> None:
    old = page("The boat came in. She ran.", Place("p", 18, 26))
    new = with_anchors(page("The boat came in. He slept. Night."), old)
    assert [(p.id, p.start, p.end) for p in new.provenance.places] == [("p", 18, 18)]
    assert with_anchors(new, old) is new


_LINES = st.lists(st.sampled_from(["a", "b", "c", "", "　d"]), min_size=1, max_size=6)


@given(_LINES, _LINES, _LINES)
def test_a_woven_page_has_every_paragraph_that_was_added(
    base: list[str], ours: list[str], theirs: list[str]
) -> None:
    sources = ["\n".join(lines) for lines in (base, ours, theirs)]
    found = text_of(*sources)
    assert found == text_of(sources[0], sources[2], sources[1])
    if found is None:
        return
    lines = found.split("\n")
    for line in {*ours, *theirs} - set(base):
        assert line in lines
    if sources[1] == sources[0]:
        assert found == sources[2]
