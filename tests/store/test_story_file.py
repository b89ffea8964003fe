import sqlite3
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from storyforge.domain.counting import Counts
from storyforge.errors import BadInput, Refused, StoryFileError
from storyforge.store.migrations import APPLICATION_ID, MIGRATIONS
from storyforge.store.side_tables import CardRow
from storyforge.store.story_file import StoryFile
from tests.store import kept_story
from tests.store.helpers import only_scene, query, typed

#: all of them: those beside the text are in the same list
_TABLES = CardRow.metadata.tables


def test_a_new_story_has_one_chapter_with_one_empty_scene(story: StoryFile) -> None:
    outline = story.outline()
    assert (outline.title, outline.author, outline.language) == ("The Light", "Ana", "en")
    assert [(c.title, len(c.scenes)) for c in outline.chapters] == [("Chapter 1", 1)]
    assert outline.scenes[0].length == 0
    assert abs((datetime.now(UTC) - outline.created).total_seconds()) < 60
    assert not story.read_only
    assert story.recovered is None


def test_the_file_says_what_it_is(story: StoryFile, path: Path) -> None:
    assert query(path, "PRAGMA application_id") == [(APPLICATION_ID,)]
    assert query(path, "PRAGMA user_version") == [(len(MIGRATIONS),)]
    assert query(path, "PRAGMA journal_mode") == [("wal",)]
    assert story._database.raw.execute("PRAGMA synchronous").fetchone() == (2,)
    assert story._database.raw.execute("PRAGMA foreign_keys").fetchone() == (1,)


def test_the_rows_classes_are_what_the_migrations_made(story: StoryFile, path: Path) -> None:
    for name, rows in _TABLES.items():
        made = query(path, f"PRAGMA table_info({name})")
        assert [(column[1], bool(column[3])) for column in made] == [
            (column.name, not column.nullable) for column in rows.columns
        ]
        assert {column[1] for column in made if column[5]} == set(rows.primary_key.columns.keys())


def test_an_existing_file_is_not_made_anew(story: StoryFile, path: Path) -> None:
    with pytest.raises(Refused, match="already something"):
        StoryFile.create(path, title="Another")
    assert story.outline().title == "The Light"


def test_a_story_is_not_made_in_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(StoryFileError, match="does not exist"):
        StoryFile.create(tmp_path / "no" / "x.forge", title="x")


def test_a_story_is_not_made_beside_the_log_of_another(tmp_path: Path) -> None:
    (tmp_path / "x.forge-wal").write_bytes(b"the last pages of something")
    with pytest.raises(Refused, match="log of a story"):
        StoryFile.create(tmp_path / "x.forge", title="x")


def test_titles_lose_control_characters_on_the_way_in_and_out(story: StoryFile, path: Path) -> None:
    story.rename(title="The\x1b[2J Light\nhouse", author="A\x00na", language="ja")
    outline = story.outline()
    assert (outline.title, outline.author, outline.language) == ("The[2J Light house", "Ana", "ja")
    query(path, "UPDATE story SET title = ?", "\x1b]0;evil\x07")
    assert story.outline().title == "]0;evil"


def test_rename_changes_only_what_is_given(story: StoryFile) -> None:
    story.rename(title="New")
    story.rename()
    assert (story.outline().title, story.outline().author) == ("New", "Ana")


def test_small_settings_are_remembered_and_forgotten(story: StoryFile, path: Path) -> None:
    assert story.recall("open_scene", "none") == "none"
    story.remember("open_scene", "a")
    story.remember("open_scene", "b")
    story.close()
    with StoryFile.open(path) as again:
        assert again.recall("open_scene") == "b"
        again.remember("open_scene", None)
        assert again.recall("open_scene") == ""


def test_closing_leaves_one_whole_file(story: StoryFile, path: Path) -> None:
    story.scenes.save(typed(only_scene(story), "Fog."))
    assert path.with_name(path.name + "-wal").stat().st_size > 0
    story.close()
    story.close()
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]
    assert query(path, "SELECT text FROM scene") == [("Fog.",)]


def test_folding_empties_the_log_while_the_story_is_open(story: StoryFile, path: Path) -> None:
    story.scenes.save(typed(only_scene(story), "Fog."))
    story.fold()
    assert path.with_name(path.name + "-wal").stat().st_size == 0


def test_a_closed_story_says_so(story: StoryFile) -> None:
    scene = only_scene(story)
    story.close()
    for call in (story.outline, lambda: story.scenes.save(typed(scene, "x")), story.fold):
        with pytest.raises(StoryFileError, match="is closed"):
            call()


