from pathlib import Path

import pytest

from storyforge.domain.origin import Place, PlaceKind
from storyforge.domain.story import Page
from storyforge.errors import BadInput
from storyforge.store.story_file import StoryFile
from tests.store.helpers import only_scene, typed


def test_a_comment_stands_at_its_anchor_after_reopening(story: StoryFile, path: Path) -> None:
    page = typed(only_scene(story), "Fog. A boat.")
    place = Place("c0", 5, 12, PlaceKind.COMMENT)
    page = Page(page.scene_id, page.text, page.provenance.with_place(place))
    story.scenes.save(page)
    comment = story.comments.add(page.scene_id, "c0", "which\x1b boat?\nthe old one?")
    story.close()
    with StoryFile.open(path) as again:
        assert again.comments.of_scene(page.scene_id) == (comment,)
        assert again.scenes.load(page.scene_id).provenance.place("c0") == place
    assert comment.text == "which boat?\nthe old one?"
    assert not comment.resolved


def test_comments_are_changed_resolved_counted_and_deleted(story: StoryFile) -> None:
    scene = only_scene(story)
    for key in ("c0", "c1", "c2"):
        story.comments.add(scene, key, key)
    story.comments.change("c1", "another word")
    story.comments.resolve("c0")
    assert story.comments.counts() == {scene: 2}
    story.comments.delete("c2")
    found = story.comments.of_scene(scene)
    assert [(c.text, c.resolved) for c in found] == [("c0", True), ("another word", False)]
    story.comments.resolve("c0", False)
    assert story.comments.counts() == {scene: 2}


def test_unknown_and_double_comments_are_refused(story: StoryFile) -> None:
    story.comments.add(only_scene(story), "c0", "one")
    with pytest.raises(BadInput, match="already"):
        story.comments.add(only_scene(story), "c0", "two")
    with pytest.raises(BadInput, match="scene is not in the story"):
        story.comments.add("nobody", "c1", "x")
    with pytest.raises(BadInput, match="comment is not in the story"):
        story.comments.change("c9", "x")
    with pytest.raises(BadInput, match="comment is not in the story"):
        story.comments.resolve("c9")
    with pytest.raises(BadInput, match="comment is not in the story"):
        story.comments.delete("c9")
