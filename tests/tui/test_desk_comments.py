"""Comments on pieces of the page."""

from pathlib import Path

import pytest
from textual.pilot import Pilot

from storyforge.domain.comments import Comment
from storyforge.store.story_file import StoryFile
from storyforge.studio.exporting import draft_bytes
from storyforge.tui.dialogs.base import Choose
from storyforge.tui.dialogs.words import AskWords
from storyforge.tui.screens.desk import DeskScreen
from storyforge.tui.widgets.notes import Answer
from storyforge.tui.widgets.painting import Ink
from tests.tui.house import asked, at_desk, notices, page, stored, type_text, until, write_story

TEXT = "Mara kept the light. The boat came in."


def underlined(desk: DeskScreen) -> list[str]:
    """What is drawn as commented on."""
    view = desk.manuscript
    found = []
    for row in range(view.page_wrap.height):
        line, start, end = view.page_wrap.at_row(row)
        whole = view.document.get_line(line)
        for mark in view._marks(line, start, end, whole):
            if mark.ink is Ink.COMMENT:
                found.append(whole[start + mark.start : start + mark.end])
    return found


def listed(desk: DeskScreen) -> list[str]:
    return [row.text for row in desk.side.scene.comments.rows]


def kept(path: Path) -> tuple[Comment, ...]:
    with StoryFile.open(path) as story:
        scenes = story.outline().scenes
        return tuple(one for scene in scenes for one in story.comments.of_scene(scene.id))


async def comment_on(
    pilot: Pilot[None], desk: DeskScreen, start: int, end: int, words: str
) -> None:
    """Select the characters of the first line and comment on them."""
    desk.manuscript.focus()
    desk.manuscript.move_cursor((0, start))
    desk.manuscript.move_cursor((0, end), select=True)
    await pilot.press("ctrl+t")
    await until(pilot, lambda: asked(desk.house, AskWords), "the question")
    await type_text(pilot, words)
    await pilot.press("enter")
    await until(pilot, lambda: words in listed(desk), "listed")


async def test_a_comment_is_kept_listed_and_underlined(tmp_path: Path) -> None:
    path = write_story(tmp_path / "a.forge", TEXT)
    async with at_desk(path) as (pilot, desk):
        await comment_on(pilot, desk, 5, 19, "tended")
        assert underlined(desk) == ["kept the light"]
        assert listed(desk) == ["“kept the light”", "tended"]
        await until(pilot, lambda: not desk.saving.dirty)
        assert [one.text for one in kept(path)] == ["tended"]
        desk.manuscript.move_cursor((0, 0))
        await type_text(pilot, "Old ")
        assert underlined(desk) == ["kept the light"]
        await until(pilot, lambda: stored(path).startswith("Old Mara"), "saved")
    async with at_desk(path) as (pilot, desk):
        await until(pilot, lambda: underlined(desk) == ["kept the light"], "after a restart")


async def test_without_a_selection_the_paragraph_is_meant(tmp_path: Path) -> None:
    async with at_desk(write_story(tmp_path / "a.forge", f"{TEXT}\n\n")) as (pilot, desk):
        await comment_on(pilot, desk, 3, 3, "slow")
        assert underlined(desk) == [TEXT]
        desk.manuscript.move_cursor((1, 0))
        await pilot.press("ctrl+t")
        await until(pilot, lambda: "Select the text" in notices(desk.house))


async def test_undo_takes_a_new_comment_back_and_redo_brings_it(tmp_path: Path) -> None:
    path = write_story(tmp_path / "a.forge", TEXT)
    async with at_desk(path) as (pilot, desk):
        await comment_on(pilot, desk, 0, 4, "who")
        await pilot.press("ctrl+z")
        await until(pilot, lambda: not listed(desk) and not underlined(desk))
        assert desk.manuscript.text == TEXT
        await pilot.press("ctrl+y")
        await until(pilot, lambda: underlined(desk) == ["Mara"] and "who" in listed(desk))
        await pilot.press("ctrl+z")
        await until(pilot, lambda: not listed(desk))
        await until(pilot, lambda: not desk.saving.dirty)
        await desk.may_leave()
    assert kept(path) == ()


async def test_a_comment_comes_back_with_its_text(tmp_path: Path) -> None:
    async with at_desk(write_story(tmp_path / "a.forge", TEXT)) as (pilot, desk):
        await comment_on(pilot, desk, 5, 19, "tended")
        desk.manuscript.move_cursor((0, 4))
        desk.manuscript.move_cursor((0, 19), select=True)
        await pilot.press("backspace")
        await until(pilot, lambda: listed(desk) == ["its text is gone", "tended"])
        assert underlined(desk) == []
        await pilot.press("ctrl+z")
        await until(pilot, lambda: underlined(desk) == ["kept the light"])
        assert listed(desk) == ["“kept the light”", "tended"]


async def test_a_comment_whose_text_is_gone_stays_after_a_restart(tmp_path: Path) -> None:
    path = write_story(tmp_path / "a.forge", TEXT)
    async with at_desk(path) as (pilot, desk):
        await comment_on(pilot, desk, 0, 4, "who")
        await pilot.press("ctrl+a", "backspace")
        await until(pilot, lambda: stored(path) == "", "saved")
    async with at_desk(path) as (pilot, desk):
        await until(pilot, lambda: listed(desk) == ["its text is gone", "who"])
        desk.action_do("comments")
        await until(pilot, lambda: desk.side.scene.comments.has_focus)
        await pilot.press("enter")
        await until(pilot, lambda: "is gone" in notices(desk.house))
        await pilot.press("delete")
        await until(pilot, lambda: not listed(desk))
    assert kept(path) == ()


