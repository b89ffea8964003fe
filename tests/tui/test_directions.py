"""Hebrew and Arabic: not a character is lost or moved, and the screen's frame holds."""

from itertools import pairwise
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color

from storyforge.tui.directions import Directions
from storyforge.tui.widgets.line_breaks import may_break
from storyforge.tui.widgets.wrapping import wrap_line
from tests.tui.house import (
    at_desk,
    continued,
    page,
    script,
    stored,
    type_text,
    until,
    write_story,
)
from tests.tui.manuscript_app import screen_text, writing

HEBREW = "מרים שמרה על המגדלור אחת־עשרה שנים; „הסירה ריקה“, אמרה."
ARABIC = "في عام 1893 جاءت السفينة، وكان فيها ٣٫٥ أطنان من الزيت."
MIXED = "She said שָׁלוֹם (3 times) and مرحبا. \u2067אבג\u2069 \u202eabc\u202c \u200fdef"
TEXTS = [HEBREW, ARABIC, MIXED]


def drawn(*texts: str) -> list[str]:
    found = Directions().apply([Segment(text) for text in texts], Color(0, 0, 0))
    return [segment.text for segment in found]


def test_controls_of_direction_are_not_drawn_and_nothing_else_is_missing() -> None:
    row = drawn("a\u202eb", "\u2067א\u2069\u200f")
    assert row == ["\u200e", "ab", "א\u200f", "\u200e"]
    assert drawn("plain", "海…") == ["plain", "海…"]
    assert sum(map(cell_len, row)) == cell_len("ab\u202e\u2067א\u2069\u200f")


@pytest.mark.parametrize("text", TEXTS)
def test_rows_keep_the_order_in_which_text_is_read(text: str) -> None:
    edges = [0, *wrap_line(text, 16), len(text)]
    rows = [text[start:end] for start, end in pairwise(edges)]
    assert "".join(rows) == text
    assert all(cell_len(row) <= 16 for row in rows)
    assert all(may_break(text, end) for end in edges[1:-1])


async def test_the_caret_walks_in_the_order_of_the_text() -> None:
    async with writing("אבג ab", 0) as (pilot, manuscript, _desk):
        assert screen_text(manuscript)[0] == "אבג ab"
        places = []
        for _ in range(4):
            await pilot.press("right")
            places.append((manuscript.caret, manuscript.cursor_screen_offset.x))
        first = places[0][1]
        assert places == [(n + 1, first + n) for n in range(4)]
        await pilot.press("backspace", "backspace")
        assert manuscript.text == "אבab"


@pytest.mark.parametrize("text", TEXTS)
async def test_saved_read_continued_and_undone_to_the_character(tmp_path: Path, text: str) -> None:
    path = write_story(tmp_path / "a.forge", text)
    answer = " والبحر هادئ. הים שקט. "
    async with at_desk(path, backend=script(answer)) as (pilot, desk):
        assert desk.manuscript.text == text
        await continued(pilot, desk)
        whole = desk.manuscript.text
        assert whole.startswith(text)
        assert "הים שקט." in whole
        await pilot.press("ctrl+z")
        await until(pilot, lambda: desk.manuscript.text == text, "the text before")
        await pilot.press("ctrl+y")
        await until(pilot, lambda: desk.manuscript.text == whole, "the text again")
        await type_text(pilot, "אב١٢")
        await until(pilot, lambda: not desk.saving.dirty, "saved")
        assert stored(path) == whole + "אב١٢"


async def test_the_frame_holds_around_controls_in_text_and_titles(tmp_path: Path) -> None:
    path = write_story(tmp_path / "a.forge", "\u202e" + HEBREW)
    async with at_desk(path) as (pilot, desk):
        assert desk.story is not None
        desk.story.scenes.save(page(desk.scene_id, MIXED))
        desk.story.binder.rename_scene(desk.scene_id, "\u202eמגדלור")
        await desk.saving.recount()
        await pilot.pause()
        rows = ["".join(s.text for s in strip) for strip in desk._compositor.render_strips()]
        assert any("מגדלור" in row for row in rows)
        assert not any(set(row) & set("\u202e\u2067\u2069\u202c") for row in rows)
        assert {cell_len(row) for row in rows} == {120}
