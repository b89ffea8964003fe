"""What is out of date in the planner: the reason, an update, still right, the list."""

import json
from pathlib import Path

from storyforge.domain.plan.forms import Kind
from storyforge.domain.plan.stages import Stage
from storyforge.store.story_file import StoryFile
from storyforge.studio.planning.editing import add, write
from storyforge.tui.dialogs.base import Choose
from storyforge.tui.widgets.prose import Prose
from storyforge.tui.widgets.rows import RowList
from tests.tui.house import asked, notices, script, texts, until, write_story
from tests.tui.planner.plans import at_plan, changed, to_stage


def outdated(path: Path) -> Path:
    """Mara and Tom rest on a setting that is another one since."""
    write_story(path)
    with StoryFile.open(path) as story:
        write(story, "premise", {"setting": "Skerry Point, 1893"})
        add(story, Kind.CHARACTER, {"name": "Mara", "role": "keeps the light"})
        add(story, Kind.CHARACTER, {"name": "Tom", "role": "the inspector"})
        write(story, "premise", {"setting": "Skerry Point, 1920"})
    return path


async def test_what_is_out_of_date_is_updated_one_by_one(tmp_path: Path) -> None:
    path = outdated(tmp_path / "a.forge")
    backend = script(json.dumps({"value": "tends the electric light"}))
    async with at_plan(path, backend=backend) as (pilot, planner):
        house = planner.house
        await pilot.press("x")
        await until(pilot, lambda: asked(house, Choose), "the first")
        told = str(house.screen.query_one(".said", Prose).content)
        assert "changed: “Skerry Point, 1920” was “Skerry Point, 1893”" in told
        assert house.screen.query_one(".box").border_title == "1 of 2: Mara"
        ended = planner.asking.ended
        await pilot.press("enter")
        await until(pilot, lambda: planner.asking.ended > ended, "the model has answered")
        assert "1893" in backend.requests[0].prompt
        assert (planner.stage, planner.item and planner.item.name) == (Stage.CHARACTERS, "Mara")
        await pilot.press("x")
        await until(pilot, lambda: asked(house, Choose), "the same one: nothing was taken")
        await pilot.press("end", "enter")
        await until(
            pilot,
            lambda: (
                asked(house, Choose)
                and house.screen.query_one(".box").border_title == "2 of 2: Tom"
            ),
            "the next one",
        )
        rows = texts(house.screen.query_one(RowList).rows)
        assert "It is still right" in rows
        await pilot.press("home", "down", "enter")
        await until(pilot, lambda: "That was all" in notices(house), "the end")
        assert len(planner.look.stale) == 1


async def test_what_others_rest_on_is_updated_first(tmp_path: Path) -> None:
    path = outdated(tmp_path / "a.forge")
    with StoryFile.open(path) as story:
        add(story, Kind.PLOT_LINE, {"name": "The law", "about": "Who asks for the child."})
        write(story, "premise", {"setting": "Skerry Point, 1950"})
    async with at_plan(path) as (pilot, planner):
        await to_stage(pilot, planner, Stage.CHARACTERS)
        assert "X update" in planner.keys_bar.plain
        assert "K still right" in planner.keys_bar.plain
        await changed(pilot, planner, "k")
        await pilot.press("x")
        await until(pilot, lambda: asked(planner.house, Choose), "the next one")
        assert planner.house.screen.query_one(".box").border_title == "1 of 2: Tom"


async def test_still_right_takes_the_mark_away_and_the_list_leads_there(tmp_path: Path) -> None:
    path = outdated(tmp_path / "a.forge")
    async with at_plan(path) as (pilot, planner):
        house = planner.house
        await until(pilot, lambda: len(planner.look.stale) == 2, "two are out of date")
        await pilot.press("u")
        await until(pilot, lambda: asked(house, Choose), "the list")
        assert "Tom" in texts(house.screen.query_one(RowList).rows)
        await pilot.press("end", "enter")
        await until(pilot, lambda: planner.item is not None and planner.item.name == "Tom", "Tom")
        await pilot.press("k")
        await until(pilot, lambda: "1 mark is gone." in notices(house), "said")
        assert len(planner.look.stale) == 1
        await pilot.press("k")
        await until(pilot, lambda: "Nothing is out of date here." in notices(house), "said")
