"""Earlier versions: lists, comparisons, and going back whole or in part."""

from pathlib import Path

from textual.pilot import Pilot
from textual.widgets import Static

from storyforge.domain.comparing import compare
from storyforge.store.story_file import StoryFile
from storyforge.tui.dialogs.base import AskText, Choose
from storyforge.tui.dialogs.comparing import Compare
from storyforge.tui.dialogs.snapshots import Snapshots
from storyforge.tui.screens.desk import DeskScreen
from storyforge.tui.widgets.comparison import ComparisonView, amounts
from storyforge.tui.widgets.rows import RowList
from tests.tui.house import (
    TEXT,
    answer,
    asked,
    at_desk,
    notices,
    page,
    stored,
    texts,
    type_text,
    until,
    write_story,
)

OLD = "Mara lit the lamp.\n\nShe slept.\n\nThe boat came."
NEW = "Mara lit the old lantern.\n\nShe slept.\n\nNo boat came."


def with_past(path: Path) -> Path:
    """Oil was OLD once; Fog had a word; The log is in the trash, with a past."""
    write_story(path, OLD)
    with StoryFile.open(path) as story:
        oil, log, fog = (scene.id for scene in story.outline().scenes)
        story.revisions.keep(page(log, "Gone"), name="the log", reason="named")
        story.revisions.keep(page(fog, "Fog."), reason="before import")
        story.revisions.keep(page(oil, OLD), name="the lamp", reason="named")
        story.scenes.save(page(oil, NEW))
        story.scenes.save(page(fog, "Fog. Rain."))
        story.binder.delete_scene(log)
    return path


async def listed(pilot: Pilot[None], desk: DeskScreen, action: str, rows: int) -> Snapshots:
    desk.house.do(action)
    await until(pilot, lambda: asked(desk.house, Snapshots), "the list")
    dialog = desk.house.screen
    assert isinstance(dialog, Snapshots)
    await until(pilot, lambda: len(dialog.query_one(RowList).rows) == rows, "read")
    return dialog


async def compared(pilot: Pilot[None], desk: DeskScreen) -> ComparisonView:
    await pilot.press("enter")
    await until(pilot, lambda: asked(desk.house, Compare), "the comparison")
    view = desk.house.screen.query_one(ComparisonView)
    told = desk.house.screen.query_one("#sides", Static)
    await until(pilot, lambda: "Comparing" not in str(told.render()), "compared")
    return view


async def test_a_change_is_brought_back_and_the_others_are_left(tmp_path: Path) -> None:
    path = with_past(tmp_path / "skerry.forge")
    async with at_desk(path) as (pilot, desk):
        await listed(pilot, desk, "snapshots", 2)
        view = await compared(pilot, desk)
        told = desk.house.screen.query_one("#sides", Static)
        assert view.changes == 2
        assert "2 changes, +3 −2 words" in str(told.render())
        assert "Mara lit the lamp.|Mara lit the old lantern." in view.plain
        await pilot.press("space")
        await until(pilot, lambda: "1 chosen" in str(told.render()), "chosen")
        await pilot.press("enter")
        await until(pilot, lambda: asked(desk.house, Choose), "the question")
        await pilot.press("enter")
        await until(pilot, lambda: "taken back" in notices(desk.house), "brought back")
        assert desk.manuscript.text == "Mara lit the lamp.\n\nShe slept.\n\nNo boat came."
        await until(pilot, lambda: not desk.saving.dirty, "saved")
        assert stored(path) == desk.manuscript.text
        await pilot.press("ctrl+z")
        await until(pilot, lambda: desk.manuscript.text == NEW, "one step")
        assert desk.story is not None
        assert desk.story.revisions.list(desk.scene_id)[0].reason == "before restore"


