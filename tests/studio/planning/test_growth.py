"""An outline that comes short: what came is kept, and only the rest is asked for."""

import asyncio
import json
from typing import Any

import pytest

from storyforge.backends.scripted import ScriptedBackend
from storyforge.domain.generation import StopReason, TakeState
from storyforge.domain.plan.items import PREMISE_ID
from storyforge.domain.plan.proposals import Proposal, Target
from storyforge.domain.plan.stages import Stage
from storyforge.domain.sampling import Sampling
from storyforge.store.story_file import StoryFile
from storyforge.studio.answers.holding import ATTEMPTS
from storyforge.studio.planning.asking import VariantFinished, Wanted, propose
from storyforge.studio.planning.editing import write
from storyforge.studio.planning.growth import TRIES
from storyforge.studio.planning.taking import take
from tests.studio.planning.answers import answer

OUTLINE = Wanted(Target(Stage.OUTLINE, "outline/propose"))
WHOLE: dict[str, Any] = json.loads(answer("outline/propose", count=6))
CHAPTERS: list[dict[str, str]] = WHOLE["chapters"]
TOO_FEW = "There are too few chapters."


@pytest.fixture
def light(story: StoryFile) -> StoryFile:
    """A story of three chapters, and a prompt of its own that is short."""
    write(story, PREMISE_ID, {"idea": "A keeper finds a child.", "length": "3000"})
    told = "{{ count }} chapters{% for one in chapters %};{{ one.title }}{% endfor %}\n"
    story.prompt_copies.put("en", "outline/propose", told)
    return story


def outline(*chapters: dict[str, str]) -> str:
    return json.dumps({**WHOLE, "chapters": chapters})


def rest(*chapters: dict[str, str]) -> str:
    return json.dumps({"chapters": chapters})


async def proposed(story: StoryFile, backend: ScriptedBackend, stop_at: int = 0) -> Proposal:
    """The variant; stopped while the request of that number is answered."""
    stop = asyncio.Event()
    async for event in propose(story, backend, OUTLINE, Sampling(seed=3), stop):
        if isinstance(event, VariantFinished):
            return event.proposal
        if stop_at and len(backend.requests) == stop_at:
            stop.set()
    raise AssertionError


def counts(backend: ScriptedBackend) -> list[int]:
    """How many chapters each request asks for."""
    asked = (json.loads(request.schema)["properties"] for request in backend.requests)
    return [one["chapters"]["minItems"] for one in asked]


async def test_the_missing_chapters_alone_are_asked_for(light: StoryFile) -> None:
    few = [outline(*CHAPTERS[:2])] * ATTEMPTS
    backend = ScriptedBackend([*few, rest(CHAPTERS[2])])
    variant = await proposed(light, backend)
    assert variant.value == {**WHOLE, "chapters": CHAPTERS[:3]}
    assert (variant.flaw, variant.state) == ("", TakeState.FINISHED)
    assert counts(backend) == [3, 3, 3, 1]
    last = backend.requests[-1]
    assert set(json.loads(last.schema)["properties"]) == {"chapters"}
    told = ";".join(one["title"] for one in CHAPTERS[:2])
    assert last.prompt == f"1 chapters;{told}\n"
    # All that the model wrote is kept, and the whole can be taken.
    assert variant.text.endswith(rest(CHAPTERS[2]))
    take(light, variant.id)
    assert len(light.plan.read().chapters) == 3


async def test_a_chapter_that_is_not_whole_comes_anew(light: StoryFile) -> None:
    torn = {**CHAPTERS[1], "conflict": "None"}
    few = [outline(CHAPTERS[0], torn)] * ATTEMPTS
    backend = ScriptedBackend([*few, rest(*CHAPTERS[1:3])])
    variant = await proposed(light, backend)
    assert variant.value["chapters"] == CHAPTERS[:3]
    assert counts(backend)[-1] == 2


async def test_a_part_of_a_long_outline_is_filled_before_the_next(light: StoryFile) -> None:
    write(light, PREMISE_ID, {"length": "10000"})
    every = json.loads(answer("outline/propose", count=10))["chapters"]
    few = [outline(*every[:3])] * ATTEMPTS
    backend = ScriptedBackend([*few, rest(*every[3:5]), rest(*every[5:])])
    variant = await proposed(light, backend)
    assert (variant.value["chapters"], variant.flaw) == (every, "")
    assert counts(backend) == [5, 5, 5, 2, 5]


async def test_the_same_question_is_asked_with_other_seeds(light: StoryFile) -> None:
    few, none = [outline(CHAPTERS[0])] * ATTEMPTS, [rest({"title": "Fog"})] * ATTEMPTS
    backend = ScriptedBackend([*few, *none, rest(*CHAPTERS[1:3])])
    variant = await proposed(light, backend)
    assert (variant.value["chapters"], variant.flaw) == (CHAPTERS[:3], "")
    prompts = {request.prompt for request in backend.requests[ATTEMPTS:]}
    seeds = [request.sampling.seed for request in backend.requests[ATTEMPTS:]]
    assert len(prompts) == 1
    assert len(set(seeds)) == len(seeds)


@pytest.mark.parametrize(("more", "tries"), [(rest({"title": "Fog"}), TRIES), (rest(), 1)])
async def test_where_no_more_comes_it_is_said_and_what_came_is_kept(
    light: StoryFile, more: str, tries: int
) -> None:
    few = [outline(CHAPTERS[0])] * ATTEMPTS
    backend = ScriptedBackend([*few, *[more] * ATTEMPTS * (TRIES + 1)])
    variant = await proposed(light, backend)
    assert len(backend.requests) == ATTEMPTS * (1 + tries)
    assert variant.value["chapters"] == CHAPTERS[:1]
    assert (variant.flaw, variant.state) == (TOO_FEW, TakeState.FINISHED)
    assert light.proposals.one(variant.id).value == variant.value


async def test_a_model_that_knows_no_better_is_not_asked_for_ever(light: StoryFile) -> None:
    write(light, PREMISE_ID, {"length": "10000"})
    titles = [{"title": f"{one['title']} {n}"} for n, one in enumerate([*CHAPTERS, *CHAPTERS][:10])]
    backend = ScriptedBackend([outline(*titles[:5])] * ATTEMPTS * TRIES + [rest(*titles[5:])] * 9)
    variant = await proposed(light, backend)
    assert variant.value["chapters"] == titles
    assert variant.flaw.startswith("Parts are missing: ")
    assert len(backend.requests) == ATTEMPTS * (TRIES + 1)


async def test_a_stop_leaves_what_came(light: StoryFile) -> None:
    few = [outline(*CHAPTERS[:2])] * ATTEMPTS
    backend = ScriptedBackend([*few, rest(CHAPTERS[2])], delay=0.01)
    variant = await proposed(light, backend, stop_at=ATTEMPTS + 1)
    assert (variant.state, variant.reason) == (TakeState.STOPPED, StopReason.STOPPED)
    assert variant.value["chapters"][:2] == CHAPTERS[:2]
    assert len(backend.requests) == ATTEMPTS + 1


async def test_a_model_that_refuses_the_rest_is_not_asked_again(light: StoryFile) -> None:
    few = [outline(*CHAPTERS[:2])] * ATTEMPTS
    backend = ScriptedBackend([*few, *["I'm sorry, but I can't help with that."] * ATTEMPTS])
    variant = await proposed(light, backend)
    assert variant.value["chapters"] == CHAPTERS[:2]
    assert variant.flaw == "The model refused to answer."
    assert len(backend.requests) == 2 * ATTEMPTS
