"""Pictures of the planner, compared with the kept ones."""

import os
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from storyforge import i18n
from storyforge.domain.plan.forms import Kind
from storyforge.domain.plan.stages import Stage
from storyforge.store.story_file import StoryFile
from storyforge.tui import seen
from storyforge.tui.app import StoryforgeApp
from storyforge.tui.desk import hinting
from storyforge.tui.screens.story_map import StoryMapScreen
from storyforge.tui.terminal import Terminal
from tests.tui.house import is_ready, script, until
from tests.tui.planner.plans import asked, is_at_plan, planner_of, premise, to_stage, write_plan

OTHER = premise(logline="A keeper finds a child who cannot speak.", tone="grim")


@pytest.fixture(autouse=True)
def fixed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """One clock and one place on earth."""
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.delenv("NO_COLOR", raising=False)
    time.tzset()
    monkeypatch.setattr("storyforge.store.values.now", lambda: "2026-01-02T14:02:00+00:00")
    seen.remember(hinting.FIRST_RUN)
    yield
    i18n.use_language("en")
    os.environ.pop("TZ", None)
    time.tzset()


def app_on(path: Path, *answers: str) -> StoryforgeApp:
    model = script(*answers)
    app = StoryforgeApp(
        path, backend=lambda: model, terminal=Terminal(shift_enter=True), still=True
    )
    app.animation_level = "none"
    return app


async def at_plan(pilot: Pilot[None], app: StoryforgeApp) -> None:
    await until(pilot, lambda: app.settings is not None and is_ready(app), "ready")
    await pilot.press("f2")
    await until(pilot, lambda: is_at_plan(app), "the planner")
    await until(pilot, lambda: bool(planner_of(app).saying.status.model), "its model")


def test_variants_beside_the_premise(tmp_path: Path, snap_compare: Any) -> None:
    app = app_on(write_plan(tmp_path / "skerry.forge"), premise(), OTHER, premise(tone="warm"))

    async def then(pilot: Pilot[None]) -> None:
        await at_plan(pilot, app)
        planner = planner_of(app)
        await asked(pilot, planner, "g")
        planner.to_pane(planner.variants)
        await pilot.press("right", "space")
        planner.asking.quiet()
        planner.saying.say(reading="")

    assert snap_compare(app, terminal_size=(120, 32), run_before=then)


def test_a_scene_that_is_out_of_date_on_a_small_light_screen(
    tmp_path: Path, snap_compare: Any
) -> None:
    path = write_plan(tmp_path / "skerry.forge")
    with StoryFile.open(path) as story:
        from storyforge.studio.planning.editing import write

        chapter, scene = story.plan.read().chapters[1], story.plan.read().scenes[2]
        write(story, scene.id, {"purpose": "The boat comes in, empty."})
        write(story, chapter.id, {"goal": "Burn the log before the inspector comes."})
    app = app_on(path)

    async def then(pilot: Pilot[None]) -> None:
        app.theme = "storyforge-light"
        await at_plan(pilot, app)
        planner = planner_of(app)
        await to_stage(pilot, planner, Stage.SCENES)
        await pilot.press("end")
        planner.asking.quiet()
        planner.saying.say(reading="")

    assert snap_compare(app, terminal_size=(80, 24), run_before=then)


def test_the_cast_in_japanese(tmp_path: Path, snap_compare: Any) -> None:
    path = write_plan(tmp_path / "skerry.forge", language="ja")
    with StoryFile.open(path) as story:
        for one, name in zip(story.plan.read().characters, ("真琴", "高橋利夫"), strict=True):
            story.plan.put(one.id, {"name": name, "role": "灯台をひとりで守っている"})
    app = app_on(path)
    i18n.use_language("ja")

    async def then(pilot: Pilot[None]) -> None:
        await at_plan(pilot, app)
        planner = planner_of(app)
        await to_stage(pilot, planner, Stage.CHARACTERS)
        await pilot.press("right", "down", "enter")
        await until(pilot, lambda: bool(planner.fields.editing), "the field")
        planner.asking.quiet()
        planner.saying.say(reading="")

    assert snap_compare(app, terminal_size=(80, 24), run_before=then)


def test_the_story_map(tmp_path: Path, snap_compare: Any) -> None:
    app = app_on(write_plan(tmp_path / "skerry.forge"))
    assert snap_compare(app, terminal_size=(120, 32), run_before=partial(at_map, app=app))


def test_the_story_map_in_japanese_on_a_small_screen(tmp_path: Path, snap_compare: Any) -> None:
    i18n.use_language("ja")
    path = write_plan(tmp_path / "skerry.forge", language="ja")
    with StoryFile.open(path) as story:
        for name in ("佐藤健太", "灯台守のハル", "黒船長", "老婆マツ"):
            story.plan.add(Kind.CHARACTER, {"name": name})
    app = app_on(path)
    assert snap_compare(app, terminal_size=(80, 24), run_before=partial(at_map, app=app))


async def at_map(pilot: Pilot[None], app: StoryforgeApp) -> None:
    await at_plan(pilot, app)
    await pilot.press("p")
    await until(pilot, lambda: isinstance(app.screen, StoryMapScreen), "the map")
    screen = app.screen
    assert isinstance(screen, StoryMapScreen)
    await until(pilot, lambda: screen.grid.row_id, "the scenes")
    await pilot.press("right")
