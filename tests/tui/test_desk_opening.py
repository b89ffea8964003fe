"""Opening and leaving: read-only, other machines, hints, errors, and text that cannot be saved."""

import errno
import json
import os
import signal
from pathlib import Path

import pytest
from textual.widgets import Input

from storyforge.domain.story import Page
from storyforge.errors import StoryFileError
from storyforge.store.story_file import StoryFile
from storyforge.tui.desk import saving
from storyforge.tui.dialogs.base import Choose, Tell
from storyforge.tui.ending import say_last_words
from storyforge.tui.screens.desk import DeskScreen
from storyforge.tui.screens.library import LibraryScreen
from tests.tui.house import (
    TEXT,
    answer,
    asked,
    at_desk,
    desk_of,
    notices,
    running,
    script,
    stored,
    type_text,
    until,
    write_story,
)
from tests.tui.test_desk_writing import status


async def test_a_story_held_by_another_is_read_only_and_says_who(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge")
    with StoryFile.open(path):
        async with running(path) as (pilot, app):
            desk = desk_of(app)
            assert "process" in status(desk)
            await type_text(pilot, "x")
            await pilot.press("shift+enter")
            await until(pilot, lambda: "process" in notices(app), "said why")
            assert desk.manuscript.text == TEXT
    assert stored(path) == TEXT


def lock_elsewhere(path: Path) -> None:
    told = {
        "user": "ana",
        "host": "elsewhere",
        "pid": 4,
        "started": 1.0,
        "since": "2026-01-02T03:04:05+00:00",
    }
    Path(f"{path}.lock").write_text(json.dumps(told))


async def test_a_lock_of_another_machine_is_taken_over_after_a_yes(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge")
    lock_elsewhere(path)
    async with running(path) as (pilot, app):
        await until(pilot, lambda: asked(app, Choose), "the question")
        await pilot.press("down", "enter")
        desk = desk_of(app)
        await until(pilot, lambda: desk.story is not None, "open")
        await type_text(pilot, "!")
        await until(pilot, lambda: not desk.saving.dirty, "saved")
        assert not desk.story.read_only if desk.story else False


async def test_the_first_run_names_the_key_that_works_here_once(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge")
    async with running(path, hint=True, shift_enter=False) as (pilot, app):
        desk = desk_of(app)
        await until(pilot, lambda: desk.hint.display, "the hint")
        assert "Ctrl+J continues" in desk.hint.told
        assert "Ctrl+J continue" in desk.keys_bar.plain
        await pilot.press("escape")
        await until(pilot, lambda: not desk.hint.display, "closed")
        await pilot.press("shift+enter")
        bar = desk.keys_bar
        await until(pilot, lambda: "Shift+Enter continue" in bar.plain, "learned")
        await until(pilot, lambda: not desk.continuing.running, "at rest")
    async with running(path, hint=True) as (pilot, app):
        assert not desk_of(app).hint.display


async def test_what_is_no_story_leads_to_the_library_with_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "novel.forge"
    path.write_text("no story at all")
    async with running(path) as (pilot, app):
        await until(pilot, lambda: asked(app, Tell), "the sentence")
        assert isinstance(app.screen_stack[-2], LibraryScreen)


async def test_a_long_paragraph_is_broken_after_a_yes(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge", "The boat came in. " * 4000)
    async with running(path) as (pilot, app):
        await until(pilot, lambda: asked(app, Choose), "the offer")
        await pilot.press("enter")
        desk = desk_of(app)
        await until(pilot, lambda: desk.manuscript.document.line_count > 2, "broken")
        await until(pilot, lambda: stored(path).count("\n") > 2, "saved")


async def test_a_save_that_fails_keeps_the_text_says_so_and_tries_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saving, "RETRY_AFTER", 0.05)
    path = write_story(tmp_path / "skerry.forge")
    async with at_desk(path, backend=script(" No.")) as (pilot, desk):
        assert desk.story is not None
        scenes = desk.story.scenes
        save = scenes.save
        full = [True]

        def on_a_full_disk(page: Page) -> None:
            if full:
                raise StoryFileError("The disk is full; your text is still here.")
            save(page)

        monkeypatch.setattr(scenes, "save", on_a_full_disk)
        await type_text(pilot, " Fog.")
        await until(pilot, lambda: "not saved: The disk is full" in status(desk), "said")
        await pilot.press("shift+enter")
        await until(pilot, lambda: "model was not asked" in notices(desk.house), "not asked")
        assert desk.manuscript.text == TEXT + " Fog."
        desk.binder.focus()
        await pilot.press("down", "enter")
        await until(pilot, lambda: "not saved yet" in notices(desk.house), "the scene stays")
        full.clear()
        await until(pilot, lambda: desk.telling.status.saved == "saved", "saved at last")
        assert stored(path) == TEXT + " Fog."


async def test_leaving_with_unsaved_text_asks_and_writes_a_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_story(tmp_path / "skerry.forge")
    async with at_desk(path) as (pilot, desk):
        assert desk.story is not None

        def on_a_full_disk(_page: Page) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        monkeypatch.setattr(desk.story.scenes, "save", on_a_full_disk)
        await type_text(pilot, " Fog.")
        await pilot.press("ctrl+q")
        await until(pilot, lambda: asked(desk.house, Choose), "the question")
        await pilot.press("enter")
        await until(pilot, lambda: desk.house.screen is desk, "stayed")
        await pilot.press("ctrl+q")
        await until(pilot, lambda: asked(desk.house, Choose), "asked again")
        await pilot.press("down", "enter")
        await until(pilot, lambda: isinstance(desk.house.focused, Input), "where to")
        await answer(pilot, str(tmp_path / "rescued.txt"))
        await until(pilot, lambda: desk.story is None, "left")
    assert (tmp_path / "rescued.txt").read_text() == TEXT + " Fog."


async def test_what_closing_has_to_say_is_said_in_the_library(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_story(tmp_path / "skerry.forge")
    async with at_desk(path) as (pilot, desk):
        close_badly(desk, monkeypatch)
        desk.house.do("library")
        await until(pilot, lambda: "lie beside it" in notices(desk.house), "said")
        assert desk.house.last_words == []


async def test_what_closing_has_to_say_is_printed_when_the_screen_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_story(tmp_path / "skerry.forge")
    async with at_desk(path) as (pilot, desk):
        house = desk.house
        close_badly(desk, monkeypatch)
        await pilot.press("ctrl+q")
        await until(pilot, lambda: house.last_words, "kept for later")
    say_last_words(house.last_words)
    assert capsys.readouterr().err == "Its last pages lie beside it. Keep the two together.\n"


def close_badly(desk: DeskScreen, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the story's file close with a sentence to say."""
    story = desk.story
    assert story is not None
    close = story.close

    def closed() -> None:
        close()
        raise StoryFileError("Its last pages lie beside it.", hint="Keep the two together.")

    monkeypatch.setattr(story, "close", closed)


async def test_being_told_to_go_saves_first(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge")
    async with at_desk(path, backend=script(" word" * 100, delay=0.05)) as (pilot, desk):
        await pilot.press("shift+enter")
        await until(pilot, lambda: len(desk.manuscript.text) > len(TEXT) + 10, "words come")
        os.kill(os.getpid(), signal.SIGTERM)
        await until(pilot, lambda: desk.story is None, "closed")
        kept = desk.manuscript.text
    assert len(kept) > len(TEXT) + 10
    assert stored(path) == kept


async def test_another_window_and_the_library_save_too(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge")
    async with running(path) as (pilot, app):
        desk = desk_of(app)
        await type_text(pilot, "!")
        app.on_app_blur()
        await until(pilot, lambda: not desk.saving.dirty, "saved")
        await type_text(pilot, "?")
        app.do("library")
        await until(pilot, lambda: isinstance(app.screen, LibraryScreen), "the library")
        assert stored(path) == TEXT + "!?"
        library = app.screen
        assert isinstance(library, LibraryScreen)
        await until(pilot, lambda: library.shelf.rows, "it is listed")
        await pilot.press("enter")
        await until(pilot, lambda: not isinstance(app.screen, LibraryScreen), "opened again")
        await until(pilot, lambda: desk_of(app).story is not None, "open")