async def test_a_comment_without_a_place_is_listed_and_deleted_after_a_yes(tmp_path: Path) -> None:
    path = write_story(tmp_path / "a.forge", TEXT)
    with StoryFile.open(path) as story:
        story.comments.add(story.outline().scenes[0].id, "f" * 32, "from elsewhere")
    async with at_desk(path) as (pilot, desk):
        await until(pilot, lambda: listed(desk) == ["its text is gone", "from elsewhere"])
        desk.action_do("comments")
        await until(pilot, lambda: desk.side.scene.comments.has_focus)
        await pilot.press("delete")
        await until(pilot, lambda: asked(desk.house, Choose), "sure?")
        await pilot.press("down", "enter")
        await until(pilot, lambda: not listed(desk))
    assert kept(path) == ()


async def test_from_the_list_one_goes_to_the_text(tmp_path: Path) -> None:
    async with at_desk(write_story(tmp_path / "a.forge", TEXT)) as (pilot, desk):
        await comment_on(pilot, desk, 21, 29, "which")
        await comment_on(pilot, desk, 0, 4, "who")
        assert listed(desk) == ["“Mara”", "who", "“The boat”", "which"]
        desk.action_do("comments")
        await until(pilot, lambda: desk.side.scene.comments.has_focus)
        assert "go to" in desk.keys_bar.plain
        await pilot.press("home", "down", "enter")
        await until(pilot, lambda: desk.manuscript.selected_text == "The boat")
        assert desk.manuscript.has_focus


async def test_a_comment_can_be_changed_and_done_with(tmp_path: Path) -> None:
    path = write_story(tmp_path / "a.forge", TEXT)
    async with at_desk(path) as (pilot, desk):
        await comment_on(pilot, desk, 0, 4, "who")
        desk.action_do("comments")
        await until(pilot, lambda: desk.side.scene.comments.has_focus)
        await pilot.press("e")
        await until(pilot, lambda: asked(desk.house, AskWords))
        await pilot.press("ctrl+j", "s", "o", "enter")
        await until(pilot, lambda: listed(desk) == ["“Mara”", "who so"])
        await pilot.press("r")
        await until(pilot, lambda: underlined(desk) == [])
        assert desk.side.scene.comments.rows[0].mark == "✓"
        assert kept(path)[0].resolved
        await pilot.press("r")
        await until(pilot, lambda: underlined(desk) == ["Mara"])


async def test_a_deleted_comment_comes_back_by_undo(tmp_path: Path) -> None:
    path = write_story(tmp_path / "a.forge", TEXT)
    async with at_desk(path) as (pilot, desk):
        await comment_on(pilot, desk, 0, 4, "who")
        desk.action_do("comments")
        await until(pilot, lambda: desk.side.scene.comments.has_focus)
        await pilot.press("delete")
        await until(pilot, lambda: not listed(desk) and underlined(desk) == [])
        assert kept(path) == ()
        desk.to_page()
        await pilot.press("ctrl+z")
        await until(pilot, lambda: underlined(desk) == ["Mara"])
        await until(pilot, lambda: [one.text for one in kept(path)] == ["who"])


async def test_a_comment_that_the_disk_does_not_take_is_asked_for_again_as_it_is(
    tmp_path: Path,
) -> None:
    path = write_story(tmp_path / "a.forge", TEXT)
    async with at_desk(path) as (pilot, desk):
        assert desk.story is not None
        raw = desk.story._database.raw
        pages = raw.execute("PRAGMA page_count").fetchone()[0]
        await pilot.press("ctrl+t")
        await until(pilot, lambda: asked(desk.house, AskWords), "the question")
        first = desk.house.screen
        first.query_one(Answer).insert("why " * 4_000)
        raw.execute(f"PRAGMA max_page_count = {pages}")  # SQLite says the same as on a full disk
        await pilot.press("enter")
        await until(
            pilot, lambda: asked(desk.house, AskWords) and desk.house.screen is not first, "again"
        )
        assert "The disk is full" in notices(desk.house)
        raw.execute("PRAGMA max_page_count = 1000000")
        await pilot.press("enter")
        await until(pilot, lambda: [len(one.text) for one in kept(path)] == [15_999], "kept")
        await until(pilot, lambda: underlined(desk) == [TEXT], "underlined")


async def test_comments_of_the_other_scene_stay_with_it(tmp_path: Path) -> None:
    path = write_story(tmp_path / "a.forge", TEXT)
    with StoryFile.open(path) as story:
        story.scenes.save(page(story.outline().scenes[1].id, "The log lay open."))
    async with at_desk(path) as (pilot, desk):
        assert desk.outline is not None
        await comment_on(pilot, desk, 0, 4, "who")
        await desk.scenes.open(desk.outline.scenes[1].id)
        await until(pilot, lambda: not listed(desk))
        assert underlined(desk) == []
        await comment_on(pilot, desk, 4, 7, "book")
        await desk.scenes.open(desk.outline.scenes[0].id)
        await until(pilot, lambda: listed(desk) == ["“Mara”", "who"])


@pytest.mark.parametrize("form", ["md", "html", "text"])
def test_exports_leave_comments_and_notes_out(tmp_path: Path, form: str) -> None:
    with StoryFile.open(write_story(tmp_path / "a.forge", TEXT)) as story:
        scene = story.outline().scenes[0].id
        story.comments.add(scene, "c" * 32, "secretly")
        story.cards.put(scene, label="secretly", notes="secretly")
        written = draft_bytes(story, form=form).decode()
        assert "Mara kept the light." in written
        assert "secretly" not in written
