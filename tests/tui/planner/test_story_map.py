"""The story map: who is where, and the keys that change it."""

from pathlib import Path

from storyforge.store.story_file import StoryFile
from storyforge.tui.screens.desk import DeskScreen
from storyforge.tui.screens.planner import PlannerScreen
from storyforge.tui.screens.story_map import StoryMapScreen
from storyforge.tui.widgets.story_grid import GridRow, StoryGrid
from tests.tui.house import notices, until
from tests.tui.planner.plans import at_plan, write_plan


async def test_enter_puts_somebody_into_a_scene_and_v_lets_them_see_it(tmp_path: Path) -> None:
    path = write_plan(tmp_path / "a.forge")
    async with at_plan(path) as (pilot, planner):
        house = planner.house
        await pilot.press("p")
        await until(pilot, lambda: isinstance(house.screen, StoryMapScreen), "the map")
        screen = house.screen
        assert isinstance(screen, StoryMapScreen)
        grid = screen.grid
        await until(pilot, lambda: "1 Oil" in grid.plain, "the scenes")
        told = grid.plain.splitlines()
        assert told[0].split() == ["Mara", "Tom", "Reed"]
        assert told[1].strip() == "1  The Keeper"
        # Oil names Mara, who is not planned there; Fog has her planned, and no text.
        assert told[2].split() == ["1", "Oil", "+"]
        assert told[5].split() == ["3", "Fog", "●"]
        assert (
            screen.cell.plain == "Mara: only in the text │ Scene 1, Oil │ The Keeper │ in 2 scenes"
        )
        await pilot.press("enter")
        await until(pilot, lambda: "●" in grid.plain.splitlines()[2], "planned now")
        await pilot.press("down", "right", "enter")
        await until(pilot, lambda: "●" in grid.plain.splitlines()[3], "Tom is in the log")
        await pilot.press("v")
        await until(pilot, lambda: "◆" in grid.plain.splitlines()[3], "he sees it")
        await pilot.press("enter")
        await until(pilot, lambda: "◆" not in grid.plain.splitlines()[3], "out of it")
        await pilot.press("ctrl+z")
        await until(pilot, lambda: "◆" in grid.plain.splitlines()[3], "taken back")
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(house.screen, PlannerScreen), "the plan")
    with StoryFile.open(path) as story:
        plan = story.plan.read()
        mara, tom = plan.characters
        assert plan.scenes[0].list("cast") == (mara.id,)
        assert plan.scenes[1].fact("point_of_view") == tom.id


async def test_it_leads_to_the_page_and_says_where_there_is_nothing(tmp_path: Path) -> None:
    path = write_plan(tmp_path / "a.forge")
    async with at_plan(path, size=(80, 24)) as (pilot, planner):
        house = planner.house
        await pilot.press("p")
        await until(pilot, lambda: isinstance(house.screen, StoryMapScreen), "the map")
        await pilot.press("down", "o")
        await until(pilot, lambda: isinstance(house.screen, DeskScreen), "the desk")
        desk = planner.desk
        await until(pilot, lambda: desk.scene_id == planner.plan.scenes[1].id, "its page")
    with StoryFile.open(path) as story:
        for one in story.plan.read().characters:
            story.plan.remove(one.id)
    async with at_plan(path) as (pilot, planner):
        await pilot.press("p")
        await until(pilot, lambda: "nobody to be shown" in notices(planner.house), "said")


async def test_columns_without_room_are_reached_and_wide_names_stay_whole(tmp_path: Path) -> None:
    path = write_plan(tmp_path / "a.forge")
    names = [f"佐藤健太{number}" for number in range(12)]
    async with at_plan(path, size=(80, 24)) as (pilot, planner):
        await pilot.press("p")
        await until(pilot, lambda: isinstance(planner.house.screen, StoryMapScreen), "the map")
        grid = planner.house.screen.query_one(StoryGrid)
        rows = [GridRow("", "1  灯台"), GridRow("a", "1 油", (("●", "there"),) * len(names))]
        grid.show(names, rows)
        assert "›" in grid.render_line(0).text
        assert grid.render_line(0).cell_length == grid.render_line(2).cell_length
        await pilot.press("end")
        assert grid.column == len(names) - 1
        head = grid.render_line(0).text
        assert ("‹" in head, "›" in head) == (True, False)
        assert grid.render_line(0).cell_length == grid.size.width
