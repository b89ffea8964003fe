"""Several takes, a verb and other words by the small model that ships, into a real file."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storyforge import settings
from storyforge.backends.base import Backend
from storyforge.domain.generation import Asked, TakeKind, TakeState
from storyforge.domain.length import Length, LengthUnit
from storyforge.domain.origin import Origin, Place, Provenance, Span
from storyforge.domain.sampling import Sampling
from storyforge.domain.story import Page, Passage
from storyforge.prompting.verbs import Verb
from storyforge.store.story_file import StoryFile
from storyforge.studio.continuing import Wish, continue_story
from storyforge.studio.profiles.choosing import chosen
from storyforge.studio.takes.choosing import choices_at, spot_at
from storyforge.studio.takes.rewording import Order, Selected, reword

PROSE = (
    "The old woman went down to the harbour. The gulls had gone inland before the storm, and the "
    "boats lay side by side in the grey light. She"
)
WISH = Wish(Length(LengthUnit.TOKENS, 12), Sampling(temperature=0.8, seed=1), trim_to_sentence=True)


@pytest.fixture
async def backend() -> AsyncIterator[Backend]:
    settings.update({"model.context_tokens": 1024, "model.threads": 2, "model.threads_batch": 2})
    backend = chosen(settings.load())
    yield backend
    await backend.close()


async def test_takes_verbs_and_choices_by_a_real_model(tmp_path: Path, backend: Backend) -> None:
    with StoryFile.create(tmp_path / "salt.forge", title="Salt") as story:
        scene = story.outline().scenes[0].id
        at = len(PROSE)
        whole = Provenance.whole(at, Origin.TYPED).with_place(Place("one", at, at))
        story.scenes.save(Page(scene, PROSE, whole, at))
        stream = continue_story(
            story, Passage(scene, PROSE, ""), "one", backend, WISH, asyncio.Event(), takes=3
        )
        async for _event in stream:
            continue
        takes = story.takes.of_place("one")
        assert len({take.text for take in takes}) == 3
        assert {take.state for take in takes} == {TakeState.FINISHED}
        assert backend.card.can.takes > 1
        # The prompt is read once for all of them.
        assert [take.usage.read > 0 for take in takes] == [True, False, False]

        # Other words for the first one of a take, and going on from one of them.
        first = takes[0]
        spans = whole.replaced(at, at, (Span(len(first.text), Origin.MODEL, first.id),), "one")
        page = Page(scene, PROSE + first.text, spans, at + 2)
        story.scenes.save(page)
        spot = spot_at(page)
        assert spot is not None
        choices = await choices_at(story, spot, backend, WISH, asyncio.Event())
        assert len(choices) > 4
        assert 0.2 < sum(choice.probability for choice in choices) <= 1.001
        assert choices[0].probability >= choices[-1].probability
        lead = spot.lead + choices[1].text
        stream = continue_story(
            story, spot.passage, "one", backend, WISH, asyncio.Event(),
            asked=Asked(TakeKind.CHOICE), lead=lead, standing=len(spot.lead),
        )  # fmt: skip
        async for _event in stream:
            continue
        assert story.takes.of_place("one")[-1].text.startswith(lead)

        text = "The old woman went down to the harbour."
        selected = Selected(scene, "", text, PROSE[len(text) :])
        order = Order(Verb("shorten", "Shorten"))
        async for _event in reword(
            story, selected, "two", backend, order, Sampling(temperature=0), asyncio.Event()
        ):
            continue
        _original, short = story.takes.of_place("two")
        assert "###" not in short.text
        assert 0 < len(short.text) < 300
