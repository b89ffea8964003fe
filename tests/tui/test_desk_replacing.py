"""Replacing in the scene and in the story, looked at first, and the ways back."""

from pathlib import Path

from textual.pilot import Pilot
from textual.widgets import Input

from storyforge.domain.origin import Origin
from storyforge.domain.searching import Query
from storyforge.store.story_file import StoryFile
from storyforge.tui.dialogs.base import Choose
from storyforge.tui.dialogs.replacing import Replace
from storyforge.tui.screens.desk import DeskScreen
from storyforge.tui.widgets.chips import Chips
from storyforge.tui.widgets.hits import HitList
from tests.tui.house import (
    asked,
    at_desk,
    continued,
    notices,
    page,
    script,
    stored,
    texts,
    type_text,
    until,
    write_story,
)

OIL = "Mara lit the lamp.\nMara slept."
FOG = "Where was Mara?"


def two_scenes(path: Path) -> Path:
    write_story(path, OIL)
    with StoryFile.open(path) as story:
        story.scenes.save(page(story.outline().scenes[2].id, FOG, 0))
    return path


async def asked_for(
    pilot: Pilot[None], desk: DeskScreen, what: str, by: str, *, whole: bool, count: int
) -> Replace:
    await pilot.press("ctrl+backslash")
    await until(pilot, lambda: asked(desk.house, Replace), "the dialog")
    dialog = desk.house.screen
    assert isinstance(dialog, Replace)
    if whole:
        await pilot.press("tab", "tab", "space", "shift+tab", "shift+tab")
    dialog.query_one("#wanted", Input).value = what
    dialog.query_one("#by", Input).value = by
    await until(
        pilot,
        lambda: dialog.wanted.text == what and dialog.found.done and dialog.found.hits == count,
        "the preview",
    )
    await until(pilot, lambda: str(count) in str(dialog.query_one("#go", Chips).render()), "button")
    assert dialog.of_scenes() == dialog.found.scenes, "what the search tells while it is under way"
    return dialog


async def done(pilot: Pilot[None], desk: DeskScreen, told: str) -> None:
    await until(pilot, lambda: len(desk.house.screen_stack) == 1, "the dialog is gone")
    await until(pilot, lambda: told in notices(desk.house), told)
    await until(pilot, lambda: not desk.saving.dirty, "saved")


async def test_a_replacement_in_the_scene_is_one_step_of_the_page(tmp_path: Path) -> None:
    path = two_scenes(tmp_path / "skerry.forge")
    async with at_desk(path, backend=script(" Mara dreamt.")) as (pilot, desk):
        await continued(pilot, desk)
        before = desk.manuscript.page()
        dialog = await asked_for(pilot, desk, "mara", "Nora Lee", whole=False, count=3)
        assert "MaraNora Lee slept." in texts(dialog.query_one(HitList).rows)
        await pilot.press("enter", "enter", "enter")
        await done(pilot, desk, "3 places were replaced")
        assert desk.manuscript.text == "Nora Lee lit the lamp.\nNora Lee slept. Nora Lee dreamt."
        assert stored(path) == desk.manuscript.text
        assert stored(path, "Fog") == FOG
        now = desk.manuscript.page().provenance
        assert now.length == len(desk.manuscript.text)
        assert Origin.MODEL in {span.origin for span in now.spans}
        assert desk.manuscript.text_at(now.places[0].id) == " Nora Lee dreamt."
        await pilot.press("ctrl+z")
        await until(pilot, lambda: desk.manuscript.text == before.text, "one step back")
        assert desk.manuscript.page().provenance == before.provenance
        await pilot.press("ctrl+y")
        await until(pilot, lambda: "Nora Lee slept" in desk.manuscript.text, "and again")
        assert desk.story is not None
        assert desk.story.revisions.list(desk.scene_id)[0].reason == "before replace"


async def test_places_can_be_left_as_they_are_by_keys_and_by_mouse(tmp_path: Path) -> None:
    path = two_scenes(tmp_path / "skerry.forge")
    async with at_desk(path) as (pilot, desk):
        dialog = await asked_for(pilot, desk, "Mara", "Nora", whole=True, count=3)
        rows = dialog.query_one(HitList)
        await pilot.press("down", "down", "space")
        await until(pilot, lambda: "1.1 Oil 1/2" in texts(rows.rows), "one is off")
        await pilot.click(HitList, offset=(6, 3))
        await until(pilot, lambda: "2.1 Fog 0/1" in texts(rows.rows), "a scene is off")
        await pilot.press("space")
        await until(pilot, lambda: "2.1 Fog 1\n" in texts(rows.rows), "and on again")
        await pilot.press("ideographic_space")
        await until(pilot, lambda: "2.1 Fog 0/1" in texts(rows.rows), "off by a full-width space")
        assert "Replace 1 place›" in str(dialog.query_one("#go", Chips).render())
        await pilot.click("#go", offset=(3, 0))
        await done(pilot, desk, "1 place was replaced in 1 scene")
        assert desk.manuscript.text == "Mara lit the lamp.\nNora slept."
        assert stored(path, "Fog") == FOG