def test_a_copy_of_an_open_story_is_sound_and_whole(story: StoryFile, tmp_path: Path) -> None:
    story.scenes.save(typed(only_scene(story), "Fog."))
    target = tmp_path / "copy.forge"
    story.copy_to(target)
    assert query(target, "PRAGMA integrity_check") == [("ok",)]
    assert query(target, "SELECT text FROM scene") == [("Fog.",)]
    assert not list(tmp_path.glob(".*")) + list(tmp_path.glob("copy.forge-*"))
    assert query(target, "SELECT id FROM story") == [(story.outline().story_id,)]


def test_a_copy_replaces_another_file_only_when_told(story: StoryFile, tmp_path: Path) -> None:
    target = tmp_path / "copy.forge"
    target.write_text("mine")
    with pytest.raises(Refused):
        story.copy_to(target)
    assert target.read_text() == "mine"
    story.copy_to(target, force=True, as_new=True)
    assert query(target, "SELECT id FROM story") != [(story.outline().story_id,)]


def test_a_copy_that_goes_its_own_way_takes_everything_along(tmp_path: Path) -> None:
    path, target = tmp_path / "kept.forge", tmp_path / "copy.forge"
    kept_story.make(path)
    with StoryFile.open(path) as story:
        story.copy_to(target, as_new=True)
    assert len(_TABLES) == 33
    for name in _TABLES:
        rows = f"SELECT * FROM {name}"
        if name != "story":
            assert set(query(target, rows)) == set(query(path, rows)), name
    ids = [query(file, "SELECT id FROM story") for file in (path, target)]
    assert ids[0] != ids[1]


def test_a_copy_never_replaces_an_open_story(story: StoryFile, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="open"):
        story.copy_to(story.path, force=True)
    with StoryFile.create(tmp_path / "other.forge", title="Other") as other:
        with pytest.raises(Refused, match="open"):
            story.copy_to(other.path, force=True)
        assert other.outline().title == "Other"


def test_a_copy_into_a_missing_folder_says_so(story: StoryFile, tmp_path: Path) -> None:
    with pytest.raises(StoryFileError, match="does not exist"):
        story.copy_to(tmp_path / "no" / "copy.forge")


def test_an_outline_reads_no_text(story: StoryFile) -> None:
    chapter = story.outline().chapters[0].id
    for number in range(20):
        scene = story.binder.add_scene(chapter, f"Scene {number}")
        story.scenes.save(typed(scene, "word " * 1000))
    read: set[tuple[str | None, str | None]] = set()

    def watch(action: int, table: str | None, column: str | None, *_more: str | None) -> int:
        if action == sqlite3.SQLITE_READ:
            read.add((table, column))
        return sqlite3.SQLITE_OK

    story._database.raw.set_authorizer(watch)
    outline = story.outline()
    story._database.raw.set_authorizer(None)
    assert ("scene", "words") in read
    assert ("scene", "text") not in read
    assert outline.counts == Counts(20_000, 80_000)
    assert outline.scenes[5].length == 5000


def test_many_threads_may_use_one_story(story: StoryFile) -> None:
    chapter = story.outline().chapters[0].id
    failed: list[BaseException] = []

    def write(number: int) -> None:
        try:
            scene = story.binder.add_scene(chapter, f"{number}")
            for text in ("one", "one two", "one two three"):
                story.scenes.save(typed(scene, text))
                assert story.scenes.load(scene).text == text
        except BaseException as error:
            failed.append(error)
            raise

    threads = [threading.Thread(target=write, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    outline = story.outline()
    assert sorted(scene.title for scene in outline.scenes) == ["", *"012345"]
    assert outline.counts.words == 18


def test_changes_made_together_are_one(story: StoryFile, path: Path) -> None:
    scene = only_scene(story)
    with story.together():
        chapter = story.binder.add_chapter("Two")
        for number in range(3):
            new = story.binder.add_scene(chapter, f"{number}")
            story.scenes.save(typed(new, f"text {number}"))
        assert len(story.outline().scenes) == 4
        assert query(path, "SELECT count(*) FROM scene") == [(1,)]  # nobody else sees half of it
    assert query(path, "SELECT count(*) FROM scene") == [(4,)]
    story.scenes.save(typed(scene, "Before."))

    def change_and_fail() -> None:
        with story.together():
            story.scenes.save(typed(scene, "After."))
            story.binder.delete_chapter(chapter)
            story.binder.rename_scene("nobody", "x")

    with pytest.raises(BadInput):
        change_and_fail()
    assert len(story.outline().scenes) == 4
    assert story.scenes.load(scene).text == "Before."
    story.scenes.save(typed(scene, "After."))
    assert query(path, "SELECT text FROM scene WHERE id = ?", scene) == [("After.",)]


def test_nothing_keeps_a_saved_text_in_memory(story: StoryFile) -> None:
    page = typed(only_scene(story), "a long text " * 1000)
    before = sys.getrefcount(page.text)
    story.scenes.save(page)
    story.revisions.keep(page, reason="named")
    after = sys.getrefcount(page.text)
    assert after == before
