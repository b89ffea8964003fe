"""A story with a plan, and the planner open on it."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from textual.pilot import Pilot

from storyforge.backends.base import Backend
from storyforge.domain.plan.forms import Kind
from storyforge.domain.plan.stages import Stage
from storyforge.store.story_file import StoryFile
from storyforge.tui.app import StoryforgeApp
from storyforge.tui.screens.planner import PlannerScreen
from tests.tui.house import running, until, write_story

IDEA = "A lighthouse keeper finds a child in a boat that comes in without a crew."


def premise(**facts: str) -> str:
    """A model's answer."""
    told = {
        "logline": "A keeper hides a child from the law.",
        "premise": "Mara finds a child in an empty boat and tells no one.",
        "genre": "sea story",
        "tone": "quiet",
        "theme": "trust",
        "setting": "Skerry Point, 1893",
        "point_of_view": "first person",
        "tense": "past",
    }
    return json.dumps({**told, **facts})


def write_plan(path: Path, *, language: str = "en") -> Path:
    """Two characters, a chapter with its goal, a scene with beats; the premise has a logline."""
    write_story(path, language=language)
    with StoryFile.open(path) as story:
        story.plan.put("premise", {"idea": IDEA, "logline": "A keeper finds a child."})
        mara = story.plan.add(Kind.CHARACTER, {"name": "Mara", "role": "keeps the light"})
        story.plan.add(Kind.CHARACTER, {"name": "Tom Reed", "role": "the inspector"})
        plan = story.plan.read()
        story.plan.put(plan.chapters[1].id, {"goal": "Reach the boat before dawn."})
        beats = "Mara hears the hull.\nA child looks up."
        facts = {"purpose": "The boat comes in.", "cast": mara, "beats": beats, "words": "700"}
        story.plan.put(plan.scenes[2].id, facts)
    return path


@asynccontextmanager
async def at_plan(
    path: Path, *, backend: Backend | None = None, size: tuple[int, int] = (120, 32)
) -> AsyncIterator[tuple[Pilot[None], PlannerScreen]]:
    """The planner, in front."""
    async with running(path, backend=backend, size=size) as (pilot, app):
        await pilot.press("f2")
        await until(pilot, lambda: is_at_plan(app), "the planner")
        yield pilot, planner_of(app)


def is_at_plan(app: StoryforgeApp) -> bool:
    """Whether the planner is in front, with its plan."""
    front = app.screen
    return isinstance(front, PlannerScreen) and bool(front.fields.view.entries)


def planner_of(app: StoryforgeApp) -> PlannerScreen:
    """The planner in front."""
    assert isinstance(app.screen, PlannerScreen)
    return app.screen


async def to_stage(pilot: Pilot[None], planner: PlannerScreen, stage: Stage) -> None:
    """Go to a stage, the cursor in its fields."""
    looks = planner.looks
    if planner.stage is not stage:
        planner.to_stage(stage)
        await until(pilot, lambda: planner.looks > looks, "the stage is read")
    planner.to_pane(planner.fields)
    await until(pilot, lambda: planner.fields.view.has_focus, "the fields")


async def asked(pilot: Pilot[None], planner: PlannerScreen, *keys: str) -> None:
    """Press keys that ask the model, and wait until all variants are there."""
    ended, looks = planner.asking.ended, planner.looks
    await pilot.press(*keys)
    await until(pilot, lambda: planner.asking.ended > ended, "the model has answered")
    await until(pilot, lambda: planner.looks > looks, "the variants are read")


async def changed(pilot: Pilot[None], planner: PlannerScreen, *keys: str) -> None:
    """Press keys that change the plan, and wait until it is read again."""
    looks = planner.looks
    await pilot.press(*keys)
    await until(pilot, lambda: planner.looks > looks, "the plan is read")
