"""The terminal says how wide some characters are, and everything that measures follows."""

from collections.abc import Iterator

import pytest
from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual import _border
from textual._xterm_parser import XTermParser
from textual.events import CursorPosition, Key
from textual.scrollbar import ScrollBarRender

from storyforge.tui import widths
from storyforge.tui.cells import PROBES, follow, narrow_text
from storyforge.tui.widgets.bars import KeysBar, Part
from storyforge.tui.widgets.rows import fitted
from storyforge.tui.widgets.wrapping import wrap_line
from storyforge.tui.widths import Widths
from tests.tui.manuscript_app import screen_text, until, writing
from tests.tui.test_terminal import Told


@pytest.fixture(autouse=True)
def narrow_again() -> Iterator[None]:
    yield
    widths.follow_terminal(())


def answer(cells: str) -> str:
    """What a terminal sends whose probes take so many cells."""
    return "".join(f"\x1b[2;{1 + 4 * i + int(n)}R" for i, n in enumerate(cells))


def heard(text: str) -> tuple[Widths, list[bool], list[str]]:
    found = Widths()
    changes, keys = [], []
    for event in XTermParser().feed(text):
        if isinstance(event, CursorPosition):
            changes.append(found.heard(event))
        elif isinstance(event, Key):
            keys.append(event.key)
    return found, changes, keys


def test_the_question_leaves_the_screen_blank_and_the_cursor_where_it_was() -> None:
    driver = Told()
    Widths.ask(driver)  # type: ignore[arg-type]
    assert driver.written.startswith("\x1b7\x1b[2;1H…\x1b[6n")
    assert driver.written.count("\x1b[6n") == len(PROBES)
    assert driver.written.endswith("\x1b[2;1H\x1b[2K\x1b8")


def test_answers_come_among_typed_keys_and_eat_none() -> None:
    whole = answer("1111")
    cut = len(answer("11"))
    found, changes, keys = heard("a" + whole[:cut] + "b" + whole[cut:] + "c")
    assert keys == ["a", "b", "c"]
    assert found.answers == {"…": 1, "―": 1, "●": 1, "│": 1}
    assert not any(changes)


def test_other_places_of_the_cursor_are_no_answers() -> None:
    found, changes, _keys = heard("\x1b[1;2R\x1b[2;40R\x1b[2;5R")
    assert found.answers == {}
    assert not any(changes)


def test_wide_characters_are_measured_wide_each_group_by_its_own_probe() -> None:
    assert heard(answer("2212"))[1] == [False, False, False, True]
    assert [cell_len(text) for text in ("…", "―", "●", "│", "─", "×", "α", "é", "海", "a")] == [
        *(2, 2, 1, 2, 2, 2, 2, 2, 2, 1),
    ]
    assert cell_len("e\u0301") == 1
    assert set_cell_size("ab…", 3) == "ab "
    assert Segment("…a").split_cells(2)[0].text == "…"
    assert wrap_line("あ……い" * 4, 12) == [4, 8, 12]
    assert not narrow_text("é…")
    assert cell_len(fitted("storyforge", 6)) == 6


def test_a_terminal_that_draws_them_narrow_changes_nothing() -> None:
    assert heard(answer("1111"))[1] == [False] * 4
    assert cell_len("…―●│") == 4
    assert _border.BORDER_CHARS["round"][0][0] == "╭"


def test_frames_and_scrollbars_are_drawn_without_wide_characters() -> None:
    widths.follow_terminal(PROBES)
    drawn = "".join(c for frame in _border.BORDER_CHARS.values() for row in frame for c in row)
    assert drawn.isascii()
    assert "".join(ScrollBarRender.VERTICAL_BARS).isspace()
    widths.follow_terminal(())
    assert _border.BORDER_CHARS["round"][0][0] == "╭"
    assert ScrollBarRender.VERTICAL_BARS[0] == "▁"


def test_a_bar_keeps_its_width() -> None:
    follow(PROBES)
    bar = KeysBar()
    bar.SEPARATOR = " │ "
    bar.put([Part("one"), Part("two")], [Part("three")])
    placed = bar._placed(40)
    assert [start for start, _part, _lead in placed] == [0, 7, 35]


async def test_the_page_is_wrapped_anew_and_the_caret_stays_in_its_text() -> None:
    async with writing("あ……い" * 6, 12, size=(25, 6)) as (pilot, manuscript, _desk):
        await until(pilot, lambda: screen_text(manuscript)[0] != "")
        before = screen_text(manuscript)
        widths.follow_terminal(PROBES)
        manuscript.measure_anew()
        await pilot.pause()
        assert "".join(screen_text(manuscript)) == "".join(before)
        assert screen_text(manuscript) != before
        assert manuscript.caret == 12
        assert all(cell_len(row) <= manuscript.wrap_width for row in screen_text(manuscript))
