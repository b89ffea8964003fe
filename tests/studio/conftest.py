"""A story to continue, closed afterwards whatever the test did."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from storyforge.store.story_file import StoryFile


@pytest.fixture
def story(tmp_path: Path) -> Iterator[StoryFile]:
    with StoryFile.create(tmp_path / "salt.forge", title="Salt", author="A. B.") as story:
        yield story
