"""Other words for one that a model wrote: how a choice joins what stands before it."""

import asyncio
from pathlib import Path

from storyforge.backends.scripted import ScriptedBackend
from storyforge.domain.generation import Alternative, Request
from storyforge.domain.length import Length, LengthUnit
from storyforge.domain.origin import Origin, Place, Provenance, Span
from storyforge.domain.sampling import Sampling
from storyforge.domain.story import Page
from storyforge.store.story_file import StoryFile
from storyforge.studio.continuing import Wish
from storyforge.studio.takes.choosing import choices_at, spot_at

WISH = Wish(Length(LengthUnit.TOKENS, 12), Sampling(), trim_to_sentence=True)


class Weighing(ScriptedBackend):
    """Knows a word with the space before it, a comma, and a new line."""

    async def alternatives(
        self, request: Request, count: int, stop: asyncio.Event
    ) -> tuple[Alternative, ...]:
        return (Alternative(" Tom", 0.5), Alternative(",", 0.3), Alternative("\n", 0.1))


async def joined(path: Path, before: str, take: str, word: str) -> list[str]:
    """What the page would be up to each choice in the place of `word`."""
    with StoryFile.create(path, title="Salt") as story:
        scene = story.outline().scenes[0].id
        at = len(before)
        spans = Provenance.whole(at, Origin.TYPED).with_place(Place("one", at, at))
        spans = spans.replaced(at, at, (Span(len(take), Origin.MODEL, "t"),), "one")
        spot = spot_at(Page(scene, before + take, spans, at + take.index(word) + 1))
        assert spot is not None
        choices = await choices_at(story, spot, Weighing(), WISH, asyncio.Event())
        return [before + spot.lead + choice.text for choice in choices]


async def test_a_choice_brings_its_space_along_or_does_without(tmp_path: Path) -> None:
    assert await joined(tmp_path / "a.forge", "It was", " her brother Ed.", "Ed") == [
        "It was her brother Tom",
        "It was her brother,",
        "It was her brother\n",
    ]


async def test_at_the_head_of_a_take_too(tmp_path: Path) -> None:
    assert await joined(tmp_path / "a.forge", "It was", " Ed.", "Ed") == [
        "It was Tom",
        "It was,",
        "It was\n",
    ]


async def test_the_authors_own_space_stays(tmp_path: Path) -> None:
    assert await joined(tmp_path / "a.forge", "It was ", "Ed.", "Ed") == [
        "It was Tom",
        "It was \n",
    ]
