"""The gallery: pictures are drawn, looked at, decided on; nothing an author wrote is lost."""

from dataclasses import replace
from pathlib import Path

import pytest

from storyforge.backends.pictures.scripted import ScriptedPainter
from storyforge.errors import ModelError
from storyforge.store.story_file import StoryFile
from storyforge.studio.pictures import hand_prompts
from storyforge.tui import work
from storyforge.tui.actions import Where, of
from storyforge.tui.desk.by_plan import picturing_of
from storyforge.tui.dialogs.base import Choose
from storyforge.tui.gallery.looking import Filter, Kind, look
from storyforge.tui.gallery.queueing import QueueDialog
from storyforge.tui.screens.desk import DeskScreen
from storyforge.tui.screens.gallery import GalleryScreen
from storyforge.tui.widgets.prose import Prose
from tests.tui.gallery.galleries import (
    PROMPT,
    at_gallery,
    draws_with,
    idle,
    opened,
    write_pictures,
)
from tests.tui.house import answer, asked, notices, running, type_text, until
from tests.tui.planner.plans import at_plan, write_plan


def seeds(gallery: GalleryScreen) -> list[int]:
    """Of the first group, in the order of its tiles."""
    return [tile.picture.seed for tile in gallery.grid.groups[0].tiles]


async def test_a_prompt_is_written_drawn_and_kept_with_its_scene(tmp_path: Path) -> None:
    path = write_plan(tmp_path / "skerry.forge")
    painter = ScriptedPainter()
    async with at_gallery(path, painter=painter) as (pilot, gallery):
        scene = gallery.scene_id
        assert "says nothing yet" in gallery.prompting.why_none
        await pilot.press("f9")
        await until(pilot, lambda: "says nothing yet" in notices(gallery.house), "why")
        await pilot.press("e")
        await type_text(pilot, "storm")
        await pilot.press("f9")
        await until(pilot, lambda: len(gallery.look.pictures) == 1, "a picture")
        await idle(pilot, gallery.desk)
        assert painter.orders[0].prompt == "storm"
        assert gallery.picture is not None
        assert gallery.picture.scene_id == scene
        assert gallery.place == scene
        # Another scene has another prompt; back here stands what was written.
        gallery.to_pane(gallery.grid)
        loads = gallery.prompting.loads
        await pilot.press("right_square_bracket")
        await until(pilot, lambda: gallery.prompting.loads > loads, "the other prompt")
        assert gallery.prompt_editor.text == ""
        await pilot.press("left_square_bracket")
        await until(pilot, lambda: gallery.prompt_editor.text == "storm", "the first again")
        # It can be let go of, and that is a step of the editor.
        await pilot.press("f6")
        assert gallery.prompt_editor.text == ""
        await pilot.press("e", "ctrl+z")
        assert gallery.prompt_editor.text == "storm"
    with StoryFile.open(path) as story:
        kept = hand_prompts.of_scene(story, scene)
        assert kept is not None
        assert kept.prompt == "storm"


async def test_pictures_are_chosen_rated_deleted_and_all_of_it_taken_back(tmp_path: Path) -> None:
    async with at_gallery(write_pictures(tmp_path / "skerry.forge")) as (pilot, gallery):
        assert set(gallery.verbs) == {action.id for action in of(Where.GALLERY)}
        assert seeds(gallery) == [3, 2, 1]

        async def press(key: str) -> None:
            looks = gallery.looks
            await pilot.press(key)
            await until(pilot, lambda: gallery.looks > looks, f"{key} is heard")

        await pilot.press("right")
        await press("delete")
        assert gallery.picture is not None
        assert (seeds(gallery), gallery.picture.seed) == ([3, 1], 1)
        await press("ctrl+z")
        assert (seeds(gallery), gallery.picture.seed) == ([3, 2, 1], 2)
        await press("c")
        assert seeds(gallery) == [2, 3, 1]  # the scene's own stands first
        await pilot.press("right", "right")
        await press("4")
        await press("c")
        await press("delete")
        assert seeds(gallery) == [3, 2]
        await press("ctrl+z")
        assert seeds(gallery) == [1, 3, 2]
        assert gallery.picture is not None
        assert (gallery.picture.seed, gallery.picture.rating) == (1, 4)
        await press("ctrl+z")
        assert seeds(gallery) == [2, 3, 1]
        await press("ctrl+z")
        assert all(not picture.rating for picture in gallery.look.pictures)
        await press("ctrl+z")
        assert all(not picture.chosen for picture in gallery.look.pictures)
        await pilot.press("ctrl+z")
        await until(pilot, lambda: "nothing to take back" in notices(gallery.house), "the end")