async def test_a_named_snapshot_is_gone_back_to_whole(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge")
    async with at_desk(path) as (pilot, desk):
        await pilot.press("ctrl+s")
        await answer(pilot, "before the fog")
        await until(pilot, lambda: "before the fog" in notices(desk.house), "kept")
        await type_text(pilot, " Fog.")
        dialog = await listed(pilot, desk, "snapshots", 2)
        assert "“before the fog”" in texts(dialog.query_one(RowList).rows)
        await compared(pilot, desk)
        await pilot.press("enter")
        await until(pilot, lambda: asked(desk.house, Choose), "the question")
        await pilot.press("home", "enter")
        await until(pilot, lambda: desk.manuscript.text == TEXT, "restored")
        await until(pilot, lambda: not desk.saving.dirty, "saved")
        assert stored(path) == TEXT
        await pilot.press("ctrl+z")
        await until(pilot, lambda: desk.manuscript.text == TEXT + " Fog.", "one step back")


async def test_the_timeline_holds_every_scene_and_opens_the_one_that_comes_back(
    tmp_path: Path,
) -> None:
    path = with_past(tmp_path / "skerry.forge")
    async with at_desk(path) as (pilot, desk):
        dialog = await listed(pilot, desk, "timeline", 4)
        shown = texts(dialog.query_one(RowList).rows)
        assert "1.1 Oil  “the lamp”" in shown
        assert "2.1 Fog  before an import" in shown
        assert "(in the trash)  “the log”" in shown
        await pilot.press("down")
        view = await compared(pilot, desk)
        assert "Fog.|Fog. Rain." in view.plain
        await pilot.press("enter")
        await until(pilot, lambda: asked(desk.house, Choose), "the question")
        await pilot.press("enter")
        await until(pilot, lambda: desk.manuscript.text == "Fog.", "the other scene, as it was")
        assert desk.outline is not None
        assert desk.scene_id == desk.outline.scenes[1].id
        await until(pilot, lambda: not desk.saving.dirty, "saved")
        assert stored(path) == NEW


async def test_escape_goes_back_a_step_and_a_deleted_scene_is_only_looked_at(
    tmp_path: Path,
) -> None:
    path = with_past(tmp_path / "skerry.forge")
    async with at_desk(path) as (pilot, desk):
        await listed(pilot, desk, "timeline", 4)
        await pilot.press("end")
        view = await compared(pilot, desk)
        assert view.plain == "Gone|"
        await pilot.press("enter", "escape")
        await until(pilot, lambda: asked(desk.house, Snapshots), "the list again")
        again = desk.house.screen.query_one(RowList)
        await until(pilot, lambda: again.row is not None and "the log" in again.row.text, "there")
        await pilot.press("escape")
        await until(pilot, lambda: len(desk.house.screen_stack) == 1, "and the page")


async def test_two_snapshots_are_compared_and_one_gets_a_name(tmp_path: Path) -> None:
    path = with_past(tmp_path / "skerry.forge")
    with StoryFile.open(path) as story:
        oil = story.outline().scenes[0].id
        story.revisions.keep(page(oil, "Mara lit a lamp."), reason="before import")
    async with at_desk(path) as (pilot, desk):
        dialog = await listed(pilot, desk, "snapshots", 3)
        await pilot.press("space", "down")
        await until(pilot, lambda: dialog.marked is not None, "marked")
        view = await compared(pilot, desk)
        assert view.plain.startswith("Mara lit the lamp.¶|Mara lit a lamp.")
        await pilot.press("escape")
        await until(pilot, lambda: asked(desk.house, Snapshots), "the list again")
        await compared(pilot, desk)
        await pilot.press("enter")
        await until(pilot, lambda: asked(desk.house, Choose), "the question")
        await pilot.press("end", "enter")
        await until(pilot, lambda: asked(desk.house, AskText), "the name")
        await answer(pilot, "old lamp")
        await until(pilot, lambda: asked(desk.house, Snapshots), "the list again")
        shown = desk.house.screen.query_one(RowList)
        await until(pilot, lambda: "“old lamp”" in texts(shown.rows), "named")


async def test_in_a_narrow_terminal_one_column_holds_both(tmp_path: Path) -> None:
    path = with_past(tmp_path / "skerry.forge")
    async with at_desk(path, size=(80, 24)) as (pilot, desk):
        await listed(pilot, desk, "snapshots", 2)
        view = await compared(pilot, desk)
        assert "Mara lit the lampold lantern." in view.plain
        await pilot.press("end", "space")
        await until(pilot, lambda: len(view.chosen) == 1, "chosen")
        await pilot.click(ComparisonView, offset=(8, 0))
        await until(pilot, lambda: len(view.chosen) == 2, "chosen by the mouse")


def test_japanese_changes_are_told_in_characters() -> None:
    assert amounts(compare("灯台。", "灯台守。"), "ja") == "+1 −0 characters"


async def test_what_one_change_kept_of_many_scenes_is_one_row_until_it_is_opened(
    tmp_path: Path,
) -> None:
    path = write_story(tmp_path / "skerry.forge")
    with StoryFile.open(path) as story:
        chapter = story.outline().chapters[0].id
        for number in range(3):
            story.binder.add_scene(chapter, f"Part {number}")
        scenes = [scene.id for scene in story.outline().scenes]
        for scene in scenes:
            story.revisions.keep(page(scene, "lantern"), reason="before replace")
            story.revisions.keep(page(scene, "lamp"), reason="after replace")
        story.revisions.keep(page(scenes[0], "A lamp."), name="later", reason="named")
    async with at_desk(path) as (pilot, desk):
        dialog = await listed(pilot, desk, "timeline", 3)
        rows = dialog.query_one(RowList)
        assert f"{len(scenes)} scenes  after replacing · before replacing" in rows.rows[2].text
        await pilot.press("down", "enter")
        await until(pilot, lambda: len(rows.rows) == 3 + 2 * len(scenes), "opened")
        assert "before replacing" in rows.rows[-1].text
        await pilot.press("enter")
        await until(pilot, lambda: len(rows.rows) == 3, "folded again")
