"""What comes in the place of a hit, and that words, takes and places agree afterwards."""

import random

import pytest

from storyforge.domain.origin import Origin, Place, Provenance, Span
from storyforge.domain.replacing import Edit, Replacement, moved, with_edits
from storyforge.domain.searching import Query
from storyforge.domain.story import Page
from storyforge.errors import BadInput


def typed(text: str, caret: int = 0) -> Page:
    return Page("scene", text, Provenance.whole(len(text), Origin.TYPED), caret)


def after(text: str, replacement: Replacement) -> str:
    return with_edits(typed(text), replacement.edits(text)).text


def test_every_hit_gives_way() -> None:
    assert after("a lamp, the Lamp", Replacement(Query("lamp"), "light")) == "a light, the light"
    assert after("ひかり、ﾋｶﾘ", Replacement(Query("ヒカリ"), "光")) == "光、光"
    assert after("nothing here", Replacement(Query("lamp"), "light")) == "nothing here"
    assert after("nothing here", Replacement(Query(""), "light")) == "nothing here"


def test_plain_text_has_no_groups() -> None:
    assert after("one", Replacement(Query("one"), r"$1 \1 \n")) == r"$1 \1 \n"


@pytest.mark.parametrize(
    ("came", "text"),
    [
        (r"\2 \1", "Skerry Mara"),
        ("$2 $1", "Skerry Mara"),
        ("${who}!", "Mara!"),
        (r"\g<who>!", "Mara!"),
        ("[$0]", "[Mara Skerry]"),
        ("$$1", "$1"),
        (r"\n\t\\", "\n\t\\"),
        (r"$3", ""),
    ],
)
def test_groups_of_an_expression_are_filled_in(came: str, text: str) -> None:
    query = Query(r"(?P<who>\w+) (\w+)(x)?", regex=True)
    assert after("Mara Skerry", Replacement(query, came)) == text


def test_a_group_that_is_not_there_is_named() -> None:
    with pytest.raises(BadInput, match="no group 4"):
        after("Mara", Replacement(Query("(M)ara", regex=True), "$4"))


@pytest.mark.parametrize(
    ("found", "came"), [("lamp", "light"), ("Lamp", "Light"), ("LAMP", "LIGHT"), ("A", "Light")]
)
def test_capitals_are_kept_where_that_is_asked(found: str, came: str) -> None:
    replacement = Replacement(Query(found, case=True), "light", keep_case=True)
    assert after(f"the {found} here", replacement) == f"the {came} here"


def test_the_head_of_every_paragraph_can_be_indented() -> None:
    assert after("一\n二", Replacement(Query("^", regex=True), "　")) == "　一\n　二"


def test_what_comes_is_clean_text() -> None:
    assert after("a", Replacement(Query("a"), "\x1b[31mb\r\n")) == "[31mb\n"


def test_a_word_inside_a_take_is_an_edit_of_it_and_elsewhere_the_authors() -> None:
    spans = (Span(5, Origin.TYPED), Span(10, Origin.MODEL, "take"))
    page = Page("scene", "Mara." + " Mara saw.", Provenance(spans, (Place("p", 5, 15),)), 15)
    changed = with_edits(page, Replacement(Query("Mara"), "Nora Lee").edits(page.text))
    assert changed.text == "Nora Lee. Nora Lee saw."
    assert changed.provenance.spans == (
        Span(9, Origin.TYPED),
        Span(1, Origin.MODEL, "take"),
        Span(8, Origin.EDITED, "take"),
        Span(5, Origin.MODEL, "take"),
    )
    assert changed.provenance.places == (Place("p", 9, 23),)


def test_a_place_holds_the_words_that_came_for_its_own() -> None:
    page = Page(
        "scene",
        "Mara and Mara.",
        Provenance((Span(14, Origin.TYPED),), (Place("p", 0, 4), Place("q", 9, 9))),
    )
    changed = with_edits(page, Replacement(Query("Mara"), "Eleonora").edits(page.text))
    assert changed.provenance.places == (Place("p", 0, 8), Place("q", 13, 13))


def test_the_caret_goes_along() -> None:
    page = typed("Mara saw.", 9)
    changed = with_edits(page, Replacement(Query("Mara"), "Nora Lee").edits(page.text))
    assert changed.caret == 13


def test_the_caret_stays_by_its_words() -> None:
    edits = (Edit(2, 6, "x"), Edit(10, 10, "yy"))
    assert [moved(at, edits) for at in (0, 2, 4, 6, 9, 10, 12)] == [0, 3, 3, 3, 6, 9, 11]


def test_many_edits_at_once_do_what_they_do_one_by_one() -> None:
    draw = random.Random(7)
    for _round in range(300):
        spans = tuple(
            Span(draw.randint(1, 6), origin, take)
            for origin, take in draw.choices(
                [(Origin.TYPED, None), (Origin.MODEL, "a"), (Origin.EDITED, "a")], k=5
            )
        )
        page = Provenance().replaced(0, 0, spans)
        length = page.length
        places = []
        for number in range(4):
            low = draw.randint(0, length)
            places.append(Place(str(number), low, draw.randint(low, length)))
        page = Provenance(page.spans, tuple(places))
        edits, at = [], 0
        while at < length - 3:
            start = draw.randint(at, length - 2)
            end = draw.randint(start + 1, length)
            edits.append((start, end, draw.randint(0, 5)))
            at = end + 1  # apart from each other: neighbours see each other one by one
        one_by_one = page
        for start, end, new in reversed(edits):
            one_by_one = one_by_one.typed(start, end, new)
        at_once = page.rewritten(edits)
        inside = [
            place.id
            for place in places
            if not any(s <= at <= e for s, e, _ in edits for at in (place.start, place.end))
        ]
        for place_id in inside:
            assert at_once.place(place_id) == one_by_one.place(place_id)
        assert at_once.length == one_by_one.length == length + sum(n - (e - s) for s, e, n in edits)
