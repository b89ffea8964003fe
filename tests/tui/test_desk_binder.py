"""The binder: switching, adding, renaming, moving, deleting and bringing back."""

from pathlib import Path

from textual.pilot import Pilot

from storyforge.store.story_file import StoryFile
from storyforge.tui.screens.desk import DeskScreen
from tests.tui.house import (
    TEXT,
    answer,
    asked,
    at_desk,
    notices,
    stored,
    texts,
    type_text,
    until,
    write_story,
)


def titles(path: Path) -> list[list[str]]:
    with StoryFile.open(path) as story:
        return [[scene.title for scene in chapter.scenes] for chapter in story.outline().chapters]


async def ordered(pilot: Pilot[None], desk: DeskScreen, wanted: list[list[str]]) -> None:
    """Wait until scenes stand so in the file, and the desk knows it."""

    def is_so() -> bool:
        assert desk.outline is not None
        known = [[scene.title for scene in one.scenes] for one in desk.outline.chapters]
        return known == wanted == titles(desk.path)

    await until(pilot, is_so, f"in the order {wanted}")


def scene(desk: DeskScreen, title: str) -> str:
    assert desk.outline is not None
    return next(found.id for found in desk.outline.scenes if found.title == title)


def mark(desk: DeskScreen, title: str) -> None:
    assert desk.outline is not None
    for chapter in desk.outline.chapters:
        if chapter.title == title:
            desk.binder.mark(f"chapter:{chapter.id}")
            return
    desk.binder.mark(f"scene:{scene(desk, title)}")


async def test_switching_scenes_saves_keeps_undo_and_restores_the_caret(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge")
    async with at_desk(path) as (pilot, desk):
        await type_text(pilot, " One")
        desk.manuscript.move_cursor((0, 3))
        await pilot.press("ctrl+b")
        assert desk.binder.has_focus
        mark(desk, "The log")
        await pilot.press("enter")
        await until(pilot, lambda: desk.scene_id == scene(desk, "The log"), "the other scene")
        await until(pilot, lambda: desk.manuscript.has_focus, "the page")
        assert desk.manuscript.text == ""
        assert stored(path) == TEXT + " One"
        await type_text(pilot, "New")
        await pilot.press("ctrl+b")
        mark(desk, "Oil")
        await pilot.press("enter")
        await until(pilot, lambda: desk.scene_id == scene(desk, "Oil"), "back")
        await until(pilot, lambda: desk.manuscript.has_focus, "the page")
        assert desk.manuscript.cursor_location == (0, 3)
        await pilot.press("ctrl+z")
        await until(pilot, lambda: desk.manuscript.text == TEXT, "undone in its own history")
        assert stored(path, "The log") == "New"


async def test_reopening_restores_scene_and_caret(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge")
    async with at_desk(path) as (pilot, desk):
        mark(desk, "Fog")
        desk.binder.focus()
        await pilot.press("enter")
        await until(pilot, lambda: desk.scene_id == scene(desk, "Fog"), "fog")
        await until(pilot, lambda: desk.manuscript.has_focus, "the page")
        await type_text(pilot, "Fog came.")
        desk.manuscript.move_cursor((0, 2))
        desk.house.do("quit")
        await until(pilot, lambda: desk.story is None, "left")
    async with at_desk(path) as (pilot, desk):
        assert desk.manuscript.text == "Fog came."
        assert desk.manuscript.caret == 2
        row = desk.binder.row
        assert row is not None
        assert row.id == f"scene:{desk.scene_id}"


async def test_scenes_and_chapters_are_added_and_renamed(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge")
    async with at_desk(path) as (pilot, desk):
        await pilot.press("ctrl+b")
        await pilot.press("n")
        await answer(pilot, "The stair [b]")
        await until(pilot, lambda: "The stair [b]" in texts(desk.binder.rows), "added")
        await until(pilot, lambda: desk.manuscript.has_focus, "shown")
        assert desk.manuscript.text == ""
        await pilot.press("ctrl+b", "c")
        await answer(pilot, "")
        await until(pilot, lambda: "Chapter 2" in texts(desk.binder.rows), "a chapter")
        await until(pilot, lambda: desk.manuscript.has_focus, "its scene is shown")
        await pilot.press("ctrl+b", "r")
        await answer(pilot, "Gulls")
        await until(pilot, lambda: "Gulls" in texts(desk.binder.rows), "renamed")
        assert titles(path) == [["Oil", "The stair [b]", "The log"], ["Gulls"], ["Fog"]]


async def test_rows_move_within_and_between_chapters(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge")
    async with at_desk(path) as (pilot, desk):
        await pilot.press("ctrl+b")
        mark(desk, "Oil")
        await pilot.press("shift+down")
        await ordered(pilot, desk, [["The log", "Oil"], ["Fog"]])
        await pilot.press("right_square_bracket")
        await ordered(pilot, desk, [["The log"], ["Oil", "Fog"]])
        await pilot.press("shift+up")
        await ordered(pilot, desk, [["The log", "Oil"], ["Fog"]])
        await pilot.press("m")
        await until(pilot, lambda: asked(desk.house), "the question")
        await pilot.press("down", "enter")
        await ordered(pilot, desk, [["The log"], ["Fog", "Oil"]])
        await until(pilot, lambda: desk.house.screen is desk, "the dialog is gone")
        mark(desk, "The Boat")
        await pilot.press("shift+up")
        await ordered(pilot, desk, [["Fog", "Oil"], ["The log"]])


async def test_a_deleted_scene_comes_back(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge")
    async with at_desk(path) as (pilot, desk):
        await type_text(pilot, "!")
        await pilot.press("ctrl+b")
        await pilot.press("delete")
        await until(pilot, lambda: titles(path) == [["The log"], ["Fog"]], "deleted")
        await until(pilot, lambda: "is deleted" in notices(desk.house), "said")
        assert desk.scene_id == scene(desk, "The log")
        assert desk.binder.has_focus
        await pilot.press("ctrl+z")
        await until(pilot, lambda: titles(path) == [["Oil", "The log"], ["Fog"]], "back")
        assert stored(path) == TEXT + "!"


async def test_a_deleted_chapter_comes_back_and_one_scene_always_stays(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge")
    async with at_desk(path) as (pilot, desk):
        await pilot.press("ctrl+b")
        mark(desk, "The Keeper")
        await pilot.press("d")
        await until(pilot, lambda: titles(path) == [["Fog"]], "deleted")
        await until(pilot, lambda: desk.scene_id == scene(desk, "Fog"), "another scene is shown")
        mark(desk, "Fog")
        await pilot.press("d")
        await until(pilot, lambda: "at least one scene" in notices(desk.house), "refused")
        await pilot.press("ctrl+z")
        await until(pilot, lambda: titles(path) == [["Oil", "The log"], ["Fog"]], "back")
        await pilot.press("ctrl+z")
        await until(pilot, lambda: "Nothing was deleted or moved" in notices(desk.house), "no more")


async def test_the_binder_lies_over_the_page_on_a_small_screen(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge")
    async with at_desk(path, size=(80, 24)) as (pilot, desk):
        assert not desk.binder.display
        assert desk.manuscript.size.width > 70
        await pilot.press("ctrl+b")
        await until(pilot, lambda: desk.binder.display, "shown")
        await pilot.click("Binder", offset=(6, 3))
        await until(pilot, lambda: desk.scene_id == scene(desk, "The log"), "clicked")
        await until(pilot, lambda: not desk.binder.display, "away")
