"""Numbers and words in the story's own language."""

import pytest

from storyforge.export import wording


@pytest.mark.parametrize(
    ("number", "kanji", "roman", "words"),
    [
        (1, "一", "I", "one"),
        (9, "九", "IX", "nine"),
        (10, "十", "X", "ten"),
        (21, "二十一", "XXI", "twenty-one"),
        (40, "四十", "XL", "forty"),
        (100, "百", "C", "one hundred"),
        (114, "百十四", "CXIV", "one hundred fourteen"),
        (999, "九百九十九", "CMXCIX", "nine hundred ninety-nine"),
    ],
)
def test_numerals(number: int, kanji: str, roman: str, words: str) -> None:
    assert wording.kanji(number) == kanji
    assert wording.roman(number) == roman
    assert wording.in_words(number) == words


def test_a_numeral_beyond_its_kind_is_in_digits() -> None:
    assert wording.numeral(1000, "words", "en") == "1000"
    assert wording.numeral(3, "words", "de") == "3"
    assert wording.numeral(3, "auto", "ja-JP") == "三"
    assert wording.numeral(3, "auto", "en") == "3"


@pytest.mark.parametrize(
    ("count", "language", "expected"),
    [
        (7_340, "en", "about 7,300 words"),
        (12, "en", "about 100 words"),
        (17_800, "en", "about 18,000 words"),
        (93_210, "en", "about 93,000 words"),
        (93_210, "ja", "約93000字"),
        (93_210, "xx", "about 93,000 words"),
    ],
)
def test_lengths_are_rounded_as_editors_expect(count: int, language: str, expected: str) -> None:
    assert wording.length(count, language) == expected


@pytest.mark.parametrize("title", ["Prologue", "EPILOGUE: Dawn", "序章", "あとがき", "Пролог"])
def test_a_prologue_takes_no_number(title: str) -> None:
    assert wording.is_unnumbered(title)


@pytest.mark.parametrize("title", ["", "The Prologues of War", "序文の夜", "Fog"])
def test_other_titles_do(title: str) -> None:
    assert not wording.is_unnumbered(title)


def test_directions() -> None:
    assert wording.is_right_to_left("he-IL")
    assert wording.is_right_to_left("ar")
    assert not wording.is_right_to_left("en")
