"""Readings, dots and emphasis on the page."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.style import Style

from storyforge.domain.inline import plain
from storyforge.tui.widgets import notation
from storyforge.tui.widgets.manuscript import Manuscript
from storyforge.tui.widgets.painting import Ink
from tests.tui.manuscript_app import writing


def inked(line: str, ink: Ink) -> list[str]:
    """The pieces of `line` under one ink."""
    found = notation.marks(0, line, 0, len(line))
    return [line[mark.start : mark.end] for mark in found if mark.ink is ink]


@pytest.mark.parametrize(
    ("line", "dimmed"),
    [
        ("｜小さな灯《ともしび》だ", ["｜", "《ともしび》"]),
        ("あの灯台《とうだい》と海《うみ》", ["《とうだい》", "《うみ》"]),
        ("それ《《だけ》》だ", ["《《", "》》"]),
        ("魔法｜《火》", ["｜"]),
        ("the *quiet* **lamp**", ["*", "*", "**", "**"]),
        (r"a \*star\* and 2 * 3", ["\\", "\\"]),
        ("*漢字《かんじ》かな*", ["*", "《かんじ》", "*"]),
        ("plain, without any", []),
        ("a_name_here and **open", []),
        ("読《よ》よむ", ["《よ》"]),
    ],
)
def test_marks_and_readings_are_dimmed_and_nothing_else(line: str, dimmed: list[str]) -> None:
    assert inked(line, Ink.NOTATION) == dimmed


def test_words_show_how_they_are_set() -> None:
    assert inked("a *b* c", Ink.ITALIC) == ["b"]
    assert inked("a **b** c", Ink.BOLD) == ["b"]
    assert inked("*漢字《かんじ》かな*", Ink.ITALIC) == ["漢字", "かな"]
    assert inked("***x***", Ink.ITALIC) == inked("***x***", Ink.BOLD) == ["x"]


def test_a_long_line_keeps_its_readings_dimmed() -> None:
    line = "海" * notation._LONG + "｜灯《ひ》*a*"
    assert inked(line, Ink.NOTATION) == ["｜", "《ひ》"]
    assert inked(line, Ink.ITALIC) == []


@settings(deadline=None)
@given(st.text("ab*_\\《》｜漢かな 。「", max_size=30))
def test_what_is_not_dimmed_is_what_a_reader_reads(line: str) -> None:
    dim = {
        at
        for mark in notation.marks(0, line, 0, len(line))
        if mark.ink is Ink.NOTATION
        for at in range(mark.start, mark.end)
    }
    assert "".join(letter for at, letter in enumerate(line) if at not in dim) == plain(line)


@settings(deadline=None)
@given(st.text("ab*《》｜漢かな ", max_size=30), st.integers(0, 30), st.integers(0, 30))
def test_a_row_gets_the_marks_that_reach_into_it(line: str, start: int, end: int) -> None:
    everything = list(notation.marks(0, line, 0, len(line)))
    reaching = [mark for mark in everything if mark.start < end and mark.end > start]
    assert list(notation.marks(0, line, start, end)) == reaching


def style_of(manuscript: Manuscript, row: int, text: str) -> Style:
    segments = manuscript.render_line(row)
    return next(s.style for s in segments if s.text == text and s.style is not None)


async def test_the_page_dims_marks_and_keeps_them_as_text() -> None:
    text = "灯｜台《だい》と *quiet* 海"
    async with writing(text, 0) as (_pilot, manuscript, _desk):
        plain_style = style_of(manuscript, 0, "台")
        assert style_of(manuscript, 0, "《だい》").color != plain_style.color
        assert style_of(manuscript, 0, "quiet").italic
        assert style_of(manuscript, 0, "quiet").color == plain_style.color
        assert manuscript.page().text == text


async def test_a_mark_typed_below_sets_the_rows_above_anew() -> None:
    text = "*" + "word " * 30 + "end"
    async with writing(text, size=(30, 12)) as (pilot, manuscript, _desk):
        assert not style_of(manuscript, 1, "word word word word ").italic
        await pilot.press("*")
        await pilot.pause()
        assert style_of(manuscript, 1, "word word word word ").italic
