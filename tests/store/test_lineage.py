"""A scene remembers the texts it had, so that two copies of a story can tell which is newer."""

import shutil
from pathlib import Path

import pytest

from storyforge.domain.ancestry import digest
from storyforge.store import lineage
from storyforge.store.story_file import StoryFile
from tests.store.helpers import only_scene, query, typed


def test_what_changed_is_noted_when_the_log_is_folded_in(story: StoryFile, path: Path) -> None:
    scene = only_scene(story)
    quiet = story.binder.add_scene(story.outline().chapters[0].id, "")
    for text in ("Fog.", "Fog. A boat.", "Fog. A boat."):
        story.scenes.save(typed(scene, text))
        story.fold()
    story.scenes.save(typed(scene, "Dawn."))
    story.close()
    with StoryFile.open(path) as again:
        texts = ("Fog.", "Fog. A boat.", "Dawn.")
        # The scene was empty when the story was made and nothing folded it in then.
        assert again.lineage.of(scene)[-3:] == tuple(map(digest, texts))
        assert again.lineage.of(quiet) == (digest(""),)
        assert again.lineage.of("nobody") == ()
        assert set(again.lineage.digests()) == {scene, quiet}


def test_nothing_is_written_where_nothing_changed(story: StoryFile, path: Path) -> None:
    scene = only_scene(story)
    story.scenes.save(typed(scene, "Fog."))
    story.close()
    before = path.read_bytes()
    with StoryFile.open(path) as again:
        again.scenes.load(scene)
    assert path.read_bytes()[100:] == before[100:]


def test_a_text_saved_by_a_session_that_died_is_noted_by_the_next(
    story: StoryFile, path: Path
) -> None:
    scene = only_scene(story)
    story.fold()
    story.scenes.save(typed(scene, "Fog."))
    story._database.fold()  # as SQLite does by itself, when its log has grown long
    left = Path(shutil.copy(path, path.with_name("left.forge")))
    with StoryFile.open(left) as again:
        assert again.lineage.of(scene) == (digest(""),)
        again.fold()
        assert again.lineage.of(scene) == (digest(""), digest("Fog."))


def test_a_long_lineage_loses_its_oldest(story: StoryFile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lineage, "KEPT", 3)
    scene = only_scene(story)
    for number in range(5):
        story.scenes.save(typed(scene, str(number)))
        story.fold()
    assert story.lineage.of(scene) == tuple(digest(str(number)) for number in (2, 3, 4))


def test_a_copy_knows_the_text_it_was_made_from(story: StoryFile, tmp_path: Path) -> None:
    scene = only_scene(story)
    story.scenes.save(typed(scene, "Fog."))
    story.copy_to(tmp_path / "copy.forge")
    with StoryFile.open(tmp_path / "copy.forge") as copy:
        assert copy.lineage.of(scene)[-1] == digest("Fog.")


def test_a_disk_that_takes_no_note_keeps_nothing_from_being_folded(
    story: StoryFile, path: Path
) -> None:
    scene = only_scene(story)
    story.scenes.save(typed(scene, "Fog."))
    story._database.raw.execute("PRAGMA query_only = ON")
    story.fold()
    story._database.raw.execute("PRAGMA query_only = OFF")
    assert story.lineage.of(scene) == ()
    assert query(path, "SELECT text FROM scene") == [("Fog.",)]
    story.fold()
    assert story.lineage.of(scene) == (digest("Fog."),)
