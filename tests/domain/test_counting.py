import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyforge.domain.counting import Counts, count, count_by_author, counts_characters
from storyforge.domain.origin import Origin, Provenance, Span


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("The tide was late.", 4),
        ("She didn't see the half-lit room’s door.", 7),
        ("It cost 3.14 of 1,000—no more…", 7),
        ("a cafe\u0301 in Köln", 4),
        ("नमस्ते दुनिया।", 2),
        ("* * *\n\n—", 0),
    ],
)
def test_words_are_runs_of_letters_and_digits(text: str, words: int) -> None:
    assert count(text).words == words


def test_characters_are_counted_without_white_space() -> None:
    assert count("\u3000彼は、立った。\n\n「行こう」").characters == 12


def test_japanese_authors_count_characters() -> None:
    assert all(counts_characters(tag) for tag in ("ja", "zh-Hant", "ja_JP"))
    assert not any(counts_characters(tag) for tag in ("en", "ko"))
    assert Counts(words=2, characters=9).of("ja") == 9
    assert Counts(words=2, characters=9).of("en") == 2


def test_a_word_belongs_to_who_began_it() -> None:
    text = "own model mixed"
    spans = (Span(4, Origin.TYPED), Span(8, Origin.MODEL, "t"), Span(3, Origin.TYPED))
    own, model = count_by_author(text, spans)
    assert (own.words, model.words) == (1, 2)
    assert (own.characters, model.characters) == (6, 7)


def test_an_edited_passage_counts_as_the_authors_own() -> None:
    own, model = count_by_author("two words", (Span(9, Origin.EDITED, "t"),))
    assert (own.words, model.words) == (2, 0)


pages = st.lists(
    st.tuples(st.text("ab '-.\n彼\u3000", min_size=1, max_size=9), st.sampled_from(Origin)),
    max_size=8,
)


@given(pages)
def test_the_two_authors_add_up_to_the_whole(page: list[tuple[str, Origin]]) -> None:
    text = "".join(piece for piece, _ in page)
    provenance = Provenance()
    for piece, origin in page:
        end = provenance.length
        take = "t" if origin is Origin.MODEL else None
        provenance = provenance.replaced(end, end, (Span(len(piece), origin, take),))
    own, model = count_by_author(text, provenance.spans)
    assert own + model == count(text)
