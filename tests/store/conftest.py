"""A story to write in, closed afterwards whatever the test did."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from storyforge.store.story_file import StoryFile


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "灯台 #1.forge"


@pytest.fixture
def story(path: Path) -> Iterator[StoryFile]:
    with StoryFile.create(path, title="The Light", author="Ana") as story:
        yield story