async def test_a_picture_is_seen_large_beside_another_and_only_some_are_shown(
    tmp_path: Path,
) -> None:
    async with at_gallery(write_pictures(tmp_path / "skerry.forge")) as (pilot, gallery):
        await pilot.press("enter")
        assert gallery.is_viewing
        assert gallery.view.sights[0].picture.seed == 3
        await pilot.press("right")
        assert gallery.view.sights[0].picture.seed == 2
        await pilot.press("escape", "k", "right", "k")
        assert [sight.picture.seed for sight in gallery.view.sights] == [2, 1]
        assert "Seed 1" in gallery.view.sights[1].lines[0][0][0]
        await pilot.press("escape")
        assert not gallery.is_viewing
        gallery.show_only(Filter(Kind.RATED, least=2))
        assert not gallery.grid.groups
        await pilot.press("escape")
        assert gallery.filter == Filter()
        await pilot.press("f")
        await until(pilot, lambda: asked(gallery.house, Choose), "the filter")
        await pilot.press("down", "enter")
        await until(pilot, lambda: gallery.filter.kind is Kind.SCENE, "the scene's")
        assert len(gallery.grid.groups) == 1


async def test_the_form_is_stepped_typed_into_and_remembered(tmp_path: Path) -> None:
    path = write_pictures(tmp_path / "skerry.forge")
    painter = ScriptedPainter()
    async with at_gallery(path, painter=painter) as (pilot, gallery):
        gallery.prompt_editor.rewrite("storm, <lora:ink:0.8>", "blur")
        await pilot.press("n", "down", "right")
        assert gallery.prompting.values.width == 576
        await pilot.press("down", "down", "enter")
        await until(pilot, lambda: asked(gallery.house), "how many steps")
        await answer(pilot, "7")
        await until(pilot, lambda: gallery.prompting.values.steps == 7, "seven")
        await pilot.press("end", "left")
        assert gallery.prompt_editor.text == "storm, <lora:ink:0.75>"
        await gallery.save()
        assert gallery.story.recall("picture_form")
    async with at_gallery(path, painter=painter) as (pilot, gallery):
        assert (gallery.prompting.values.width, gallery.prompting.values.steps) == (576, 7)
        gallery.prompt_editor.rewrite("storm", "")
        await pilot.press("p")  # the marked picture's own
        assert gallery.prompt_editor.text == PROMPT
        assert gallery.prompting.values.seed == 3


async def test_what_is_drawn_is_stopped_waits_is_moved_and_gone_on_with(tmp_path: Path) -> None:
    path = write_pictures(tmp_path / "skerry.forge", count=1)
    painter = ScriptedPainter(delay=0.05)
    async with at_gallery(path, painter=painter) as (pilot, gallery):
        gallery.prompt_editor.rewrite("storm", "")
        values = replace(gallery.prompting.values, count=3, steps=150)
        gallery.prompting.change(values, "count", "steps")
        await pilot.press("f9")
        run = picturing_of(gallery.desk).run
        await until(pilot, lambda: "of 150" in gallery.status_bar.plain, "steps")
        assert gallery.progress_pane.plain == "Oil"
        await pilot.press("q")
        await until(pilot, lambda: asked(gallery.house, QueueDialog), "the queue")
        told = gallery.house.screen.query_one(Prose)
        before = str(told.render())
        await until(pilot, lambda: str(told.render()) != before, "it goes on while it is looked at")
        await pilot.press("escape", "escape")
        await idle(pilot, gallery.desk)
        waiting = gallery.story.picture_queue.all()
        assert len(waiting) == 3
        await pilot.press("q")
        await until(pilot, lambda: asked(gallery.house, QueueDialog), "the queue")
        first = gallery.house.screen
        await pilot.press("right_square_bracket")
        await until(pilot, lambda: gallery.house.screen is not first, "moved")
        await until(pilot, lambda: asked(gallery.house, QueueDialog), "the queue again")
        moved = [one.id for one in gallery.story.picture_queue.all()]
        assert moved[:2] == [waiting[1].id, waiting[0].id]
        await pilot.press("delete")
        await until(pilot, lambda: len(gallery.story.picture_queue.all()) == 2, "taken out")
        await pilot.press("escape")
    painter = ScriptedPainter()
    async with running(path) as (pilot, app):
        draws_with(app, painter)
        await until(pilot, lambda: asked(app, Choose), "the offer to go on")
        assert "2 pictures" in str(app.screen.query(".said").first().render())
        await pilot.press("enter")
        await until(pilot, lambda: len(painter.orders) == 2, "both are drawn")
        assert not run.running


