"""What is for pictures in the planner: looks below their character, a group that unfolds."""

import json
from pathlib import Path

from storyforge.domain.plan.forms import Kind
from storyforge.domain.plan.stages import Stage
from storyforge.store.story_file import StoryFile
from storyforge.tui.dialogs.base import AskText, Choose
from storyforge.tui.dialogs.referring import Refer
from storyforge.tui.screens.planner import PlannerScreen
from storyforge.tui.widgets.rows import RowList
from tests.tui.gallery.galleries import add_picture, png
from tests.tui.house import notices, script, type_text, until
from tests.tui.planner.plans import asked, at_plan, changed, to_stage, write_plan

# From a character's name over all that is told of them.
TO_GROUP = ["down"] * 9


def with_look(path: Path) -> Path:
    write_plan(path)
    with StoryFile.open(path) as story:
        plan = story.plan.read()
        mara = plan.characters[0].id
        story.plan.put(mara, {"look": "A tall woman."})
        facts = {"name": "the scar", "who": mara, "since": plan.scenes[1].id, "look": "A scar."}
        story.plan.add(Kind.LOOK, facts)
    return path


async def test_the_group_unfolds_with_the_cursor_and_its_fields_are_written_in(
    tmp_path: Path,
) -> None:
    async with at_plan(with_look(tmp_path / "a.forge")) as (pilot, planner):
        await to_stage(pilot, planner, Stage.CHARACTERS)
        assert "▸ For pictures 0 of 6 written" in planner.fields.view.plain
        await pilot.press("right", *TO_GROUP)
        assert planner.at == (planner.plan.characters[0].id, "")
        assert "▾ For pictures" in planner.fields.view.plain
        await pilot.press("enter", "enter")
        await until(
            pilot, lambda: planner.fields.editing.endswith(" look_picture"), "the picture text"
        )
        await type_text(pilot, "tall woman")
        await changed(pilot, planner, "escape")
        assert planner.plan.characters[0].fact("look_picture") == "tall woman"
        assert "▾ For pictures 1 of 6 written" in planner.fields.view.plain
        await pilot.press("left", "left")
        assert "▸ For pictures 1 of 6 written" in planner.fields.view.plain


async def test_a_look_is_made_below_its_character_and_goes_with_an_undo(tmp_path: Path) -> None:
    async with at_plan(with_look(tmp_path / "a.forge")) as (pilot, planner):
        await to_stage(pilot, planner, Stage.CHARACTERS)
        mara = planner.plan.characters[0].id
        await changed(pilot, planner, "l")
        await until(pilot, lambda: planner.fields.editing.endswith(" name"), "its name")
        await type_text(pilot, "the limp")
        await changed(pilot, planner, "enter")
        assert [(one.name, one.fact("who")) for one in planner.plan.of(Kind.LOOK)] == [
            ("the scar", mara),
            ("the limp", mara),
        ]
        heads = [one.plain.split("  ")[0] for one in planner.fields.view.entries if not one.level]
        assert heads == ["Mara", "the scar", "the limp", "Tom Reed"]
        await pilot.press("down", "down", "enter")
        await until(pilot, lambda: isinstance(planner.house.screen, Refer), "the scenes")
        await pilot.press("escape")
        await until(pilot, lambda: planner.house.screen is planner, "the planner")
        await changed(pilot, planner, "ctrl+z")
        await changed(pilot, planner, "ctrl+z")
        assert [one.name for one in planner.plan.of(Kind.LOOK)] == ["the scar"]


async def test_a_look_into_which_nothing_was_written_was_never_meant(tmp_path: Path) -> None:
    async with at_plan(with_look(tmp_path / "a.forge")) as (pilot, planner):
        await to_stage(pilot, planner, Stage.CHARACTERS)
        await changed(pilot, planner, "l")
        await until(pilot, lambda: planner.fields.editing.endswith(" name"), "its name")
        await pilot.press("escape")
        await until(pilot, lambda: len(planner.plan.of(Kind.LOOK)) == 1, "it is gone")
        await pilot.press("home", "down")
        await until(pilot, lambda: planner.item is not None, "the look")
        assert planner.item is not None
        assert planner.item.kind is Kind.LOOK
        await pilot.press("shift+up")
        await until(pilot, lambda: "the order of the scenes" in notices(planner.house), "why not")


async def test_a_picture_text_is_asked_for_where_it_stands(tmp_path: Path) -> None:
    model = script(json.dumps({"value": "a tall woman, oilskin coat"}))
    async with at_plan(with_look(tmp_path / "a.forge"), backend=model) as (pilot, planner):
        await to_stage(pilot, planner, Stage.CHARACTERS)
        await pilot.press("right", *TO_GROUP, "enter")
        assert planner.field == "look_picture"
        await asked(pilot, planner, "g")
        assert planner.look.waiting[planner.at] == 3
        await changed(pilot, planner, "1")
        mara = planner.plan.characters[0]
        assert mara.fact("look_picture") == "a tall woman, oilskin coat"
        await pilot.press("h")
        await until(pilot, lambda: isinstance(planner.house.screen, Choose), "what can be asked")


async def test_the_picture_that_somebody_is_drawn_after_is_chosen_from_theirs_or_a_file(
    tmp_path: Path,
) -> None:
    path = with_look(tmp_path / "a.forge")
    with StoryFile.open(path) as story:
        drawn = add_picture(story, story.plan.read().scenes[2].id, 1)
        digest = drawn.digest
    (tmp_path / "face.png").write_bytes(png(9))

    def reference(planner: PlannerScreen) -> str:
        return planner.plan.characters[0].fact("reference")

    async with at_plan(path) as (pilot, planner):
        await to_stage(pilot, planner, Stage.CHARACTERS)
        await pilot.press("right", *TO_GROUP, "enter", "down", "down", "down")
        assert planner.field == "reference"
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(planner.house.screen, Choose), "the pictures")
        await changed(pilot, planner, "enter")
        assert reference(planner) == digest
        assert f"a picture ({digest[:8]})" in planner.fields.view.plain
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(planner.house.screen, Choose), "the pictures")
        marked = planner.house.screen.query_one(RowList).row
        assert marked is not None
        assert marked.note == "is the reference"
        await pilot.press("down", "enter")
        await until(pilot, lambda: isinstance(planner.house.screen, AskText), "the file")
        await type_text(pilot, str(tmp_path / "face.png"))
        await changed(pilot, planner, "enter")
        assert reference(planner) not in ("", digest)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(planner.house.screen, Choose), "the pictures")
        await pilot.press("end")
        await changed(pilot, planner, "enter")
        assert reference(planner) == ""
        await changed(pilot, planner, "ctrl+z")
        assert reference(planner) not in ("", digest)
