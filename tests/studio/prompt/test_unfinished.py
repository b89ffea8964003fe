"""Templates that do not work yet are kept as they were typed, beside what is used."""

from pathlib import Path

import pytest

from storyforge.errors import BadInput
from storyforge.prompting.library import Origin
from storyforge.store.story_file import StoryFile
from storyforge.studio.prompt import unfinished

KEY = ("en", "draft/beat")
OTHER = ("ja", "premise/propose")


def test_those_for_all_stories_lie_in_a_folder_of_their_own() -> None:
    assert unfinished.unfinished(Origin.YOURS) == {}
    unfinished.keep(KEY, "{{ beat", Origin.YOURS)
    unfinished.keep(OTHER, "{% for", Origin.YOURS)
    assert unfinished.unfinished(Origin.YOURS) == {KEY: "{{ beat", OTHER: "{% for"}
    unfinished.forget(KEY, Origin.YOURS)
    unfinished.forget(KEY, Origin.YOURS)
    assert unfinished.unfinished(Origin.YOURS) == {OTHER: "{% for"}


def test_those_for_one_story_go_with_its_file(tmp_path: Path) -> None:
    path = tmp_path / "skerry.forge"
    with StoryFile.create(path, title="Skerry Point") as story:
        unfinished.keep(KEY, "{{ beat", Origin.STORY, story)
        unfinished.keep(OTHER, "灯{%", Origin.STORY, story)
    with StoryFile.open(path) as story:
        assert unfinished.unfinished(Origin.STORY, story) == {KEY: "{{ beat", OTHER: "灯{%"}
        assert unfinished.unfinished(Origin.YOURS) == {}
        unfinished.forget(KEY, Origin.STORY, story)
        unfinished.forget(OTHER, Origin.STORY, story)
        assert unfinished.unfinished(Origin.STORY, story) == {}
    assert unfinished.unfinished(Origin.STORY) == {}


@pytest.mark.parametrize("told", ["[]", "{", '{"en": "x"}', '{"en draft/beat": 3}', ""])
def test_what_a_strangers_file_holds_there_does_no_harm(tmp_path: Path, told: str) -> None:
    with StoryFile.create(tmp_path / "skerry.forge", title="Skerry Point") as story:
        story.remember("prompts_unfinished", told)
        assert unfinished.unfinished(Origin.STORY, story) == {}


def test_one_that_cannot_be_written_is_said_and_one_that_cannot_be_read_is_left_alone() -> None:
    unfinished.folder().parent.mkdir(parents=True, exist_ok=True)
    file = unfinished.folder() / "en" / "draft" / "beat.md.j2"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"\xff\xfe\xfa")
    assert unfinished.unfinished(Origin.YOURS) == {}
    (unfinished.folder() / "ja").write_text("in the way", "utf-8")
    with pytest.raises(BadInput, match="cannot be written"):
        unfinished.keep(OTHER, "{%", Origin.YOURS)
    assert file.exists()
