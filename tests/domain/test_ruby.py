import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyforge.domain import ruby
from storyforge.domain.ruby import Dots, Ruby, annotations


def test_a_bar_says_where_the_word_begins() -> None:
    assert annotations("あの｜小さな灯《ともしび》。") == (
        Ruby(2, 13, "小さな灯", "ともしび", 3, 7),
    )
    assert annotations("|A b《えー》") == (Ruby(0, 8, "A b", "えー", 1, 4),)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("その灯台《とうだい》", "灯台"),
        ("佐々木《ささき》", "佐々木"),
        ("霞ヶ関《かすみがせき》", "霞ヶ関"),
        ("夜の𠮷野家《よしのや》", "𠮷野家"),
    ],
)
def test_without_a_bar_the_word_is_the_run_of_kanji(text: str, word: str) -> None:
    (found,) = annotations(text)
    assert isinstance(found, Ruby)
    assert found.base == word
    assert not found.barred


def test_doubled_brackets_are_dots() -> None:
    assert annotations("彼《《だけ》》が") == (Dots(1, 7, "だけ", 3, 5),)


@pytest.mark.parametrize(
    "text",
    [
        "《聖剣》を抜いた",
        "ひらがな《ルビ》",
        "魔法｜《ファイア》",
        "魔法｜《《ファイア》》",
        "漢字《》",
        "漢字《かん\nじ》",
        "｜" + "あ" * 60 + "《い》",
        "漢字《" + "あ" * 60 + "》",
        "《《》》",
    ],
)
def test_brackets_of_another_use_are_text(text: str) -> None:
    assert annotations(text) == ()


def test_a_bar_before_a_bracket_is_told() -> None:
    text = "魔法｜《火》と灯《ひ》"
    assert ruby.bars(text) == (2,)
    assert ruby.without_readings(text) == "魔法《火》と灯"


def test_the_words_alone() -> None:
    text = "｜小さな灯《ともしび》と灯台《とうだい》を《《じっと》》見た。"
    assert ruby.without_readings(text) == "小さな灯と灯台をじっと見た。"
    assert ruby.in_brackets(text) == "小さな灯（ともしび）と灯台（とうだい）をじっと見た。"


def test_dots_typed_as_readings_are_no_words() -> None:
    text = "｜だ《・》｜け《・》と灯《﹅》"
    assert ruby.in_brackets(text) == "だけと灯"
    assert ruby.for_narou(text) == text


@pytest.mark.parametrize(
    ("text", "narou"),
    [
        ("灯台《とうだい》", "灯台《とうだい》"),
        ("|灯台守《とうだいもり》", "｜灯台守《とうだいもり》"),
        ("佐々木《ささき》", "｜佐々木《ささき》"),
        ("《《だけ、は》》", "｜だ《・》｜け《・》、｜は《・》"),
        ("《《か\u3099》》", "｜か\u3099《・》"),
        ("灯台《ア・ライト・ハウス・イン》", "灯台（ア・ライト・ハウス・イン）"),
        ("｜海を見下ろす岬の古い灯台《とうだい》", "海を見下ろす岬の古い灯台｜（とうだい）"),
        ("魔法｜《火》", "魔法｜《火》"),
    ],
)
def test_narou_gets_what_it_can_read(text: str, narou: str) -> None:
    assert ruby.for_narou(text) == narou


@pytest.mark.parametrize(
    ("text", "kakuyomu"),
    [
        ("灯台《とうだい》は|海《うみ》", "灯台《とうだい》は｜海《うみ》"),
        ("佐々木《ささき》", "｜佐々木《ささき》"),
        ("《《だけ》》", "《《だけ》》"),
        ("魔法｜《火》", "魔法｜《火》"),
        ("｜" + "あ" * 21 + "《い》", "あ" * 21 + "（い）"),
    ],
)
def test_kakuyomu_keeps_our_notation(text: str, kakuyomu: str) -> None:
    assert ruby.for_kakuyomu(text) == kakuyomu


pages = st.text("｜|《》漢字々かな aA。\n\u3000", max_size=40)


@given(pages)
def test_offsets_always_slice_back(text: str) -> None:
    at = 0
    for found in annotations(text):
        assert at <= found.start < found.end <= len(text)
        at = found.end
        piece = text[found.start : found.end]
        if isinstance(found, Ruby):
            assert text[found.base_start : found.base_end] == found.base != ""
            assert piece.endswith(f"{found.base}《{found.reading}》")
        else:
            assert text[found.text_start : found.text_end] == found.text != ""
            assert piece == f"《《{found.text}》》"


@given(pages)
def test_what_kakuyomu_gets_is_read_as_the_same_again(text: str) -> None:
    def heard(text: str) -> list[tuple[str, str]]:
        return [
            (found.base, found.reading) if isinstance(found, Ruby) else (found.text, "")
            for found in annotations(text)
        ]

    assert heard(ruby.for_kakuyomu(text)) == heard(text)


@given(pages)
def test_no_line_is_lost_with_the_readings(text: str) -> None:
    assert ruby.without_readings(text).count("\n") == text.count("\n")
    assert len(ruby.without_readings(text)) <= len(text)
