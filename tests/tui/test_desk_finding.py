"""Finding in the scene: the bar, the marks on the page, and the way back."""

from pathlib import Path

from textual.pilot import Pilot

from storyforge.domain.searching import Hit
from storyforge.store.story_file import StoryFile
from storyforge.tui.desk.finding import Finding
from storyforge.tui.dialogs.searching import SearchStory
from storyforge.tui.screens.desk import DeskScreen
from storyforge.tui.widgets.chips import Chips
from storyforge.tui.widgets.find_bar import FindBar
from storyforge.tui.widgets.hits import HitList
from storyforge.tui.widgets.painting import Ink
from tests.tui.house import (
    asked,
    at_desk,
    continued,
    page,
    script,
    texts,
    type_text,
    until,
    write_story,
)

LAMPS = "A lamp here.\nNo light.\nThe Lamp and the lamplight. " + "word " * 20
JAPANESE = "　ランプが灯る。\nらんぷの火。ﾗﾝﾌﾟ"


def finding(desk: DeskScreen) -> Finding:
    return next(area for area in desk.hearing if isinstance(area, Finding))


def told(desk: DeskScreen) -> str:
    return str(desk.query_one("#found").render())


def selected(desk: DeskScreen) -> tuple[int, int]:
    low, high = sorted(desk.manuscript.selection)
    return desk.manuscript.offset_of(low), desk.manuscript.offset_of(high)


async def opened(pilot: Pilot[None], desk: DeskScreen) -> None:
    await pilot.press("ctrl+f")
    await until(pilot, lambda: isinstance(pilot.app.focused, type(bar_input(desk))), "the bar")


def bar_input(desk: DeskScreen) -> object:
    found = desk.query("#find-text")
    return found.first() if found else None


async def looked_for(pilot: Pilot[None], desk: DeskScreen, text: str, count: int) -> None:
    await opened(pilot, desk)
    await type_text(pilot, text)
    area = finding(desk)
    await until(pilot, lambda: area.query.text == text and area.settled, "looked for")
    await until(pilot, lambda: len(area.hits) == count and told(desk), "hits")


async def test_what_is_found_is_counted_and_walked_through_and_escape_goes_back(
    tmp_path: Path,
) -> None:
    async with at_desk(write_story(tmp_path / "skerry.forge", LAMPS)) as (pilot, desk):
        desk.manuscript.move_cursor((1, 3))
        await looked_for(pilot, desk, "lamp", 3)
        await until(pilot, lambda: told(desk) == "2 of 3", "from the caret on")
        assert selected(desk) == (27, 31)
        await pilot.press("enter")
        await until(pilot, lambda: told(desk) == "3 of 3", "the next")
        assert selected(desk) == (40, 44)
        await pilot.press("down")
        await until(pilot, lambda: told(desk) == "1 of 3", "around")
        await pilot.press("up")
        await until(pilot, lambda: told(desk) == "3 of 3", "the one before")
        await pilot.press("escape")
        await until(pilot, lambda: desk.manuscript.has_focus and not desk.query(FindBar), "gone")
        assert desk.manuscript.cursor_location == (1, 3)
        assert finding(desk).hits == ()


async def test_f3_stays_at_the_hit_and_the_marks_go_with_the_text(tmp_path: Path) -> None:
    async with at_desk(write_story(tmp_path / "skerry.forge", LAMPS)) as (pilot, desk):
        desk.manuscript.move_cursor((0, 0))
        await looked_for(pilot, desk, "lamp", 3)
        await pilot.press("f3")
        await until(pilot, lambda: desk.manuscript.has_focus, "the page")
        assert selected(desk) == (2, 6)
        area = finding(desk)
        marks = [(mark.start, mark.end, mark.ink) for mark in area.marks(2, "", 0, 30)]
        assert marks == [(4, 8, Ink.FOUND), (17, 21, Ink.FOUND)]
        assert [mark.ink for mark in area.marks(0, "", 0, 12)] == [Ink.HERE]
        await type_text(pilot, "old lamp")
        await until(pilot, lambda: area.hits[:1] == (Hit(6, 10),), "looked for again")
        await until(pilot, lambda: len(area.marks(2, "", 0, 30)) == 2, "drawn again")
        await pilot.press("escape")
        await until(pilot, lambda: not desk.query(FindBar), "gone")
        assert selected(desk) == (10, 10)


async def test_the_switches_work_by_keys_and_by_mouse(tmp_path: Path) -> None:
    async with at_desk(write_story(tmp_path / "skerry.forge", LAMPS)) as (pilot, desk):
        await looked_for(pilot, desk, "lamp", 3)
        await pilot.press("tab", "space")
        area = finding(desk)
        await until(pilot, lambda: len(area.hits) == 2, "whole words")
        assert area.query.word
        await pilot.press("right", "enter")
        await until(pilot, lambda: len(area.hits) == 1, "small letters")
        chips = desk.query_one(Chips)
        assert "[x] whole word" in str(chips.render())
        await pilot.click(Chips, offset=(2, 0))
        await until(pilot, lambda: not area.query.word and len(area.hits) == 2, "by the mouse")


