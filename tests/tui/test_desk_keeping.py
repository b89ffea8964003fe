"""What is asked for now and then: snapshots, length, origin, the story's facts."""

from pathlib import Path

from textual.widgets import Input

from storyforge.tui.dialogs.story import AskFacts
from tests.tui.house import (
    answer,
    asked,
    at_desk,
    continued,
    notices,
    script,
    until,
    write_story,
)
from tests.tui.test_desk_writing import status


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
        desk.house.screen.query_one("#language", Input).value = "zh"
        await answer(pilot, "The Light")
        await until(pilot, lambda: desk.language == "zh", "changed")
        await until(pilot, lambda: "English, Japanese only" in desk.hint.told, "warned")
        await until(pilot, lambda: "scene 43 ch." in status(desk), "characters are counted")
        assert "The Light" in desk.header.plain
