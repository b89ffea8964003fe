"""Tidying, measuring and copying, from the desk."""

from pathlib import Path

import pytest
from textual.widgets import Static

from storyforge.domain.origin import Origin, Provenance, Span
from storyforge.domain.story import Page
from storyforge.store.story_file import StoryFile
from storyforge.tui.dialogs.base import Choose, Tell
from storyforge.tui.dialogs.tidying import SHOWN, Tidying
from storyforge.tui.screens.desk import DeskScreen
from storyforge.tui.widgets.rows import RowList
from tests.tui.house import asked, at_desk, notices, stored, texts, type_text, until, write_story
from tests.tui.test_desk_writing import status

WRITTEN = "彼は立った…\n「行くぞ」\n２０２６年―そして灯《ひ》が"
TIDY = "\u3000彼は立った……\n「行くぞ」\n\u30002026年――そして灯《ひ》が"


def rules_shown(desk: DeskScreen) -> str:
    """The rows of the preview; nothing while it is not in front."""
    if not asked(desk.house, Tidying):
        return ""
    return texts(desk.house.screen.query_one(RowList).rows)


async def test_a_scene_is_tidied_after_a_look_and_undone_in_one_step(tmp_path: Path) -> None:
    path = write_story(tmp_path / "kaze.forge", WRITTEN, language="ja")
    async with at_desk(path) as (pilot, desk):
        desk.house.do("tidy")
        await until(pilot, lambda: asked(desk.house, Tidying), "the preview")
        await until(pilot, lambda: "Make 5 changes" in rules_shown(desk), "looked")
        shown = desk.house.screen.query_one("#changes", Static)
        assert "彼は立った………" in str(shown.render())
        await pilot.press("enter")
        await until(pilot, lambda: desk.manuscript.text == TIDY, "tidied")
        assert desk.manuscript.caret == len(TIDY)
        await until(pilot, lambda: not desk.saving.dirty, "saved")
        assert stored(path) == TIDY
        story = desk.story
        assert story is not None
        kept = [story.revisions.page(one.id).text for one in story.revisions.list(desk.scene_id)]
        assert WRITTEN in kept
        await pilot.press("ctrl+z")
        await until(pilot, lambda: desk.manuscript.text == WRITTEN, "one step back")


async def test_a_rule_is_switched_and_remembered(tmp_path: Path) -> None:
    path = write_story(tmp_path / "kaze.forge", WRITTEN, language="ja")
    async with at_desk(path) as (pilot, desk):
        desk.house.do("tidy")
        await until(pilot, lambda: "Make 5 changes" in rules_shown(desk), "looked")
        await pilot.press("down", "enter")
        await until(pilot, lambda: "Make 3 changes" in rules_shown(desk), "without indents")
        await pilot.press("up", "enter")
        await until(pilot, lambda: "3 changes were made" in notices(desk.house), "tidied")
        assert desk.manuscript.text.startswith("彼は立った……\n")
        desk.house.do("tidy")
        await until(pilot, lambda: "Nothing to tidy up" in rules_shown(desk), "looked again")
        await pilot.press("enter")
        assert asked(desk.house, Tidying)
        await pilot.press("escape")
        await until(pilot, lambda: not asked(desk.house, Tidying), "left")


async def test_tidying_keeps_who_wrote_what(tmp_path: Path) -> None:
    path = tmp_path / "light.forge"
    text = 'He said "no"... and left.'
    with StoryFile.create(path, title="Light") as story:
        scene = story.outline().scenes[0].id
        spans = (Span(8, Origin.IMPORTED), Span(len(text) - 8, Origin.TYPED))
        story.scenes.save(Page(scene, text, Provenance(spans)))
    async with at_desk(path) as (pilot, desk):
        desk.house.do("tidy")
        await until(pilot, lambda: "Make 3 changes" in rules_shown(desk), "looked")
        await pilot.press("enter")
        await until(pilot, lambda: desk.manuscript.text == "He said “no”… and left.", "tidied")
        assert desk.manuscript.page().provenance.spans[0] == Span(8, Origin.IMPORTED)


