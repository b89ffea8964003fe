from pathlib import Path

import pytest

from storyforge.domain.cards import Card, Status
from storyforge.errors import BadInput
from storyforge.store.story_file import StoryFile
from tests.store.helpers import only_scene, query


def test_a_card_keeps_what_was_put_on_it(story: StoryFile, path: Path) -> None:
    scene = only_scene(story)
    assert story.cards.get(scene) == Card()
    story.cards.put(scene, label="Mara's\nview", goal=1500)
    put = story.cards.put(scene, status="draft", notes="霧\x1b\nthe oil")
    story.close()
    with StoryFile.open(path) as again:
        assert again.cards.get(scene) == put
        assert again.cards.all() == {scene: put}
    assert put == Card("Mara's view", Status.DRAFT, 1500, "霧\nthe oil")


def test_an_emptied_card_is_no_card(story: StoryFile) -> None:
    scene = only_scene(story)
    story.cards.put(scene, label="x", status=Status.DONE)
    story.cards.put(scene, label="", status="")
    assert story.cards.get(scene) == Card()
    assert story.cards.all() == {}


def test_unknown_scenes_and_statuses_are_named(story: StoryFile) -> None:
    with pytest.raises(BadInput, match="scene is not in the story"):
        story.cards.put("nobody", label="x")
    with pytest.raises(BadInput, match="no status") as told:
        story.cards.put(only_scene(story), status="burnt")
    assert "draft" in told.value.hint


def test_an_odd_card_is_read_for_what_it_is(story: StoryFile, path: Path) -> None:
    scene = only_scene(story)
    story.cards.put(scene, label="x", goal=3, status="idea")
    query(path, "UPDATE card SET label = ?, status = 'burnt', goal = 'many'", "\x1b[2J!")
    assert story.cards.get(scene) == Card("[2J!")
