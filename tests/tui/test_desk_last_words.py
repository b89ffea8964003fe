"""Words typed while something else is on its way: a scene shown, a split, the way out."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from storyforge.domain.origin import Place, PlaceKind
from storyforge.domain.story import Page
from storyforge.domain.trash import TrashKind
from storyforge.store import lock
from storyforge.store.story_file import StoryFile
from storyforge.tui.desk.commenting import Commenting
from storyforge.tui.desk.rewriting import rewrite
from storyforge.tui.screens.desk import DeskScreen
from storyforge.tui.work import launch
from tests.tui.house import TEXT, at_desk, notices, page, stored, type_text, until, write_story


class Gate:
    """A call that waits, in its thread, until it is let through."""

    def __init__(self, call: Callable[..., Any]) -> None:
        self._call = call
        self.reached = threading.Event()
        self._open = threading.Event()

    def __call__(self, *values: Any, **named: Any) -> Any:
        self.reached.set()
        assert self._open.wait(15)
        return self._call(*values, **named)

    def let_through(self) -> None:
        self._open.set()


def scene_of(desk: DeskScreen, title: str) -> str:
    assert desk.outline is not None
    return next(scene.id for scene in desk.outline.scenes if scene.title == title)


def open_scene(desk: DeskScreen, title: str) -> None:
    launch(desk.house, desk.scenes.open(scene_of(desk, title)), group="binder")


async def test_a_word_typed_on_the_way_to_another_scene_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_story(tmp_path / "a.forge")
    async with at_desk(path) as (pilot, desk):
        assert desk.story is not None
        gate = Gate(desk.story.scenes.save_caret)
        monkeypatch.setattr(desk.story.scenes, "save_caret", gate)
        open_scene(desk, "Fog")
        await until(pilot, gate.reached.is_set, "the caret is saved")
        await type_text(pilot, "Now")
        gate.let_through()
        await until(pilot, lambda: desk.scene_id == scene_of(desk, "Fog"), "the other scene")
        assert desk.story.scenes.load(scene_of(desk, "Oil")).text == TEXT + "Now"


async def test_an_edit_counts_before_its_message_has_come(tmp_path: Path) -> None:
    path = write_story(tmp_path / "a.forge")
    async with at_desk(path) as (_pilot, desk):
        assert desk.story is not None
        desk.manuscript.insert("Now.")
        assert desk.saving.dirty
        assert await desk.saving.flush()
        assert desk.story.scenes.load(desk.scene_id).text == TEXT + "Now."


async def test_what_is_typed_while_the_areas_close_is_kept_and_none_of_them_stops_the_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_story(tmp_path / "a.forge")

    async def typing_and_failing(area: Commenting) -> None:
        area.desk.manuscript.insert("Now.")
        raise RuntimeError("not foreseen")

    async with at_desk(path) as (_pilot, desk):
        monkeypatch.setattr(Commenting, "close", typing_and_failing)
        await desk.leaving.close()
        assert desk.story is None
        assert desk.house.last_words
        assert desk.manuscript.read_only
    assert stored(path) == TEXT + "Now."
    assert not lock.lock_path(path).exists()


async def test_an_area_that_fails_at_the_opening_leaves_the_others_their_turn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_story(tmp_path / "a.forge")

    async def failing(_area: Commenting) -> None:
        raise RuntimeError("not foreseen")

    monkeypatch.setattr(Commenting, "opened", failing)
    async with at_desk(path) as (_pilot, desk):
        assert desk.telling.status.model  # the last that is done after an opening
        assert "Something went wrong" in notices(desk.house)


async def test_nothing_is_saved_over_a_scene_while_it_is_split(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_story(tmp_path / "a.forge")
    async with at_desk(path) as (pilot, desk):
        assert desk.story is not None
        first = desk.scene_id
        gate = Gate(desk.story.binder.split_scene)
        monkeypatch.setattr(desk.story.binder, "split_scene", gate)
        desk.manuscript.move_cursor((0, 20))
        desk.action_do("split_scene")
        await until(pilot, gate.reached.is_set, "splitting")
        assert desk.manuscript.lock_reason
        desk.saving.touched()
        await until(pilot, lambda: desk.saving._due is None, "the save is due")
        gate.let_through()
        await until(pilot, lambda: "is split" in notices(desk.house), "split")
        assert not desk.manuscript.lock_reason
        assert await desk.saving.flush()
        assert desk.story.scenes.load(first).text == TEXT[:20]
        assert desk.story.scenes.load(desk.scene_id).text == TEXT[20:]


async def test_a_save_that_is_due_while_the_file_is_changed_behind_the_page_comes_after_it(
    tmp_path: Path,
) -> None:
    path = write_story(tmp_path / "a.forge")
    async with at_desk(path) as (pilot, desk):
        story = desk.story
        assert story is not None
        scene_id = desk.scene_id
        gate = Gate(lambda: None)

        def work() -> None:
            story.scenes.save(page(scene_id, "From elsewhere."))
            gate()

        launch(desk.house, rewrite(desk, story, work, reason="at work"), group="turn")
        await until(pilot, gate.reached.is_set, "work")
        desk.saving.touched()
        await until(pilot, lambda: desk.saving._due is None, "the save is due")
        gate.let_through()
        await until(pilot, lambda: desk.manuscript.text == "From elsewhere.", "the page follows")
        assert await desk.saving.flush()
        assert story.scenes.load(scene_id).text == "From elsewhere."


async def test_anchors_alone_that_came_are_on_the_page_too(tmp_path: Path) -> None:
    path = write_story(tmp_path / "a.forge")
    async with at_desk(path) as (_pilot, desk):
        story = desk.story
        assert story is not None
        now = story.scenes.load(desk.scene_id)
        place = Place("of-another-copy", 2, 5, PlaceKind.COMMENT)
        other = Page(now.scene_id, now.text, now.provenance.with_place(place), now.caret)
        await rewrite(desk, story, lambda: story.scenes.save(other), reason="at work")
        desk.manuscript.insert("Now.")
        assert await desk.saving.flush()
        assert story.scenes.load(desk.scene_id).provenance.place(place.id) is not None


async def test_a_scene_that_went_for_good_stops_no_work_behind_the_page(tmp_path: Path) -> None:
    path = write_story(tmp_path / "a.forge")
    async with at_desk(path) as (_pilot, desk):
        story = desk.story
        assert story is not None
        gone, scene_id = scene_of(desk, "Fog"), scene_of(desk, "Oil")
        await desk.scenes.open(gone)
        await desk.scenes.open(scene_id)
        story.binder.delete_scene(gone)
        story.binder.purge(TrashKind.SCENE, gone)
        await desk.saving.recount()
        desk.scenes.forget_pages()
        await rewrite(
            desk, story, lambda: story.scenes.save(page(scene_id, "Else.")), reason="at work"
        )
        assert desk.manuscript.text == "Else."


async def test_notes_that_no_save_took_are_in_the_rescued_copy(tmp_path: Path) -> None:
    path = write_story(tmp_path / "a.forge")
    with StoryFile.open(path) as story:
        scene = story.outline().scenes[0].id
        story.scenes.save(page(scene, "Typed."))
        copy = story.guard.rescue(None, {scene: "She knows.", "no such scene": "x"})
        with StoryFile.look(copy) as rescued:
            assert rescued.cards.get(scene).notes == "She knows."
            assert rescued.scenes.load(scene).text == "Typed."
