"""storyforge merge: a plain report, a machine's report, and refusals."""

from pathlib import Path

import pytest

from storyforge.store.story_file import StoryFile
from tests.cli.command import Command
from tests.studio.copies import change, copied, make, texts, write


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    return make(tmp_path / "light.forge")


@pytest.fixture
def theirs(ours: Path) -> Path:
    return copied(ours, "other")


def test_two_copies_become_one_and_it_is_said_how(
    storyforge: Command, ours: Path, theirs: Path, tmp_path: Path
) -> None:
    change(ours, write("Oil", "Oil, here."))
    change(theirs, write("Fog", "Fog, there."))
    answer = storyforge("merge", ours, theirs, "-o", tmp_path / "both")
    assert answer.status == 0, answer.err
    assert texts(tmp_path / "both.forge")["The Boat/Fog"] == "Fog, there."
    assert "nothing was changed in both" in answer.out
    assert f"Oil: the text of {ours} is newer." in answer.out
    assert f"Fog: the text of {theirs} is newer." in answer.out


def test_conflicts_are_listed_and_no_error(
    storyforge: Command, ours: Path, theirs: Path, tmp_path: Path
) -> None:
    change(ours, write("Oil", "Oil, here."))
    change(theirs, write("Oil", "Oil, there."))
    answer = storyforge("merge", ours, theirs, "-o", tmp_path / "both.forge", "--json")
    assert answer.status == 0, answer.err
    assert answer.json["conflicts"] == 1
    (finding,) = answer.json["findings"]
    assert (finding["event"], finding["title"], finding["conflict"]) == ("both texts", "Oil", True)
    again = storyforge("merge", ours, theirs, "-o", tmp_path / "both.forge")
    assert again.status == 1
    assert "already something" in again.err
    forced = storyforge("merge", ours, theirs, "-o", tmp_path / "both.forge", "--force")
    assert "1 thing was changed in both" in forced.out


def test_another_story_is_refused(storyforge: Command, ours: Path, tmp_path: Path) -> None:
    StoryFile.create(tmp_path / "b.forge", title="The Boat").close()
    answer = storyforge("merge", ours, tmp_path / "b.forge", "-o", tmp_path / "both.forge")
    assert answer.status == 1
    assert "two different stories" in answer.err
    assert not (tmp_path / "both.forge").exists()


def test_an_output_is_asked_for(storyforge: Command, ours: Path, theirs: Path) -> None:
    answer = storyforge("merge", ours, theirs)
    assert answer.status == 2
    assert "--output" in answer.err


def test_a_copy_that_a_sync_tool_left_is_named(
    storyforge: Command, ours: Path, theirs: Path
) -> None:
    assert storyforge("show", ours).err == ""
    conflict = ours.with_name("light.sync-conflict-20261123-140211-ABCDEFG.forge")
    theirs.rename(conflict)
    answer = storyforge("show", ours)
    assert answer.status == 0
    assert conflict.name in answer.err
