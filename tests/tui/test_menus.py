"""Menus: everything a place can do, reached by Enter, the right arrow and the right button."""

from pathlib import Path

from textual.widgets import Input

from storyforge.tui.action import Where
from storyforge.tui.actions import of
from storyforge.tui.dialogs.base import AskText
from storyforge.tui.dialogs.menu import Menu
from storyforge.tui.screens.library import LibraryScreen
from storyforge.tui.widgets.rows import RowList
from tests.tui.house import asked, at_desk, desk_of, running, until, write_story


def offered(menu: object) -> list[str]:
    assert isinstance(menu, Menu)
    return [row.id for row in menu.query_one(RowList).rows]


async def test_enter_on_the_open_scene_lists_every_action_of_the_binder(tmp_path: Path) -> None:
    async with at_desk(write_story(tmp_path / "a.forge")) as (pilot, desk):
        await pilot.press("ctrl+b", "enter")
        await until(pilot, lambda: asked(desk.house, Menu), "the menu")
        wanted = {action.id for action in of(Where.BINDER)} - {"binder_menu"}
        wanted |= {"scene_status", "scene_label", "scene_goal"}
        assert set(offered(pilot.app.screen)) == wanted
        assert "1.1 Oil" in str(pilot.app.screen.query(".said").first().render())
        rows = pilot.app.screen.query_one(RowList)
        rows.mark("rename")
        await pilot.press("enter")
        await until(pilot, lambda: asked(desk.house, AskText), "the title")
        field = pilot.app.focused
        assert isinstance(field, Input)
        assert field.value == "Oil"


async def test_its_first_row_does_what_enter_is_for(tmp_path: Path) -> None:
    async with at_desk(write_story(tmp_path / "a.forge")) as (pilot, desk):
        desk.binder.focus()
        desk.binder.mark(desk.binder.rows[-2].id)
        await pilot.press("enter")
        await until(pilot, lambda: asked(desk.house, Menu), "the menu of a chapter")
        await pilot.press("enter")
        await until(pilot, lambda: desk.manuscript.has_focus, "its first scene")
        assert desk.outline is not None
        assert desk.scene_id == desk.outline.scenes[-1].id


async def test_enter_on_another_scene_opens_it_at_once(tmp_path: Path) -> None:
    async with at_desk(write_story(tmp_path / "a.forge")) as (pilot, desk):
        await pilot.press("ctrl+b", "down", "enter")
        await until(pilot, lambda: desk.manuscript.has_focus, "the scene")
        assert desk.outline is not None
        assert desk.scene_id == desk.outline.scenes[1].id


async def test_the_right_arrow_and_the_right_button_show_it_too(tmp_path: Path) -> None:
    async with at_desk(write_story(tmp_path / "a.forge")) as (pilot, desk):
        await pilot.press("ctrl+b", "down", "right")
        await until(pilot, lambda: asked(desk.house, Menu), "the menu")
        await pilot.press("escape")
        await until(pilot, lambda: desk.binder.has_focus, "the binder again")
        await pilot.click(desk.binder, offset=(6, 2), button=3)
        await until(pilot, lambda: asked(desk.house, Menu), "the menu")
        assert desk.binder.marked[1] == desk.scene_id


async def test_the_librarys_last_row_is_its_menu_even_without_a_story(tmp_path: Path) -> None:
    async with running(None) as (pilot, app):
        await until(pilot, lambda: app.screen.query_one(RowList).rows, "the rows")
        await pilot.press("enter")
        await until(pilot, lambda: asked(app, Menu), "the menu")
        wanted = {action.id for action in of(Where.LIBRARY)} - {"library_menu"}
        assert set(offered(app.screen)) == wanted
        app.screen.query_one(RowList).mark("open_path")
        await pilot.press("enter")
        await until(pilot, lambda: asked(app, AskText), "the path")


async def test_the_librarys_menu_is_about_the_story_marked_last(tmp_path: Path) -> None:
    path = write_story(tmp_path / "a.forge")
    async with running(path):
        pass
    async with running(None) as (pilot, app):
        await until(pilot, lambda: len(app.screen.query_one(RowList).rows) == 2, "the story")
        await pilot.press("end", "enter")
        await until(pilot, lambda: asked(app, Menu), "the menu")
        assert "Skerry Point" in str(app.screen.query(".said").first().render())
        await pilot.press("enter")
        await until(pilot, lambda: not isinstance(app.screen, (Menu, LibraryScreen)), "the desk")
        await until(pilot, lambda: desk_of(app).story is not None, "the story")
