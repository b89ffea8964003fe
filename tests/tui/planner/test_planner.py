"""The planner: its stages, fields that are written in their place, items that come and go."""

from pathlib import Path

from storyforge.domain.plan.stages import Stage
from storyforge.store.story_file import StoryFile
from storyforge.tui.dialogs.base import AskText, Choose
from storyforge.tui.dialogs.menu import Menu
from storyforge.tui.dialogs.referring import Refer
from storyforge.tui.screens.desk import DeskScreen
from storyforge.tui.screens.planner import PlannerScreen
from tests.tui import house
from tests.tui.house import desk_of, notices, type_text, until, write_story
from tests.tui.planner.plans import at_plan, changed, is_at_plan, to_stage, write_plan


async def test_f2_opens_the_plan_and_f3_the_desk(tmp_path: Path) -> None:
    async with house.running(write_plan(tmp_path / "a.forge")) as (pilot, app):
        await pilot.press("f2")
        await until(pilot, lambda: is_at_plan(app), "the planner")
        planner = app.screen
        assert isinstance(planner, PlannerScreen)
        assert "in work" in [row.note for row in planner.stages.rows]
        await pilot.press("f3")
        await until(pilot, lambda: isinstance(app.screen, DeskScreen), "the desk")
        await pilot.press("f2")
        await until(pilot, lambda: app.screen is planner, "the very same planner")
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, DeskScreen), "the desk")


async def test_a_fresh_story_says_what_to_do(tmp_path: Path) -> None:
    path = write_story(tmp_path / "a.forge", "")
    async with at_plan(path) as (pilot, planner):
        assert planner.stage is Stage.PREMISE
        assert "Write down whatever is in your head, then G asks" in planner.fields.view.plain
        await pilot.press("enter")
        await type_text(pilot, "a lamp")
        assert planner.fields.editing == "premise idea"
        await changed(pilot, planner, "escape")
    with StoryFile.open(path) as story:
        assert story.plan.read().premise.fact("idea") == "a lamp"


async def test_a_story_that_is_written_says_how_its_plan_is_filled(tmp_path: Path) -> None:
    async with at_plan(write_story(tmp_path / "a.forge")) as (_pilot, planner):
        assert "R reads what you have written and fills the plan" in planner.fields.view.plain


async def test_from_a_planned_scene_f2_leads_to_its_plan_and_f3_to_its_page(
    tmp_path: Path,
) -> None:
    async with house.running(write_plan(tmp_path / "a.forge")) as (pilot, app):
        desk = desk_of(app)
        assert desk.outline is not None
        fog = desk.outline.scenes[2].id
        await desk.scenes.open(fog)
        await pilot.press("f2")
        await until(pilot, lambda: is_at_plan(app), "the planner")
        planner = app.screen
        assert isinstance(planner, PlannerScreen)
        assert (planner.stage, planner.at[0]) == (Stage.SCENES, fog)
        assert "Beats · Mara hears the hull. · A child looks up." in planner.fields.view.plain
        await pilot.press("up", "f3")
        await until(pilot, lambda: app.screen is desk, "the desk")
        await pilot.press("f2")
        await until(pilot, lambda: is_at_plan(app), "the planner")


async def test_what_is_typed_is_kept_within_a_second_and_taken_back_as_one(
    tmp_path: Path,
) -> None:
    path = write_plan(tmp_path / "a.forge")
    async with at_plan(path) as (pilot, planner):
        await to_stage(pilot, planner, Stage.CHARACTERS)
        await pilot.press("right", "down", "enter")
        await type_text(pilot, " alone")

        def role() -> str:
            with StoryFile.look(path) as story:
                return story.plan.read().characters[0].fact("role")

        await until(pilot, lambda: role() == "keeps the light alone", "kept while it is open")
        await type_text(pilot, " at night")
        await changed(pilot, planner, "escape")
        assert planner.fields.view.has_focus
        await changed(pilot, planner, "ctrl+z")
        assert planner.plan.characters[0].fact("role") == "keeps the light"
        await changed(pilot, planner, "ctrl+y")
        assert planner.plan.characters[0].fact("role") == "keeps the light alone at night"


