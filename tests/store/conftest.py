"""A story to write in, closed afterwards whatever the test did, and one that version 1 wrote."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from storyforge.store.story_file import StoryFile

_VERSION_1 = Path(__file__).parent / "data" / "version-1.forge"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "灯台 #1.forge"


@pytest.fixture
def story(path: Path) -> Iterator[StoryFile]:
    with StoryFile.create(path, title="The Light", author="Ana") as story:
        yield story


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A working copy of the file that version 1 wrote."""
    return Path(shutil.copy(_VERSION_1, tmp_path / "kept.forge"))
