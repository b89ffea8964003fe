"""The verb draft on real files."""

from pathlib import Path

import pytest

from storyforge.backends import registry
from storyforge.backends.scripted import ScriptedBackend
from storyforge.store.story_file import StoryFile
from tests.cli.command import Command
from tests.studio.drafting.planned import LINES, more, planned


@pytest.fixture
def salt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two planned scenes and one that is not, and a writer of known lines."""
    path = tmp_path / "salt.forge"
    with StoryFile.create(path, title="Salt") as story:
        planned(story, "She climbs down.", "She finds him.", words=22)
        more(story, "They climb.", words=11)
        more(story, title="Bare")

    def scripted(**_: object) -> ScriptedBackend:
        return ScriptedBackend(LINES)

    monkeypatch.setattr(registry, "factory", lambda _name: scripted)
    return path


def test_scenes_are_drafted_and_what_cannot_be_is_said(storyforge: Command, salt: Path) -> None:
    answer = storyforge("draft", salt, "--demo")
    assert answer.status == 1
    assert answer.out == ""
    assert answer.err.startswith("To be drafted: 3 scenes, about 33 words")
    assert "draft: scene 2 of 3, 21 of 33 w" in answer.err
    assert "2 scenes are drafted. Scene 3, “Bare”: There is nothing to draft it from" in answer.err
    with StoryFile.open(salt) as story:
        first, second, bare = (story.scenes.text(head.id) for head in story.outline().scenes)
    assert (first, second, bare) == (f"{LINES[0]}\n\n{LINES[1]}", LINES[2], "")


def test_some_scenes_to_another_length_and_told_to_programs(
    storyforge: Command, salt: Path
) -> None:
    answer = storyforge(
        "draft", salt, "--demo", "--scenes", "2", "--words", "20", "--candidates", "2", "--json"
    )
    assert answer.status == 0
    (scene,) = answer.json["scenes"]
    assert (scene["scene"], scene["aim"], scene["beats"]) == (2, 20, 1)
    (beat,) = scene["drafted"]
    assert len(beat["ranking"]) == 2
    assert answer.json["stopped"] is False
    again = storyforge("draft", salt, "--demo", "--scenes", "2")
    assert again.status == 1
    assert "drafted already" in again.err


def test_what_was_stopped_is_gone_on_with(storyforge: Command, salt: Path) -> None:
    from storyforge.studio.drafting.order import Order, keep

    nothing = storyforge("draft", salt, "--demo", "--resume")
    assert nothing.status == 1
    assert "No draft was stopped here" in nothing.err
    with StoryFile.open(salt) as story:
        keep(story, Order(tuple(head.id for head in story.outline().scenes[:2])))
    both = storyforge("draft", salt, "--demo", "--resume", "--scenes", "2")
    assert "Leave one of --scenes and --resume away" in both.err
    assert storyforge("draft", salt, "--demo", "--resume").status == 0
    with StoryFile.open(salt) as story:
        assert all(story.scenes.text(head.id) for head in story.outline().scenes[:2])


def test_a_scene_with_text_is_left_alone_unless_asked_for(storyforge: Command, salt: Path) -> None:
    storyforge("continue", salt, "--scene", "2", "--demo")
    answer = storyforge("draft", salt, "--scenes", "2", "--demo")
    assert answer.status == 1
    assert "With --behind the draft goes on behind it." in answer.err
    assert storyforge("draft", salt, "--scenes", "2", "--behind", "--demo").status == 0


def test_scenes_that_are_not_there_are_named(storyforge: Command, salt: Path) -> None:
    assert "There is no scene 9" in storyforge("draft", salt, "--scenes", "2-9", "--demo").err
    assert "which scenes are meant" in storyforge("draft", salt, "--scenes", "x", "--demo").err


def test_an_empty_list_of_scenes_is_no_whole_book(storyforge: Command, salt: str) -> None:
    answer = storyforge("draft", salt, "--scenes", "", "--demo")
    assert answer.status == 1
    assert "does not say which scenes are meant" in answer.err
