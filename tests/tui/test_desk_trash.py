"""The trash: nothing goes before the author says so, and everything else comes back."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from textual.screen import Screen

from storyforge.backends.scripted import ScriptedBackend
from storyforge.domain.picture.pictures import Picture
from storyforge.store.story_file import StoryFile
from storyforge.tui.dialogs.base import Choose
from storyforge.tui.dialogs.trash import Reading, Trash
from storyforge.tui.screens.desk import DeskScreen
from storyforge.tui.widgets.rows import RowList
from tests.store.helpers import png
from tests.tui.house import asked, at_desk, notices, page, texts, until, write_story


def with_trash(path: Path) -> Path:
    """The log of one chapter is in the trash, and the whole of another."""
    write_story(path)
    with StoryFile.open(path) as story:
        first, second = story.outline().chapters
        log = first.scenes[1].id
        story.scenes.save(page(log, "No ship. No light.", 0))
        story.binder.delete_scene(log)
        story.binder.delete_scene(second.scenes[0].id)
        story.binder.delete_chapter(second.id)
    return path


def titles(path: Path) -> list[str]:
    with StoryFile.open(path) as story:
        return [scene.title for scene in story.outline().scenes]


def deleted(path: Path) -> int:
    with StoryFile.open(path) as story:
        return len(story.binder.trash())


def shown(desk: DeskScreen) -> str:
    return texts(desk.house.screen.query_one(RowList).rows)


def heads(desk: DeskScreen) -> list[str]:
    return [scene.title for scene in desk.outline.scenes] if desk.outline is not None else []


def ready(desk: DeskScreen, kind: type[Screen[Any]]) -> bool:
    """Whether the dialog is there with its rows, and hears the keys."""
    if not asked(desk.house, kind):
        return False
    rows = desk.house.screen.query_one(RowList)
    return rows.row is not None and rows.has_focus


async def test_what_was_deleted_is_listed_read_and_brought_back(tmp_path: Path) -> None:
    path = with_trash(tmp_path / "skerry.forge")
    async with at_desk(path) as (pilot, desk):
        desk.house.do("trash")
        await until(pilot, lambda: ready(desk, Trash), "the trash")
        assert "The log (The Keeper) 4 words" in shown(desk)
        assert "Chapter “The Boat”, 0 scenes" in shown(desk)
        await pilot.press("home", "down", "down", "enter")
        await until(pilot, lambda: ready(desk, Choose), "what to do with it")
        await pilot.press("enter")
        await until(pilot, lambda: asked(desk.house, Reading), "the scene")
        await pilot.press("escape")
        await until(pilot, lambda: ready(desk, Trash), "the list again")
        await pilot.press("enter")
        await until(pilot, lambda: ready(desk, Choose), "what to do with it")
        await pilot.press("home", "down", "enter")
        await until(pilot, lambda: titles(path) == ["Oil", "The log"], "back")
        await until(pilot, lambda: heads(desk) == ["Oil", "The log"], "in the binder too")
        await until(pilot, lambda: ready(desk, Trash), "the list again")
        await pilot.press("escape")
        await until(pilot, lambda: len(desk.house.screen_stack) == 1, "the page")


async def test_a_scene_of_a_deleted_chapter_comes_back_with_it(tmp_path: Path) -> None:
    path = with_trash(tmp_path / "skerry.forge")
    async with at_desk(path) as (pilot, desk):
        desk.house.do("trash")
        await until(pilot, lambda: ready(desk, Trash), "the trash")
        await pilot.press("home", "down", "enter")
        await until(pilot, lambda: ready(desk, Choose), "what to do with it")
        await pilot.press("home", "down", "enter")
        await until(pilot, lambda: titles(path) == ["Oil", "Fog"], "both are back")


class Remembering(ScriptedBackend):
    """Knows what it was told to forget."""

    forgot: tuple[str, ...] = ()

    async def forget(self, slots: tuple[str, ...]) -> None:
        self.forgot = slots


async def test_the_trash_is_emptied_after_a_yes_that_names_what_goes(tmp_path: Path) -> None:
    path = with_trash(tmp_path / "skerry.forge")
    model = Remembering()
    async with at_desk(path, backend=model) as (pilot, desk):
        await desk.house.backend()
        assert desk.story is not None
        scenes = tuple(desk.story.scenes.stamps())
        desk.house.do("trash")
        await until(pilot, lambda: ready(desk, Trash), "the trash")
        await pilot.press("end", "enter")
        await until(pilot, lambda: ready(desk, Choose), "the question")
        question = desk.house.screen.query_one(".said")
        assert "The log (The Keeper), 4 words" in str(question.render())
        await pilot.press("enter")
        await until(pilot, lambda: ready(desk, Trash), "kept")
        assert deleted(path) == 3
        await pilot.press("enter")
        await until(pilot, lambda: ready(desk, Choose), "the question")
        await pilot.press("end", "enter")
        await until(pilot, lambda: "gone for good" in notices(desk.house), "gone")
        assert deleted(path) == 0
        await until(pilot, lambda: model.forgot == scenes, "what was read of them too")
        desk.binder.focus()
        await pilot.press("ctrl+z")
        await until(pilot, lambda: "Nothing was deleted" in notices(desk.house), "no way back")
        desk.house.do("trash")
        await until(pilot, lambda: "trash is empty" in notices(desk.house), "empty")


async def test_a_deleted_picture_comes_back_from_the_trash(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge")
    with StoryFile.open(path) as story:
        scene = story.outline().scenes[0].id
        drawn = datetime(2026, 11, 28, tzinfo=UTC)
        picture = Picture("p", scene, drawn, 8, 8, 1, alt="A lighthouse.")
        story.pictures.delete(story.pictures.add(picture, png(1)).id)
    async with at_desk(path) as (pilot, desk):
        desk.house.do("trash")
        await until(pilot, lambda: ready(desk, Trash), "the trash")
        assert "Picture of Oil: A lighthouse." in shown(desk)
        await pilot.press("home", "enter")
        await until(pilot, lambda: ready(desk, Choose), "what to do with it")
        await pilot.press("home", "enter")
        await until(pilot, lambda: "A lighthouse. is back" in notices(desk.house), "it is back")
        assert desk.story is not None
        assert [one.id for one in desk.story.pictures.all()] == ["p"]
