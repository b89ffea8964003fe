"""How the page is drawn."""

import pytest
from rich.style import Style
from textual.widgets import TextArea

from storyforge.domain.origin import Origin, Provenance, Span
from storyforge.domain.story import Page
from storyforge.tui.widgets.manuscript import Manuscript
from storyforge.tui.widgets.painting import Ink, Look, Mark, paint, whole_character
from tests.tui.manuscript_app import screen_text, until, writing

PLAIN = Style.parse("white on black")
LOOK = Look(PLAIN, tuple((ink, Style.parse(f"on color({ink + 20})")) for ink in Ink))


def inks(text: str, *marks: Mark, tabs: tuple[int, ...] = (), width: int = 12) -> list[object]:
    strip = paint(text, marks, tabs, LOOK, width)
    assert strip.cell_length == width
    of_style = {style.bgcolor: ink.name for ink, style in LOOK.inks}
    return [(s.text, of_style.get(s.style.bgcolor) if s.style else None) for s in strip]


def test_a_row_is_cut_where_its_ink_changes() -> None:
    drawn = inks("the lamp", Mark(0, 8, Ink.MODEL), Mark(4, 6, Ink.SELECTION))
    assert drawn == [("the ", "MODEL"), ("la", "SELECTION"), ("mp", "MODEL"), ("    ", None)]


def test_a_caret_at_the_end_has_a_cell_of_its_own() -> None:
    assert inks("ab", Mark(2, 3, Ink.CARET)) == [("ab", None), (" ", "CARET"), (" " * 9, None)]


def test_tabs_take_the_cells_they_have() -> None:
    assert inks("\ta\tb", Mark(1, 2, Ink.CARET), tabs=(4, 3)) == [
        ("    ", None),
        ("a", "CARET"),
        ("   b", None),
        ("   ", None),
    ]


def test_the_caret_covers_a_letter_with_all_its_marks() -> None:
    assert whole_character("e\u0301x", 0) == 2
    assert whole_character("👩\u200d🚀x", 0) == 3
    assert whole_character("x", 1) == 2
    assert inks("e\u0301x", Mark(0, 2, Ink.CARET))[0] == ("e\u0301", "CARET")


async def test_a_page_is_drawn_as_textual_draws_it() -> None:
    text = "The keeper went down to the slip with a lamp in her hand.\n\n\tA tab.\nShort"
    async with writing(text, 0, size=(30, 12)) as (pilot, page, _):
        await pilot.press("down", "right")
        drawn = screen_text(page)
        bare = TextArea(text, id="bare")
        await pilot.app.mount(bare)
        bare.styles.width = page.size.width + 5
        assert drawn[0] == "The keeper went down to"
        assert [row for row in drawn if row] == [
            "The keeper went down to",
            "the slip with a lamp in",
            "her hand.",
            "    A tab.",
            "Short",
        ]


async def test_what_is_typed_is_on_the_screen_and_nothing_else_has_moved() -> None:
    text = "\n".join(f"Line {n} of the page" for n in range(40))
    async with writing(text, 0) as (pilot, page, _):
        await pilot.press("ctrl+end", "up", "up", "home")
        before = screen_text(page)
        await pilot.press("x")
        after = screen_text(page)
        row = page._cursor_offset[1] - page.scroll_offset.y
        assert after[row] == "x" + before[row]
        assert after[:row] + after[row + 1 :] == before[:row] + before[row + 1 :]
        await pilot.press("enter")
        assert screen_text(page)[row : row + 2] == ["x", before[row]]


async def test_the_screen_shows_what_the_page_holds_after_every_kind_of_edit() -> None:
    """Only the rows that an edit touched are drawn again: none may be forgotten."""
    text = "\n".join(f"{n} the keeper of the light walked on the wall" * 2 for n in range(12))
    async with writing(text, 60, size=(40, 24)) as (pilot, page, _):
        for key in ("x", "backspace", "enter", "ctrl+w", "delete", "ctrl+k", "ctrl+z", "ctrl+y"):
            await pilot.press(key)
            await pilot.press("down", "shift+right", "shift+down", "left")
            await pilot.pause()
            lines = [strip.text for strip in page.render_lines(page.size.region)]
            page.refresh()
            await pilot.pause()
            page._styles_cache.clear()
            page._line_cache.clear()
            assert lines == [strip.text for strip in page.render_lines(page.size.region)]


async def test_a_selection_is_drawn_over_all_its_lines() -> None:
    async with writing("one\n\ntwo", 0) as (pilot, page, _):
        await pilot.press("right", "shift+down", "shift+down")
        await pilot.pause()
        selected = page.get_component_rich_style("text-area--selection").bgcolor

        def chosen(y: int) -> str:
            strip = page.render_line(y)
            return "".join(s.text for s in strip if s.style and s.style.bgcolor == selected)

        assert [chosen(y) for y in range(3)] == ["ne ", " ", "t"]


