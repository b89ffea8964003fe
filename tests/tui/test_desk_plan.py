"""The plan on the desk: planned scenes in the binder, the open scene's plan beside the page."""

from pathlib import Path

from storyforge.domain.plan.forms import Kind
from storyforge.store.plan.drafted import Drafted
from storyforge.store.story_file import StoryFile
from storyforge.tui.desk.planned import Planned
from storyforge.tui.screens.desk import DeskScreen
from tests.tui.house import (
    at_desk,
    continued,
    script,
    texts,
    type_text,
    until,
    write_story,
)

BEATS = "Mara hears the hull.\nShe takes the lantern and goes down to the slip.\nA child looks up."


def write_planned(path: Path) -> Path:
    """The story, with a plan for “Fog”, which has no text; its first beat was drafted once."""
    write_story(path)
    with StoryFile.open(path) as story:
        fog = story.outline().scenes[2].id
        mara = story.plan.add(Kind.CHARACTER, {"name": "Mara", "role": "keeps the light"})
        place = story.plan.add(Kind.WORLD, {"title": "The slip", "category": "place"})
        story.plan.put(
            fog,
            {"purpose": "The boat comes in.", "cast": mara, "place": place, "beats": BEATS},
        )
        story.drafted.put(Drafted(fog, 1, "Mara hears the hull."))
    return path


def planned_of(desk: DeskScreen) -> Planned:
    return next(area for area in desk.hearing if isinstance(area, Planned))


async def to_fog(desk: DeskScreen) -> None:
    assert desk.outline is not None
    await desk.scenes.open(desk.outline.scenes[2].id)


async def test_a_planned_scene_is_told_in_the_binder_until_it_has_text(tmp_path: Path) -> None:
    path = write_planned(tmp_path / "skerry.forge")
    async with at_desk(path) as (pilot, desk):
        await until(pilot, lambda: "2.1 Fog (plan)" in texts(desk.binder.rows), "the plan")
        assert "The log (plan)" not in texts(desk.binder.rows)
        assert desk.binder.rows[-1].mark == "○"
        await to_fog(desk)
        assert desk.binder.rows[-1].mark == "▸"
        await until(pilot, lambda: "Alt+D drafts" in str(desk.manuscript.placeholder), "told how")
        await type_text(pilot, "fog")
        await until(pilot, lambda: "2.1 Fog 1" in texts(desk.binder.rows), "it has text")


async def test_the_plan_of_the_scene_stands_beside_the_page(tmp_path: Path) -> None:
    path = write_planned(tmp_path / "skerry.forge")
    async with at_desk(path) as (pilot, desk):
        panel = planned_of(desk).panel
        await pilot.press("shift+f2")
        await until(pilot, lambda: panel.has_focus_inside, "the panel")
        assert "Nothing is planned" in panel.text.plain
        assert "F2 plan" in desk.keys_bar.plain
        await pilot.press("shift+f2")
        await until(pilot, lambda: desk.manuscript.has_focus, "back on the page")
        await to_fog(desk)
        await until(pilot, lambda: "Mara hears the hull." in panel.text.plain, "the plan")
        told = panel.text.plain
        assert "Purpose\nThe boat comes in." in told
        assert "Cast\nMara\n" in told
        assert "Place\nThe slip\n" in told
        assert "✓ Mara hears the hull.\n▸ She takes the lantern" in told
        assert "\n○ A child looks up." in told
    # It is there again when the story is.
    async with at_desk(path) as (pilot, desk):
        await until(pilot, lambda: desk.side.front is planned_of(desk).panel, "the panel")


async def test_what_is_planned_elsewhere_is_told_when_the_plan_is_read_again(
    tmp_path: Path,
) -> None:
    path = write_story(tmp_path / "skerry.forge")
    async with at_desk(path) as (_pilot, desk):
        assert desk.story is not None
        assert desk.outline is not None
        log = desk.outline.scenes[1].id
        desk.story.plan.put(log, {"beats": "She opens the log."})
        for area in desk.hearing:
            await area.reread()
        assert "1.2 The log (plan)" in texts(desk.binder.rows)
        desk.story.plan.put(log, {"beats": ""})
        for area in desk.hearing:
            await area.reread()
        assert "(plan)" not in texts(desk.binder.rows)


async def test_a_planned_scene_without_a_word_is_begun_from_its_plan(tmp_path: Path) -> None:
    path = write_planned(tmp_path / "skerry.forge")
    backend = script("The hull ground against the stones.")
    async with at_desk(path, backend=backend) as (pilot, desk):
        await to_fog(desk)
        await continued(pilot, desk)
        assert desk.manuscript.text == "The hull ground against the stones."
        assert "The boat comes in." in backend.requests[-1].prompt
        assert "Mara" in backend.requests[-1].prompt
