"""What is found, in which spellings, at which offsets; and that no expression hangs."""

import re
import unicodedata

import pytest

from storyforge.domain.folding import alike_expression, folded
from storyforge.domain.searching import LONGEST, Hit, Query, line_around
from storyforge.errors import BadInput


def found(query: Query, text: str) -> list[str]:
    return [text[hit.start : hit.end] for hit in query.hits(text)]


def test_plain_text_is_found_whatever_its_signs() -> None:
    text = "a.b (a*b) [x] a.b"
    assert found(Query("a.b"), text) == ["a.b", "a.b"]
    assert found(Query("(a*b)"), text) == ["(a*b)"]
    assert Query("").hits(text) == ()
    assert Query("b").hits("ab") == (Hit(1, 2),)


def test_case_matters_only_where_it_is_asked() -> None:
    assert found(Query("Mara"), "mara MARA Mara") == ["mara", "MARA", "Mara"]
    assert found(Query("Mara", case=True), "mara MARA Mara") == ["Mara"]


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("らんぷ", "ランプ ﾗﾝﾌﾟ らんぷ ラン\u3075\u309a ラﾝフ\u309c"),
        ("ランプ", "らんぷ ﾗﾝﾌﾟ ランプ"),
        ("ﾗﾝﾌﾟ", "らんぷ ﾗﾝﾌﾟ ランプ"),
        ("がぎ", "ガギ ｶﾞｷﾞ か\u3099き\u3099 ガぎ"),
        ("ラーメン", "らーめん ﾗｰﾒﾝ"),
        ("ヴ", "ヴ ゔ ｳﾞ う\u3099"),
        ("abc12", "ａｂｃ１２ ABC12 Ａbc１2"),
        ("ＡＢＣ", "abc ａｂｃ"),
        ("café", "café cafe\u0301 CAFÉ"),
        ("don't", "don't don’t"),
    ],
)
def test_spellings_of_one_word_are_found_at_their_own_offsets(typed: str, text: str) -> None:
    assert found(Query(typed), text) == text.split(" ")


def test_an_exact_search_tells_the_spellings_apart() -> None:
    assert found(Query("らんぷ", exact=True), "ランプ ﾗﾝﾌﾟ らんぷ") == ["らんぷ"]
    assert found(Query("a1", exact=True), "a1 ａ１") == ["a1"]


def test_a_search_for_straight_quotes_finds_those_alone() -> None:
    assert found(Query('"'), '"a" “b”') == ['"', '"']
    assert found(Query('"b"'), '"a" “b”') == ["“b”"]


def test_spaces_of_any_width_are_one() -> None:
    assert found(Query("the lamp"), "the lamp the\u3000lamp the\u00a0lamp the  lamp") == [
        "the lamp", "the\u3000lamp", "the\u00a0lamp",
    ]  # fmt: skip


def test_a_whole_word_ends_where_its_letters_end() -> None:
    text = "Mara Maras Mara's Mara, Tamara"
    assert [hit.start for hit in Query("Mara", word=True).hits(text)] == [0, 11, 18]


@pytest.mark.parametrize(
    ("word", "text", "at"),
    [
        ("光", "光る 月光 光、光", [0, 6, 8]),
        ("ラン", "ランプとランと", [4]),
        ("らん", "らん、らんぷ", [0]),
        ("らー", "らーめん らー", [5]),
        ("Mara", "マラはMaraと", [3]),
    ],
)
def test_where_no_spaces_are_set_a_word_is_a_run_of_one_script(
    word: str, text: str, at: list[int]
) -> None:
    assert [hit.start for hit in Query(word, word=True, exact=True).hits(text)] == at


def test_expressions_know_classes_groups_and_the_ends_of_paragraphs() -> None:
    assert found(Query(r"^\w+", regex=True), "One two\nThree") == ["One", "Three"]
    assert found(Query(r"\p{Han}+", regex=True), "光る月光") == ["光", "月光"]
    assert found(Query("lamp|oil", regex=True, word=True), "lamps lamp oil oily") == ["lamp", "oil"]


def test_an_expression_finds_other_spellings_too_unless_it_is_exact() -> None:
    assert found(Query("カ+", regex=True), "かカｶ") == ["かカｶ"]
    assert found(Query("カ+", regex=True, exact=True), "かカｶ") == ["カ"]
    assert found(Query("[カキ]", regex=True), "き") == ["き"]
    assert found(Query("か(?=う)", regex=True), "カウ") == ["カ"]
    assert found(Query("(?<=か)う", regex=True), "カウ") == ["ウ"]


@pytest.mark.parametrize(
    "expression",
    [
        r"(?P<か>\w)(?P=か)",
        r"\p{Hiragana}{2,3}",
        r"[^ぁ-ん]",
        r"(?i:\x41)",
        r"a{1,2}?",
        r"(?=\bx)\1",
    ],
)
def test_the_syntax_of_an_expression_is_left_alone(expression: str) -> None:
    kept = alike_expression(expression)
    for sign in (r"\p{Hiragana}{2,3}", "ぁ-ん", r"\x41", "{1,2}?", r"(?=\b", "(?P<か>", "(?P=か)"):
        assert (sign in expression) <= (sign in kept)


@pytest.mark.parametrize(
    ("expression", "why"), [("(a", "a “)” is missing"), ("[a", "a “]” is missing")]
)
def test_what_is_no_expression_is_said_in_a_sentence(expression: str, why: str) -> None:
    with pytest.raises(BadInput, match=re.escape(why)):
        Query(expression, regex=True).check()
    Query(expression).check()


def test_an_expression_that_would_never_end_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storyforge.domain.searching.SECONDS", 0.05)
    with pytest.raises(BadInput, match="was stopped"):
        Query("(x+x+)+y", regex=True).hits("x" * 5_000)


def test_a_query_has_a_largest_size() -> None:
    with pytest.raises(BadInput, match="more than"):
        Query("x" * (LONGEST + 1)).check()


def test_a_text_is_found_by_its_folded_form_and_the_other_way_round() -> None:
    for code in (*range(0x3041, 0x3097), *range(0x30A1, 0x30F7), *range(0xFF66, 0xFF9E)):
        character = chr(code)
        assert found(Query(character), folded(character)) == [folded(character)]
        assert found(Query(folded(character)), character) == [character]
        parts = unicodedata.normalize("NFD", character)
        assert found(Query(character), parts) == [parts]


def test_the_line_around_a_hit_is_cut_where_it_is_long() -> None:
    text = "first\n" + "a" * 50 + " lamp " + "b" * 90 + "\nlast"
    (hit,) = Query("lamp").hits(text)
    before, lamp, behind = line_around(text, hit)
    assert (before, lamp, behind) == ("…" + "a" * 29 + " ", "lamp", " " + "b" * 59 + "…")
    assert line_around("lamp", Hit(0, 4)) == ("", "lamp", "")


def test_an_expression_that_would_be_gigabytes_is_refused() -> None:
    with pytest.raises(BadInput, match="a number in it is too large"):
        Query("(?:(?:(?:(?:a{99}){99}){99}){99})", regex=True).check()
