"""The library: empty, new, import, open, duplicate, forget."""

import threading
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Input, ProgressBar, Static

from storyforge import paths
from storyforge.store.story_file import StoryFile
from storyforge.studio import publishing, shelf
from storyforge.tui import course
from storyforge.tui.app import StoryforgeApp
from storyforge.tui.dialogs.base import Tell
from storyforge.tui.dialogs.importing import ImportFiles, sources_of
from storyforge.tui.dialogs.story import AskNewStory
from storyforge.tui.dialogs.waiting import Waiting
from storyforge.tui.screens.desk import DeskScreen
from storyforge.tui.screens.library import LibraryScreen
from storyforge.tui.widgets.rows import RowList
from tests.importing import samples
from tests.tui.house import (
    answer,
    asked,
    desk_of,
    notices,
    running,
    stored,
    texts,
    until,
    write_story,
)


def library_of(app: StoryforgeApp) -> LibraryScreen:
    return next(screen for screen in app.screen_stack if isinstance(screen, LibraryScreen))


def forges(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.forge"))


def heading(app: StoryforgeApp) -> str:
    return str(library_of(app).query_one("#heading", Static).render())


async def test_an_empty_library_is_friendly_and_begins_a_story() -> None:
    async with running(None) as (pilot, app):
        await until(pilot, lambda: "N begins one" in heading(app), "the heading")
        await pilot.press("n")
        await until(pilot, lambda: asked(app, AskNewStory), "the dialog")
        dialog = app.screen
        await pilot.press("enter")
        await until(pilot, lambda: dialog.query_one("#wrong").display, "a title is asked")
        dialog.query_one("#author", Input).value = "Ana"
        dialog.query_one("#title", Input).value = "The Light"
        file = dialog.query_one("#file", Input)
        await until(pilot, lambda: file.placeholder.endswith("The Light.forge"), "a free name")
        await pilot.press("enter")
        await until(pilot, lambda: not isinstance(app.screen, LibraryScreen), "the desk")
        await until(pilot, lambda: desk_of(app).story is not None, "open")
        assert (paths.stories_dir() / "The Light.forge").exists()
        await until(pilot, lambda: "The story lies in" in notices(app), "said")
        assert app.settings is not None
        assert app.settings.author == "Ana"


async def test_a_new_story_lies_where_its_author_says_and_over_nothing(tmp_path: Path) -> None:
    there = write_story(tmp_path / "skerry.forge")
    async with running(None) as (pilot, app):
        await pilot.press("n")
        await until(pilot, lambda: asked(app, AskNewStory), "the dialog")
        dialog = app.screen
        dialog.query_one("#title", Input).value = "灯台"
        dialog.query_one("#file", Input).value = str(there)
        await pilot.press("enter")
        wrong = dialog.query_one("#wrong", Static)
        await until(pilot, lambda: "something already" in str(wrong.render()), "refused")
        await answer(pilot, str(tmp_path / "elsewhere"))
        await until(pilot, lambda: not isinstance(app.screen, LibraryScreen), "the desk")
        await until(pilot, lambda: desk_of(app).story is not None, "open")
    assert stored(tmp_path / "elsewhere.forge", "") == ""
    assert stored(there)


async def test_a_text_is_imported_after_a_preview(tmp_path: Path) -> None:
    source = tmp_path / "novel.md"
    source.write_text("# One\n\nFog came.\n\n***\n\nIt stayed.\n\n# Two\n\nIt went.\n")
    async with running(None) as (pilot, app):
        await pilot.press("i")
        await until(pilot, lambda: asked(app, ImportFiles), "the dialog")
        dialog = app.screen
        outcome = dialog.query_one("#outcome", Static)
        sources = dialog.query_one("#sources", Input)
        sources.value = str(tmp_path / "nothing.md")
        await until(pilot, lambda: "There is no file" in str(outcome.render()), "an error")
        sources.value = str(source)
        told = "2 chapters, 3 scenes, 6 words"
        await until(pilot, lambda: told in str(outcome.render()), "the preview")
        await pilot.press("enter")
        assert isinstance(app.focused, RowList)
        assert app.focused.row is not None
        assert app.focused.row.id == "go", "the same key again makes the story"
        await pilot.press("down", "down", "enter")
        rows = dialog.query_one(RowList)
        await until(pilot, lambda: "Join broken lines yes" in texts(rows.rows), "a wish")
        await pilot.press("down", "enter", "up", "up", "enter")
        await until(pilot, lambda: "headings of level 1" in texts(rows.rows), "another")
        await until(pilot, lambda: told in str(outcome.render()), "the preview again")
        there = write_story(tmp_path / "there.forge")
        target = dialog.query_one("#file", Input)
        await until(pilot, lambda: "novel.forge" in target.placeholder, "a free name")
        target.focus()
        await until(pilot, lambda: app.focused is target, "the line for the file")
        await answer(pilot, str(there))
        wrong = dialog.query_one("#wrong", Static)
        await until(pilot, lambda: "something already" in str(wrong.render()), "refused")
        await answer(pilot, str(tmp_path / "novel"))
        await until(pilot, lambda: isinstance(app.screen, DeskScreen), "the desk")
        await until(pilot, lambda: desk_of(app).story is not None, "open")
        assert desk_of(app).manuscript.text == "Fog came."
    assert (tmp_path / "novel.forge").exists()
    assert stored(there)


async def test_a_save_of_another_program_is_imported_with_all_it_holds(tmp_path: Path) -> None:
    source = tmp_path / "save.json"
    source.write_bytes(samples.koboldai())
    async with running(None, size=(80, 24)) as (pilot, app):
        await pilot.press("i")
        await until(pilot, lambda: asked(app, ImportFiles), "the dialog")
        dialog = app.screen
        outcome = dialog.query_one("#outcome", Static)
        dialog.query_one("#sources", Input).value = str(source)
        await until(pilot, lambda: "KoboldAI save" in str(outcome.render()), "the preview")
        shown = str(outcome.render())
        assert "memory, author's note, 1 entry of lore, 2 attachments" in shown
        assert "anotetemplate" in shown
        target = dialog.query_one("#file", Input)
        target.focus()
        await until(pilot, lambda: app.focused is target, "the line for the file")
        await answer(pilot, str(tmp_path / "save"))
        await until(pilot, lambda: isinstance(app.screen, DeskScreen), "the desk")
        await until(pilot, lambda: desk_of(app).story is not None, "open")
    with StoryFile.open(tmp_path / "save.forge") as story:
        assert story.context.text("memory") == "Skerry Point, 1893."
        assert {kept.name for kept in story.attachments.list()} == {"save.json", "notes.txt"}


async def test_a_long_import_is_counted_and_can_be_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "novel.md"
    source.write_text("# One\n\nFog came.\n\n# Two\n\nIt went.\n")
    stopped = threading.Event()
    make = publishing.import_story

    def slowly(*arguments: Any, progress: Any, **more: Any) -> StoryFile:
        def tell(done: int, total: int) -> None:
            progress(done, total)
            assert stopped.wait(30)
            progress(done, total)

        return make(*arguments, progress=tell, **more)

    monkeypatch.setattr(course, "_PATIENCE", 0.0)
    monkeypatch.setattr(publishing, "import_story", slowly)
    async with running(None) as (pilot, app):
        await pilot.press("i")
        await until(pilot, lambda: asked(app, ImportFiles), "the dialog")
        dialog = app.screen
        dialog.query_one("#sources", Input).value = str(source)
        outcome = dialog.query_one("#outcome", Static)
        await until(pilot, lambda: "2 chapters" in str(outcome.render()), "the preview")
        target = dialog.query_one("#file", Input)
        target.focus()
        await until(pilot, lambda: app.focused is target, "the line for the file")
        await answer(pilot, str(tmp_path / "novel"))
        await until(pilot, lambda: isinstance(app.screen, Waiting), "told")
        bar = app.screen.query_one(ProgressBar)
        await until(pilot, lambda: (bar.progress, bar.total) == (1, 2), "the first scene")
        await pilot.press("escape")
        said = app.screen.query_one(".said", Static)
        await until(pilot, lambda: "Stopping" in str(said.render()), "heard")
        stopped.set()
        await until(pilot, lambda: "nothing was imported" in notices(app), "stopped")
    assert forges(tmp_path) == []


async def test_stories_are_opened_doubled_and_forgotten(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge")
    shelf.remember_opened(path, "Skerry Point")
    shelf.remember_opened(tmp_path / "gone.forge", "Gone")
    async with running(None) as (pilot, app):
        rows = library_of(app).shelf
        await until(pilot, lambda: "Gone not there now" in texts(rows.rows), "listed")
        await pilot.press("delete")
        await until(pilot, lambda: "Gone" not in texts(rows.rows), "forgotten")
        await pilot.press("d")
        await until(pilot, lambda: "The copy is" in notices(app), "doubled")
        copies = [found for found in forges(tmp_path) if found != path]
        assert stored(copies[0]) == stored(path)
        await pilot.press("o")
        await answer(pilot, str(tmp_path / "nowhere.forge"))
        await until(pilot, lambda: asked(app, Tell), "a sentence")
        await pilot.press("enter", "o")
        await answer(pilot, str(path))
        await until(pilot, lambda: not isinstance(app.screen, LibraryScreen), "the desk")
        await until(pilot, lambda: desk_of(app).story is not None, "open")


def test_typed_sources_are_one_path_or_several(tmp_path: Path) -> None:
    spaced = tmp_path / "my novel.md"
    spaced.touch()
    assert sources_of(str(spaced)) == [spaced]
    assert sources_of("a.md 'b c.md'") == [Path("a.md"), Path("b c.md")]
    assert sources_of("it's") == [Path("it's")]
    assert sources_of("  ") == []
