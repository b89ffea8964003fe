"""Two versions beside each other: nothing is lost, and each change can be taken or left."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from storyforge.domain.aligning import same_parts
from storyforge.domain.comparing import Comparison, Part, compare, taken
from storyforge.domain.origin import Origin, Place, Provenance, Span
from storyforge.domain.story import Page

_TEXTS = st.text(alphabet="ab \nあい、。", max_size=60)
_SIGNS = {Part.SAME: "", Part.GONE: "-", Part.CAME: "+"}


def told(comparison: Comparison) -> list[str]:
    """Every pair as one line: "the |-old|+new| lamp"."""
    return [
        "|".join(_SIGNS[piece.part] + piece.text for piece in pair.pieces).replace("\n", "/")
        for pair in comparison.pairs
    ]


def typed(text: str) -> Page:
    return Page("scene", text, Provenance.whole(len(text), Origin.TYPED), len(text))


def test_the_words_that_changed_are_told_apart() -> None:
    found = compare("one\nthe old lamp\nthree", "one\nthe new lamp\nthree\nfour")
    assert told(found) == ["one/", "the |-old|+new| lamp/", "three|+/four"]
    assert found.changes == (1, 2)
    assert (found.gone.words, found.came.words) == (1, 2)


def test_japanese_is_compared_by_the_letter_and_katakana_by_the_word() -> None:
    found = compare("彼女はランプを見た。", "彼はランタンを見た。")
    assert told(found) == ["彼|-女|は|-ランプ|+ランタン|を見た。"]


def test_what_is_the_same_by_chance_is_no_island() -> None:
    found = compare("took it, from there", "lifted that, off here")
    assert told(found) == ["-took it, from there|+lifted that, off here"]


def test_a_paragraph_more_or_less_is_one_change() -> None:
    assert told(compare("a\nb\n", "a\n")) == ["a/", "-b/"]
    assert told(compare("", "a")) == ["+a"]
    assert told(compare("a", "")) == ["-a"]
    assert compare("a", "a").changes == ()
    assert compare("", "").pairs == ()


def test_a_word_that_changed_everywhere_is_a_change_in_each_paragraph() -> None:
    text = "".join(f"On day {n} the keeper lit the lamp and wrote {n * 7}.\n" for n in range(900))
    found = compare(text, text.replace("keeper", "old Nora"))
    assert len(found.changes) == 900
    assert (found.gone.words, found.came.words) == (900, 1800)


def test_another_text_altogether_is_compared_too() -> None:
    one = " ".join(f"a{n % 300}" for n in range(4_000))
    other = " ".join(f"b{n % 300}" for n in range(4_000))
    assert (compare(one, other).gone.words, compare(one, other).came.words) == (4_000, 4_000)


@settings(max_examples=200, deadline=None)
@given(_TEXTS, _TEXTS)
def test_the_pairs_together_are_both_texts(then: str, now: str) -> None:
    found = compare(then, now)
    assert "".join(pair.then for pair in found.pairs) == then
    assert "".join(pair.now for pair in found.pairs) == now
    assert taken(typed(now), typed(then), found, range(len(found.pairs))).text == then
    assert taken(typed(now), typed(then), found, ()).text == now


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(0, 4), max_size=400), st.lists(st.integers(0, 4), max_size=400))
def test_same_parts_are_the_same_and_in_order(one: list[int], other: list[int]) -> None:
    a = b = 0
    for part in same_parts(one, other):
        assert part.a >= a
        assert part.b >= b
        a, b = part.a + part.length, part.b + part.length
        assert one[part.a : a] == other[part.b : b]
    assert a <= len(one)
    assert b <= len(other)


def test_long_texts_share_what_stands_between_their_differences() -> None:
    draw = random.Random(5)
    one = [draw.randrange(50) for _ in range(1_000)]
    other = [*one[:300], 99, *one[301:700], *one[720:]]
    assert sum(part.length for part in same_parts(one, other)) >= 960


def test_a_change_that_is_taken_brings_its_writers_back_and_leaves_the_others() -> None:
    then = Page(
        "scene",
        "The lamp burned.\nFog came.",
        Provenance((Span(4, Origin.TYPED), Span(12, Origin.MODEL, "take"), Span(10, Origin.TYPED))),
    )
    text = "The lamp was out.\nRain came."
    now = Page("scene", text, Provenance((Span(len(text), Origin.TYPED),), (Place("p", 18, 22),)))
    found = compare(then.text, now.text)
    first, second = found.changes
    page = taken(now, then, found, [first])
    assert page.text == "The lamp burned.\nRain came."
    assert page.provenance.length == len(page.text)
    assert Span(6, Origin.MODEL, "take") in page.provenance.spans
    assert page.provenance.places == (Place("p", 17, 21),)
    assert taken(now, then, found, [second]).text == "The lamp was out.\nFog came."
    assert taken(now, then, found, [first, second]).text == then.text
