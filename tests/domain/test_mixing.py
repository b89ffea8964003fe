"""Sentences of several takes as one text, and the word at the caret."""

from hypothesis import given
from hypothesis import strategies as st

from storyforge.domain.mixing import Piece, mixed
from storyforge.domain.origin import Origin, Span
from storyforge.domain.word_at import word_at


def test_sentences_keep_their_takes_and_are_fitted_to_each_other() -> None:
    got = mixed([Piece("a", " It rained."), Piece("b", "Nobody came.")], "Wet.", "Dry.")
    assert got.text == " It rained. Nobody came. "
    assert got.spans == (Span(12, Origin.MODEL, "a"), Span(13, Origin.MODEL, "b"))


def test_behind_a_space_or_a_paragraph_the_first_sentence_begins_at_once() -> None:
    assert mixed([Piece("a", " It rained.")], "Wet. ", "").text == "It rained."
    assert mixed([Piece("a", "\n\nIt rained.")], "Wet.\n", "\nDry.").text == "It rained."


def test_japanese_sentences_need_no_space() -> None:
    got = mixed([Piece("a", "雨だった。"), Piece("b", "彼は来なかった。")], "夜。", "朝。")
    assert got.text == "雨だった。彼は来なかった。"


@given(st.lists(st.text(alphabet="ab .\n「。」", max_size=9), max_size=6))
def test_spans_cover_the_text(texts: list[str]) -> None:
    got = mixed([Piece(f"t{n}", text) for n, text in enumerate(texts)], "Wet. ", "Dry")
    assert sum(span.length for span in got.spans) == len(got.text)


def test_the_word_at_the_caret() -> None:
    text = "The keeper's lamp — out.\n灯りが消えた。"
    for caret in (4, 6, 12):
        assert text[slice(*(word_at(text, caret) or ()))] == "keeper's"
    assert text[slice(*(word_at(text, 13) or ()))] == "lamp"
    assert text[slice(*(word_at(text, text.index("灯")) or ()))] == "灯"
    assert text[slice(*(word_at(text, len(text)) or ()))] == "。"
    assert word_at("a  b", 2) is None
    assert word_at("", 0) is None


def test_in_the_place_of_a_passage_its_white_space_stays() -> None:
    pieces = [Piece("a", "\n\nIt rained."), Piece("b", " Nobody came.")]
    got = mixed(pieces, "Wet.\n", "Dry.", "It was wet.\n")
    assert got.text == "It rained. Nobody came.\n"
    assert sum(span.length for span in got.spans) == len(got.text)
