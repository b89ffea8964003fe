"""Goals of day and scene, and the screen of the writing days."""

from datetime import datetime, timedelta
from pathlib import Path

from textual.pilot import Pilot
from textual.widgets import Static

from storyforge.domain.counting import Counts
from storyforge.store.story_file import StoryFile
from storyforge.studio.writing_days import set_goal
from storyforge.tui.desk.counting import Counting
from storyforge.tui.dialogs.base import AskText, Tell
from storyforge.tui.dialogs.writing_days import WritingDays
from storyforge.tui.screens.desk import DeskScreen
from tests.tui.house import (
    answer,
    asked,
    at_desk,
    continued,
    notices,
    script,
    type_text,
    until,
    write_story,
)


def counting_of(desk: DeskScreen) -> Counting:
    return next(area for area in desk.hearing if isinstance(area, Counting))


def shown(desk: DeskScreen) -> str:
    return desk.status_bar.plain


def told(desk: DeskScreen, part: str) -> str:
    """What a part of the dialog in front says."""
    return str(desk.house.screen.query_one(f"#{part}", Static).render())


async def opened(pilot: Pilot[None], desk: DeskScreen) -> None:
    desk.action_do("writing_days")
    await until(pilot, lambda: asked(desk.house, WritingDays), "the days")
    await until(pilot, lambda: told(desk, "today"), "drawn")


async def test_the_day_grows_with_what_is_typed(tmp_path: Path) -> None:
    path = write_story(tmp_path / "a.forge")
    with StoryFile.open(path) as story:
        set_goal(story, 3)
    async with at_desk(path) as (pilot, desk):
        await until(pilot, lambda: "today 0/3" in shown(desk))
        await type_text(pilot, " One two")
        await until(pilot, lambda: "today 2/3" in shown(desk))
        assert "goal is reached" not in notices(desk.house)
        await type_text(pilot, " three")
        await until(pilot, lambda: "today 3/3" in shown(desk))
        await until(pilot, lambda: "Today's goal is reached: 3 words." in notices(desk.house))
        await desk.may_leave()
    with StoryFile.open(path) as story:
        assert [day.own.words for day in story.sessions.days()] == [3]
    async with at_desk(path) as (pilot, desk):
        await until(pilot, lambda: "today 3/3" in shown(desk))
        assert "goal is reached" not in notices(desk.house)


async def test_the_models_words_are_not_the_authors(tmp_path: Path) -> None:
    path = write_story(tmp_path / "a.forge")
    async with at_desk(path, backend=script(" The crew slept below.")) as (pilot, desk):
        await continued(pilot, desk)
        clock = counting_of(desk).clock
        assert clock is not None
        await until(pilot, lambda: clock.today().model.words == 4)
        assert clock.today().own.words == 0


async def test_the_scene_says_once_that_it_has_its_length(tmp_path: Path) -> None:
    path = write_story(tmp_path / "a.forge", "One two three")
    with StoryFile.open(path) as story:
        for scene in story.outline().scenes:
            story.cards.put(scene.id, goal=5)
    async with at_desk(path) as (pilot, desk):
        await until(pilot, lambda: "scene 3/5 w" in shown(desk))
        await type_text(pilot, " four five")
        await until(pilot, lambda: "has reached its goal: 5 words" in notices(desk.house))
        await until(pilot, lambda: "scene 5/5 w" in shown(desk))


async def test_another_scene_that_is_shown_is_no_writing(tmp_path: Path) -> None:
    path = write_story(tmp_path / "a.forge")
    async with at_desk(path) as (pilot, desk):
        assert desk.outline is not None
        clock = counting_of(desk).clock
        assert clock is not None
        log = desk.outline.scenes[1].id
        await desk.scenes.open(log)
        await type_text(pilot, "Two words")
        await until(pilot, lambda: clock.today().own.words == 2)
        await desk.scenes.open(desk.outline.scenes[0].id)
        await type_text(pilot, " more")
        await until(pilot, lambda: clock.today().own.words == 3)


