"""Several takes of one request: side by side or in turn, and kept whatever ends them."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace

import pytest

from storyforge.backends.scripted import ScriptedBackend
from storyforge.domain.generation import Asked, Take, TakeKind, TakeState, Text
from storyforge.domain.model import Capabilities, ModelCard
from storyforge.errors import ModelError, StoryFileError
from storyforge.store.story_file import StoryFile
from storyforge.studio.continuing import Event, TakeBegan, TakeFinished, continue_story
from storyforge.studio.takes import keeper as take_keeper
from tests.studio.continuation import all_of, wish, write

THREE = (" One came.", " Two came.", " Three came.")


class OneByOne(ScriptedBackend):
    """Writes one take at a time."""

    @property
    def card(self) -> ModelCard:
        card = super().card
        return replace(card, can=replace(card.can, takes=1))


class Together(ScriptedBackend):
    """Writes up to eight takes at once."""

    @property
    def card(self) -> ModelCard:
        card = super().card
        return replace(card, can=replace(card.can, takes=8))


def taken(
    story: StoryFile,
    backend: ScriptedBackend,
    *,
    takes: int = 3,
    asked: Asked | None = None,
    stop: asyncio.Event | None = None,
    text: str = "Wet.",
) -> AsyncGenerator[Event, None]:
    return continue_story(
        story,
        write(story, text),
        "place",
        backend,
        wish(tokens=20),
        stop or asyncio.Event(),
        asked=asked,
        takes=takes,
    )


def by_take(events: list[Event]) -> list[str]:
    """What came of each take, as it came."""
    came: dict[int, str] = {}
    for event in events:
        if isinstance(event, Text):
            came[event.take] = came.get(event.take, "") + event.text
    return [came[index] for index in sorted(came)]


@pytest.mark.parametrize("kind", [OneByOne, Together])
async def test_several_takes_stand_beside_each_other_in_the_file(
    story: StoryFile, kind: type[ScriptedBackend]
) -> None:
    events = await all_of(taken(story, kind(THREE)))
    assert by_take(events) == list(THREE)
    kept = story.takes.of_place("place")
    assert [take.text for take in kept] == list(THREE)
    assert [take.number for take in kept] == [1, 2, 3]
    assert [take.sampling.seed for take in kept] == [3, 4, 5]
    ended = [event for event in events if isinstance(event, TakeFinished)]
    assert sorted(event.index for event in ended) == [0, 1, 2]
    assert {event.take.id for event in ended} == {take.id for take in kept}
    # One snapshot for all of them: what the page was before.
    (revision,) = story.revisions.list(kept[0].scene_id)
    assert {take.revision_id for take in kept} == {revision.id}


async def test_another_take_of_a_place_counts_on_from_the_seed(story: StoryFile) -> None:
    for backend, takes in ((Together(), 1), (Together(), 2), (OneByOne(), 2)):
        await all_of(taken(story, backend, takes=takes))
    kept = story.takes.of_place("place")
    assert [take.usage.seed for take in kept] == [3, 4, 5, 6, 7]
    assert len({take.text for take in kept}) == 5


async def test_how_a_take_was_asked_for_is_kept_with_it(story: StoryFile) -> None:
    asked = Asked(TakeKind.CONTINUE, "she finds the letter", parent_id="p1")
    await all_of(taken(story, Together(THREE), takes=2, asked=asked))
    for take in story.takes.of_place("place"):
        assert (take.wish, take.parent_id) == ("she finds the letter", "p1")
        assert take.revision_id


async def test_the_authors_prompt_is_sent_as_it_stands_and_kept(story: StoryFile) -> None:
    backend = Together(THREE)
    await all_of(taken(story, backend, takes=1, asked=Asked(prompt="Quite another prompt")))
    assert backend.requests[0].prompt == "Quite another prompt"
    assert story.takes.of_place("place")[0].prompt == "Quite another prompt"


@pytest.mark.parametrize("kind", [OneByOne, Together])
async def test_a_model_that_fails_among_three_takes_leaves_every_text(
    story: StoryFile, kind: type[ScriptedBackend]
) -> None:
    events: list[Event] = []

    async def consume() -> None:
        async for event in taken(story, kind(THREE, fail_after=1)):
            events.append(event)

    with pytest.raises(ModelError):
        await consume()
    came = [text for text in by_take(events) if text]
    kept = story.takes.of_place("place")
    assert came
    assert [take.text for take in kept] == came
    assert {take.state for take in kept} == {TakeState.FAILED}


@pytest.mark.parametrize("kind", [OneByOne, Together])
async def test_takes_that_are_given_up_in_the_middle_are_kept(
    story: StoryFile, kind: type[ScriptedBackend]
) -> None:
    events: list[Event] = []
    stream = taken(story, kind(THREE))
    async for event in stream:
        events.append(event)
        if by_take(events)[1:]:
            break
    await stream.aclose()
    kept = [take.text for take in story.takes.of_place("place")]
    assert kept == [text for text in by_take(events) if text]


@pytest.mark.parametrize("kind", [OneByOne, Together])
async def test_a_stop_in_the_middle_keeps_what_came_and_begins_no_more(
    story: StoryFile, kind: type[ScriptedBackend]
) -> None:
    events: list[Event] = []
    stop = asyncio.Event()
    async for event in taken(story, kind(THREE), stop=stop):
        events.append(event)
        if isinstance(event, Text):
            stop.set()
    kept = [take.text for take in story.takes.of_place("place")]
    assert kept == [text for text in by_take(events) if text]
    assert len([e for e in events if isinstance(e, TakeBegan)]) == (1 if kind is OneByOne else 3)


async def test_a_choice_begins_with_what_stands_and_the_word(story: StoryFile) -> None:
    stream = continue_story(
        story,
        write(story, "Wet."),
        "place",
        Together([" light came."]),
        wish(tokens=20),
        asyncio.Event(),
        asked=Asked(TakeKind.CHOICE),
        lead=" The cold",
        standing=4,
    )
    events = await all_of(stream)
    assert by_take(events) == [" cold light came."]
    (take,) = story.takes.of_place("place")
    assert (take.kind, take.standing) == (TakeKind.CHOICE, " The cold light came.")


class Fills(Together):
    """Leads to what follows by tokens of its own."""

    @property
    def card(self) -> ModelCard:
        card = super().card
        return replace(card, can=replace(card.can, infill=True))


class FillsNot(Together):
    """Must be led by its prompt."""

    @property
    def card(self) -> ModelCard:
        card = super().card
        return replace(card, can=replace(card.can, infill=False))


@pytest.mark.parametrize("kind", [Fills, FillsNot])
async def test_an_infill_ends_where_it_begins_to_say_what_follows(
    story: StoryFile, kind: type[ScriptedBackend]
) -> None:
    backend = kind([" The lamp went out. Nobody had come home that night."])
    text = "Wet. |Nobody had come home that night."
    stream = continue_story(
        story, write(story, text), "place", backend, wish(tokens=40), asyncio.Event(),
        asked=Asked(TakeKind.INFILL),
    )  # fmt: skip
    await all_of(stream)
    (take,) = story.takes.of_place("place")
    assert take.standing == "The lamp went out. "
    (request,) = backend.requests
    assert request.prompt.endswith("Wet.")
    if kind is Fills:
        assert request.suffix == "Nobody had come home that night."
        assert "Nobody" not in request.prompt
    else:
        assert request.suffix == ""
        assert request.prompt.index("Nobody had come") < request.prompt.index("Wet.")
        story_part = next(one for one in request.sections if one.text == "Wet.")
        assert request.prompt[story_part.start :].startswith("Wet.")


def test_what_a_backend_says_it_can_do_is_believed() -> None:
    assert OneByOne().card.can.takes == 1
    assert Capabilities().takes == 1


async def test_running_takes_grow_in_the_file_together(
    story: StoryFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(take_keeper, "_GROW_EVERY", 0.001)
    stream = taken(story, Together([" word" * 400], delay=0.005))
    async for event in stream:
        if isinstance(event, Text):
            kept = story.takes.of_place("place")
            if all(len(take.text) > 20 for take in kept):
                break
    assert [take.state for take in kept] == [TakeState.RUNNING] * 3
    await stream.aclose()
    assert {take.state for take in story.takes.of_place("place")} == {TakeState.STOPPED}


async def test_a_take_whose_last_write_failed_is_written_with_the_others(
    story: StoryFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    finish = story.takes.finish

    def once(*_args: object, **_more: object) -> Take:
        monkeypatch.setattr(story.takes, "finish", finish)
        raise StoryFileError("The disk is full.")

    monkeypatch.setattr(story.takes, "finish", once)
    with pytest.raises(StoryFileError, match="full"):
        [event async for event in taken(story, Together(THREE))]
    kept = story.takes.of_place("place")
    assert len(kept) == 3
    assert all(take.text for take in kept)
    assert {take.state for take in kept} == {TakeState.FAILED}
