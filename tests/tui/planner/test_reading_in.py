"""The planner reads the manuscript in: what is found is proposed, and taken with one key."""

from pathlib import Path

from storyforge.domain.plan.stages import Stage
from storyforge.store.story_file import StoryFile
from storyforge.studio.reading_in.queue import BEGUN
from storyforge.tui.dialogs.base import Choose
from storyforge.tui.widgets.rows import RowList
from tests.studio.reading_in.conftest import FOG, OIL, Reads, write
from tests.tui.house import asked, notices, texts, until
from tests.tui.planner.plans import at_plan, to_stage


def written(path: Path) -> Path:
    """A story of two written scenes and no plan."""
    with StoryFile.create(path, title="The Light") as story:
        (chapter,) = story.outline().chapters
        write(story, chapter.scenes[0].id, OIL)
        write(story, story.binder.add_scene(chapter.id, "Fog"), FOG)
    return path


async def test_the_manuscript_is_read_and_one_key_takes_what_is_empty(tmp_path: Path) -> None:
    path = written(tmp_path / "light.forge")
    async with at_plan(path, backend=Reads()) as (pilot, planner):
        house = planner.house
        await pilot.press("r")
        await until(pilot, lambda: asked(house, Choose), "what is to be read")
        assert "The whole story" in texts(house.screen.query_one(RowList).rows)
        await pilot.press("enter")
        await until(pilot, lambda: "The manuscript is read" in notices(house), "read")
        assert "F takes all that finds an empty place." in notices(house)
        assert not planner.plan.characters
        assert planner.saying.status.reading_in == planner.desk.telling.status.reading_in == ""
        await pilot.press("f")
        await until(pilot, lambda: "parts of the plan were filled" in notices(house), "filled")
        await to_stage(pilot, planner, Stage.CHARACTERS)
        assert [one.name for one in planner.plan.characters] == ["Mara", "Tom Reed"]
        await pilot.press("ctrl+z")
        await until(pilot, lambda: not planner.plan.characters, "taken back as one")


async def test_a_reading_is_paused_stopped_and_gone_on_with(tmp_path: Path) -> None:
    path = written(tmp_path / "light.forge")
    backend = Reads(gate=3)
    async with at_plan(path, backend=backend) as (pilot, planner):
        house = planner.house
        await pilot.press("r")
        await until(pilot, lambda: asked(house, Choose), "what is to be read")
        await pilot.press("enter")
        await until(pilot, backend.arrived.is_set, "the second scene")
        status = planner.desk.telling.status
        assert status.reading_in.startswith("reading in 1 of 5")
        await pilot.press("r")
        await until(pilot, lambda: asked(house, Choose), "what can be done")
        await pilot.press("enter")
        await until(pilot, lambda: "paused" in planner.saying.status.reading_in, "it waits")
    with StoryFile.open(path) as story:
        assert story.recall(BEGUN)
    async with at_plan(path, backend=Reads()) as (pilot, planner):
        house = planner.house
        await until(pilot, lambda: "R goes on with it." in notices(house), "it is said")
        await pilot.press("r")
        await until(pilot, lambda: asked(house, Choose), "what is to be read")
        await pilot.press("enter")
        await until(pilot, lambda: "The manuscript is read" in notices(house), "read")