async def test_a_replacement_in_the_story_is_taken_back_by_one_key(tmp_path: Path) -> None:
    path = two_scenes(tmp_path / "skerry.forge")
    async with at_desk(path) as (pilot, desk):
        await type_text(pilot, " Mara")
        await asked_for(pilot, desk, "Mara", "Nora", whole=True, count=4)
        await pilot.press("enter", "enter", "enter")
        await done(pilot, desk, "4 places were replaced in 2 scenes")
        assert desk.manuscript.text == stored(path) == "Nora lit the lamp.\nNora slept. Nora"
        assert stored(path, "Fog") == "Where was Nora?"
        await type_text(pilot, "!")
        await pilot.press("ctrl+z")
        await until(pilot, lambda: desk.manuscript.text.endswith("Nora"), "only the last key")
        assert stored(path, "Fog") == "Where was Nora?"
        await pilot.press("ctrl+z")
        await done(pilot, desk, "Taken back in 2 scenes")
        assert desk.manuscript.text == stored(path) == OIL + " Mara"
        assert stored(path, "Fog") == FOG
        await pilot.press("ctrl+y")
        await pilot.press("ctrl+z")
        await until(pilot, lambda: desk.manuscript.text == OIL, "the step before that")


async def test_the_history_of_another_scene_knows_what_was_replaced_there(tmp_path: Path) -> None:
    path = two_scenes(tmp_path / "skerry.forge")
    async with at_desk(path) as (pilot, desk):
        assert desk.outline is not None
        oil, _log, fog = (scene.id for scene in desk.outline.scenes)
        await type_text(pilot, "!")
        await desk.scenes.open(fog)
        await asked_for(pilot, desk, "Mara", "Nora", whole=True, count=3)
        await pilot.press("enter", "enter", "enter")
        await done(pilot, desk, "3 places were replaced")
        await desk.scenes.open(oil)
        assert desk.manuscript.text == "Nora lit the lamp.\nNora slept.!"
        await pilot.press("ctrl+z")
        await until(pilot, lambda: desk.manuscript.text == OIL + "!", "its own step")
        await pilot.press("ctrl+z")
        await until(pilot, lambda: desk.manuscript.text == OIL, "what was typed before it")
        await until(pilot, lambda: not desk.saving.dirty, "saved")
        assert stored(path, "Fog") == "Where was Nora?"


async def test_a_scene_written_in_since_is_left_until_the_author_says_so(tmp_path: Path) -> None:
    path = two_scenes(tmp_path / "skerry.forge")
    async with at_desk(path) as (pilot, desk):
        await asked_for(pilot, desk, "Mara", "Nora", whole=True, count=3)
        await pilot.press("enter", "enter", "enter")
        await done(pilot, desk, "3 places were replaced")
        await type_text(pilot, " Fog.")
        desk.house.do("undo_replace")
        await until(pilot, lambda: asked(desk.house, Choose), "the question")
        await pilot.press("enter")
        await until(pilot, lambda: stored(path, "Fog") == FOG, "taken back where nobody wrote")
        await until(pilot, lambda: asked(desk.house, Choose), "the second question")
        assert desk.manuscript.text.endswith("Nora slept. Fog.")
        await pilot.press("end", "enter")
        await until(pilot, lambda: desk.manuscript.text == OIL, "taken back too")
        await done(pilot, desk, "is kept as a snapshot")
        assert stored(path) == OIL
        assert desk.story is not None
        kept = desk.story.revisions.list(desk.scene_id)[0]
        assert desk.story.revisions.page(kept.id).text.endswith("Nora slept. Fog.")
        await pilot.press("ctrl+z")
        await until(pilot, lambda: desk.manuscript.text.endswith("Fog."), "one step of the page")
        desk.house.do("undo_replace")
        await until(pilot, lambda: "no replacement" in notices(desk.house), "nothing is left")


async def test_what_the_list_does_not_show_yet_is_not_replaced(tmp_path: Path) -> None:
    path = two_scenes(tmp_path / "skerry.forge")
    async with at_desk(path) as (pilot, desk):
        dialog = await asked_for(pilot, desk, "Mara", "Nora", whole=False, count=2)
        dialog.query_one("#by", Input).value = "Vera"
        await until(pilot, lambda: dialog.replacement.text == "Vera", "typed")
        if dialog.found.asked != dialog.asked():
            dialog.go()
            assert dialog.is_current
        await until(pilot, lambda: "MaraVera" in texts(dialog.query_one(HitList).rows), "shown")
        dialog.go()
        await done(pilot, desk, "2 places were replaced")
        assert desk.manuscript.text == OIL.replace("Mara", "Vera")


async def test_a_pattern_that_would_never_end_is_stopped_and_nothing_is_changed(
    tmp_path: Path,
) -> None:
    path = write_story(tmp_path / "skerry.forge", "x" * 900)
    async with at_desk(path) as (pilot, desk):
        dialog = await asked_for(pilot, desk, "x", "y", whole=False, count=900)
        dialog.wanted = Query("(x+x+)+y", regex=True)
        dialog.search()
        await until(pilot, lambda: "was stopped" in dialog.told(), "stopped")
        dialog.go()
        assert dialog.is_current
        assert dialog.query_one(HitList).rows == ()
        assert stored(path) == "x" * 900
