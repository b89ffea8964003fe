"""Only the page, the caret's line at one height, one paragraph alone."""

from pathlib import Path

import pytest
from textual.widget import Widget

from storyforge import settings
from storyforge.tui.widgets.manuscript import Manuscript
from storyforge.tui.widgets.painting import Ink
from tests.tui.house import at_desk, script, until, write_story
from tests.tui.manuscript_app import screen_text, writing

LINES = "\n".join(f"Line {number} of the page." for number in range(60))
SIZES = [(120, 32), (80, 24), (40, 12)]


def seen(widget: Widget) -> bool:
    """Whether a widget and all around it are shown."""
    around = (node for node in widget.ancestors_with_self if isinstance(node, Widget))
    return all(node.display for node in around)


def row_of_caret(manuscript: Manuscript) -> int:
    """The row of the screen on which the caret's line is drawn."""
    return manuscript.cursor_screen_offset.y


@pytest.mark.parametrize("size", SIZES)
async def test_only_the_page_is_left_and_comes_back(tmp_path: Path, size: tuple[int, int]) -> None:
    async with at_desk(write_story(tmp_path / "a.forge"), size=size) as (pilot, desk):
        folded = (desk.header, desk.status_bar, desk.keys_bar, desk.binder, desk.takes)
        shown = [seen(widget) for widget in folded]
        await pilot.press("ctrl+o")
        await until(pilot, lambda: desk.manuscript.outer_size.height == size[1], "the whole height")
        assert not any(seen(widget) for widget in folded)
        await pilot.press("f12")
        await until(pilot, lambda: desk.status_bar.display, "the status")
        assert not desk.keys_bar.display
        await pilot.press("f12")
        await until(pilot, lambda: not desk.status_bar.display, "no status")
        await pilot.press("ctrl+b")
        await until(pilot, lambda: desk.binder.display and desk.binder.has_focus, "the binder")
        await pilot.press("escape")
        await until(pilot, lambda: not desk.binder.display, "no binder")
        assert desk.has_class("-quiet")
        await pilot.press("escape")
        await until(pilot, lambda: [seen(w) for w in folded] == shown, "everything back")


async def test_the_same_key_returns_and_the_author_finds_it_as_it_was_left(tmp_path: Path) -> None:
    path = write_story(tmp_path / "a.forge")
    async with at_desk(path) as (pilot, desk):
        await pilot.press("ctrl+o")
        desk.verbs["typewriter"]()
        desk.verbs["focus"]()
        await until(pilot, lambda: settings.load().page.paragraph_focus, "kept")
        await until(pilot, lambda: settings.load().page.typewriter, "kept")
    async with at_desk(path) as (pilot, desk):
        await until(pilot, lambda: desk.has_class("-quiet"), "only the page")
        assert desk.manuscript.typewriter == 0.5
        assert desk.manuscript.focuses_paragraph
        await pilot.press("ctrl+o")
        await until(pilot, lambda: not settings.load().page.distraction_free, "kept")
        assert not desk.has_class("-quiet")


async def test_escape_stops_the_model_before_it_shows_the_rest(tmp_path: Path) -> None:
    backend = script("One word after the other. " * 40, delay=0.05)
    async with at_desk(write_story(tmp_path / "a.forge"), backend=backend) as (pilot, desk):
        await pilot.press("ctrl+o", "f5")
        await until(pilot, lambda: "One word" in desk.manuscript.text, "words")
        await pilot.press("escape")
        await until(pilot, lambda: not desk.continuing.running, "a stop")
        assert desk.has_class("-quiet")


@pytest.mark.parametrize("size", SIZES)
async def test_the_line_of_the_caret_stays_at_its_height(size: tuple[int, int]) -> None:
    async with writing(LINES, 0, size=size) as (pilot, manuscript, _desk):
        manuscript.hold_caret_line(0.5)
        await pilot.pause()
        height = row_of_caret(manuscript)
        assert abs(height - size[1] // 2) <= 1
        keys = ["down"] * 4 + ["pagedown", "ctrl+end", "enter", "x", "up", "ctrl+home"]
        for key in keys:
            await pilot.press(key)
            await pilot.pause()
            assert row_of_caret(manuscript) == height, key
        manuscript.hold_caret_line(None)
        await pilot.pause()
        assert row_of_caret(manuscript) == 1


async def test_the_height_can_be_chosen_and_follows_the_window() -> None:
    async with writing(LINES, len(LINES) // 2, size=(60, 22)) as (pilot, manuscript, _desk):
        manuscript.hold_caret_line(0.25)
        await pilot.pause()
        assert row_of_caret(manuscript) == 1 + round(19 * 0.25)
        await pilot.resize_terminal(60, 42)
        await pilot.pause()
        assert row_of_caret(manuscript) == 1 + round(39 * 0.25)


async def test_a_click_goes_to_the_line_that_was_clicked() -> None:
    async with writing(LINES, 0, size=(60, 22)) as (pilot, manuscript, _desk):
        manuscript.hold_caret_line(0.5)
        await pilot.pause()
        row = next(y for y, text in enumerate(screen_text(manuscript)) if "Line 3 " in text)
        await pilot.click(manuscript, offset=(6, manuscript.gutter.top + row))
        await pilot.pause()
        assert manuscript.cursor_location[0] == 3


async def test_other_paragraphs_are_dimmed() -> None:
    async with writing("first\nsecond\nthird", 0) as (pilot, manuscript, _desk):

        def dimmed() -> list[bool]:
            page = manuscript
            found = [page._marks(n, 0, len(t), t) for n, t in enumerate(page.document.lines)]
            return [any(mark.ink is Ink.AFAR for mark in marks) for marks in found]

        assert dimmed() == [False, False, False]
        manuscript.focus_paragraph(True)
        assert dimmed() == [False, True, True]
        before = manuscript.render_line(1)
        await pilot.press("down")
        await pilot.pause()
        assert dimmed() == [True, False, True]
        assert manuscript.render_line(1) != before
        await pilot.press("shift+down")
        assert dimmed() == [True, False, False]
        manuscript.focus_paragraph(False)
        assert dimmed() == [False, False, False]
