"""A change of several scenes is one step, and so is taking it back."""

from pathlib import Path

import pytest

from storyforge.domain.batch import Undone
from storyforge.domain.origin import Origin, Place, PlaceKind, Provenance, Span
from storyforge.domain.story import Page
from storyforge.errors import BadInput
from storyforge.store.story_file import StoryFile
from tests.store.helpers import only_scene, typed


@pytest.fixture
def scenes(story: StoryFile) -> list[str]:
    """Three scenes that name a boat."""
    chapter = story.outline().chapters[0].id
    found = [only_scene(story), *(story.binder.add_scene(chapter, "") for _ in range(2))]
    for number, scene in enumerate(found):
        story.scenes.save(typed(scene, f"{number}: a boat.\nFog."))
    return found


def replaced(story: StoryFile, scenes: list[str]) -> list[Page]:
    return [typed(s, story.scenes.load(s).text.replace("boat", "ship")) for s in scenes]


def texts(story: StoryFile, scenes: list[str]) -> list[str]:
    return [story.scenes.load(scene).text for scene in scenes]


def test_a_batch_changes_every_scene_and_is_taken_back(
    story: StoryFile, path: Path, scenes: list[str]
) -> None:
    before = texts(story, scenes)
    batch = story.batches.apply("boat\nto ship", replaced(story, scenes))
    assert texts(story, scenes) == [text.replace("boat", "ship") for text in before]
    assert (batch.label, batch.scene_ids) == ("boat to ship", tuple(scenes))
    reasons = {r.reason for scene in scenes for r in story.revisions.list(scene)}
    assert reasons == {"before replace", "after replace"}
    story.close()
    with StoryFile.open(path) as again:
        latest = again.batches.latest()
        assert latest is not None
        assert latest.id == batch.id
        assert set(latest.scene_ids) == set(scenes)
        assert set(again.batches.undo(batch.id).restored) == set(scenes)
        assert texts(again, scenes) == before
        assert again.batches.latest() is None
        assert [one.undone for one in again.batches.list()] == [True]


def test_a_scene_written_in_since_is_left_unless_it_is_wanted(
    story: StoryFile, scenes: list[str]
) -> None:
    before = texts(story, scenes)
    batch = story.batches.apply("ship", replaced(story, scenes))
    story.scenes.save(typed(scenes[1], "1: a ship.\nFog. And more."))
    undone = story.batches.undo(batch.id)
    assert (set(undone.restored), undone.changed) == ({scenes[0], scenes[2]}, (scenes[1],))
    assert texts(story, scenes) == [before[0], "1: a ship.\nFog. And more.", before[2]]
    latest = story.batches.latest()
    assert latest is not None
    assert latest.id == batch.id
    assert story.batches.undo(batch.id, changed_too=True) == Undone((scenes[1],))
    assert texts(story, scenes) == before
    newest = story.revisions.list(scenes[1])[0]
    assert newest.reason == "before undo"
    assert story.revisions.page(newest.id).text.endswith("And more.")
    assert story.batches.latest() is None


def test_an_anchor_set_before_or_since_is_still_there_after_the_undo(
    story: StoryFile, scenes: list[str]
) -> None:
    page = story.scenes.load(scenes[0])
    early = Place("c1", 3, 9, PlaceKind.COMMENT)
    story.revisions.keep(page, reason="before continuation")
    page = Page(page.scene_id, page.text, page.provenance.with_place(early))
    story.scenes.save(page)
    text = page.text.replace("boat", "steamer")
    batch = story.batches.apply("steamer", [typed(scenes[0], text)])
    after = Provenance.whole(len(text), Origin.TYPED).with_place(
        Place("c2", text.index("og"), text.index("og") + 2, PlaceKind.COMMENT)
    )
    story.scenes.save(Page(scenes[0], text, after))
    story.batches.undo(batch.id)
    found = story.scenes.load(scenes[0])
    assert found.text == page.text
    assert found.provenance.places == (early, Place("c2", 12, 14, PlaceKind.COMMENT))


def test_a_scene_without_a_change_is_no_part_of_it(story: StoryFile, scenes: list[str]) -> None:
    page = story.scenes.load(scenes[0])
    imported = Page(page.scene_id, page.text, Provenance((Span(len(page.text), Origin.IMPORTED),)))
    assert story.batches.apply("nothing", [imported]).scene_ids == ()
    assert story.batches.list() == ()
    assert story.scenes.load(scenes[0]) == imported
    assert story.revisions.list(scenes[0]) == ()


def test_an_unknown_scene_leaves_every_scene_as_it_was(story: StoryFile, scenes: list[str]) -> None:
    before = texts(story, scenes)
    with pytest.raises(BadInput, match="scene is not in the story"):
        story.batches.apply("ship", [*replaced(story, scenes), typed("nobody", "x")])
    assert texts(story, scenes) == before
    assert story.batches.list() == ()
    assert story.revisions.timeline(9) == ()
    with pytest.raises(BadInput, match="change is not in the story"):
        story.batches.undo("nothing")


def test_the_latest_comes_first(story: StoryFile, scenes: list[str]) -> None:
    for word in ("ship", "boat", "ship", "boat"):
        story.batches.apply(word, [typed(scenes[0], word)])
    assert [batch.label for batch in story.batches.list(3)] == ["boat", "ship", "boat"]


def test_the_timeline_tells_of_all_scenes_page_by_page(story: StoryFile, scenes: list[str]) -> None:
    story.batches.apply("ship", replaced(story, scenes))
    story.binder.delete_scene(scenes[0])
    whole = story.revisions.timeline(99)
    assert [r.scene_id for r in whole] == [s for s in reversed(scenes) for _ in "ab"]
    first = story.revisions.timeline(4)
    assert (*first, *story.revisions.timeline(99, first[-1].id)) == whole
    assert story.revisions.timeline(9, whole[-1].id) == ()