async def test_a_wrong_expression_is_said_under_the_field(tmp_path: Path) -> None:
    async with at_desk(write_story(tmp_path / "skerry.forge", LAMPS)) as (pilot, desk):
        await looked_for(pilot, desk, "lamp", 3)
        await pilot.press("tab", "end", "right", "right", "right", "space", "shift+tab")
        await until(pilot, lambda: finding(desk).query.regex, "an expression")
        await pilot.press("end")
        await type_text(pilot, "(")
        wrong = desk.query_one("#wrong")
        await until(pilot, lambda: "no regular expression" in str(wrong.render()), "said")
        assert finding(desk).hits == ()
        await pilot.press("backspace")
        await until(pilot, lambda: len(finding(desk).hits) == 3, "right again")
        assert not wrong.has_class("-told")


async def test_kana_are_found_in_each_spelling_and_nothing_found_is_said(tmp_path: Path) -> None:
    path = write_story(tmp_path / "kaze.forge", JAPANESE, language="ja")
    async with at_desk(path) as (pilot, desk):
        await looked_for(pilot, desk, "らんぷ", 3)
        await until(pilot, lambda: "of 3" in told(desk), "counted")
        await pilot.press("tab", "right", "right", "ideographic_space")
        await until(pilot, lambda: len(finding(desk).hits) == 1, "exact")
        await pilot.press("shift+tab", "end")
        await type_text(pilot, "x")
        await until(pilot, lambda: told(desk) == "nothing found", "nothing")


async def test_a_selection_is_looked_for_and_another_scene_is_searched_anew(tmp_path: Path) -> None:
    async with at_desk(write_story(tmp_path / "skerry.forge", LAMPS)) as (pilot, desk):
        desk.manuscript.move_cursor((0, 2))
        desk.manuscript.move_cursor((0, 6), select=True)
        await opened(pilot, desk)
        area = finding(desk)
        await until(pilot, lambda: len(area.hits) == 3, "the selection")
        assert area.query.text == "lamp"
        assert desk.outline is not None
        await desk.scenes.open(desk.outline.scenes[1].id)
        await until(pilot, lambda: area.hits == () and told(desk) == "nothing found", "searched")


async def test_what_the_model_writes_is_searched_too(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge", LAMPS)
    async with at_desk(path, backend=script(" Another lamp.")) as (pilot, desk):
        await looked_for(pilot, desk, "lamp", 3)
        await pilot.press("f3")
        await until(pilot, lambda: desk.manuscript.has_focus, "the page")
        desk.manuscript.move_cursor(desk.manuscript.document.end)
        await continued(pilot, desk)
        await until(pilot, lambda: len(finding(desk).hits) == 4, "the model's lamp")


async def in_story(pilot: Pilot[None], desk: DeskScreen, text: str) -> SearchStory:
    await pilot.press("ctrl+g")
    await until(pilot, lambda: asked(desk.house, SearchStory), "the dialog")
    dialog = desk.house.screen
    assert isinstance(dialog, SearchStory)
    await type_text(pilot, text)
    await until(pilot, lambda: dialog.wanted.text == text and dialog.found.done, "searched")
    return dialog


async def test_the_whole_story_is_searched_and_a_place_in_another_scene_gone_to(
    tmp_path: Path,
) -> None:
    path = write_story(tmp_path / "skerry.forge", LAMPS)
    with StoryFile.open(path) as story:
        story.scenes.save(page(story.outline().scenes[2].id, "Fog.\nHer lamp was out.", 0))
    async with at_desk(path) as (pilot, desk):
        await type_text(pilot, " Last lamp.")
        dialog = await in_story(pilot, desk, "lamp")
        await until(pilot, lambda: dialog.found.hits == 5, "what is not saved yet too")
        shown = texts(dialog.query_one(HitList).rows)
        assert "1.1 Oil 4" in shown
        assert "2.1 Fog 1" in shown
        assert dialog.told() == "5 places in 2 scenes."
        await pilot.press("down", "end", "enter")
        await until(pilot, lambda: desk.manuscript.text.startswith("Fog"), "the other scene")
        await until(pilot, lambda: desk.manuscript.has_focus and selected(desk) == (9, 13), "there")
        await until(pilot, lambda: told(desk) == "1 of 1", "the bar")
        await pilot.press("ctrl+g")
        await until(pilot, lambda: isinstance(pilot.app.focused, HitList), "the list again")
        again = pilot.app.focused
        assert isinstance(again, HitList)
        assert again.row is not None
        assert again.row.text == "Her lamp was out."
        await pilot.press("escape")
        await until(pilot, lambda: desk.manuscript.has_focus, "back")


async def test_a_wrong_query_and_an_empty_one_find_nothing(tmp_path: Path) -> None:
    async with at_desk(write_story(tmp_path / "skerry.forge", LAMPS)) as (pilot, desk):
        dialog = await in_story(pilot, desk, "lamp(")
        assert dialog.told() == "Nothing found."
        await pilot.press("tab", "right", "right", "right", "space")
        await until(pilot, lambda: "no regular expression" in dialog.told(), "said")
        await pilot.press("shift+tab", "ctrl+u")
        await until(pilot, lambda: dialog.told() == "", "nothing looked for")
        assert dialog.query_one(HitList).rows == ()
