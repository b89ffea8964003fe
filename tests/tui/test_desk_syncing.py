"""A sync tool at work beside the open desk: nothing is written over, one question is asked."""

import asyncio
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from textual.pilot import Pilot

from storyforge import paths
from storyforge.store.story_file import StoryFile
from storyforge.tui.app import StoryforgeApp
from storyforge.tui.desk import syncing
from storyforge.tui.dialogs.base import Choose, Tell
from storyforge.tui.dialogs.differences import Differences
from storyforge.tui.screens.desk import DeskScreen
from storyforge.tui.widgets.notes import Notes
from tests.studio.copies import everything
from tests.tui.house import (
    TEXT,
    answer,
    asked,
    at_desk,
    desk_of,
    is_ready,
    notices,
    page,
    running,
    type_text,
    until,
    write_story,
)
from tests.tui.planner.plans import is_at_plan, planner_of

TYPED = TEXT + "Now "
CONFLICT = "Light.sync-conflict-20261123-170102-ABCDEFG.forge"


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(syncing, "LOOK_EVERY", 0.02)
    return write_story(tmp_path / "Light.forge")


@pytest.fixture
def elsewhere(path: Path) -> Path:
    """The story on another machine, gone on with in “Fog”."""
    return changed(path, "Fog", "Fog, there.")


def changed(path: Path, title: str, text: str) -> Path:
    other = path.parent / "elsewhere" / path.name
    if not other.exists():
        other.parent.mkdir()
        shutil.copy(path, other)
    with StoryFile.open(other) as story:
        scene = next(s for s in story.outline().scenes if s.title == title)
        story.scenes.save(page(scene.id, text))
    return other


def put(source: Path, target: Path) -> None:
    """As a sync tool does: by one rename over it."""
    source.replace(target)


def rewrite(path: Path, source: Path) -> None:
    """As a sync tool does that writes into the file itself; here it would drop SQLite's locks."""
    script = "import sys; d = open(sys.argv[2], 'rb').read(); f = open(sys.argv[1], 'r+b')\n"
    script += "f.write(d); f.truncate(len(d)); f.close()"
    subprocess.run([sys.executable, "-c", script, path, source], check=True)


def take_away(path: Path) -> None:
    path.unlink()


def contents(path: Path) -> bytes:
    return path.read_bytes()


def text_of(path: Path, title: str) -> str:
    with StoryFile.look(path) as story:
        scene = next(s for s in story.outline().scenes if s.title == title)
        return story.scenes.load(scene.id).text


def shown(desk: DeskScreen) -> str:
    return desk.manuscript.page().text


async def question(pilot: Pilot[None], app: StoryforgeApp) -> Choose:
    await until(pilot, lambda: asked(app, Choose), "a question")
    front = app.screen
    assert isinstance(front, Choose)
    return front


async def saved(pilot: Pilot[None], desk: DeskScreen, text: str) -> None:
    await until(pilot, lambda: not desk.saving.dirty and shown(desk) == text, "saved")


def rescued_of(path: Path) -> list[Path]:
    return list(path.parent.glob("*(recovered *.forge"))


async def test_a_copy_that_appears_is_merged_after_a_yes(path: Path, elsewhere: Path) -> None:
    async with at_desk(path) as (pilot, desk):
        await type_text(pilot, "Now ")
        await saved(pilot, desk, TYPED)
        shutil.copy(elsewhere, path.parent / CONFLICT)
        front = await question(pilot, desk.house)
        assert CONFLICT in front._text
        await pilot.press("enter")
        await until(pilot, lambda: "put together" in notices(desk.house), "the merge")
        assert shown(desk) == TYPED
        assert not (path.parent / CONFLICT).exists()
        assert text_of(path, "Fog") == "Fog, there."


async def test_the_open_page_follows_a_merge_and_one_undo_takes_that_back(path: Path) -> None:
    other = changed(path, "Oil", "Oil, gone on with there.")
    shutil.copy(other, path.parent / CONFLICT)
    async with at_desk(path) as (pilot, desk):
        await question(pilot, desk.house)
        await pilot.press("enter")
        await until(pilot, lambda: shown(desk) == "Oil, gone on with there.", "the page")
        await until(pilot, lambda: "put together" in notices(desk.house), "the merge")
        assert TEXT in everything(path)
        await pilot.press("ctrl+z")
        await until(pilot, lambda: shown(desk) == TEXT, "undone")


async def test_both_kept_are_not_asked_about_again(path: Path, elsewhere: Path) -> None:
    shutil.copy(elsewhere, path.parent / CONFLICT)
    before = (path.parent / CONFLICT).read_bytes()
    async with at_desk(path) as (pilot, desk):
        front = await question(pilot, desk.house)
        await pilot.press("down", "down", "enter")
        await until(pilot, lambda: desk.house.screen is desk, "back")
        del front
    async with at_desk(path) as (pilot, desk):
        area = next(one for one in desk.areas if isinstance(one, syncing.Syncing))
        await until(pilot, lambda: area.looks > 3, "looks")
        assert desk.house.screen is desk
    assert (path.parent / CONFLICT).read_bytes() == before