async def test_tab_in_a_field_writes_on_in_the_next(tmp_path: Path) -> None:
    async with at_plan(write_plan(tmp_path / "a.forge")) as (pilot, planner):
        await to_stage(pilot, planner, Stage.CHARACTERS)
        await pilot.press("right", "down", "enter", "tab")
        await until(pilot, lambda: planner.fields.editing.endswith(" want"), "the next field")
        await type_text(pilot, "quiet")
        await changed(pilot, planner, "enter")
        assert planner.plan.characters[0].fact("want") == "quiet"


async def test_a_field_that_was_being_written_is_saved_when_the_program_ends(
    tmp_path: Path,
) -> None:
    path = write_plan(tmp_path / "a.forge")
    async with at_plan(path) as (pilot, planner):
        await pilot.press("right", "down", "enter", "!")
        assert planner.unsaved
    with StoryFile.open(path) as story:
        assert story.plan.read().premise.fact("logline") == "A keeper finds a child.!"


async def test_items_come_go_and_change_places(tmp_path: Path) -> None:
    async with at_plan(write_plan(tmp_path / "a.forge")) as (pilot, planner):
        await to_stage(pilot, planner, Stage.CHARACTERS)
        await changed(pilot, planner, "n")
        await until(pilot, lambda: planner.fields.editing.endswith(" name"), "its name")
        await type_text(pilot, "Ida")
        await changed(pilot, planner, "enter")
        assert [one.name for one in planner.plan.characters] == ["Mara", "Ida", "Tom Reed"]
        await changed(pilot, planner, "left", "shift+down")
        assert [one.name for one in planner.plan.characters] == ["Mara", "Tom Reed", "Ida"]
        await changed(pilot, planner, "delete")
        assert [one.name for one in planner.plan.characters] == ["Mara", "Tom Reed"]
        assert "“Ida” is out of the plan" in notices(planner.house)
        await changed(pilot, planner, "ctrl+z")
        assert len(planner.plan.characters) == 3


async def test_a_scene_that_goes_leaves_the_desk_another_page(tmp_path: Path) -> None:
    async with at_plan(write_plan(tmp_path / "a.forge")) as (pilot, planner):
        await to_stage(pilot, planner, Stage.SCENES)
        first = planner.desk.scene_id
        await pilot.press("down")
        assert planner.item is not None
        assert planner.item.id == first
        await changed(pilot, planner, "delete")
        assert planner.desk.scene_id != first
        await pilot.press("f3")
        await until(pilot, lambda: planner.house.screen is planner.desk, "the desk")
        await until(pilot, lambda: len(planner.desk.outline.scenes) == 2, "it knows")  # type: ignore[union-attr]


async def test_references_are_picked_or_written(tmp_path: Path) -> None:
    async with at_plan(write_plan(tmp_path / "a.forge")) as (pilot, planner):
        await to_stage(pilot, planner, Stage.SCENES)
        planner.fields.view.action_move(1000)
        await pilot.press("right", "down", "down", "enter")
        await until(pilot, lambda: house.asked(planner.house, Refer), "the list")
        await type_text(pilot, "tom")
        await pilot.press("enter")
        await type_text(pilot, "a stranger")
        await pilot.press("enter")
        await pilot.press("up", "up", "up", "up")
        await changed(pilot, planner, "enter")
        scene = planner.plan.scenes[2]
        told = [planner.plan.told(one) for one in scene.list("cast")]
        assert told == ["Mara", "Tom Reed", "a stranger"]


async def test_what_has_choices_is_chosen_and_earlier_values_come_back(tmp_path: Path) -> None:
    async with at_plan(write_plan(tmp_path / "a.forge")) as (pilot, planner):
        await pilot.press("right")
        while planner.field != "tense":
            await pilot.press("down")
        await pilot.press("enter")
        await until(pilot, lambda: house.asked(planner.house, Choose), "the tenses")
        await changed(pilot, planner, "down", "enter")
        assert planner.plan.premise.fact("tense") == "past"
        await pilot.press("enter")
        await until(pilot, lambda: house.asked(planner.house, Choose), "the tenses")
        await changed(pilot, planner, "down", "enter")
        await pilot.press("v")
        await until(pilot, lambda: house.asked(planner.house, Choose), "what stood there")
        await changed(pilot, planner, "enter")
        assert planner.plan.premise.fact("tense") == "past"


