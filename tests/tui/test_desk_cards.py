"""The scene's card: notes, status, label, aim, and how the binder shows them."""

import sqlite3
from pathlib import Path

from textual.pilot import Pilot

from storyforge.domain.cards import Card, Status
from storyforge.store.story_file import StoryFile
from storyforge.tui.desk.carding import Carding
from storyforge.tui.desk.rewriting import rewrite
from storyforge.tui.dialogs.base import AskText, Choose
from storyforge.tui.screens.desk import DeskScreen
from tests.tui.house import answer, asked, at_desk, notices, texts, type_text, until, write_story


def carding_of(desk: DeskScreen) -> Carding:
    return next(area for area in desk.hearing if isinstance(area, Carding))


def card_of(path: Path, title: str = "Oil") -> Card:
    """The card of the scene `title` as it is on disk."""
    with StoryFile.open(path) as story:
        scene = next(scene for scene in story.outline().scenes if scene.title == title)
        return story.cards.get(scene.id)


def row(desk: DeskScreen, title: str) -> str:
    """What the binder says of a scene: its text, its signs and its note."""
    found = next(row for row in desk.binder.rows if row.text.endswith(title))
    signs = " ".join(badge.text for badge in found.badges)
    return f"{found.text} {signs} {found.note}"


def colours(desk: DeskScreen) -> list[str]:
    """The labels' colours in the binder, from above."""
    return [row.badges[0].colour for row in desk.binder.rows if row.badges]


async def chosen(pilot: Pilot[None], desk: DeskScreen, action: str, *keys: str) -> None:
    desk.action_do(action)
    await until(pilot, lambda: asked(desk.house, Choose), action)
    await pilot.press(*keys)
    await until(pilot, lambda: not asked(desk.house, Choose), "answered")


async def test_notes_are_on_the_disk_without_being_asked_for(tmp_path: Path) -> None:
    path = write_story(tmp_path / "a.forge")
    async with at_desk(path) as (pilot, desk):
        await pilot.press("ctrl+n")
        await until(pilot, lambda: desk.side.scene.notes.has_focus)
        await type_text(pilot, "Who rowed")
        await pilot.press("enter", "shift+enter", "question_mark")
        await until(pilot, lambda: card_of(path).notes == "Who rowed\n\n?", "kept")
        assert desk.manuscript.text.startswith("Mara kept the light.")
        assert not desk.saving.dirty
        await pilot.press("ctrl+z")
        await until(pilot, lambda: card_of(path).notes == "Who rowed\n\n", "taken back")
        await pilot.press("ctrl+n")
        await until(pilot, lambda: desk.manuscript.has_focus)


async def test_every_scene_has_its_own_notes_and_their_steps(tmp_path: Path) -> None:
    path = write_story(tmp_path / "a.forge")
    async with at_desk(path) as (pilot, desk):
        assert desk.outline is not None
        oil, log = desk.outline.scenes[0].id, desk.outline.scenes[1].id
        notes = desk.side.scene.notes
        await pilot.press("ctrl+n", "a")
        await desk.scenes.open(log)
        await until(pilot, lambda: notes.scene_id == log and notes.text == "")
        await pilot.press("ctrl+n", "b")
        await desk.scenes.open(oil)
        await until(pilot, lambda: notes.text == "a")
        await pilot.press("ctrl+n", "ctrl+z")
        await until(pilot, lambda: notes.text == "")
        await until(pilot, lambda: card_of(path, "The log").notes == "b")
        await until(pilot, lambda: card_of(path, "Oil").notes == "")


async def test_notes_that_cannot_be_kept_are_said_and_tried_again(tmp_path: Path) -> None:
    path = write_story(tmp_path / "a.forge")
    async with at_desk(path) as (pilot, desk):
        with sqlite3.connect(path) as raw:
            raw.execute(
                "CREATE TRIGGER full BEFORE INSERT ON card BEGIN SELECT RAISE(ABORT,'x'); END"
            )
        raw.close()
        await pilot.press("ctrl+n", "a")
        await until(pilot, lambda: carding_of(desk).notes.failed is not None)
        assert desk.side.scene.border_subtitle == "not saved"
        desk.house.do("quit")
        await until(pilot, lambda: asked(desk.house, Choose), "asked before leaving")
        await pilot.press("enter")
        with sqlite3.connect(path) as raw:
            raw.execute("DROP TRIGGER full")
        raw.close()
        await until(pilot, lambda: carding_of(desk).notes.failed is None, "tried again")
        assert card_of(path).notes == "a"


async def test_status_label_and_aim_stand_in_the_binder(tmp_path: Path) -> None:
    path = write_story(tmp_path / "a.forge")
    async with at_desk(path) as (pilot, desk):
        await chosen(pilot, desk, "scene_status", "down", "down", "enter")
        await until(pilot, lambda: "◐" in row(desk, "Oil"))
        await chosen(pilot, desk, "scene_label", "enter")
        await answer(pilot, "Mara's view")
        await until(pilot, lambda: "M ◐" in row(desk, "Oil"))
        desk.action_do("scene_goal")
        await until(pilot, lambda: asked(desk.house, AskText))
        await answer(pilot, "22")
        await until(pilot, lambda: row(desk, "Oil") == "1.1 Oil M ◐ 50%")
        shown = texts(desk.side.scene.facts.rows)
        assert "Status ◐ draft" in shown
        assert "Label Mara's view" in shown
        assert "Goal 11/22 w" in shown
    assert card_of(path) == Card("Mara's view", Status.DRAFT, 22)