async def test_the_differences_are_looked_at_first(path: Path, elsewhere: Path) -> None:
    shutil.copy(elsewhere, path.parent / CONFLICT)
    async with at_desk(path) as (pilot, desk):
        await question(pilot, desk.house)
        await pilot.press("down", "enter")
        await until(pilot, lambda: asked(desk.house, Differences), "the differences")
        front = desk.house.screen
        await until(pilot, lambda: "Fog, there." in str(front.query_one("#difference").render()))
        await pilot.press("escape")
        await question(pilot, desk.house)
        await pilot.press("escape")
        await until(pilot, lambda: desk.house.screen is desk, "back")


async def test_a_replaced_file_is_merged_with_what_is_on_the_page(
    path: Path, elsewhere: Path
) -> None:
    async with running(path) as (pilot, app):
        desk = desk_of(app)
        await type_text(pilot, "Now ")
        put(elsewhere, path)
        await question(pilot, app)
        (rescued,) = rescued_of(path)
        assert text_of(path, "Fog") == "Fog, there."
        assert text_of(rescued, "Oil") == TYPED
        await pilot.press("enter")
        await until(pilot, lambda: is_anew(app, desk), "a fresh desk")
        await until(pilot, lambda: "put together" in notices(app), "the merge")
        assert shown(desk_of(app)) == TYPED
        assert text_of(path, "Fog") == "Fog, there."
        assert rescued_of(path) == []


async def test_a_file_that_was_rewritten_is_merged_with_what_is_in_our_log(
    path: Path, elsewhere: Path
) -> None:
    async with running(path) as (pilot, app):
        desk = desk_of(app)
        await type_text(pilot, "Now ")
        await saved(pilot, desk, TYPED)
        await asyncio.to_thread(rewrite, path, elsewhere)
        await question(pilot, app)
        assert text_of(path, "Oil") == TEXT
        await pilot.press("enter")
        await until(pilot, lambda: is_anew(app, desk), "a fresh desk")
        await until(pilot, lambda: "put together" in notices(app), "the merge")
        assert shown(desk_of(app)) == TYPED
        assert text_of(path, "Fog") == "Fog, there."


async def test_an_author_who_plans_is_called_back_and_what_was_typed_there_comes_along(
    path: Path, elsewhere: Path
) -> None:
    async with running(path) as (pilot, app):
        desk = desk_of(app)
        await pilot.press("f2")
        await until(pilot, lambda: is_at_plan(app), "the planner")
        planner = planner_of(app)
        await pilot.press("enter", "enter")
        await until(pilot, lambda: planner.fields.editing, "a field")
        await type_text(pilot, "A child")
        put(elsewhere, path)
        await question(pilot, app)
        await pilot.press("enter")
        await until(pilot, lambda: is_anew(app, desk), "a fresh desk")
        with StoryFile.look(path) as story:
            assert story.plan.read().premise.fact("idea") == "A child"
        assert text_of(path, "Fog") == "Fog, there."


def is_anew(app: StoryforgeApp, old: DeskScreen) -> bool:
    desks = [screen for screen in app.screen_stack if isinstance(screen, DeskScreen)]
    return bool(desks) and desks[-1] is not old and is_ready(app)


async def test_a_conflict_is_told_and_both_texts_are_there(path: Path) -> None:
    other = changed(path, "Oil", "Oil, there.")
    async with running(path) as (pilot, app):
        await type_text(pilot, "Now ")
        await saved(pilot, desk_of(app), TYPED)
        put(other, path)
        await question(pilot, app)
        await pilot.press("enter")
        await until(pilot, lambda: asked(app, Tell), "the report")
        assert "1 thing was changed in both" in app.screen._text  # type: ignore[attr-defined]
        assert {"Oil, there.", TYPED} <= everything(path)
        await pilot.press("enter")


async def test_going_on_in_ones_own_copy_leaves_the_other_alone(
    path: Path, elsewhere: Path
) -> None:
    coming = contents(elsewhere)
    async with running(path) as (pilot, app):
        desk = desk_of(app)
        await type_text(pilot, "Now ")
        put(elsewhere, path)
        await question(pilot, app)
        await pilot.press("down", "down", "enter")
        await until(pilot, lambda: is_anew(app, desk), "a fresh desk")
        (rescued,) = rescued_of(path)
        assert desk_of(app).path == rescued
        assert shown(desk_of(app)) == TYPED
    assert contents(path) == coming


