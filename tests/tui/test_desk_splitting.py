"""Splitting a scene at the caret, and joining two."""

from pathlib import Path

from textual.pilot import Pilot

from storyforge.domain.cards import Card, Status
from storyforge.domain.origin import Origin, Place, PlaceKind
from storyforge.domain.story import Page
from storyforge.store.story_file import StoryFile
from storyforge.tui.desk.counting import Counting
from storyforge.tui.screens.desk import DeskScreen
from tests.tui.house import (
    at_desk,
    continued,
    notices,
    page,
    script,
    stored,
    type_text,
    until,
    write_story,
)

TEXT = "Mara kept the light.\n\nThe boat came in."


def story_texts(path: Path) -> list[str]:
    """The scenes' texts in story order, as they are on disk."""
    with StoryFile.open(path) as story:
        return [story.scenes.load(scene.id).text for scene in story.outline().scenes]


def reasons(path: Path) -> list[str]:
    with StoryFile.open(path) as story:
        return [one.reason for one in story.revisions.timeline(20)]


async def split_at(pilot: Pilot[None], desk: DeskScreen, line: int, column: int) -> None:
    desk.manuscript.move_cursor((line, column))
    desk.action_do("split_scene")
    await until(pilot, lambda: "is split" in notices(desk.house), "split")


async def taken_back(pilot: Pilot[None], desk: DeskScreen, told: str) -> None:
    await pilot.press("ctrl+b")
    await until(pilot, lambda: desk.binder.has_focus)
    await pilot.press("ctrl+z")
    await until(pilot, lambda: told in notices(desk.house), told)


async def test_a_scene_is_split_at_the_caret_and_is_whole_again(tmp_path: Path) -> None:
    path = write_story(tmp_path / "a.forge", TEXT)
    async with at_desk(path) as (pilot, desk):
        assert desk.outline is not None
        first = desk.scene_id
        await split_at(pilot, desk, 0, 20)
        assert desk.manuscript.text == "The boat came in."
        assert desk.manuscript.caret == 0
        assert desk.scene_id != first
        assert story_texts(path)[:2] == ["Mara kept the light.\n\n", "The boat came in."]
        assert "before split" in reasons(path)
        assert [row.text for row in desk.binder.rows][1:4] == [
            "1.1 Oil",
            "1.2 Scene 2",
            "1.3 The log",
        ]
        await type_text(pilot, "Then")
        await until(pilot, lambda: desk.manuscript.text.startswith("Then"))
        await pilot.press("ctrl+z")
        await until(pilot, lambda: desk.manuscript.text == "The boat came in.")
        await taken_back(pilot, desk, "whole again")
        assert desk.manuscript.text == TEXT
        assert desk.scene_id == first
        assert story_texts(path)[0] == TEXT
        assert len(story_texts(path)) == 3


async def test_takes_and_comments_go_with_their_text(tmp_path: Path) -> None:
    path = write_story(tmp_path / "a.forge", "Mara kept the light.")
    async with at_desk(path, backend=script(" The boat came in.")) as (pilot, desk):
        await continued(pilot, desk)
        assert desk.story is not None
        desk.story.comments.add(desk.scene_id, "c" * 32, "which boat?")
        desk.manuscript.set_anchor(Place("c" * 32, 25, 29, PlaceKind.COMMENT))
        await until(pilot, lambda: stored(path).endswith("in."), "saved")
        await split_at(pilot, desk, 0, 21)
        assert desk.manuscript.text == "The boat came in."
        assert {s.origin for s in desk.manuscript.provenance.spans} == {Origin.MODEL}
        rows = desk.side.scene.comments
        await until(pilot, lambda: rows.rows and rows.rows[0].text == "“boat”")
        await until(pilot, lambda: desk.takes.takes, "its take")


async def test_where_a_part_would_be_empty_nothing_is_split(tmp_path: Path) -> None:
    path = write_story(tmp_path / "a.forge", TEXT)
    async with at_desk(path) as (pilot, desk):
        for place in ((0, 0), (2, 17)):
            desk.manuscript.move_cursor(place)
            desk.action_do("split_scene")
            await until(pilot, lambda: "Put the caret where" in notices(desk.house))
            desk.house.clear_notifications()
        assert len(story_texts(path)) == 3


