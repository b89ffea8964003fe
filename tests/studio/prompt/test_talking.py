"""What is said around a prompt to a model that is talked to, and the room it takes."""

from pathlib import Path

import pytest

from storyforge.backends.scripted import ScriptedBackend
from storyforge.domain.generation import Request
from storyforge.domain.length import Length, LengthUnit
from storyforge.domain.sampling import Sampling
from storyforge.domain.sections import SectionKind
from storyforge.domain.story import Passage
from storyforge.store.story_file import StoryFile
from storyforge.studio.prompt.asking import ask
from storyforge.studio.prompt.talking import DOCUMENT, around, talk, window_of
from tests.backends.talking import Chats

PAGE = "The lamp burned all night. Nobody came, and nobody slept.\n" * 60


async def test_a_model_that_goes_on_with_texts_is_told_nothing_more() -> None:
    model = ScriptedBackend(context_tokens=512)
    assert await around(model, "en") is None
    assert await window_of(model, "en") == 512


async def test_what_a_long_ending_adds_is_counted_whatever_the_words() -> None:
    model = Chats()
    for language, page in (("en", "a tide of words " * 90), ("ja", "灯台の灯が消えた" * 90)):
        said = await around(model, language)
        turns = talk("", Request(page, language=language))
        counts = await model.count_tokens((page, *(turn.text for turn in turns)))
        assert said is not None
        assert sum(counts[1:]) - counts[0] <= said.given


@pytest.mark.parametrize(("language", "word"), [("en", "stories"), ("ja", "小説")])
async def test_what_is_said_can_be_read_and_takes_room(language: str, word: str) -> None:
    model = Chats(context_tokens=2048)
    section = await around(model, language)
    assert section is not None
    assert section.kind is SectionKind.CHAT
    assert word in section.text
    assert "To the model, once:" in section.text
    assert section.given == section.wanted > 40
    assert await window_of(model, language) == 2048 - section.given
    assert await around(model, language, DOCUMENT) != section


async def test_a_prompt_and_what_is_said_around_it_fit_the_window(tmp_path: Path) -> None:
    model = Chats(context_tokens=512)
    with StoryFile.create(tmp_path / "lamp.forge", title="The Lamp", language="en") as story:
        scene = story.outline().scenes[0].id
        length = Length(LengthUnit.TOKENS, 40)
        request, _notes = await ask(story, Passage(scene, PAGE, ""), model, length, Sampling())
        said = request.sections[0]
        assert (said.kind, said.name) == (SectionKind.CHAT, "Conversation")
        assert request.language == "en"
        turns = talk("", request)
        counts = await model.count_tokens(tuple(turn.text for turn in turns))
        assert sum(counts) + request.max_tokens <= 512
        plain = ScriptedBackend(context_tokens=512)
        whole, _notes = await ask(story, Passage(scene, PAGE, ""), plain, length, Sampling())
        assert len(whole.prompt) > len(request.prompt)
        assert all(section.kind is not SectionKind.CHAT for section in whole.sections)
