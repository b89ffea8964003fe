"""What is asked for now and then: snapshots, length, origin, the story's facts."""

import threading
from pathlib import Path

import pytest
from textual.widgets import Input, Static

from storyforge.domain.story import Page
from storyforge.tui.dialogs.snapshots import Snapshots, difference
from storyforge.tui.dialogs.story import AskFacts
from tests.tui.house import (
    TEXT,
    answer,
    asked,
    at_desk,
    continued,
    notices,
    script,
    stored,
    type_text,
    until,
    write_story,
)
from tests.tui.test_desk_writing import status


async def test_a_named_snapshot_is_compared_and_restored(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge")
    async with at_desk(path) as (pilot, desk):
        await pilot.press("ctrl+s")
        await answer(pilot, "before the fog")
        await until(pilot, lambda: "before the fog" in notices(desk.house), "kept")
        await type_text(pilot, " Fog.")
        desk.house.do("snapshots")
        await until(pilot, lambda: asked(desk.house, Snapshots), "the list")
        shown = desk.house.screen.query_one("#difference", Static)
        await until(pilot, lambda: "Fog." in str(shown.render()), "compared")
        await pilot.press("enter")
        await until(pilot, lambda: desk.manuscript.text == TEXT, "restored")
        await until(pilot, lambda: not desk.saving.dirty, "saved")
        assert stored(path) == TEXT
        await pilot.press("ctrl+z")
        await until(pilot, lambda: desk.manuscript.text == TEXT + " Fog.", "one step back")


async def test_the_status_says_saving_until_the_disk_has_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_story(tmp_path / "skerry.forge")
    async with at_desk(path) as (pilot, desk):
        assert desk.story is not None
        scenes, asked_for, may_go = desk.story.scenes, threading.Event(), threading.Event()
        save = scenes.save

        def slow(page: Page) -> None:
            asked_for.set()
            assert may_go.wait(60)
            save(page)

        monkeypatch.setattr(scenes, "save", slow)
        await type_text(pilot, " Fog.")
        await until(pilot, asked_for.is_set, "the disk is asked")
        assert "saving" in status(desk)
        may_go.set()
        await until(pilot, lambda: not desk.saving.dirty, "written")
        assert "saving" not in status(desk)
        assert "saved" in status(desk)
        assert stored(path) == TEXT + " Fog."


def test_a_difference_shows_what_went_and_what_came() -> None:
    shown = difference("one\nthe old lamp\nthree", "one\nthe new lamp\nthree\nfour")
    assert str(shown) == "  one\n~ the old new lamp \n  three\n+ four\n"
    assert "same" in str(difference("one", "one"))
    many = "\n".join(f"line {n}" for n in range(9))
    assert "7 unchanged" in str(difference(many, many + "\nend"))


async def test_the_length_is_chosen_and_kept(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge")
    async with at_desk(path) as (pilot, desk):
        desk.house.do("length")
        await until(pilot, lambda: asked(desk.house), "the question")
        await pilot.press("home", "enter")
        await until(pilot, lambda: "a sentence" in status(desk), "chosen")
        desk.house.do("length")
        await until(pilot, lambda: asked(desk.house), "the question")
        await pilot.press("end", "up", "enter")
        await answer(pilot, "77")
        await until(pilot, lambda: "77 tokens" in status(desk), "a number")
        assert desk.house.settings is not None
        assert desk.house.settings.writing.length == "77"
        await pilot.press("ctrl+l")
        await until(pilot, lambda: asked(desk.house), "the question")
        await pilot.press("end", "enter")
        await until(pilot, lambda: "as the model left them" in notices(desk.house), "trim off")
        assert not desk.house.settings.writing.trim_to_sentence


async def test_the_length_is_changed_from_the_status_line(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge")
    async with at_desk(path) as (pilot, desk):
        at = status(desk).index("Ctrl+L up to 120 tokens")
        await pilot.click("StatusBar", offset=(at + 10, 0))
        await until(pilot, lambda: asked(desk.house), "the question")
        await pilot.press("home", "down", "enter")
        await until(pilot, lambda: "up to a paragraph" in status(desk), "chosen")


async def test_the_origin_is_shown_and_counted_apart(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge")
    async with at_desk(path, backend=script(" Fog came.")) as (pilot, desk):
        await continued(pilot, desk)
        desk.house.do("origin")
        await until(pilot, lambda: "you 11 · model 2" in status(desk), "apart")
        assert desk.manuscript.show_origin


async def test_the_facts_of_a_story_are_changed_and_a_language_is_warned_of(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge")
    async with at_desk(path) as (pilot, desk):
        desk.house.do("details")
        await until(pilot, lambda: asked(desk.house, AskFacts), "the facts")
        desk.house.screen.query_one("#language", Input).value = "ja"
        await answer(pilot, "The Light")
        await until(pilot, lambda: desk.language == "ja", "changed")
        await until(pilot, lambda: "English only" in desk.hint.told, "warned")
        await until(pilot, lambda: "scene 43 ch." in status(desk), "characters are counted")
        assert "The Light" in desk.header.plain
