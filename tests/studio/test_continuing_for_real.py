"""A continuation by the small model that ships, through the engine process into a real file."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storyforge import settings
from storyforge.backends.base import Backend
from storyforge.domain.generation import Loading, Request, Take, TakeState, TokenCounter
from storyforge.domain.length import Length, LengthUnit
from storyforge.domain.origin import Origin, Provenance
from storyforge.domain.sampling import Sampling
from storyforge.domain.sentences import last_sentence_end
from storyforge.domain.story import EarlierScene, Page, Passage
from storyforge.prompting import library
from storyforge.prompting.context import Wanted, assemble
from storyforge.store.story_file import StoryFile
from storyforge.studio.continuing import Event, Noted, TakeFinished, Wish, continue_story
from storyforge.studio.profiles.choosing import chosen
from storyforge.studio.prompt.token_counts import counts_of

PROSE = (
    "The tide was late that evening, and Mr. Brown had not come down to the harbour. "
    "“He never is on time,” said the old woman; she counted 3 boats, then 14.\n"
    "Nobody answered her… The gulls — there were dozens — had gone inland before the storm.\n\n"
)
JAPANESE = "\u3000彼は立った。「もう行くの？」と彼女は言った。外は雨だった……\n"


@pytest.fixture
async def backend() -> AsyncIterator[Backend]:
    settings.update({"model.context_tokens": 256, "model.threads": 2, "model.threads_batch": 2})
    backend = chosen(settings.load())
    yield backend
    await backend.close()


async def continued(
    story: StoryFile, text: str, backend: Backend, unit: LengthUnit = LengthUnit.TOKENS
) -> tuple[Take, list[Event]]:
    """Save `text` as the only scene and continue it at its end."""
    scene = story.outline().scenes[0].id
    story.scenes.save(Page(scene, text, Provenance.whole(len(text), Origin.TYPED), len(text)))
    wish = Wish(Length(unit, 12), Sampling(temperature=0, seed=1), trim_to_sentence=True)
    passage = Passage(scene, text, "")
    stream = continue_story(story, passage, "place", backend, wish, asyncio.Event())
    events = [event async for event in stream]
    last = events[-1]
    assert isinstance(last, TakeFinished)
    return last.take, events


async def test_shift_enter_from_the_file_to_the_model_and_back(
    tmp_path: Path, backend: Backend
) -> None:
    with StoryFile.create(tmp_path / "salt.forge", title="Salt") as story:
        first, events = await continued(story, PROSE + "She turned to", backend)
        assert isinstance(events[0], Loading)
        assert first.state is TakeState.FINISHED
        assert first.model == "SmolLM2-135M"
        assert first.text.strip()
        assert first.usage.written > 0
        assert story.takes.of_place("place") == (first,)

        # A sentence appended: all but the seam is still in the model's cache.
        more = PROSE + "She turned to" + first.text + " The light went out."
        second, _ = await continued(story, more, backend, LengthUnit.SENTENCE)
        assert second.usage.reused > 60
        assert second.usage.read < 40
        assert last_sentence_end(second.standing) in (None, len(second.standing))

        # A story larger than the window: the oldest is left out, and said.
        third, events = await continued(story, PROSE * 40, backend)
        assert any(isinstance(event, Noted) and "left out" in event.message for event in events)
        assert 100 < third.usage.reused + third.usage.read <= 256 - 12


async def test_no_text_makes_the_prompt_longer_than_the_window(backend: Backend) -> None:
    """Pieces are counted one by one; what the model's tokenizer makes of the whole must fit too."""
    async for _loading in backend.load():
        continue
    window, length = backend.card.context_tokens, Length(LengthUnit.TOKENS, 60)
    template = library.find("draft/continue", "en")
    for text in (
        PROSE * 40,
        JAPANESE * 60,
        "wordwordword" * 400,
        "🚀👩\u200d🚀 " * 300,
        "a\n\n\nb\n " * 500,
        "“No…” — 3,14 … \t" * 300,
    ):
        for end in range(len(text) // 2, len(text), len(text) // 7):
            here = EarlierScene("s", "", "One", text[:end], 0)
            wanted = Wanted("Salt", "", (), here, window, length, Sampling())

            def make(count: TokenCounter, wanted: Wanted = wanted) -> Request:
                return assemble(wanted, template, count)

            request = await counts_of(backend).made(backend, make)
            (tokens,) = await backend.count_tokens((request.prompt,))
            assert tokens + request.max_tokens <= window
            assert tokens > window // 3
