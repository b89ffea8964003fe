"""What a model does beside writing: it thinks, waits, refuses, is cut off. Of that the page has
nothing, and the take has all."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace

import pytest

from storyforge.backends.scripted import ScriptedBackend
from storyforge.domain.generation import (
    Delta,
    Finish,
    Noted,
    Refusal,
    Request,
    StopReason,
    Take,
    TakeState,
    Text,
    Thought,
    Usage,
    Waiting,
)
from storyforge.domain.model import ModelCard
from storyforge.errors import ModelError
from storyforge.store.story_file import StoryFile
from storyforge.studio import permission
from storyforge.studio.continuing import Event, TakeBegan, TakeFinished, continue_story
from storyforge.studio.takes import keeper as take_keeper
from tests.studio.continuation import all_of, notes, scene_of, shown, wish, write

USAGE = Usage(read=2, written=9, thought=5, cost=0.5, currency="USD", estimated=True)


class Told(ScriptedBackend):
    """Answers with the very deltas that it is given, at a host.

    Args:
        deltas: at None it waits for its gate.
    """

    def __init__(self, *deltas: Delta | None, takes: int = 1, fails: bool = False) -> None:
        super().__init__(name="Far")
        self._deltas = deltas
        self._at_once = takes
        self._fails = fails
        self.gate = asyncio.Event()

    @property
    def card(self) -> ModelCard:
        card = super().card
        can = replace(card.can, takes=self._at_once)
        return replace(card, place="far.example", profile="big", can=can)

    async def stream(self, request: Request, stop: asyncio.Event) -> AsyncGenerator[Delta, None]:
        for delta in self._deltas:
            if delta is None:
                await self.gate.wait()
            else:
                yield delta
        if self._fails:
            raise ModelError("The line is dead.")


@pytest.fixture
def allowed(story: StoryFile) -> StoryFile:
    found = permission.objection(story, Told().card)
    assert found is not None
    permission.allow(found)
    return story


async def _events(story: StoryFile, backend: Told, takes: int = 1) -> list[Event]:
    passage = write(story, "Wet.")
    stop = asyncio.Event()
    return await all_of(
        continue_story(story, passage, "place", backend, wish(tokens=99), stop, takes=takes)
    )


def _kept(story: StoryFile) -> Take:
    (take,) = story.takes.of_place("place")
    return take


async def test_what_a_model_thought_is_kept_with_the_take_and_who_wrote_it_where(
    allowed: StoryFile,
) -> None:
    thoughts = (Thought("It should "), Thought("rain."))
    backend = Told(*thoughts, Text(" It rained."), Finish(StopReason.END, USAGE))
    events = await _events(allowed, backend)
    assert shown(events) == " It rained."
    assert [event for event in events if isinstance(event, Thought)] == list(thoughts)
    take = _kept(allowed)
    assert (take.standing, take.thinking) == (" It rained.", "It should rain.")
    assert (take.model, take.place, take.usage) == ("Far (big)", "far.example", USAGE)


async def test_thoughts_grow_in_the_file_while_no_word_has_come(
    allowed: StoryFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    grow, grown = allowed.takes.grow, asyncio.Event()
    loop = asyncio.get_running_loop()

    def growing(take_id: str, text: str, thinking: str) -> None:
        grow(take_id, text, thinking)
        loop.call_soon_threadsafe(grown.set)

    monkeypatch.setattr(take_keeper, "_GROW_EVERY", 0.001)
    monkeypatch.setattr(allowed.takes, "grow", growing)
    backend = Told(Thought("Hm."), None, Finish(StopReason.END, USAGE))
    task = asyncio.create_task(_events(allowed, backend))
    await asyncio.wait_for(grown.wait(), 20)
    running = _kept(allowed)
    assert (running.state, running.text, running.thinking) == (TakeState.RUNNING, "", "Hm.")
    backend.gate.set()
    (finished,) = (event for event in await task if isinstance(event, TakeFinished))
    # A take that only thought is not forgotten.
    assert (finished.take.standing, finished.take.thinking) == ("", "Hm.")
    assert _kept(allowed) == finished.take


async def test_each_of_several_takes_has_its_own_thoughts(allowed: StoryFile) -> None:
    one_by_one = Told(Thought("a"), Text(" A."), Finish(StopReason.END, USAGE))
    events = await _events(allowed, one_by_one, takes=2)
    assert [event.take for event in events if isinstance(event, Thought)] == [0, 1]
    side_by_side = Told(
        *(Thought("a", 0), Thought("b", 1), Text(" B.", 1), Text(" A.", 0)),
        *(Finish(StopReason.END, USAGE, 1), Finish(StopReason.END, USAGE, 0)),
        takes=2,
    )
    await _events(allowed, side_by_side, takes=2)
    kept = [(take.text, take.thinking) for take in allowed.takes.of_place("place")]
    assert kept == [(" A.", "a"), (" A.", "a"), (" A.", "a"), (" B.", "b")]


async def test_what_a_request_waits_for_and_is_noted_comes_through(allowed: StoryFile) -> None:
    waiting = Waiting("in the queue", 40.0, 3)
    backend = Told(waiting, Noted("Said once."), Text(" Rain."), Finish(StopReason.END, USAGE))
    events = await _events(allowed, backend)
    assert waiting in events
    assert "Said once." in notes(events)


async def test_of_a_refusal_no_word_reaches_the_page(allowed: StoryFile) -> None:
    backend = Told(Refusal("I'm sorry, but "), Refusal("no."), Finish(StopReason.REFUSED, USAGE))
    events = await _events(allowed, backend)
    assert shown(events) == ""
    take = _kept(allowed)
    assert (take.text, take.kept, take.standing) == ("I'm sorry, but no.", 0, "")
    assert (take.state, take.reason) == (TakeState.FINISHED, StopReason.REFUSED)
    (note,) = notes(events)
    assert note.startswith("Far would not write this.")


async def test_a_model_that_refuses_half_way_has_its_words_taken_back(allowed: StoryFile) -> None:
    backend = Told(Text(" He drew"), Refusal("No more."), Finish(StopReason.REFUSED, USAGE))
    events = await _events(allowed, backend)
    assert shown(events) == " He drew"
    (finished,) = (event.take for event in events if isinstance(event, TakeFinished))
    assert (finished.standing, finished.text) == ("", " He drew\n\nNo more.")


async def test_a_refusal_without_a_word_is_said_and_leaves_nothing(allowed: StoryFile) -> None:
    events = await _events(allowed, Told(Finish(StopReason.REFUSED, USAGE)))
    assert len(notes(events)) == 1
    assert allowed.takes.of_place("place") == ()


async def test_what_came_before_a_filter_is_kept_to_its_last_sentence(allowed: StoryFile) -> None:
    backend = Told(Text(" It rained. He dr"), Finish(StopReason.FILTERED, USAGE))
    events = await _events(allowed, backend)
    take = _kept(allowed)
    assert (take.standing, take.text) == (" It rained.", " It rained. He dr")
    assert take.reason is StopReason.FILTERED
    (note,) = notes(events)
    assert note.startswith("A filter at far.example cut the answer off.")


async def test_a_line_that_dies_leaves_what_was_thought_and_written(allowed: StoryFile) -> None:
    events: list[Event] = []
    backend = Told(Thought("Hm."), Text(" It ra"), fails=True)
    stream = continue_story(
        allowed, write(allowed, "Wet."), "place", backend, wish(), asyncio.Event()
    )

    async def consume() -> None:
        async for event in stream:
            events.append(event)

    with pytest.raises(ModelError):
        await consume()
    take = _kept(allowed)
    assert (take.state, take.text, take.thinking) == (TakeState.FAILED, " It ra", "Hm.")
    assert isinstance(events[-1], TakeFinished)


async def test_thoughts_of_a_take_that_is_given_up_are_kept(allowed: StoryFile) -> None:
    backend = Told(Thought("Hm."), None)
    stream = continue_story(
        allowed, write(allowed, "Wet."), "place", backend, wish(), asyncio.Event()
    )
    async for event in stream:
        if isinstance(event, Thought):
            break
        assert not isinstance(event, TakeBegan) or event.take.place == "far.example"
    await stream.aclose()
    take = _kept(allowed)
    assert (take.state, take.text, take.thinking) == (TakeState.STOPPED, "", "Hm.")
    assert take.scene_id == scene_of(allowed)


def test_a_writer_is_named_with_its_profile_only_where_that_tells_something() -> None:
    far = ModelCard("gpt-5", place="api.openai.com", profile="big")
    assert far.writer == "gpt-5 (big)"
    assert replace(far, profile="gpt-5").writer == "gpt-5"
    assert replace(far, profile="").writer == "gpt-5"
    assert replace(far, place="", profile="local").writer == "gpt-5"
