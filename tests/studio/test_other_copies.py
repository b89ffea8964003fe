"""Taking another copy in while a sync tool is still at work on it."""

from pathlib import Path
from typing import Any

import pytest

from storyforge.store.picture_files import PictureFolder
from storyforge.store.story_file import StoryFile
from storyforge.studio import merging, other_copies
from tests.store.helpers import only_scene, png, typed


def two_copies(folder: Path) -> tuple[Path, Path]:
    """A story and a copy of it that holds the newer text."""
    ours, theirs = folder / "Light.forge", folder / "Light 2.forge"
    with StoryFile.create(ours, title="Light") as story:
        story.scenes.save(typed(only_scene(story), "Mara kept the light."))
        story.fold()
        story.copy_to(theirs)
    with StoryFile.open(theirs) as other:
        other.scenes.save(typed(only_scene(other), "The boat came in."))
    return ours, theirs


def test_a_copy_that_was_taken_in_is_put_away(tmp_path: Path) -> None:
    ours, theirs = two_copies(tmp_path)
    PictureFolder(theirs).put("a1", png(3))
    with StoryFile.open(ours) as story:
        _report, lies = other_copies.take_in(story, theirs)
        assert story.scenes.load(only_scene(story)).text == "The boat came in."
    assert lies.exists()
    assert PictureFolder(lies).has("a1")
    assert sorted(tmp_path.iterdir()) == [ours]


def test_a_copy_that_changed_while_it_was_taken_in_stays_and_is_asked_about_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, theirs = two_copies(tmp_path)
    merge_into = merging.merge_into

    def merged_while_written(*given: Any, **named: Any) -> merging.Report:
        report = merge_into(*given, **named)
        with theirs.open("ab") as file:
            file.write(b"more")
        return report

    monkeypatch.setattr(merging, "merge_into", merged_while_written)
    with StoryFile.open(ours) as story:
        _report, lies = other_copies.take_in(story, theirs)
        assert lies == theirs
        assert other_copies.undecided(story) == (theirs,)
