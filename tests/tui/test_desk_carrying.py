"""Dragging by keys in the binder, and going to a scene by a few letters."""

from pathlib import Path

from textual.pilot import Pilot

from storyforge.store.story_file import StoryFile
from storyforge.tui.desk.carrying import Carrying
from storyforge.tui.dialogs.base import AskText
from storyforge.tui.dialogs.jumping import JumpTo, Target, found
from storyforge.tui.screens.desk import DeskScreen
from storyforge.tui.widgets.rows import RowList
from tests.tui.house import asked, at_desk, notices, type_text, until, write_story

START = ["The Keeper", "Oil", "The log", "The Boat", "Fog"]


def shown(desk: DeskScreen) -> list[str]:
    desk.binder.numbered = False
    return [row.text for row in desk.binder.rows]


def kept(path: Path) -> list[str]:
    """The order as it is on disk."""
    with StoryFile.open(path) as story:
        found = []
        for chapter in story.outline().chapters:
            found += [chapter.title, *(scene.title for scene in chapter.scenes)]
        return found


def order(desk: DeskScreen) -> list[str]:
    """The order as the desk knows it, once a change is over."""
    assert desk.outline is not None
    names = []
    for chapter in desk.outline.chapters:
        names += [chapter.title, *(scene.title for scene in chapter.scenes)]
    return names


def hand(desk: DeskScreen) -> Carrying:
    return next(area for area in desk.hearing if isinstance(area, Carrying))


async def picked_up(pilot: Pilot[None], desk: DeskScreen, row: str) -> None:
    await pilot.press("ctrl+b")
    await until(pilot, lambda: desk.binder.has_focus)
    desk.binder.mark(next(r.id for r in desk.binder.rows if r.text.endswith(row)))
    await pilot.press("space")
    await until(pilot, lambda: hand(desk).carrying)


async def test_a_scene_is_carried_over_chapters_and_put_down(tmp_path: Path) -> None:
    path = write_story(tmp_path / "a.forge")
    async with at_desk(path) as (pilot, desk):
        await picked_up(pilot, desk, "Oil")
        assert desk.binder.rows[1].mark == "↕"
        await pilot.press("down", "down", "down")
        await until(
            pilot, lambda: shown(desk) == ["The Keeper", "The log", "The Boat", "Fog", "Oil"]
        )
        assert desk.binder.row is not None
        assert desk.binder.row.text == "Oil"
        assert kept(path) == START
        await pilot.press("enter")
        moved = ["The Keeper", "The log", "The Boat", "Fog", "Oil"]
        await until(pilot, lambda: order(desk) == moved, "put down")
        assert kept(path) == moved
        assert not hand(desk).carrying
        assert desk.binder.has_focus
        await pilot.press("ctrl+z")
        await until(pilot, lambda: kept(path) == START, "one step back")
        await until(pilot, lambda: shown(desk) == START)


async def test_escape_puts_back_what_is_carried(tmp_path: Path) -> None:
    path = write_story(tmp_path / "a.forge")
    async with at_desk(path) as (pilot, desk):
        await picked_up(pilot, desk, "Fog")
        await pilot.press("home")
        await until(pilot, lambda: shown(desk)[1] == "Fog")
        await pilot.press("escape")
        await until(pilot, lambda: shown(desk) == START and not hand(desk).carrying)
        assert desk.binder.has_focus
        assert kept(path) == START


async def test_a_chapter_is_carried_with_its_scenes(tmp_path: Path) -> None:
    path = write_story(tmp_path / "a.forge")
    async with at_desk(path) as (pilot, desk):
        await picked_up(pilot, desk, "The Boat")
        await pilot.press("shift+up", "space")
        moved = ["The Boat", "Fog", "The Keeper", "Oil", "The log"]
        await until(pilot, lambda: order(desk) == moved, "put down")
        assert kept(path) == moved
        await pilot.press("ctrl+z")
        await until(pilot, lambda: kept(path) == START)


async def test_leaving_the_binder_puts_it_back(tmp_path: Path) -> None:
    path = write_story(tmp_path / "a.forge")
    async with at_desk(path) as (pilot, desk):
        await picked_up(pilot, desk, "Oil")
        await pilot.press("down")
        await pilot.press("f3")
        await until(pilot, lambda: not hand(desk).carrying and desk.manuscript.has_focus)
        assert shown(desk) == START
        await picked_up(pilot, desk, "Oil")
        await pilot.press("down", "r")
        await until(pilot, lambda: asked(desk.house, AskText), "another action came")
        assert shown(desk) == START