async def test_a_long_list_of_changes_says_how_many_more(tmp_path: Path) -> None:
    path = write_story(tmp_path / "light.forge", "a  b\n" * (SHOWN + 7))
    async with at_desk(path) as (pilot, desk):
        desk.house.do("tidy")
        await until(pilot, lambda: f"Make {SHOWN + 7} changes" in rules_shown(desk), "looked")
        shown = str(desk.house.screen.query_one("#changes", Static).render())
        assert "… and 7 more" in shown


async def test_the_pages_of_a_japanese_scene_stand_in_the_status_line(tmp_path: Path) -> None:
    path = write_story(tmp_path / "kaze.forge", "海だ。\n" * 45, language="ja")
    async with at_desk(path, size=(160, 32)) as (pilot, desk):
        await until(pilot, lambda: "scene 135 ch., 3 pages" in status(desk), "counted")
        await type_text(pilot, "x")
        await until(pilot, lambda: "scene 136 ch., 3 pages" in status(desk), "counted again")


async def test_everything_is_counted_on_demand(tmp_path: Path) -> None:
    path = write_story(tmp_path / "kaze.forge", "灯台《とうだい》が光る。\n" * 30, language="ja")
    async with at_desk(path) as (pilot, desk):
        desk.house.do("measure")
        await until(pilot, lambda: asked(desk.house, Tell), "the counts")
        told = str(desk.house.screen.query_one(".first", Static).render())
        scene, _chapter, story = told.split("\n\n")
        assert scene == (
            "This scene\n  360 characters as typed\n  180 without readings, 300 with them\n"
            "  2 manuscript pages of 400"
        )
        assert story.startswith("The story\n  360 characters as typed\n")


async def test_an_english_story_is_counted_in_words(tmp_path: Path) -> None:
    path = write_story(tmp_path / "light.forge", "The tide was late.")
    async with at_desk(path) as (pilot, desk):
        desk.house.do("measure")
        await until(pilot, lambda: asked(desk.house, Tell), "the counts")
        told = str(desk.house.screen.query_one(".first", Static).render())
        assert told.startswith("This scene\n  4 words\n  15 characters\n")
        assert "manuscript" not in told


@pytest.fixture
def no_multiplexer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TMUX", raising=False)
    monkeypatch.delenv("STY", raising=False)


@pytest.mark.usefixtures("no_multiplexer")
async def test_a_chapter_with_readings_is_copied_for_a_site(tmp_path: Path) -> None:
    path = write_story(tmp_path / "kaze.forge", "灯《ひ》が《《光》》る。", language="ja")
    async with at_desk(path) as (pilot, desk):
        desk.house.do("copy_chapter")
        await until(pilot, lambda: asked(desk.house, Choose), "where to")
        await pilot.press("enter")
        await until(pilot, lambda: "was sent" in notices(desk.house), "copied")
        assert desk.house.clipboard == "灯《ひ》が｜光《・》る。\n"
        assert "“The Keeper”" in notices(desk.house)
        desk.house.do("copy_chapter")
        await until(pilot, lambda: asked(desk.house, Choose), "where to, again")
        await pilot.press("end", "enter")
        await until(pilot, lambda: desk.house.clipboard == "The Keeper\n\n灯が光る。\n", "copied")


@pytest.mark.usefixtures("no_multiplexer")
async def test_a_chapter_without_readings_is_copied_at_once(tmp_path: Path) -> None:
    path = write_story(tmp_path / "light.forge", "The tide was late.")
    async with at_desk(path) as (pilot, desk):
        await type_text(pilot, " Very.")
        desk.house.do("copy_chapter")
        await until(pilot, lambda: "was sent" in notices(desk.house), "copied")
        assert desk.house.clipboard == "The tide was late. Very.\n"


async def test_an_empty_chapter_is_not_copied(tmp_path: Path) -> None:
    path = write_story(tmp_path / "light.forge", "")
    async with at_desk(path) as (pilot, desk):
        desk.house.do("copy_chapter")
        await until(pilot, lambda: "no words yet" in notices(desk.house), "told")
