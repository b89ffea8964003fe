"""What is deleted can come back; what is purged is gone, and nothing else is."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storyforge.domain.origin import Origin, Place, PlaceKind, Provenance, Span
from storyforge.domain.picture.pictures import Picture, QueuedPicture
from storyforge.domain.sampling import Sampling
from storyforge.domain.sections import PromptEdit
from storyforge.domain.story import Page
from storyforge.domain.trash import Trashed, TrashKind
from storyforge.errors import BadInput, Refused
from storyforge.store.plan.drafted import Drafted
from storyforge.store.story_file import StoryFile
from storyforge.store.tables import SceneRow, table
from storyforge.studio.prompt.drafts import draft_of, keep_draft
from tests.store.helpers import only_scene, png, query, typed

_KEYS = {"scene": "id"}


def everything_about(path: Path, scene_id: str) -> dict[str, list[Any]]:
    """All rows of the file that name a scene, by table."""
    with closing(sqlite3.connect(path)) as raw:
        tables = [
            name for (name,) in raw.execute("SELECT name FROM sqlite_schema WHERE type='table'")
        ]
        found = {}
        for name in tables:
            columns = {row[1] for row in raw.execute(f"PRAGMA table_info({name})")}
            key = _KEYS.get(name, "scene_id")
            if key in columns:
                rows = raw.execute(f"SELECT * FROM {name} WHERE {key} = ?", (scene_id,)).fetchall()
                found[name] = sorted(rows, key=repr)
    return found


def furnished(story: StoryFile, scene: str, text: str) -> None:
    """A scene with one of everything, and two snapshots of which one rests on the other."""
    take = story.takes.begin(scene, f"p{scene}", model="", request_hash="", sampling=Sampling())
    story.takes.grow(take.id, text)
    note = Place(f"c{scene}", 0, 1, PlaceKind.COMMENT)
    places = (note, Place(f"p{scene}", 0, len(text)))
    page = Page(scene, text, Provenance((Span(len(text), Origin.MODEL, take.id),), places))
    story.scenes.save(page)
    story.comments.add(scene, note.id, "why?")
    story.cards.put(scene, label="x", notes="y")
    story.revisions.keep(page, reason="named", name="one")
    story.batches.apply("more", [Page(scene, text + " More.", page.provenance)])
    story.prompt_edits.keep(scene, PromptEdit("as it was", "as it is"))
    keep_draft(story, scene, PromptEdit("as it was", text))
    story.drafted.put(Drafted(scene, 1, "The fog comes.", take.id))
    drawn = datetime(2026, 11, 28, tzinfo=UTC)
    story.pictures.add(Picture(f"p{scene}", scene, drawn, 8, 8, 1), png(1))
    story.picture_queue.add(QueuedPicture(f"q{scene}", scene, drawn, "{}"))
    story.fold()


def test_what_was_deleted_is_listed_the_latest_first(story: StoryFile) -> None:
    one = story.outline().chapters[0].id
    two = story.binder.add_chapter("Two")
    kept = only_scene(story)
    story.binder.rename_chapter(one, "One")
    gone = [story.binder.add_scene(chapter, title) for chapter, title in ((one, ""), (two, "b"))]
    stays = story.binder.add_scene(two, "c")
    story.scenes.save(typed(gone[0], "　The oil\nran out."))
    story.scenes.save(typed(stays, "Fog came."))
    for key in gone:
        story.binder.delete_scene(key)
    story.binder.delete_chapter(two)

    def told(one: Trashed) -> tuple[str, str, str, str, int, int, bool]:
        words, scenes = one.counts.words, one.scenes
        return (
            one.kind,
            one.title,
            one.beginning,
            one.chapter_title,
            words,
            scenes,
            one.chapter_deleted,
        )

    assert [told(one) for one in sorted(story.binder.trash(), key=lambda one: one.title)] == [
        ("scene", "", "　The oil ran out.", "One", 4, 1, False),
        ("chapter", "Two", "", "", 2, 1, False),
        ("scene", "b", "", "Two", 0, 1, True),
    ]
    moments = [one.deleted for one in story.binder.trash()]
    assert moments == sorted(moments, reverse=True)
    story.binder.restore_chapter(two)
    story.binder.restore_scene(gone[0])
    story.binder.restore_scene(gone[1])
    assert story.binder.trash() == ()
    assert {scene.id for scene in story.outline().scenes} == {kept, *gone, stays}


def test_a_purged_scene_leaves_nothing_behind_and_touches_no_other(
    story: StoryFile, path: Path
) -> None:
    stays = only_scene(story)
    goes = story.binder.add_scene(story.outline().chapters[0].id, "goes")
    for scene in (stays, goes):
        furnished(story, scene, "Fog lay on the water. " * 20)
    loaded = [story.scenes.load(scene) for scene in (stays, goes)]
    pages = [Page(page.scene_id, page.text + " Both.", page.provenance) for page in loaded]
    both = story.batches.apply("both", pages)
    story.binder.delete_scene(goes)
    story.fold()
    before = everything_about(path, stays)
    assert all(before.values())
    assert all(everything_about(path, goes).values())

    story.binder.purge(TrashKind.SCENE, goes)
    story.fold()
    assert not any(everything_about(path, goes).values())
    assert draft_of(story, goes) is None
    assert draft_of(story, stays) is not None
    assert everything_about(path, stays) == before
    assert query(path, "PRAGMA foreign_key_check") == []
    assert {batch.id: batch.scene_ids for batch in story.batches.list()}[both.id] == (stays,)
    assert [batch.label for batch in story.batches.list()].count("more") == 1
    assert story.batches.undo(both.id).restored == (stays,)


def test_the_file_gives_its_room_back(story: StoryFile, path: Path) -> None:
    goes = story.binder.add_scene(story.outline().chapters[0].id, "goes")
    story.scenes.save(typed(goes, "a secret word " * 40_000))
    story.binder.delete_scene(goes)
    story.fold()
    full = path.stat().st_size
    story.binder.purge(TrashKind.SCENE, goes)
    story.fold()
    assert path.stat().st_size < full / 2
    assert b"secret" not in path.read_bytes()
    assert query(path, "PRAGMA freelist_count") == [(0,)]


def test_a_file_that_cannot_be_made_smaller_is_still_rid_of_the_scene(
    story: StoryFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    goes = story.binder.add_scene(story.outline().chapters[0].id, "goes")
    story.binder.delete_scene(goes)

    def no_room() -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(story._database, "vacuum", no_room)
    assert story.binder.empty_trash() == 1
    assert story.binder.trash() == ()


def test_only_what_is_deleted_can_be_purged(story: StoryFile) -> None:
    scene, chapter = only_scene(story), story.outline().chapters[0].id
    for kind, key in ((TrashKind.SCENE, scene), (TrashKind.CHAPTER, chapter)):
        with pytest.raises(Refused, match="not in the trash"):
            story.binder.purge(kind, key)
        with pytest.raises(BadInput, match="is not in the story"):
            story.binder.purge(kind, "nobody")
    assert story.binder.empty_trash() == 0
    assert only_scene(story) == scene


def test_an_emptied_trash_takes_chapters_with_their_scenes(story: StoryFile, path: Path) -> None:
    two = story.binder.add_chapter("Two")
    inside = [story.binder.add_scene(two, title) for title in "ab"]
    alone = story.binder.add_scene(story.outline().chapters[0].id, "c")
    story.binder.delete_scene(inside[0])
    story.binder.delete_chapter(two)
    story.binder.delete_scene(alone)
    assert story.binder.empty_trash() == 2
    assert story.binder.trash() == ()
    for scene in (*inside, alone):
        assert not any(everything_about(path, scene).values())
    assert query(path, "SELECT count(*) FROM chapter") == [(1,)]


def test_a_take_that_another_scene_shows_stays_with_it(story: StoryFile) -> None:
    scene = only_scene(story)
    furnished(story, scene, "Fog lay on the water.")
    take = story.takes.of_scene(scene)[0]
    rest = story.binder.split_scene(scene, 5)
    story.binder.delete_scene(scene)
    story.binder.purge(TrashKind.SCENE, scene)
    assert [one.text for one in story.takes.of_scene(rest)] == [take.text]
    assert [one.id for one in story.takes.of_place(take.place_id)] == [take.id]


def test_a_snapshot_that_rests_on_another_scenes_is_made_whole(
    story: StoryFile, path: Path
) -> None:
    stays = only_scene(story)
    goes = story.binder.add_scene(story.outline().chapters[0].id, "goes")
    text = "Fog lay on the water. " * 20
    story.revisions.keep(typed(goes, text), reason="named")
    kept = story.revisions.keep(typed(goes, text + "A boat."), reason="named")
    query(path, "UPDATE revision SET scene_id = ? WHERE id = ?", stays, kept.id)
    story.binder.delete_scene(goes)
    story.binder.purge(TrashKind.SCENE, goes)
    assert story.revisions.page(kept.id).text == text + "A boat."
    assert query(path, "PRAGMA foreign_key_check") == []


@settings(max_examples=20, deadline=None)
@given(
    st.lists(
        st.lists(st.text("ab \n船", max_size=40), min_size=1, max_size=4), min_size=2, max_size=4
    ),
    st.data(),
)
def test_whatever_is_purged_every_other_scene_is_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, histories: list[list[str]], data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("purge") / "light.forge"
    with StoryFile.create(path, title="Light") as story:
        chapter = story.outline().chapters[0].id
        first = only_scene(story)
        scenes = [first, *(story.binder.add_scene(chapter, "") for _ in histories[1:])]
        for scene, texts in zip(scenes, histories, strict=True):
            furnished(story, scene, texts[0] * 9)
            for text in texts:
                story.revisions.keep(typed(scene, "shared " * 30 + text), reason="named")
        goes = data.draw(st.sampled_from(scenes))
        others = [scene for scene in scenes if scene != goes]
        before = {scene: everything_about(path, scene) for scene in others}
        story.binder.delete_scene(goes)
        story.binder.purge(TrashKind.SCENE, goes)
        assert {scene: everything_about(path, scene) for scene in others} == before
        assert not any(everything_about(path, goes).values())
        for scene in others:
            for revision in story.revisions.list(scene):
                story.revisions.page(revision.id)


def test_every_table_that_names_a_scene_is_emptied(story: StoryFile, path: Path) -> None:
    """A table added later must not be forgotten: this fails until purging knows it."""
    scene = story.binder.add_scene(story.outline().chapters[0].id, "goes")
    furnished(story, scene, "Fog.")
    named = everything_about(path, scene)
    assert set(named) == {
        name
        for name, rows in table(SceneRow).metadata.tables.items()
        if name == "scene" or "scene_id" in rows.columns
    }
    assert all(named.values())