async def test_in_the_binder_the_marked_scene_is_meant(tmp_path: Path) -> None:
    path = write_story(tmp_path / "a.forge")
    async with at_desk(path) as (pilot, desk):
        await pilot.press("ctrl+b", "down")
        await chosen(pilot, desk, "scene_status", "end", "enter")
        await until(pilot, lambda: "✓" in row(desk, "The log"))
    assert card_of(path, "The log").status is Status.DONE
    assert card_of(path, "Oil").status is Status.NONE


async def test_scenes_of_one_label_share_its_colour(tmp_path: Path) -> None:
    path = write_story(tmp_path / "a.forge")
    with StoryFile.open(path) as story:
        for scene, label in zip(story.outline().scenes, ("Mara", "Tom", "Mara"), strict=True):
            story.cards.put(scene.id, label=label)
    async with at_desk(path) as (pilot, desk):
        desk.action_do("scene_label")
        await until(pilot, lambda: asked(desk.house, Choose), "labels")
        await pilot.press("end", "up", "enter")
        await until(pilot, lambda: "Colour" in getattr(desk.house.screen, "box_title", ""))
        await until(pilot, lambda: asked(desk.house, Choose), "colours")
        await pilot.press("end", "enter")
        await until(pilot, lambda: colours(desk)[0] == "teal")
        assert colours(desk)[2] == "teal"
        assert colours(desk)[1] != "teal"
    async with at_desk(path) as (_pilot, desk):
        assert carding_of(desk)._colours["Mara"] == "teal"


async def test_outline_numbers_can_be_switched_off(tmp_path: Path) -> None:
    path = write_story(tmp_path / "a.forge")
    async with at_desk(path) as (pilot, desk):
        assert [row.text for row in desk.binder.rows][:3] == [
            "1  The Keeper",
            "1.1 Oil",
            "1.2 The log",
        ]
        desk.action_do("numbers")
        await until(pilot, lambda: desk.binder.rows[1].text == "Oil")
        assert desk.binder.rows[0].text == "The Keeper"
    async with at_desk(path) as (_pilot, desk):
        assert desk.binder.rows[1].text == "Oil"


async def test_on_a_small_screen_the_panel_lies_over_the_page(tmp_path: Path) -> None:
    path = write_story(tmp_path / "a.forge")
    async with at_desk(path, size=(80, 24)) as (pilot, desk):
        panel = desk.side.scene
        assert not panel.display
        await pilot.press("ctrl+n")
        await until(pilot, lambda: panel.region.width >= 40 and panel.notes.has_focus)
        assert panel.region.right <= 80
        await pilot.press("escape")
        await until(pilot, lambda: not panel.display and desk.manuscript.has_focus)


async def test_the_panel_folds_away_and_stays_folded(tmp_path: Path) -> None:
    path = write_story(tmp_path / "a.forge")
    async with at_desk(path) as (pilot, desk):
        assert desk.side.scene.display
        desk.action_do("scene_panel")
        await until(pilot, lambda: not desk.side.scene.display)
        await until(pilot, lambda: desk.house.settings and not desk.house.settings.scene_panel)
    async with at_desk(path) as (_pilot, desk):
        assert not desk.side.scene.display


async def test_a_read_only_story_shows_its_notes_and_keeps_them(tmp_path: Path) -> None:
    path = write_story(tmp_path / "a.forge")
    with StoryFile.open(path) as story:
        story.cards.put(story.outline().scenes[0].id, notes="Kept.")
        async with at_desk(path) as (pilot, desk):
            await pilot.press("ctrl+n", "x")
            await until(pilot, lambda: desk.side.scene.notes.has_focus)
            assert desk.side.scene.notes.text == "Kept."
            desk.action_do("scene_status")
            await until(pilot, lambda: notices(desk.house))
            assert not asked(desk.house, Choose)


async def test_in_the_quiet_desk_notes_and_takes_still_come(tmp_path: Path) -> None:
    async with at_desk(write_story(tmp_path / "a.forge")) as (pilot, desk):
        desk.action_do("quiet")
        await until(pilot, lambda: desk.has_class("-quiet") and not desk.side.scene.region)
        assert not desk.side.region.width
        await pilot.press("ctrl+n", "x")
        await until(pilot, lambda: desk.side.scene.region.width >= 40)
        assert desk.side.scene.notes.text == "x"
        await pilot.press("escape")
        await until(pilot, lambda: not desk.side.scene.region and desk.manuscript.has_focus)
        desk.takes.add_class("-over")
        await until(pilot, lambda: desk.takes.region.width == 28)
        assert not desk.side.scene.region


async def test_notes_typed_at_the_last_moment_are_kept(tmp_path: Path) -> None:
    path = write_story(tmp_path / "a.forge")
    async with at_desk(path) as (pilot, desk):
        await pilot.press("ctrl+n", "a", "b")
        await until(pilot, lambda: desk.side.scene.notes.text == "ab")
        assert await desk.may_leave()
    assert card_of(path).notes == "ab"


async def test_notes_are_written_when_the_program_ends_by_a_fault(tmp_path: Path) -> None:
    path = write_story(tmp_path / "a.forge")
    async with at_desk(path) as (pilot, desk):
        await pilot.press("ctrl+n", "a")
        await until(pilot, lambda: desk.side.scene.notes.text == "a")
        desk.rescue()
        assert card_of(path).notes == "a"


async def test_cards_that_came_from_elsewhere_are_shown(tmp_path: Path) -> None:
    path = write_story(tmp_path / "a.forge")
    async with at_desk(path) as (_pilot, desk):
        assert desk.story is not None
        story, scene_id = desk.story, desk.scene_id

        def elsewhere() -> bool:
            story.cards.put(scene_id, status="done", notes="From the other machine.")
            return True

        assert await rewrite(desk, story, elsewhere, reason="x")
        assert desk.side.scene.notes.text == "From the other machine."
        assert "✓" in row(desk, "Oil")