async def test_a_newer_copy_that_has_all_of_ours_just_comes_in(path: Path, elsewhere: Path) -> None:
    async with running(path) as (pilot, app):
        desk = desk_of(app)
        put(elsewhere, path)
        await until(pilot, lambda: is_anew(app, desk), "a fresh desk")
        await until(pilot, lambda: "All of yours is in it" in notices(app), "told")
        assert rescued_of(path) == []
        assert shown(desk_of(app)) == TEXT


async def test_a_newer_copy_comes_in_also_where_ours_cannot_be_put_away(
    path: Path, elsewhere: Path
) -> None:
    async with running(path) as (pilot, app):
        desk = desk_of(app)
        assert desk.outline is not None
        in_the_way = paths.backups_dir() / desk.outline.story_id / "merged"
        in_the_way.parent.mkdir(parents=True, exist_ok=True)
        in_the_way.write_text("no folder")
        put(elsewhere, path)
        await until(pilot, lambda: is_anew(app, desk) and asked(app, Choose), "a fresh desk")
        assert "merged" in notices(app)
        (rescued,) = rescued_of(path)
        assert text_of(rescued, "Oil") == TEXT
        await pilot.press("escape")


async def test_a_file_that_was_taken_away_is_put_back(path: Path) -> None:
    async with running(path) as (pilot, app):
        desk = desk_of(app)
        await type_text(pilot, "Now ")
        take_away(path)
        await question(pilot, app)
        await pilot.press("enter")
        await until(pilot, lambda: is_anew(app, desk), "a fresh desk")
        assert shown(desk_of(app)) == TYPED
        assert text_of(path, "Oil") == TYPED


async def test_what_was_written_for_the_model_comes_along_from_a_file_that_is_gone(
    path: Path,
) -> None:
    async with running(path) as (pilot, app):
        desk = desk_of(app)
        await pilot.press("shift+f8")
        await until(pilot, lambda: desk.focused is not None and desk.focused.id == "memory")
        take_away(path)
        memory = desk.side.query_one("#memory", Notes)
        await pilot.press("f", "o", "g")  # as far as it is let
        await question(pilot, app)
        written = memory.text
        await pilot.press("enter")
        await until(pilot, lambda: is_anew(app, desk), "a fresh desk")
        assert written
        with StoryFile.open(path) as story:
            assert story.context.text("memory") == written


async def test_something_else_in_its_place_is_not_touched(path: Path, tmp_path: Path) -> None:
    async with running(path) as (pilot, app):
        desk = desk_of(app)
        await type_text(pilot, "Now ")
        (tmp_path / "note").write_text("A note.")
        put(tmp_path / "note", path)
        await until(pilot, lambda: asked(app, Tell), "told")
        await pilot.press("enter")
        await until(pilot, lambda: is_anew(app, desk), "a fresh desk")
        assert shown(desk_of(app)) == TYPED
    assert contents(path) == b"A note."


async def test_leaving_before_it_was_noticed_loses_nothing(
    path: Path, elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(syncing, "LOOK_EVERY", 1000.0)
    async with at_desk(path) as (pilot, desk):
        await type_text(pilot, "Now ")
        await saved(pilot, desk, TYPED)
        put(elsewhere, path)
        await type_text(pilot, "and then ")
        await desk.save_at_once()
    (rescued,) = rescued_of(path)
    assert text_of(rescued, "Oil") == TYPED + "and then "
    assert text_of(path, "Fog") == "Fog, there."


async def test_whoever_opens_a_copy_is_told_of_the_story(path: Path, elsewhere: Path) -> None:
    copy = path.parent / CONFLICT
    shutil.copy(elsewhere, copy)
    async with at_desk(copy) as (pilot, desk):
        await until(pilot, lambda: "Light.forge" in desk.hint.told, "the hint")


async def test_asking_for_other_copies(path: Path, elsewhere: Path) -> None:
    async with at_desk(path) as (pilot, desk):
        desk.action_do("other_copies")
        await until(pilot, lambda: "No other copies" in notices(desk.house), "told")
        del elsewhere


async def test_a_folder_is_written_and_read_from_the_desk(path: Path, tmp_path: Path) -> None:
    folder = tmp_path / "repo"
    async with at_desk(path) as (pilot, desk):
        desk.action_do("write_folder")
        await answer(pilot, str(folder))
        await until(pilot, lambda: "files changed" in notices(desk.house), "written")
        file = next(folder.glob("*-oil-*"))
        file.write_text(file.read_text().replace("Mara kept", "Mara had kept"))
        desk.action_do("read_folder")
        await answer(pilot, str(folder))
        await until(pilot, lambda: asked(desk.house, Tell), "the report")
        assert "Oil: taken from the folder." in report(desk.house)
        await pilot.press("enter")
        assert shown(desk).startswith("Mara had kept")
        await pilot.press("ctrl+z")
        await until(pilot, lambda: shown(desk) == TEXT, "undone")


def report(app: StoryforgeApp) -> str:
    front = app.screen
    assert isinstance(front, Tell)
    return front._text
