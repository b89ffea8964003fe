"""Drafting at the desk: what is asked, how it comes to the page, pause, stop, going on later."""

import asyncio
import math
from collections.abc import AsyncGenerator
from pathlib import Path

from textual.pilot import Pilot

from storyforge.backends.scripted import ScriptedBackend
from storyforge.domain.generation import Delta, Request, Text
from storyforge.store.story_file import StoryFile
from storyforge.studio.drafting import order
from storyforge.tui.desk.by_plan import drafting_of
from storyforge.tui.dialogs.base import Choose
from storyforge.tui.dialogs.ranking import Ranking, marks
from storyforge.tui.screens.desk import DeskScreen
from storyforge.tui.screens.planner import PlannerScreen
from storyforge.tui.widgets.coming import Coming, bar
from storyforge.tui.widgets.rows import RowList
from tests.tui.house import asked, at_desk, desk_of, notices, running, stored, texts, until
from tests.tui.test_desk_plan import planned_of, to_fog, write_planned

FIRST = "Mara lifted the lantern off its hook and took the iced steps down to the water."
SECOND = "Under the canvas a small face turned, and the eyes in it did not blink."
OTHER = "With the lamp in her fist Mara went out, one hand on the rope along the wall."


BOTH = f"{FIRST}\n\n{SECOND}"


class Held(ScriptedBackend):
    """Holds each answer after its first words until it is let on or stopped."""

    def __init__(self, *script: str) -> None:
        super().__init__(script)
        self.arrived = asyncio.Event()
        self.go_on = asyncio.Event()

    async def stream(self, request: Request, stop: asyncio.Event) -> AsyncGenerator[Delta, None]:
        words = 0
        async for delta in super().stream(request, stop):
            yield delta
            words += isinstance(delta, Text)
            if words == 4:
                self.arrived.set()
                waits = [asyncio.create_task(one.wait()) for one in (self.go_on, stop)]
                await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
                for wait in waits:
                    wait.cancel()


def write(path: Path) -> Path:
    """“Fog” is planned: its first beat was drafted once; two short ones are left."""
    write_planned(path)
    with StoryFile.open(path) as story:
        fog = story.outline().scenes[2].id
        story.drafted.forget(fog)
        beats = "She takes the lantern down to the slip.\nA child looks up."
        story.plan.put(fog, {"beats": beats, "words": "30"})
    return path


def shown(desk: DeskScreen) -> str:
    return texts(desk.house.screen.query_one(RowList).rows)


async def draft(pilot: Pilot[None], desk: DeskScreen, *keys: str) -> None:
    """Alt+D, then these keys in its question."""
    await pilot.press("alt+d")
    await until(pilot, lambda: asked(desk.house, Choose), "what is to be drafted")
    await pilot.press(*keys)


async def test_the_open_scene_is_drafted_beat_by_beat_before_its_authors_eyes(
    tmp_path: Path,
) -> None:
    path = write(tmp_path / "skerry.forge")
    model = Held(FIRST, SECOND)
    async with at_desk(path, backend=model) as (pilot, desk):
        await to_fog(desk)
        await draft(pilot, desk)
        assert "This scene" in shown(desk)
        assert "The whole story: 2 scenes" in shown(desk)
        await pilot.press("enter")
        await until(pilot, model.arrived.is_set, "the first words")
        coming = desk.query_one(Coming)
        await until(pilot, lambda: "Mara lifted the lantern" in coming.plain, "they are shown")
        assert "Beat 1 of 2: She takes the lantern" in coming.plain
        assert "of 30" in desk.telling.status.drafting
        assert desk.manuscript.text == ""
        assert desk.manuscript.placeholder == ""
        # It reads as what follows on the page.
        await until(pilot, lambda: coming.region.y < desk.manuscript.region.y + 5, "right behind")
        assert "Alt+D" in desk.status_bar.plain
        model.go_on.set()
        await until(pilot, lambda: "1 scene is drafted" in notices(desk.house), "the end")
        assert not coming.display
        await until(pilot, lambda: desk.manuscript.region.height > 20, "the page has its room")
        assert desk.telling.status.draft == ""
        assert desk.manuscript.text == BOTH
        panel = planned_of(desk).panel
        await until(pilot, lambda: panel.text.plain.count("✓") == 2, "the plan knows")
        # Each beat is one step.
        await pilot.press("ctrl+z")
        await until(pilot, lambda: desk.manuscript.text == FIRST, "a beat back")


async def test_a_draft_is_paused_gone_on_with_stopped_and_offered_the_next_time(
    tmp_path: Path,
) -> None:
    path = write(tmp_path / "skerry.forge")
    model = Held(FIRST, FIRST, SECOND)
    async with at_desk(path, backend=model) as (pilot, desk):
        await to_fog(desk)
        await draft(pilot, desk, "enter")
        await until(pilot, model.arrived.is_set, "the first words")
        await draft(pilot, desk, "enter")
        await until(pilot, lambda: "paused" in desk.telling.status.drafting, "paused")
        # What is half written stays in sight, and is a take of this place.
        coming = desk.query_one(Coming)
        assert "Mara lifted the lantern" in coming.plain
        assert "kept as a take" in coming.plain
        await until(pilot, lambda: "stopped" in texts(desk.takes.rows), "its take")
        model.arrived.clear()
        await draft(pilot, desk, "enter")
        await until(pilot, model.arrived.is_set, "gone on with")
        assert "paused" not in desk.telling.status.drafting
        await draft(pilot, desk, "down", "enter")
        await until(pilot, lambda: not desk.telling.status.drafting, "stopped")
        assert desk.manuscript.text == ""
        await draft(pilot, desk)
        assert shown(desk).startswith("Go on with the draft that was stopped")
        await pilot.press("escape")
    model.go_on.set()
    async with running(path, backend=model) as (pilot, app):
        await until(pilot, lambda: asked(app, Choose), "whether to go on with it")
        await pilot.press("enter")
        await until(pilot, lambda: "1 scene is drafted" in notices(app), "the end")
    assert FIRST in stored(path, "Fog")
    assert SECOND in stored(path, "Fog")
    with StoryFile.open(path) as story:
        assert order.kept(story) is None