async def test_the_writing_days_show_calendar_chart_and_sessions(tmp_path: Path) -> None:
    path = write_story(tmp_path / "a.forge")
    today = (datetime.now().astimezone() - timedelta(hours=4)).date()
    with StoryFile.open(path) as story:
        for back, words in ((0, 300), (1, 600), (2, 10), (100, 50)):
            key = story.sessions.begin(today - timedelta(days=back))
            own, model = Counts(words, 5 * words), Counts(40, 200)
            story.sessions.grow(key, active_seconds=600, own=own, model=model)
    async with at_desk(path, size=(80, 24)) as (pilot, desk):
        await opened(pilot, desk)
        box = desk.house.screen.query_one(".box")
        assert box.region.bottom <= 24
        assert desk.house.screen.query_one("RowList").region.bottom < box.region.bottom
        assert "Today 300 words · 10 min · 3 days in a row (longest 3)" in told(desk, "today")
        assert "█" in told(desk, "calendar")
        assert "Mo" in told(desk, "calendar")
        assert "you 910 words · ░ model 120" in told(desk, "facts")
        assert "average 303 on 3 days" in told(desk, "facts")
        await pilot.press("d", "d")
        await until(pilot, lambda: "you 960 words" in told(desk, "facts"))
        await pilot.press("s")
        await until(pilot, lambda: asked(desk.house, Tell), "sessions")
        await pilot.press("escape")
        await until(pilot, lambda: asked(desk.house, WritingDays))
        await pilot.press("a")
        await until(pilot, lambda: "every story" in rows(desk))


async def test_a_single_day_of_writing_is_one_day(tmp_path: Path) -> None:
    path = write_story(tmp_path / "a.forge")
    today = (datetime.now().astimezone() - timedelta(hours=4)).date()
    with StoryFile.open(path) as story:
        key = story.sessions.begin(today)
        story.sessions.grow(key, active_seconds=60, own=Counts(8, 40), model=Counts())
    async with at_desk(path) as (pilot, desk):
        await opened(pilot, desk)
        assert told(desk, "facts").endswith("average 8 on 1 day of writing")


async def test_a_goal_that_the_disk_does_not_take_is_said(tmp_path: Path) -> None:
    path = write_story(tmp_path / "a.forge")
    async with at_desk(path) as (pilot, desk):
        assert desk.story is not None
        database = desk.story._database
        await opened(pilot, desk)
        await pilot.press("g")
        await until(pilot, lambda: asked(desk.house, AskText), "the goal")
        with database.lock:
            database.raw.execute("PRAGMA query_only = ON")
        await answer(pilot, "7")
        await until(pilot, lambda: "can no longer be written" in notices(desk.house), "said")
        assert asked(desk.house, WritingDays)
        with database.lock:
            database.raw.execute("PRAGMA query_only = OFF")


async def test_the_goal_is_set_among_the_days(tmp_path: Path) -> None:
    path = write_story(tmp_path / "a.forge")
    async with at_desk(path) as (pilot, desk):
        await opened(pilot, desk)
        assert "Nothing was written" in told(desk, "facts")
        await pilot.press("end", "enter")
        await until(pilot, lambda: asked(desk.house, AskText), "the goal")
        await answer(pilot, "1,200")
        await until(pilot, lambda: "today 0/1,200" in shown(desk))
        assert "of 1,200" in told(desk, "today")
        await pilot.press("escape")
        await until(pilot, lambda: not asked(desk.house, WritingDays))
    async with at_desk(path) as (pilot, desk):
        await until(pilot, lambda: "today 0/1,200" in shown(desk))


def rows(desk: DeskScreen) -> str:
    found = desk.house.screen.query_one("RowList")
    return " ".join(row.note for row in getattr(found, "rows", ()))
