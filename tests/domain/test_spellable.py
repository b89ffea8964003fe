"""Which words are asked about."""

import pytest

from storyforge.domain.spellable import (
    has_spelling,
    is_among,
    script_of,
    spelled_plainly,
    word_at,
    words_between,
)


def words(text: str, language: str = "en") -> list[str]:
    return [word.text for word in words_between(text, 0, len(text), script_of(language))]


def test_words_stand_where_they_stand() -> None:
    text = "“Don’t,” said *Mara*."
    found = list(words_between(text, 0, len(text), "LATIN"))
    assert [word.text for word in found] == ["Don’t", "said", "Mara"]
    assert all(text[word.start : word.end] == word.text for word in found)


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("see https://example.org/teh or a@teh.org", ["see", "or"]),
        ("the 3rd of 1893, B2B", ["the", "of"]),
        ("NATO met Mara", ["met", "Mara"]),
        ("half-lit well-knwon", ["half", "lit", "well", "knwon"]),
        ("she said 灯台 and маяк", ["she", "said", "and"]),
        ("a" * 61 + " short", ["short"]),
        ("cafe\u0301 naïve", ["cafe\u0301", "naïve"]),
    ],
)
def test_only_what_is_a_word_of_the_language_is_asked(text: str, asked: list[str]) -> None:
    assert words(text) == asked


def test_each_language_is_checked_in_its_own_script() -> None:
    assert words("Она saw маяк", "ru") == ["Она", "маяк"]
    assert words("ο φάρος light", "el") == ["ο", "φάρος"]
    assert not has_spelling("ja-JP")
    assert not has_spelling("zh")
    assert has_spelling("ko")


def test_a_row_is_asked_for_its_own_words_whole() -> None:
    text = "alpha beta gamma delta"
    assert [w.text for w in words_between(text, 7, 12, "LATIN")] == ["beta", "gamma"]
    assert [w.text for w in words_between(text, 8, 9, "LATIN")] == ["beta"]


@pytest.mark.parametrize(("at", "word"), [(0, "Oil"), (3, "Oil"), (4, "lamps"), (10, None)])
def test_the_word_at_the_caret(at: int, word: str | None) -> None:
    found = word_at("Oil lamps , x", at, "LATIN")
    assert (found.text if found else None) == word


def test_an_authors_word_covers_its_forms() -> None:
    known = frozenset({"Skerry", "gunnel"})
    assert is_among("Skerry", known)
    assert is_among("Skerry’s", known)
    assert is_among("Gunnel", known)
    assert not is_among("skerry", known)
    assert not is_among("Skerrys", known)
    assert spelled_plainly("don’t") == "don't"
