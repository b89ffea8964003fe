"""Two copies of a story with pictures: all of them stay, and both machines arrive at one story."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from storyforge.domain.picture.pictures import Picture
from storyforge.store.picture_files import folder_of
from storyforge.store.story_file import StoryFile
from storyforge.studio import merge_words, merging
from tests.store.helpers import png
from tests.studio.copies import change, copied, make, scene_id


def add(title: str, key: str, shade: int, *, chosen: bool = False) -> Callable[[StoryFile], None]:
    def add_to(story: StoryFile) -> None:
        drawn = datetime(2026, 11, 28, tzinfo=UTC)
        one = Picture(key, scene_id(story, title), drawn, 8, 8, shade, chosen=chosen)
        story.pictures.add(one, png(shade))

    return add_to


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    path = make(tmp_path / "light.forge")
    change(path, add("Oil", "first", 1, chosen=True))
    change(path, add("Oil", "second", 2))
    return path


@pytest.fixture
def theirs(ours: Path) -> Path:
    path = copied(ours, "other")
    shutil.copytree(folder_of(ours), folder_of(path))
    return path


def told(path: Path) -> dict[str, object]:
    with StoryFile.look(path) as story:
        every = (*story.pictures.all(), *story.pictures.all(deleted=True))
        return {
            one.id: (
                one.chosen,
                one.rating,
                one.alt,
                bool(one.deleted),
                story.pictures.read(one.id),
            )
            for one in every
        }


def merged(ours: Path, theirs: Path, name: str) -> tuple[dict[str, object], list[str]]:
    out = ours.parent / name
    report = merging.merge(ours, theirs, out)
    return told(out), list(merge_words.lines(report, "ours", "theirs"))


def test_pictures_of_both_copies_are_in_the_merged_story(ours: Path, theirs: Path) -> None:
    change(ours, add("Log", "mine", 3, chosen=True))
    change(theirs, add("Fog", "yours", 4, chosen=True))
    change(theirs, add("Fog", "more", 5))
    change(theirs, lambda story: story.pictures.rate("first", 4))
    change(ours, lambda story: story.pictures.set_alt("first", "Oil."))
    change(theirs, lambda story: story.pictures.delete("second"))
    found, _words = merged(ours, theirs, "merged.forge")
    assert found == {
        "first": (True, 4, "Oil.", False, png(1)),
        "second": (False, 0, "", True, png(2)),
        "mine": (True, 0, "", False, png(3)),
        "yours": (True, 0, "", False, png(4)),
        "more": (False, 0, "", False, png(5)),
    }
    assert merged(theirs, ours, "swapped.forge")[0] == found
    assert {file.name for file in ours.parent.iterdir()} >= {"merged.pictures"}
    assert not [file for file in ours.parent.iterdir() if file.name.startswith(".")]


def test_where_both_chose_one_is_chosen_and_the_other_stays(ours: Path, theirs: Path) -> None:
    change(ours, add("Oil", "mine", 3, chosen=True))
    change(theirs, add("Oil", "yours", 4, chosen=True))
    found, words = merged(ours, theirs, "merged.forge")
    assert merged(theirs, ours, "swapped.forge")[0] == found
    chosen = [key for key, one in found.items() if one[0]]  # type: ignore[index]
    assert chosen in (["mine"], ["yours"])
    assert found.keys() == {"first", "second", "mine", "yours"}
    assert any(line.startswith("The picture of “Oil”: changed in both.") for line in words)
    with StoryFile.open(ours.parent / "merged.forge") as story:
        assert {one.id: one.beside for one in story.pictures.all() if one.chosen} == {
            chosen[0]: False
        }
        story.pictures.slim()
        assert story.pictures.heavy() == ()


def test_what_was_let_go_for_good_stays_away(ours: Path, theirs: Path) -> None:
    def purge(story: StoryFile) -> None:
        story.pictures.delete("second")
        story.pictures.purge("second")

    change(theirs, purge)
    found, _words = merged(ours, theirs, "merged.forge")
    assert found.keys() == {"first"}
    assert merged(theirs, ours, "swapped.forge")[0].keys() == {"first"}


def test_a_file_that_one_copy_lost_comes_back_from_the_other(ours: Path, theirs: Path) -> None:
    (folder_of(ours) / "second.png").unlink()
    with StoryFile.open(ours) as story, StoryFile.look(theirs) as other:
        assert story.pictures.missing() == {"second"}
        merging.merge_into(story, other, source="theirs")
        assert story.pictures.missing() == frozenset()


def test_a_picture_without_a_scene_stays_so(ours: Path, theirs: Path) -> None:
    def portrait(story: StoryFile) -> None:
        one = Picture("mara", "", datetime(2026, 11, 28, tzinfo=UTC), 8, 8, 1, item_id="m")
        story.pictures.add(replace(one, chosen=True), png(7))

    change(theirs, portrait)
    merged(ours, theirs, "merged.forge")
    with StoryFile.look(ours.parent / "merged.forge") as story:
        mara = story.pictures.get("mara")
        assert (mara.scene_id, mara.item_id, mara.chosen) == ("", "m", True)