async def test_another_scene_than_the_stopped_one_is_what_enter_drafts(tmp_path: Path) -> None:
    path = write(tmp_path / "skerry.forge")
    with StoryFile.open(path) as story:
        order.keep(story, order.Order((story.outline().scenes[2].id,)))
    async with running(path) as (pilot, app):
        await until(pilot, lambda: asked(app, Choose), "whether to go on with it")
        await pilot.press("down", "enter")
        await until(pilot, lambda: not asked(app, Choose), "later")
        desk = desk_of(app)
        for number, marked in ((2, "kept"), (0, "scene")):
            assert desk.outline is not None
            await desk.scenes.open(desk.outline.scenes[number].id)
            await draft(pilot, desk)
            row = app.screen.query_one(RowList).row
            assert row is not None
            assert row.id == marked
            await pilot.press("escape")
            await until(pilot, lambda: not asked(app, Choose), "left")


async def test_what_was_ordered_can_be_let_go_of(tmp_path: Path) -> None:
    path = write(tmp_path / "skerry.forge")
    with StoryFile.open(path) as story:
        order.keep(story, order.Order((story.outline().scenes[2].id,)))
    async with running(path) as (pilot, app):
        await until(pilot, lambda: asked(app, Choose), "whether to go on with it")
        await pilot.press("down", "down", "enter")
        await until(pilot, lambda: not asked(app, Choose), "let go")
    with StoryFile.open(path) as story:
        assert order.kept(story) is None


async def test_of_several_candidates_the_best_stands_and_another_can_be_taken(
    tmp_path: Path,
) -> None:
    path = write(tmp_path / "skerry.forge")
    with StoryFile.open(path) as story:
        fog = story.outline().scenes[2].id
        story.plan.put(fog, {"beats": "She takes the lantern down to the slip.", "words": "10"})
        story.remember("draft_candidates", "2")
    async with at_desk(path, backend=ScriptedBackend((FIRST, OTHER))) as (pilot, desk):
        await to_fog(desk)
        await draft(pilot, desk)
        assert "best of them stands 2" in shown(desk)
        await pilot.press("enter")
        await until(pilot, lambda: "1 scene is drafted" in notices(desk.house), "the end")
        stands = desk.manuscript.text
        assert stands in (FIRST, OTHER)
        desk.house.do("draft_ranking")
        await until(pilot, lambda: asked(desk.house, Ranking), "the ranking")
        assert "Beat 1: She takes the lantern" in shown(desk)
        assert "new 100 %" in shown(desk)
        await pilot.press("down", "enter")
        await until(pilot, lambda: desk.manuscript.text not in ("", stands), "the other one")
        desk.house.do("draft_ranking")
        await until(pilot, lambda: asked(desk.house, Ranking), "the ranking")
        rows = desk.house.screen.query_one(RowList).rows
        assert [row.mark for row in rows if not row.fixed] == [" ", "●"]


async def test_the_planner_drafts_the_chapter_that_is_marked(tmp_path: Path) -> None:
    path = write(tmp_path / "skerry.forge")
    model = Held(FIRST, SECOND)
    async with at_desk(path, backend=model) as (pilot, desk):
        await to_fog(desk)
        await pilot.press("f2")
        await until(pilot, lambda: isinstance(desk.house.screen, PlannerScreen), "the planner")
        planner = desk.house.screen
        assert isinstance(planner, PlannerScreen)
        await until(pilot, lambda: planner.item is not None, "the scene is marked")
        await draft(pilot, desk, "enter")
        await until(pilot, model.arrived.is_set, "the first words")
        await until(pilot, lambda: "of 30" in planner.status_bar.plain, "told here, too")
        model.go_on.set()
        await until(pilot, lambda: "1 scene is drafted" in notices(desk.house), "the end")
        await until(pilot, lambda: "of 30" not in planner.status_bar.plain, "told no more")
    assert stored(path, "Fog") == BOTH


async def test_what_is_drafted_is_said_to_be_nothing_where_all_is_written(tmp_path: Path) -> None:
    path = write(tmp_path / "skerry.forge")
    async with at_desk(path) as (pilot, desk):
        drafting = drafting_of(desk)
        assert drafting.progress is None
        await draft(pilot, desk, "down")
        assert "This scene, behind what is written" in shown(desk)
        assert "This chapter: 1 scene" in shown(desk)


def test_a_bar_says_how_far_it_is() -> None:
    assert bar(0, 0) == "────────── 0 %"
    assert bar(512, 1000) == "━━━━━───── 51 %"
    assert bar(2000, 1000) == "━━━━━━━━━━ 100 %"


def test_the_marks_of_a_candidate_are_told_in_percent_whatever_a_file_holds() -> None:
    assert marks({"tells": -0.25, "fresh": 0.0}) == "tells it 78 %, new 100 %"
    assert marks({"tells": None, "fresh": math.log(0.5)}) == "new 50 %"
    assert marks({"tells": [], "fresh": -(10**400)}) == "tells it 0 %, new 0 %"
    assert marks({"fresh": math.nan}) == "new 0 %"