async def test_two_scenes_are_joined_and_parted_again(tmp_path: Path) -> None:
    path = write_story(tmp_path / "a.forge", "Mara kept the light.")
    with StoryFile.open(path) as story:
        oil, log, _fog = story.outline().scenes
        story.scenes.save(page(log.id, "The log lay open."))
        story.cards.put(oil.id, notes="First.")
        story.cards.put(log.id, label="Tom", status="done", goal=9, notes="Second.")
    async with at_desk(path) as (pilot, desk):
        desk.action_do("join_scene")
        await until(pilot, lambda: "The scenes are one" in notices(desk.house))
        assert desk.manuscript.text == "Mara kept the light.\nThe log lay open."
        assert desk.scene_id == oil.id
        assert desk.side.scene.notes.text == "First.\n\nSecond."
        assert len(story_texts(path)) == 2
        desk.manuscript.move_cursor(desk.manuscript.document.end)
        await type_text(pilot, " Wide")
        await until(pilot, lambda: stored(path).endswith("Wide"), "saved")
        await taken_back(pilot, desk, "two again")
        assert story_texts(path)[:2] == ["Mara kept the light.", "The log lay open. Wide"]
        assert desk.manuscript.text == "Mara kept the light."
        assert desk.side.scene.notes.text == "First."
        assert desk.outline is not None
        second = desk.outline.scenes[1]
        assert second.title == "The log"
        assert second.id == log.id
        assert desk.story is not None
        assert desk.story.binder.trash() == ()
        assert desk.story.cards.get(second.id) == Card("Tom", Status.DONE, 9, "Second.")


async def test_joined_scenes_are_parted_though_the_trash_was_emptied(tmp_path: Path) -> None:
    path = write_story(tmp_path / "a.forge", "Mara kept the light.")
    with StoryFile.open(path) as story:
        log = story.outline().scenes[1].id
        story.scenes.save(page(log, "The log lay open."))
    async with at_desk(path) as (pilot, desk):
        desk.action_do("join_scene")
        await until(pilot, lambda: "The scenes are one" in notices(desk.house))
        assert desk.story is not None
        desk.story.binder.empty_trash()
        await taken_back(pilot, desk, "two again")
        assert story_texts(path)[:2] == ["Mara kept the light.", "The log lay open."]
        assert desk.outline is not None
        assert desk.outline.scenes[1].title == "The log"


async def test_the_last_scene_of_a_chapter_has_none_to_join(tmp_path: Path) -> None:
    path = write_story(tmp_path / "a.forge")
    async with at_desk(path) as (pilot, desk):
        assert desk.outline is not None
        await desk.scenes.open(desk.outline.scenes[1].id)
        desk.action_do("join_scene")
        await until(pilot, lambda: "chapter's last scene" in notices(desk.house))
        assert len(story_texts(path)) == 3


async def test_a_join_that_was_written_over_is_not_parted_wrongly(tmp_path: Path) -> None:
    path = write_story(tmp_path / "a.forge", "One.")
    with StoryFile.open(path) as story:
        story.scenes.save(page(story.outline().scenes[1].id, "Two."))
    async with at_desk(path) as (pilot, desk):
        desk.action_do("join_scene")
        await until(pilot, lambda: "The scenes are one" in notices(desk.house))
        await pilot.press("ctrl+a")
        await type_text(pilot, "Other")
        await until(pilot, lambda: stored(path) == "Other", "saved")
        await taken_back(pilot, desk, "Too much was changed")
        assert stored(path) == "Other"


async def test_moving_text_between_scenes_is_no_writing(tmp_path: Path) -> None:
    path = write_story(tmp_path / "a.forge", TEXT)
    async with at_desk(path) as (pilot, desk):
        counting = next(area for area in desk.hearing if isinstance(area, Counting))
        assert counting.clock is not None
        clock = counting.clock
        desk.manuscript.move_cursor((0, 0))
        await type_text(pilot, "Old ")
        await until(pilot, lambda: clock.today().own.words == 1)
        await split_at(pilot, desk, 1, 0)
        await type_text(pilot, "Then ")
        await until(pilot, lambda: clock.today().own.words == 2)
        await taken_back(pilot, desk, "whole again")
        await desk.saving.recount()
        await type_text(pilot, "x")
        assert clock.today().own.words == 2
        assert isinstance(desk.manuscript.page(), Page)