async def test_a_stage_is_settled_and_opened(tmp_path: Path) -> None:
    async with at_plan(write_plan(tmp_path / "a.forge")) as (pilot, planner):
        await changed(pilot, planner, "s")
        assert planner.stages.rows[0].mark == "✓"
        assert "1 settled" in planner.header.plain
        await changed(pilot, planner, "s")
        assert planner.stages.rows[0].mark == "▸"


async def test_a_story_that_can_only_be_read_can_be_looked_at(tmp_path: Path) -> None:
    path = write_plan(tmp_path / "a.forge")
    with StoryFile.open(path):
        async with at_plan(path) as (pilot, planner):
            await pilot.press("right", "enter", "x", "escape")
            assert planner.plan.premise.fact("idea").startswith("A lighthouse")
            await pilot.press("g")
            await until(pilot, lambda: notices(planner.house), "why not")
            assert not planner.asking.running


async def test_panes_come_one_at_a_time_on_a_small_screen(tmp_path: Path) -> None:
    path = write_plan(tmp_path / "a.forge")
    async with at_plan(path, size=(80, 24)) as (pilot, planner):
        assert planner.fields.region.width == 80
        await pilot.press("tab")
        await until(pilot, lambda: planner.variants.region.width == 80, "the variants")
        await pilot.press("tab")
        await until(pilot, lambda: planner.query_one("#stages").region.width > 0, "the stages")
        assert planner.fields.region.width > 40


async def test_an_item_into_which_nothing_was_written_was_never_meant(tmp_path: Path) -> None:
    async with at_plan(write_plan(tmp_path / "a.forge")) as (pilot, planner):
        await to_stage(pilot, planner, Stage.CHARACTERS)
        await changed(pilot, planner, "n")
        await until(pilot, lambda: bool(planner.fields.editing), "its name")
        assert len(planner.plan.characters) == 3
        await pilot.press("escape")
        await until(pilot, lambda: len(planner.plan.characters) == 2, "it is gone")


async def test_numbers_are_numbers_and_an_idea_may_be_very_long(tmp_path: Path) -> None:
    path = write_plan(tmp_path / "a.forge")
    async with at_plan(path) as (pilot, planner):
        await pilot.press("right", "end", "up", "enter")
        assert planner.fields.editing == "premise length"
        await type_text(pilot, "36,000")
        await changed(pilot, planner, "enter")
        assert planner.plan.premise.fact("length") == "36000"
        await pilot.press("home", "right", "enter")
        planner.fields.editor.insert("The lamp went out again. " * 6000)
        await until(pilot, lambda: "broken at its sentences" in notices(planner.house), "told")
        await changed(pilot, planner, "escape")
        assert planner.plan.premise.fact("idea").count("The lamp went out") == 6000


async def test_names_stand_in_both_languages(tmp_path: Path) -> None:
    path = write_plan(tmp_path / "a.forge", language="ja")
    with StoryFile.open(path) as story:
        story.plan.set_language("en")
    async with at_plan(path) as (pilot, planner):
        assert "plan in English" in planner.header.plain
        planner.action_do("plan_names")
        await until(pilot, lambda: house.asked(planner.house, Choose), "the table")
        await pilot.press("enter")
        await until(pilot, lambda: house.asked(planner.house, AskText), "the name")
        await house.answer(pilot, "真琴")
        await until(pilot, lambda: house.asked(planner.house, Choose), "the table again")
        assert planner.plan.characters[0].fact("prose_name") == "真琴"


async def test_the_mouse_goes_everywhere(tmp_path: Path) -> None:
    async with at_plan(write_plan(tmp_path / "a.forge")) as (pilot, planner):
        looks = planner.looks
        await pilot.click(planner.stages, offset=(5, 1))
        await until(pilot, lambda: planner.looks > looks, "the characters")
        assert planner.stage is Stage.CHARACTERS
        await until(pilot, lambda: planner.fields.view.has_focus, "a click means its items")
        await pilot.click(planner.fields.view, offset=(20, 2))
        assert planner.field == "role"
        await pilot.click(planner.fields.view, offset=(20, 2))
        await until(pilot, lambda: planner.fields.editing.endswith(" role"), "a second writes")
        await pilot.click(planner.fields.view, offset=(5, 4), button=3)
        await until(pilot, lambda: house.asked(planner.house, Menu), "the menu")
