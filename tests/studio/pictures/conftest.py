"""A scene with somebody in it and something to be seen."""

import pytest

from storyforge.domain.plan.forms import Kind
from storyforge.store.story_file import StoryFile


@pytest.fixture
def scene(story: StoryFile) -> str:
    mara = story.plan.add(
        Kind.CHARACTER, {"name": "Mara", "look_picture": "an old woman", "loras": "mara:0.8"}
    )
    key = story.outline().scenes[0].id
    story.plan.put(key, {"cast": mara, "shown_picture": "at the lamp"})
    return key
