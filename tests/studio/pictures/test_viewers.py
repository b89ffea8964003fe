"""A picture goes to the system's viewer, to the cache and out of the story by names of ours."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from storyforge import paths
from storyforge.store.story_file import StoryFile
from storyforge.studio import viewers
from storyforge.studio.pictures import keeping
from storyforge.tui.gallery.thumbnails import small
from tests.store.helpers import only_scene, png
from tests.store.test_pictures import picture


@pytest.fixture
def strange(story: StoryFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A chosen picture whose id and digest lead out of every folder; its id."""
    monkeypatch.chdir(tmp_path)
    story.pictures.add(picture(only_scene(story), "a"), png(1))
    story.pictures.choose("a")
    story.pictures.folder.remove("a")
    key, digest = "../../../id", f"{tmp_path}/digest"
    with closing(sqlite3.connect(story.path)) as stranger, stranger:
        stranger.execute("PRAGMA foreign_keys = OFF")
        stranger.execute("UPDATE picture SET id = ?, digest = ?", (key, digest))
        stranger.execute("UPDATE picture_data SET picture_id = ?", (key,))
    return key


def test_a_strangers_names_lead_to_no_file(story: StoryFile, strange: str, tmp_path: Path) -> None:
    before = set(tmp_path.iterdir())
    shown = story.pictures.get(strange)

    copy = viewers.file_of(story, strange)
    assert copy.read_bytes() == png(1)
    assert copy.parent == paths.cache_dir() / "viewed"
    assert small(shown.called, copy.read_bytes).size == (8, 8)
    assert len(list((paths.cache_dir() / "thumbnails").glob("*.jpg"))) == 1
    assert keeping.bring_out(story, shown, tmp_path).parent == tmp_path
    (out,) = set(tmp_path.iterdir()) - before - {paths.cache_dir()}
    assert out.read_bytes() == png(1)
