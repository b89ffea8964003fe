"""Summaries at the desk: the list, one's own words, the queue in the status line and its end."""

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from textual.widgets import TextArea

from benchmarks.stories import scene_text
from storyforge.backends.scripted import ScriptedBackend
from storyforge.domain.generation import Delta, Request, Text
from storyforge.store.story_file import StoryFile
from storyforge.studio.summaries import wanted
from storyforge.studio.summaries.listing import entries, standing
from storyforge.tui import work
from storyforge.tui.dialogs.base import Choose
from storyforge.tui.dialogs.lines import AskLines
from storyforge.tui.dialogs.summaries import Summaries
from storyforge.tui.screens.desk import DeskScreen
from storyforge.tui.widgets.rows import RowList
from tests.tui.house import (
    asked,
    at_desk,
    continued,
    notices,
    texts,
    type_text,
    until,
    write_story,
)

MADE = "A boat drifts in without a crew, and nobody tells of it."


class Held(ScriptedBackend):
    """Holds the answers that are asked for behind until let on, or stopped."""

    def __init__(self, *script: str) -> None:
        super().__init__(script)
        self.arrived = asyncio.Event()
        self.go_on = asyncio.Event()

    async def stream(self, request: Request, stop: asyncio.Event) -> AsyncGenerator[Delta, None]:
        async for delta in super().stream(request, stop):
            yield delta
            if isinstance(delta, Text) and "Summary of" in request.prompt:
                self.arrived.set()
                waits = [asyncio.create_task(one.wait()) for one in (self.go_on, stop)]
                await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
                for wait in waits:
                    wait.cancel()


def states(path: Path) -> list[str]:
    with StoryFile.open(path) as story:
        return [f"{standing(one)}: {one.text}" for one in entries(story) if one.text]


def shown(desk: DeskScreen) -> str:
    return texts(desk.house.screen.query_one(RowList).rows)