async def test_a_save_meanwhile_does_not_take_it_out_of_the_hand(tmp_path: Path) -> None:
    path = write_story(tmp_path / "a.forge")
    async with at_desk(path) as (pilot, desk):
        await picked_up(pilot, desk, "Oil")
        await pilot.press("down")
        await desk.saving.recount()
        assert shown(desk)[1:3] == ["The log", "Oil"]
        await pilot.press("enter")
        await until(pilot, lambda: kept(path)[1:3] == ["The log", "Oil"])


async def test_a_single_move_is_taken_back_too(tmp_path: Path) -> None:
    path = write_story(tmp_path / "a.forge")
    async with at_desk(path) as (pilot, desk):
        await pilot.press("ctrl+b", "shift+down")
        await until(pilot, lambda: order(desk)[1:3] == ["The log", "Oil"])
        await pilot.press("ctrl+z")
        await until(pilot, lambda: "is where it was" in notices(desk.house), "said")
        assert kept(path) == START


# Jumping.


def titles(desk: DeskScreen) -> list[str]:
    return [row.text for row in desk.house.screen.query_one(RowList).rows]


async def test_a_few_letters_open_a_scene(tmp_path: Path) -> None:
    path = write_story(tmp_path / "a.forge")
    async with at_desk(path) as (pilot, desk):
        await pilot.press("f10")
        await until(pilot, lambda: asked(desk.house, JumpTo), "the letters")
        assert titles(desk) == ["1.1 Oil", "1.2 The log", "2.1 Fog"]
        await type_text(pilot, "fg")
        await until(pilot, lambda: titles(desk) == ["2.1 Fog"])
        await pilot.press("enter")
        await until(pilot, lambda: "Fog" in desk.header.plain)
        assert desk.manuscript.has_focus
        await pilot.press("f10")
        await until(pilot, lambda: asked(desk.house, JumpTo), "the letters")
        await pilot.press("up", "up", "enter")
        await until(pilot, lambda: "Oil" in desk.header.plain)


async def test_letters_that_no_scene_has_open_none(tmp_path: Path) -> None:
    path = write_story(tmp_path / "a.forge")
    async with at_desk(path, size=(80, 24)) as (pilot, desk):
        await pilot.press("f10")
        await until(pilot, lambda: asked(desk.house, JumpTo), "the letters")
        await type_text(pilot, "qqq")
        await until(pilot, lambda: titles(desk) == ["No scene is called that."])
        await pilot.press("enter", "escape")
        await until(pilot, lambda: not asked(desk.house, JumpTo))
        assert "Oil" in desk.header.plain


def test_numbers_beginnings_kana_and_widths_are_found() -> None:
    among = [
        Target("a", "1.1", "ランタン", "灯台"),
        Target("b", "1.2", "Lanterns", "The Boat"),
        Target("c", "2.1", "An island", "Lanterns again"),
        Target("d", "12.1", "Fog", "The Boat"),
    ]
    assert [t.id for t in found("らんたん", among)] == ["a"]
    assert [t.id for t in found("ﾗﾝﾀﾝ", among)] == ["a"]
    assert next(t.id for t in found("２.１", among)) == "c"
    assert [t.id for t in found("lant", among)] == ["b", "c"]
    assert [t.id for t in found("BOAT", among)] == ["b", "d"]
    assert [t.id for t in found("　", among)] == ["a", "b", "c", "d"]


def named(desk: DeskScreen) -> str:
    """The keys line."""
    return str(desk.keys_bar.render())


async def test_the_keys_line_names_what_the_keys_do_while_a_row_is_carried(tmp_path: Path) -> None:
    async with at_desk(write_story(tmp_path / "a.forge")) as (pilot, desk):
        await picked_up(pilot, desk, "Oil")
        await until(pilot, lambda: "Enter put it down" in named(desk), "the hand's keys")
        assert "Enter open" not in named(desk)
        await pilot.press("escape")
        await until(pilot, lambda: "Enter open" in named(desk), "the binder's keys")
        await pilot.press("space", "down", "enter")
        await until(pilot, lambda: "Enter open" in named(desk), "the binder's keys again")


async def test_the_keys_line_names_the_way_back_from_the_notes(tmp_path: Path) -> None:
    async with at_desk(write_story(tmp_path / "a.forge")) as (pilot, desk):
        await pilot.press("ctrl+n")
        await until(pilot, lambda: "Esc back" in named(desk), "the panel's keys")
        assert "continue" not in named(desk)
        await pilot.press("escape")
        await until(pilot, lambda: desk.manuscript.has_focus, "the page")
        await until(pilot, lambda: "continue" in named(desk), "the page's keys")
