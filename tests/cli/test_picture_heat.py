"""The verb pictures heat, against a real story."""

from pathlib import Path

import pytest

from storyforge.backends.pictures.scripted import heat_of
from storyforge.domain.picture.orders import Order
from storyforge.store.story_file import StoryFile
from storyforge.studio.pictures import heat
from tests.cli.command import Command
from tests.tui.gallery.galleries import PROMPT, add_picture


@pytest.fixture
def path(light: Path) -> Path:
    with StoryFile.open(light) as story:
        scenes = story.outline().scenes
        kept = heat.settings_of(story, heat_of(Order(PROMPT)))
        add_picture(story, scenes[0].id, 1, settings=kept)
        add_picture(story, scenes[1].id, 2)
    return light


def test_words_are_told_with_their_share(storyforge: Command, path: Path) -> None:
    told = storyforge("pictures", "heat", path, "1")

    assert told.status == 0
    assert "lantern" in told.out
    assert "14.3%" in told.out
    assert "maps" not in storyforge("pictures", "show", path, "1").out


def test_each_word_is_written_as_a_picture(storyforge: Command, path: Path, tmp_path: Path) -> None:
    out = tmp_path / "heat"
    told = storyforge("pictures", "heat", path, "1", "--out", out, "--json")

    words = told.json["words"]
    assert [word["word"] for word in words][:3] == ["a", "keeper", "with"]
    assert sorted(one.name for one in out.iterdir())[1] == "02 keeper.png"


def test_a_picture_without_is_said_with_what_to_do(storyforge: Command, path: Path) -> None:
    told = storyforge("pictures", "heat", path, "2")

    assert told.status != 0
    assert "without its word heat" in told.err
