"""Stops, failures, cancellations and full disks: what was written is kept."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import suppress

import pytest

from storyforge.backends.scripted import ScriptedBackend
from storyforge.domain.generation import (
    Delta,
    Loading,
    Reading,
    Request,
    StopReason,
    Take,
    TakeState,
    Text,
)
from storyforge.errors import ModelError, StoryFileError
from storyforge.store.story_file import StoryFile
from storyforge.studio.continuing import (
    Event,
    Noted,
    TakeBegan,
    TakeFinished,
)
from storyforge.studio.takes import keeper as take_keeper
from tests.studio.continuation import (
    RAIN,
    WRITTEN,
    Gated,
    all_of,
    continued,
    finished,
    scene_of,
    shown,
    write,
)


async def test_a_stop_keeps_what_came_untrimmed(story: StoryFile) -> None:
    backend, stop = Gated(RAIN, at=3), asyncio.Event()
    events = []
    async for event in continued(story, write(story, "Wet."), backend, stop=stop):
        events.append(event)
        if backend.waiting.is_set() or shown(events).endswith("The"):
            stop.set()
    take = finished(events)
    assert (take.state, take.reason) == (TakeState.STOPPED, StopReason.STOPPED)
    assert take.standing == take.text == shown(events) == " It rained. The"


async def test_a_stop_before_the_first_word_leaves_no_take(story: StoryFile) -> None:
    stop = asyncio.Event()
    events = []
    async for event in continued(story, write(story, "Wet."), ScriptedBackend([RAIN]), stop=stop):
        events.append(event)
        if isinstance(event, Reading):
            stop.set()
    assert not any(isinstance(event, TakeFinished) for event in events)
    assert story.takes.of_place("place") == ()


async def test_a_stop_while_loading_does_not_wait_for_the_model(story: StoryFile) -> None:
    class Slow(ScriptedBackend):
        closed = False

        async def load(self) -> AsyncGenerator[Loading, None]:
            try:
                yield Loading(0.1)
                await asyncio.Event().wait()
            finally:
                self.closed = True

    backend, stop = Slow([RAIN]), asyncio.Event()
    events = []
    async with asyncio.timeout(20):
        async for event in continued(story, write(story, "Wet."), backend, stop=stop):
            events.append(event)
            asyncio.get_running_loop().call_soon(stop.set)
    assert events == [Loading(0.1)]
    assert backend.closed


async def test_a_model_that_fails_half_way_leaves_what_it_wrote(story: StoryFile) -> None:
    events: list[Event] = []
    passage = write(story, "Wet.|Dry.")

    async def consume() -> None:
        async for event in continued(story, passage, ScriptedBackend([RAIN], fail_after=3)):
            events.append(event)

    with pytest.raises(ModelError):
        await consume()
    take = finished(events)
    assert (take.state, take.reason) == (TakeState.FAILED, StopReason.FAILED)
    assert take.standing == " It rained. The "
    assert story.takes.of_place("place") == (take,)


async def test_a_model_that_fails_at_once_leaves_no_take(story: StoryFile) -> None:
    backend = ScriptedBackend([RAIN], fail_after=0)
    with pytest.raises(ModelError):
        await all_of(continued(story, write(story, "Wet."), backend))
    assert story.takes.of_place("place") == ()


async def test_a_cancelled_continuation_is_kept(story: StoryFile) -> None:
    backend, events = Gated(RAIN, at=2), []
    passage = write(story, "Wet.")

    async def consume() -> None:
        async for event in continued(story, passage, backend):
            events.append(event)

    task = asyncio.create_task(consume())
    await asyncio.wait_for(backend.waiting.wait(), 20)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    (take,) = story.takes.of_place("place")
    assert (take.state, take.reason) == (TakeState.STOPPED, StopReason.STOPPED)
    assert take.standing == take.text == shown(events) == " It rained."


async def test_closing_the_stream_keeps_what_was_shown(story: StoryFile) -> None:
    events = continued(story, write(story, "Wet."), ScriptedBackend([RAIN]))
    async for event in events:
        if isinstance(event, Text):
            break
    await events.aclose()
    (take,) = story.takes.of_place("place")
    assert (take.state, take.standing) == (TakeState.STOPPED, " It")


async def test_closing_before_the_first_word_leaves_no_take(story: StoryFile) -> None:
    events = continued(story, write(story, "Wet."), ScriptedBackend([RAIN]))
    async for event in events:
        if isinstance(event, TakeBegan):
            break
    await events.aclose()
    assert story.takes.of_place("place") == ()


async def test_a_cancellation_while_the_take_is_begun_leaves_none(
    story: StoryFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin, begun = story.takes.begin, asyncio.Event()
    loop = asyncio.get_running_loop()

    def slow(*args: str, **more: object) -> Take:
        loop.call_soon_threadsafe(begun.set)
        return begin(*args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(story.takes, "begin", slow)
    task = asyncio.create_task(
        all_of(continued(story, write(story, "Wet."), ScriptedBackend([RAIN])))
    )
    await asyncio.wait_for(begun.wait(), 20)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    assert story.takes.of_place("place") == ()


async def test_a_fault_of_the_program_still_keeps_the_take(story: StoryFile) -> None:
    class Broken(ScriptedBackend):
        async def stream(
            self, request: Request, stop: asyncio.Event
        ) -> AsyncGenerator[Delta, None]:
            yield Text(" It")
            raise RuntimeError("a fault")

    with pytest.raises(RuntimeError, match="a fault"):
        await all_of(continued(story, write(story, "Wet."), Broken()))
    (take,) = story.takes.of_place("place")
    assert (take.state, take.standing) == (TakeState.FAILED, " It")


async def test_a_running_take_grows_in_the_file(
    story: StoryFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    grow, grown = story.takes.grow, asyncio.Event()
    loop = asyncio.get_running_loop()

    def growing(take_id: str, text: str, thinking: str) -> None:
        grow(take_id, text, thinking)
        if text == " It rained. The":
            loop.call_soon_threadsafe(grown.set)

    monkeypatch.setattr(take_keeper, "_GROW_EVERY", 0.001)
    monkeypatch.setattr(story.takes, "grow", growing)
    backend = Gated(RAIN, at=3)
    task = asyncio.create_task(all_of(continued(story, write(story, "Wet."), backend)))
    await asyncio.wait_for(grown.wait(), 20)
    (take,) = story.takes.of_place("place")
    assert (take.state, take.text) == (TakeState.RUNNING, " It rained. The")
    backend.gate.set()
    assert finished(await task).text == WRITTEN


async def test_a_disk_that_fails_ends_the_stream_and_is_said(
    story: StoryFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = asyncio.Event()
    loop = asyncio.get_running_loop()

    def full(*_args: object, **_more: object) -> None:
        loop.call_soon_threadsafe(failed.set)
        raise StoryFileError("The disk is full.")

    monkeypatch.setattr(take_keeper, "_GROW_EVERY", 0.001)
    monkeypatch.setattr(story.takes, "grow", full)
    monkeypatch.setattr(story.takes, "finish", full)
    backend = Gated(RAIN, at=2)
    task = asyncio.create_task(all_of(continued(story, write(story, "Wet."), backend)))
    await asyncio.wait_for(failed.wait(), 20)
    backend.gate.set()
    with pytest.raises(StoryFileError, match="full"):
        await task


async def test_closing_after_the_last_event_changes_nothing(story: StoryFile) -> None:
    events = continued(story, write(story, "Wet."), ScriptedBackend([RAIN]))
    async for event in events:
        if isinstance(event, TakeFinished):
            break
    await events.aclose()
    (take,) = story.takes.of_place("place")
    assert (take.state, take.text) == (TakeState.FINISHED, WRITTEN)


async def test_a_stop_at_a_note_begins_no_take(story: StoryFile) -> None:
    stop = asyncio.Event()
    backend = ScriptedBackend([RAIN], context_tokens=256)
    passage = write(story, "It rained again.\n" * 200)
    async for event in continued(story, passage, backend, stop=stop):
        assert isinstance(event, Loading | Noted)
        if isinstance(event, Noted):
            stop.set()
    assert story.takes.of_place("place") == ()
    assert story.revisions.list(passage.scene_id) == ()


async def test_a_disk_that_fails_at_the_very_end_does_not_hide_a_cancellation(
    story: StoryFile, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_args: object, **_more: object) -> None:
        raise StoryFileError("The disk is full.")

    monkeypatch.setattr(story.takes, "finish", full)
    events = continued(story, write(story, "Wet."), ScriptedBackend([RAIN]))
    async for event in events:
        if isinstance(event, Text):
            break
    await events.aclose()
    assert "could not be finished" in caplog.text


async def test_a_take_given_up_before_it_was_begun_leaves_nothing(story: StoryFile) -> None:
    request = Request("Wet.")
    keeper = take_keeper.TakeKeeper(story, scene_of(story), "place", "m", request)
    assert keeper.finish(0, "late", 4, TakeState.STOPPED, StopReason.STOPPED) is None
    await keeper.begin()
    assert story.takes.of_place("place") == ()
