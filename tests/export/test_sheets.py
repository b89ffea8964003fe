"""Pages of paper: what stands in the running head, and on which sheet."""

import pytest

from storyforge.export.settings import ExportSettings
from storyforge.export.sheets import contact_lines, sheet_of, short_title, surname
from tests.export.stories import ENGLISH, JAPANESE, book


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Fog", "FOG"),
        ("The Light at Skerry Point", "THE LIGHT AT SKERRY POINT"),
        ("The Long and Winding Road to the Sea of Storms", "LONG AND WINDING ROAD"),
        ("A The An Supercalifragilisticexpialidocious", "SUPERCALIFRAGILISTICEXPIALIDOCIOUS"),
        ("x" * 60, "X" * 40),
        ("", ""),
    ],
)
def test_a_long_title_is_called_by_its_first_words_of_weight(title: str, expected: str) -> None:
    assert short_title(title) == expected


@pytest.mark.parametrize(
    ("author", "language", "expected"),
    [("Ana Maria Moreau", "en", "Moreau"), ("夏目 漱石", "ja", "夏目 漱石"), (" ", "en", "")],
)
def test_a_surname(author: str, language: str, expected: str) -> None:
    assert surname(author, language) == expected


@pytest.mark.parametrize(
    ("language", "paper", "width"),
    [("en", "auto", 215.9), ("en", "a4", 210), ("de", "auto", 210), ("de", "letter", 215.9)],
)
def test_paper_is_the_languages_or_as_wished(language: str, paper: str, width: float) -> None:
    settings = ExportSettings(paper=paper)
    assert sheet_of(book(ENGLISH, settings, language=language), settings).width == width


def test_a_japanese_line_holds_forty_characters() -> None:
    settings = ExportSettings()
    sheet = sheet_of(book(JAPANESE, language="ja"), settings)
    points = sheet.text_width / 25.4 * 72
    assert 40 * sheet.size <= points < 41 * sheet.size + 1
    lying = sheet_of(book(JAPANESE, language="ja"), settings.changed(vertical=True))
    assert (lying.width, lying.height) == (sheet.height, sheet.width)


def test_the_head_of_a_manuscript_without_an_address_is_the_author() -> None:
    assert contact_lines(book(ENGLISH), ExportSettings()) == ["Ana Moreau\tabout 93,000 words"]
    with_address = ExportSettings(contact="Ana\n \n12 Way")
    assert contact_lines(book(ENGLISH), with_address) == ["Ana\tabout 93,000 words", "12 Way"]


def test_pages_of_four_hundred_squares_count_room_and_breaks() -> None:
    chapters = [("", [("", "　" + "あ" * 399), ("", "い\nう\n◇\nえ")])]
    (line,) = contact_lines(book(chapters, language="ja"), ExportSettings())
    assert line.endswith("（400字詰2枚）")