async def test_a_queue_that_is_looked_at_as_its_story_is_closed_ends_nothing(
    tmp_path: Path,
) -> None:
    path = write_pictures(tmp_path / "skerry.forge", count=1)
    async with at_gallery(path, painter=ScriptedPainter(delay=0.05)) as (pilot, gallery):
        gallery.prompt_editor.rewrite("storm", "")
        await pilot.press("f9")
        await until(pilot, lambda: gallery.story.picture_queue.all(), "an order")
        await pilot.press("q")
        await until(pilot, lambda: asked(gallery.house, QueueDialog), "the queue")
        told = gallery.house.screen.query_one(Prose)
        await gallery.desk.leaving.close()
        await until(pilot, lambda: "is closed" in str(told.render()), "said")


async def test_a_scene_is_drawn_from_the_desk_while_its_author_writes_on(tmp_path: Path) -> None:
    path = write_pictures(tmp_path / "skerry.forge", count=0)
    with StoryFile.open(path) as story:
        scene = story.outline().scenes[0]
        hand_prompts.keep(story, scene.id, hand_prompts.HandPrompt("storm", "blur"))
    painter = ScriptedPainter(delay=0.05)
    async with running(path) as (pilot, app):
        draws_with(app, painter)
        desk = app.screen
        assert isinstance(desk, DeskScreen)
        await pilot.press("alt+i")
        await until(pilot, lambda: "step" in desk.status_bar.plain, "how far it is")
        await type_text(pilot, "on")
        assert desk.manuscript.text.endswith("on")
        await until(pilot, lambda: "“Oil” is drawn" in notices(app), "it is there")
        assert "F4 shows it" in notices(app)
        assert (painter.orders[0].prompt, painter.orders[0].negative) == ("storm", "blur")
        await pilot.press("f4")
        gallery = await opened(pilot, app)
        assert len(gallery.look.pictures) == 1
        await pilot.press("f4")
        await until(pilot, lambda: app.screen is desk, "the desk again")


async def test_people_are_drawn_from_the_plan_and_a_failure_says_why(tmp_path: Path) -> None:
    path = write_plan(tmp_path / "skerry.forge")
    with StoryFile.open(path) as story:
        mara = story.plan.read().characters[0]
        story.plan.put(mara.id, {"look_picture": "an old woman with a grey braid"})
    painter = ScriptedPainter(fails={2: ModelError("The lantern fell.")})
    async with at_plan(path) as (pilot, planner):
        draws_with(planner.house, painter)
        planner.to_stage(planner.stage.__class__.CHARACTERS, mara.id)
        await until(pilot, lambda: planner.item is not None and planner.item.id == mara.id, "Mara")
        await pilot.press("alt+i")
        await until(pilot, lambda: picturing_of(planner.desk).drawn == 1, "Mara is drawn")
        await idle(pilot, planner.desk)
        assert "grey braid" in painter.orders[0].prompt
        await pilot.press("f4")
        gallery = await opened(pilot, planner.house)
        assert gallery.picture is not None
        assert (gallery.picture.item_id, gallery.picture.scene_id) == (mara.id, "")
        await pilot.press("f9")
        await until(pilot, lambda: "could not be drawn" in notices(gallery.house), "the failure")
        await idle(pilot, planner.desk)
        assert gallery.story.picture_queue.all()[0].state == "failed"


def test_a_scene_without_a_title_goes_by_its_number(tmp_path: Path) -> None:
    with StoryFile.open(write_pictures(tmp_path / "skerry.forge", count=1)) as story:
        first, second = story.outline().scenes[:2]
        story.binder.rename_scene(first.id, "")
        found = look(story)
        assert found.title_of(found.pictures[0]) == "1.1"
        assert found.scene_name(second.id) == second.title
        assert found.scene_name("gone") == ""


async def test_escape_a_moment_after_the_last_picture_does_not_leave(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "_JUST_NOW", 60.0)
    path = write_pictures(tmp_path / "skerry.forge")
    async with at_gallery(path, painter=ScriptedPainter()) as (pilot, gallery):
        gallery.prompt_editor.rewrite("storm", "")
        await pilot.press("f9")
        await until(pilot, lambda: len(gallery.look.pictures) == 4, "a picture")
        await idle(pilot, gallery.desk)
        await pilot.press("escape")
        assert gallery.house.screen is gallery
        await pilot.press("escape")
        await until(pilot, lambda: gallery.house.screen is gallery.desk, "the desk")
