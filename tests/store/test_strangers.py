"""Files from strangers: what else a .forge file may bring than a story."""

import contextlib
import logging
from pathlib import Path

import pytest

from storyforge.errors import StoryforgeError
from storyforge.store.story_file import StoryFile
from storyforge.studio.merging import merge_into
from tests.store.helpers import only_scene, query, typed

TRIGGER = "CREATE TRIGGER evil AFTER UPDATE ON scene BEGIN UPDATE scene SET text = 'gone'; END"


def story_at(path: Path, text: str = "Mara kept the light.") -> str:
    with StoryFile.create(path, title="Skerry") as story:
        story.scenes.save(typed(only_scene(story), text))
        return only_scene(story)


def test_a_trigger_in_a_strangers_file_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.forge"
    story_at(path)
    query(path, TRIGGER)
    query(path, 'CREATE VIEW "odd ""name""" AS SELECT * FROM scene')
    with StoryFile.open(path) as story:
        scene = only_scene(story)
        story.scenes.save(typed(scene, "The boat came in."))
        assert story.scenes.load(scene).text == "The boat came in."
        story.copy_to(tmp_path / "b.forge")
    kinds = "SELECT count(*) FROM sqlite_schema WHERE type IN ('trigger', 'view')"
    assert query(path, kinds) == [(0,)]
    assert query(tmp_path / "b.forge", kinds) == [(0,)]


def test_a_copy_of_a_file_that_is_only_read_takes_no_trigger_along(tmp_path: Path) -> None:
    path, copy = tmp_path / "a.forge", tmp_path / "b.forge"
    scene = story_at(path)
    query(path, TRIGGER)
    with StoryFile.look(path) as story:
        story.copy_to(copy)
    query(copy, "UPDATE scene SET caret = 1")
    assert query(copy, "SELECT text FROM scene WHERE id = ?", scene) == [("Mara kept the light.",)]


def test_a_column_of_a_strangers_file_says_nothing_to_ours(tmp_path: Path) -> None:
    ours, theirs = tmp_path / "ours.forge", tmp_path / "theirs.forge"
    scene = story_at(ours)
    with StoryFile.open(ours) as story:
        story.copy_to(theirs)
    column = "x) SELECT 1 -- "
    query(theirs, f'ALTER TABLE session ADD COLUMN "{column}" TEXT')
    query(theirs, "INSERT INTO session VALUES ('s', '2026-01-01', '', '', 0, 0, 0, 0, 0, '')")
    with StoryFile.open(ours) as story, StoryFile.look(theirs) as other:
        merge_into(story, other, source="theirs")
        assert story.scenes.load(scene).text == "Mara kept the light."
    assert query(ours, "SELECT id FROM session") == [("s",)]


def test_a_picture_of_the_other_copy_comes_along_once(tmp_path: Path) -> None:
    ours, theirs = tmp_path / "ours.forge", tmp_path / "theirs.forge"
    story_at(ours)
    with StoryFile.open(ours) as story:
        story.copy_to(theirs)
    with StoryFile.open(theirs) as other:
        other.attachments.add("cover.png", "image/png", "book", b"\x89PNG")
    for _time in range(2):
        with StoryFile.open(ours) as story, StoryFile.look(theirs) as other:
            merge_into(story, other, source="theirs")
            (found,) = story.attachments.list()
            assert story.attachments.read(found.id) == b"\x89PNG"


def test_what_a_change_did_not_keep_is_not_rescued_either(tmp_path: Path) -> None:
    path = tmp_path / "a.forge"
    scene = story_at(path)
    with StoryFile.open(path) as story:
        story.scenes.save(typed(scene, "Kept."))
        with contextlib.suppress(StoryforgeError), story.together():
            story.scenes.save(typed(scene, "Taken back."))
            story.scenes.save(typed("no such scene", "x"))
        assert [page.text for page in story.scenes.written.values()] == ["Kept."]


def test_what_went_for_good_is_not_rescued_either(tmp_path: Path) -> None:
    path = tmp_path / "a.forge"
    kept = story_at(path)
    with StoryFile.open(path) as story:
        gone = story.binder.add_scene(story.outline().chapters[0].id, "")
        story.scenes.save(typed(kept, "Kept."))
        story.scenes.save(typed(gone, "Away."))
        story.binder.delete_scene(gone)
        story.binder.empty_trash()
        assert set(story.scenes.written) == {kept}


def test_an_unforeseen_error_does_not_tell_the_log_what_was_written(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "a.forge"
    scene = story_at(path)
    secret = " ".join(["A", "secret."])
    with StoryFile.open(path) as story:
        query(path, "ALTER TABLE scene DROP COLUMN caret")
        with pytest.raises(StoryforgeError) as caught:
            story.scenes.save(typed(scene, secret))
        logging.getLogger(__name__).error("unforeseen", exc_info=caught.value)
    assert "UPDATE scene" in caplog.text
    assert secret not in caplog.text