async def test_all_are_made_behind_the_page_and_the_author_goes_first(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge", scene_text(1, words=200))
    backend = Held(MADE, " The author's words.", MADE)
    async with at_desk(path, backend=backend) as (pilot, desk):
        desk.house.do("summaries")
        await until(pilot, lambda: asked(desk.house, Summaries), "the list")
        await until(pilot, lambda: "Oil missing" in shown(desk), "the rows")
        assert "Make all that are missing or out of date (2)" in shown(desk)
        await pilot.press("home", "enter")
        await until(pilot, lambda: asked(desk.house, Summaries), "the list again")
        await until(pilot, lambda: "Pause summaries 0 of 2" in shown(desk), "it works")
        await pilot.press("escape")
        await until(pilot, backend.arrived.is_set, "an answer behind")
        assert desk.telling.status.summaries == "summaries 0 of 2"
        await continued(pilot, desk)
        assert "The author's words." in desk.manuscript.text
        backend.go_on.set()
        await until(pilot, lambda: "2 summaries were made." in notices(desk.house), "the end")
        assert desk.telling.status.summaries == ""
    # What came onto the page meanwhile dates them.
    assert states(path) == [f"out of date: {MADE}", f"out of date: {MADE}"]


async def test_ones_own_words_stay_until_a_yes(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge", scene_text(1, words=200))
    async with at_desk(path, backend=ScriptedBackend([MADE])) as (pilot, desk):
        desk.house.do("summaries")
        await until(pilot, lambda: asked(desk.house, Summaries), "the list")
        await pilot.press("home", "down", "down", "enter")
        await until(pilot, lambda: asked(desk.house, Choose), "what to do with it")
        await pilot.press("enter")
        await until(pilot, lambda: asked(desk.house, AskLines), "the words")
        desk.house.screen.query_one(TextArea).text = "Mara waits."
        await pilot.press("ctrl+s")
        await until(pilot, lambda: states(path) == ["yours: Mara waits."], "kept")
        await until(pilot, lambda: asked(desk.house, Summaries), "the list again")
        await until(pilot, lambda: "Oil yours" in shown(desk), "told")
        await pilot.press("enter")
        await until(pilot, lambda: asked(desk.house, Choose), "what to do with it")
        await pilot.press("down", "enter")
        await until(
            pilot,
            lambda: asked(desk.house, Choose) and "Let it go" in shown(desk),
            "whether it may be replaced",
        )
        await pilot.press("down", "enter")
        await until(pilot, lambda: MADE in notices(desk.house), "made")
        await until(pilot, lambda: "Oil there" in shown(desk), "the list follows")
    assert states(path) == [f"there: {MADE}"]


async def test_ones_own_words_are_on_the_disk_while_they_are_written(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge", scene_text(1, words=200))
    async with at_desk(path) as (pilot, desk):
        desk.house.do("summaries")
        await until(pilot, lambda: asked(desk.house, Summaries), "the list")
        await pilot.press("home", "down", "down", "enter")
        await until(pilot, lambda: asked(desk.house, Choose), "what to do with it")
        await pilot.press("enter")
        await until(pilot, lambda: asked(desk.house, AskLines), "the words")
        await type_text(pilot, "fog")
        await until(pilot, lambda: states(path) == ["yours: fog"], "on the disk")
        await pilot.press("s")
        await until(pilot, lambda: desk.house.screen.query_one(TextArea).text == "fogs")
        desk.rescue()
        assert states(path) == ["yours: fogs"]
        await pilot.press("escape", "down", "enter")
        await until(pilot, lambda: asked(desk.house, Summaries), "the list again")
        assert states(path) == []


async def test_closing_the_story_ends_the_queue_and_the_rest_is_offered_the_next_time(
    tmp_path: Path,
) -> None:
    path = write_story(tmp_path / "skerry.forge", scene_text(1, words=200))
    backend = Held(MADE)
    async with at_desk(path, backend=backend) as (pilot, desk):
        desk.house.do("summaries")
        await until(pilot, lambda: asked(desk.house, Summaries), "the list")
        await pilot.press("home", "enter")
        await until(pilot, backend.arrived.is_set, "an answer behind")
    assert states(path) == []
    backend.go_on.set()
    async with at_desk(path, backend=backend) as (pilot, desk):
        await until(pilot, lambda: asked(desk.house, Choose), "whether to go on")
        await pilot.press("enter")
        await until(pilot, lambda: "2 summaries were made." in notices(desk.house), "the end")
    assert len(states(path)) == 2
    with StoryFile.open(path) as story:
        assert not wanted.left_over(story)


async def test_what_the_author_stopped_or_left_is_not_offered_again(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge", scene_text(1, words=200))
    backend = Held(MADE)
    async with at_desk(path, backend=backend) as (pilot, desk):
        desk.house.do("summaries")
        await until(pilot, lambda: asked(desk.house, Summaries), "the list")
        await pilot.press("home", "enter")
        await until(pilot, backend.arrived.is_set, "an answer behind")
        await until(pilot, lambda: "Stop making them" in shown(desk), "the ways on")
        await pilot.press("home", "down", "enter")
        await until(pilot, lambda: not desk.telling.status.summaries, "stopped")
    with StoryFile.open(path) as story:
        assert not wanted.left_over(story)
        wanted.keep(story, wanted=True)
    async with at_desk(path, backend=backend) as (pilot, desk):
        await until(pilot, lambda: asked(desk.house, Choose), "whether to go on")
        await pilot.press("end", "enter")
        await until(pilot, lambda: desk.house.screen is desk, "left")
    with StoryFile.open(path) as story:
        assert not wanted.left_over(story)


async def test_an_engine_that_hangs_keeps_nobody_from_leaving(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Hung(ScriptedBackend):
        def __init__(self) -> None:
            super().__init__()
            self.asked = asyncio.Event()
            self.never = asyncio.Event()

        async def count_tokens(self, texts: tuple[str, ...]) -> tuple[int, ...]:
            self.asked.set()
            await self.never.wait()
            return await super().count_tokens(texts)

    monkeypatch.setattr(work, "_LEAVING", 0.05)
    path = write_story(tmp_path / "skerry.forge", scene_text(1, words=200))
    backend = Hung()
    async with at_desk(path, backend=backend) as (pilot, desk):
        desk.house.do("summaries")
        await until(pilot, lambda: asked(desk.house, Summaries), "the list")
        await until(pilot, lambda: "Oil missing" in shown(desk), "the rows")
        await pilot.press("home", "enter")
        await until(pilot, backend.asked.is_set, "the engine asked")
        await pilot.press("escape")
        await until(pilot, lambda: desk.house.screen is desk, "the page")
        assert await asyncio.wait_for(desk.may_leave(), 10)
        backend.never.set()
