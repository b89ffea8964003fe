"""A field by the small model that ships: it holds its form, is kept, and can be taken."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from storyforge import settings
from storyforge.backends.base import Backend
from storyforge.domain.generation import TakeState
from storyforge.domain.plan.items import PREMISE_ID
from storyforge.domain.plan.proposals import Proposal, Target
from storyforge.domain.plan.stages import Stage
from storyforge.domain.sampling import Sampling
from storyforge.store.story_file import StoryFile
from storyforge.studio import speeds
from storyforge.studio.planning.asking import VariantFinished, Wanted, propose
from storyforge.studio.planning.editing import write
from storyforge.studio.planning.taking import take
from storyforge.studio.profiles.choosing import chosen


@pytest.fixture
async def backend() -> AsyncIterator[Backend]:
    settings.update({"model.context_tokens": 1024, "model.threads": 1, "model.threads_batch": 1})
    backend = chosen(settings.load())
    yield backend
    await backend.close()


async def test_a_tone_by_a_real_model(story: StoryFile, backend: Backend) -> None:
    write(story, PREMISE_ID, {"idea": "A lighthouse keeper finds a child in an empty boat."})
    wanted = Wanted(Target(Stage.PREMISE, "field/again", PREMISE_ID, "tone"), wish="less grim")
    came: list[Proposal] = []
    async for event in propose(story, backend, wanted, Sampling(seed=3), asyncio.Event()):
        if isinstance(event, VariantFinished):
            came.append(event.proposal)
    (tone,) = came
    assert tone.state is TakeState.FINISHED
    assert 0 < len(tone.value["value"]) <= 80
    assert tone.usage.written > 0
    assert speeds.seconds(backend.card, 100, 10) is not None
    take(story, tone.id)
    assert story.plan.read().premise.fact("tone") == tone.value["value"].strip()
