"""A server that dies in the middle of an answer: what came is kept, and can be taken."""

import asyncio

import pytest

from storyforge import settings
from storyforge.backends.base import Backend
from storyforge.domain.generation import TakeState
from storyforge.domain.plan.items import PREMISE_ID
from storyforge.domain.plan.proposals import Target
from storyforge.domain.plan.stages import Stage
from storyforge.domain.sampling import Sampling
from storyforge.errors import ModelError
from storyforge.store.story_file import StoryFile
from storyforge.studio.planning.asking import Event, VariantFinished, Wanted, propose
from storyforge.studio.planning.editing import write
from storyforge.studio.planning.taking import take
from storyforge.studio.profiles import routing
from storyforge.studio.profiles.choosing import backend_of
from tests.backends.remote.far_side import Answer, chat, document, events
from tests.backends.remote.replaying import replaying

PREMISE = Target(Stage.PREMISE, "premise/propose", PREMISE_ID)
BEGUN = '{"logline": "A keeper hides a child from its ship.", "premise": "Mara keeps the'


async def _ask(story: StoryFile, backend: Backend, heard: list[Event]) -> None:
    wanted = Wanted(PREMISE, 2)
    async for event in propose(story, backend, wanted, Sampling(seed=1), asyncio.Event()):
        heard.append(event)


@pytest.mark.parametrize("ends", ["cut", "well"])
async def test_what_came_is_kept_and_can_be_taken(story: StoryFile, ends: str) -> None:
    write(story, PREMISE_ID, {"idea": "A keeper finds a child."})
    pieces = events(*chat(BEGUN, reason=None), done=False)
    if ends == "well":
        pieces = (*pieces, *events({"error": {"message": "overloaded"}}, done=False))
    answer = Answer(pieces, ends=ends)
    models = document({"data": [{"id": "m"}]})
    heard: list[Event] = []
    async with replaying({"/v1/chat/completions": answer, "/v1/models": models}) as far:
        settings.update(
            {
                "profiles.far.backend": "openai-compatible",
                "profiles.far.url": f"{far.url}/v1",
                "profiles.far.model": "m",
                "profiles.far.chat": True,
            }
        )
        own = settings.load()
        backend = backend_of(own, routing.named(own, "far"))
        with pytest.raises(ModelError):
            await _ask(story, backend, heard)
        await backend.close()
    (one,) = story.proposals.about(PREMISE)
    assert [event.proposal for event in heard if isinstance(event, VariantFinished)] == [one]
    assert one.state is TakeState.FAILED
    assert one.text == BEGUN
    take(story, one.id, ["logline"])
    assert story.plan.read().premise.fact("logline") == "A keeper hides a child from its ship."