async def tints(page: Manuscript, y: int = 0) -> dict[str, str]:
    look = page._current_look()
    of_style = {style: ink.name for ink, style in look.inks}
    plain = look.base
    return {
        s.text.strip(): next(
            (name for style, name in of_style.items() if s.style == plain + style), "plain"
        )
        for s in page.render_line(y)
        if s.text.strip()
    }


ACCOUNT = Provenance(
    (
        Span(6, Origin.IMPORTED),
        Span(6, Origin.TYPED),
        Span(6, Origin.MODEL, "t"),
        Span(6, Origin.EDITED, "t"),
    )
)


async def test_the_origin_of_every_word_can_be_shown() -> None:
    async with writing() as (pilot, page, _):
        page.show(Page("s", "aaaaaabbbbbbccccccdddddd", ACCOUNT, 24))
        await pilot.pause()
        assert await tints(page) == {"aaaaaabbbbbbccccccdddddd": "plain"}
        page.show_origin = True
        await pilot.pause()
        assert await tints(page) == {
            "aaaaaa": "IMPORTED",
            "bbbbbb": "plain",
            "cccccc": "MODEL",
            "dddddd": "EDITED",
        }


async def test_without_colours_the_origin_still_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with writing() as (pilot, page, _):
        page.show(Page("s", "aaaaaabbbbbbccccccdddddd", ACCOUNT, 24))
        page.show_origin = True
        await pilot.pause()
        styles = {
            segment.text: (segment.style.italic, segment.style.underline, segment.style.dim)
            for segment in page.render_line(0)
            if segment.style and segment.text.strip()
        }
        assert len(set(styles.values())) == 4, styles


async def test_the_page_follows_a_new_theme_and_a_new_size() -> None:
    async with writing("The keeper of the light " * 6, size=(60, 12)) as (pilot, page, _):
        dark = page.render_line(0)
        pilot.app.theme = "textual-light"
        await pilot.pause()
        page.render_lines(page.size.region)
        light = page.render_line(0)
        assert light.text == dark.text
        assert next(iter(light)).style != next(iter(dark)).style
        await pilot.resize_terminal(30, 12)
        await until(pilot, lambda: page.page_wrap.width < 30)
        assert screen_text(page)[0] == "The keeper of the light"
        assert page.caret_in_view


async def test_a_new_size_keeps_the_caret_or_what_is_read_in_view() -> None:
    text = "\n".join(f"Line {n} of a page with rows that wrap" for n in range(60))
    async with writing(text, size=(60, 20)) as (pilot, page, _):
        await pilot.resize_terminal(30, 10)
        await until(pilot, lambda: page.size.height < 10)
        await pilot.pause()
        assert page.caret_in_view
        page.scroll_to(y=40, animate=False)
        await pilot.pause()
        top = screen_text(page)[0].split()[:2]
        await pilot.resize_terminal(60, 20)
        await until(pilot, lambda: page.page_wrap.width > 30)
        await pilot.pause()
        assert screen_text(page)[0].split()[:2] == top


async def test_tab_stops_can_be_changed() -> None:
    async with writing("\tx", 0) as (pilot, page, _):
        assert screen_text(page)[0] == "    x"
        page.indent_width = 2
        await pilot.pause()
        assert screen_text(page)[0] == "  x"


async def test_an_empty_page_shows_what_could_be_done() -> None:
    async with writing() as (pilot, page, _):
        assert "Write." in page.render_line(0).text
        await pilot.press("a")
        assert screen_text(page)[0] == "a"


async def test_a_click_sets_the_caret_and_a_drag_selects() -> None:
    async with writing("The keeper\nof the light", 0) as (pilot, page, _):
        await pilot.click(page, offset=(2 + 4, 1 + 1))
        assert page.caret == 11 + 4
        await pilot.press("X")
        assert page.page().text == "The keeper\nof tXhe light"


async def test_the_view_is_laid_out_once_however_long_the_page_grows() -> None:
    async with writing("x", size=(40, 10)) as (pilot, page, _):
        await pilot.press(*["enter"] * 20)
        assert page.virtual_size.height == 21
        assert page.show_vertical_scrollbar
        assert page.caret_in_view
        assert page.max_scroll_y == 21 - page.size.height
        await pilot.press("ctrl+a", "delete")
        await pilot.pause()
        assert not page.show_vertical_scrollbar
        assert page.scroll_offset.y == 0
