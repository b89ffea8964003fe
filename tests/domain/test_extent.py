import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyforge.domain.counting import count
from storyforge.domain.extent import Extent, extent, measures_pages


def test_readings_are_counted_apart_and_their_marks_not_at_all() -> None:
    text = "\u3000｜小さな灯《ともしび》と灯台《とうだい》を《《じっと》》見た。\n魔法｜《火》"
    measured = extent(text)
    assert measured.without_readings == len("小さな灯と灯台をじっと見た。魔法《火》")
    assert measured.with_readings == measured.without_readings + len("ともしびとうだい")
    assert extent("｜灯《・》").with_readings == 1


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("", 0),
        ("\u3000\n", 0),
        ("あ", 1),
        ("あ" * 20, 1),
        ("あ" * 21, 2),
        ("\u3000" + "あ" * 20, 2),
        ("「ああ」\n\u3000男は天を仰ぎ見て嘆いた。その男の目には何も映っていなかった。", 3),
        ("あ\n\nい", 3),
        ("\n\nあ\n\n", 1),
        ("灯台《とうだい》" + "あ" * 18, 1),
        ("2026年" + "あ" * 17, 1),
        ("abc" + "あ" * 18, 1),
        ("abc" + "あ" * 19, 2),
        ("か\u3099" * 20, 1),
    ],
)
def test_each_line_begins_a_column_of_twenty_squares(text: str, columns: int) -> None:
    assert extent(text).columns == columns


def test_twenty_columns_are_a_page_and_a_begun_page_counts() -> None:
    assert extent("").pages == 0
    assert extent("\n".join("あ" * 20)).pages == 1
    assert extent("\n".join("あ" * 21)).pages == 2
    assert (Extent(5, 4, 15) + Extent(5, 4, 15)).pages == 2


def test_japanese_authors_reckon_in_pages() -> None:
    assert measures_pages("ja")
    assert measures_pages("ja_JP")
    assert not measures_pages("en")


@given(st.text("漢《》｜|かa \u3000\n。", max_size=60))
def test_what_was_typed_is_never_less_than_what_is_read(text: str) -> None:
    measured = extent(text)
    assert measured.without_readings <= measured.with_readings <= count(text).characters
    if "《" not in text:
        assert measured.without_readings == count(text).characters


def test_what_in_text_commands_hide_takes_no_paper() -> None:
    told = "　灯る。@/* 弱い */\n@_ ここで海の音\n　朝。"
    assert extent(told.replace("弱い */", "弱い @*/")) == extent("　灯る。\n　朝。")
