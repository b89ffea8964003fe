"""The queue: in order, with an estimate; it pauses, ends, goes on after a restart, gives way."""

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from benchmarks.stories import scene_text
from storyforge.backends.scripted import ScriptedBackend
from storyforge.backends.sharing import Shared
from storyforge.domain.generation import Delta, Request, Text
from storyforge.domain.origin import Origin, Provenance
from storyforge.domain.story import Page
from storyforge.errors import ModelError
from storyforge.store.story_file import StoryFile
from storyforge.studio.summaries.listing import entries, name_of, standing, to_make, write
from storyforge.studio.summaries.queue import (
    Progress,
    SummaryQueue,
    ended_words,
    estimate,
    progress_words,
)

ONE = "Mara finds a boat with nobody in it and locks the door behind her."
TWO = "The inspector comes and finds that a page of the log is missing."
BOTH = "A boat drifts in without a crew, and the log that should tell of it has been cut."


@pytest.fixture
def salt(story: StoryFile) -> StoryFile:
    """A chapter of two long scenes."""
    story.binder.add_scene(story.outline().chapters[0].id, "Tide")
    for number, head in enumerate(story.outline().scenes, start=1):
        text = scene_text(number, words=300)
        story.scenes.save(Page(head.id, text, Provenance.whole(len(text), Origin.TYPED)))
    return story


class Gate(ScriptedBackend):
    """Waits within the answers whose number is in `at`, until let on or stopped."""

    def __init__(self, *script: str, at: int) -> None:
        super().__init__(script)
        self.at = at
        self.arrived = asyncio.Event()
        self.go_on = asyncio.Event()

    async def stream(self, request: Request, stop: asyncio.Event) -> AsyncGenerator[Delta, None]:
        async for delta in super().stream(request, stop):
            yield delta
            if isinstance(delta, Text) and len(self.requests) == self.at and not stop.is_set():
                self.arrived.set()
                waits = [asyncio.create_task(one.wait()) for one in (self.go_on, stop)]
                await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
                for wait in waits:
                    wait.cancel()


def queue_of(story: StoryFile, backend: ScriptedBackend) -> SummaryQueue:
    return SummaryQueue(story, Shared(backend, rest=0))


async def run(queue: SummaryQueue) -> list[Progress]:
    return [progress async for progress in queue.run()]


def texts(story: StoryFile) -> list[str]:
    return [one.text for one in entries(story)]


async def test_all_are_made_in_order_with_an_estimate_from_measured_speed(
    salt: StoryFile,
) -> None:
    backend = ScriptedBackend([ONE, TWO, BOTH], delay=0.001)
    shared = Shared(backend, rest=0)
    assert estimate(salt, shared, entries(salt)) is None
    seen = await run(SummaryQueue(salt, shared))
    assert [(p.done, p.total, p.now and name_of(p.now)) for p in seen] == [
        (0, 3, "Scene 1"),
        (1, 3, "Scene 2, Tide"),
        (2, 3, "Chapter 1"),
        (3, 3, None),
    ]
    assert texts(salt) == [BOTH, ONE, TWO]
    assert seen[0].seconds_left is None
    assert seen[1].seconds_left is not None
    assert seen[2].seconds_left is not None
    assert seen[1].seconds_left > seen[2].seconds_left > 0
    write(salt, entries(salt)[1], "")
    known = estimate(salt, shared, entries(salt))
    assert known is not None
    assert known > 0
    other = Shared(ScriptedBackend(name="Another"), rest=0)
    assert estimate(salt, other, entries(salt)) is None
    assert await run(queue_of(salt, ScriptedBackend([ONE])))
    assert (await run(queue_of(salt, ScriptedBackend())))[0].total == 0


async def test_a_pause_stops_the_model_and_what_was_half_made_is_made_later(
    salt: StoryFile,
) -> None:
    backend = Gate(ONE, TWO, TWO, BOTH, at=2)
    queue = queue_of(salt, backend)
    paused = []
    async for progress in queue.run():
        if progress.paused:
            paused.append(progress_words(progress))
            assert texts(salt) == ["", ONE, ""]
            queue.resume()
        elif progress.done == 1 and not paused:
            pausing = asyncio.create_task(_pause(queue, backend))
    await pausing
    assert paused == ["summaries 1 of 3, paused"]
    assert (queue.progress.done, queue.paused) == (3, False)
    assert texts(salt) == [BOTH, ONE, TWO]


async def _pause(queue: SummaryQueue, backend: Gate) -> None:
    await backend.arrived.wait()
    queue.pause()


async def test_what_is_done_stays_done_when_the_run_or_the_program_ends(
    salt: StoryFile, tmp_path: Path
) -> None:
    backend = Gate(ONE, TWO, at=2)
    queue = queue_of(salt, backend)
    running = asyncio.create_task(run(queue))
    await asyncio.wait_for(backend.arrived.wait(), 10)
    queue.cancel()
    seen = await asyncio.wait_for(running, 10)
    assert (seen[-1].done, seen[-1].total) == (1, 3)
    assert ended_words(seen[-1]) == "1 summary was made. 2 are still missing."
    salt.close()
    with StoryFile.open(salt.path) as again:
        assert [standing(one) for one in entries(again)] == ["missing", "there", "missing"]
        seen = await run(queue_of(again, ScriptedBackend([TWO, BOTH])))
        assert seen[0].total == 2
        assert texts(again) == [BOTH, ONE, TWO]


async def test_a_pause_while_it_waits_for_the_author_and_an_end_of_it(salt: StoryFile) -> None:
    queue = queue_of(salt, ScriptedBackend([ONE]))
    queue.pause()
    async for progress in queue.run():
        if progress.paused:
            asyncio.get_running_loop().call_soon(queue.cancel)
    assert texts(salt) == ["", "", ""]


async def test_the_author_goes_first_and_the_queue_goes_on(salt: StoryFile) -> None:
    backend = Gate(ONE, "The author's.", ONE, TWO, BOTH, at=1)
    shared = Shared(backend, rest=0)
    running = asyncio.create_task(run(SummaryQueue(salt, shared)))
    await asyncio.wait_for(backend.arrived.wait(), 10)
    deltas = shared.stream(Request("It rained."), asyncio.Event())
    said = "".join([delta.text async for delta in deltas if isinstance(delta, Text)])
    assert said == "The author's."
    await asyncio.wait_for(running, 10)
    assert texts(salt) == [BOTH, ONE, TWO]


async def test_what_the_author_wrote_meanwhile_is_passed_over(salt: StoryFile) -> None:
    queue = queue_of(salt, ScriptedBackend([ONE, BOTH]))
    async for progress in queue.run():
        if progress.done == 0:
            write(salt, entries(salt)[2], "The page is gone; nobody says why.")
    assert texts(salt) == [BOTH, ONE, "The page is gone; nobody says why."]


async def test_a_scene_without_a_summary_is_named_and_the_others_are_made(
    salt: StoryFile,
) -> None:
    seen = await run(queue_of(salt, ScriptedBackend(["…", "…", TWO])))
    assert texts(salt) == [TWO, "", TWO]
    told = ended_words(seen[-1])
    assert told.startswith("2 summaries were made. No summary of Scene 1: ")
    assert [name_of(one) for one in to_make(entries(salt))] == ["Scene 1", "Chapter 1"]


async def test_a_model_that_fails_ends_the_run_and_what_is_done_stays(salt: StoryFile) -> None:
    class Failing(ScriptedBackend):
        async def stream(
            self, request: Request, stop: asyncio.Event
        ) -> AsyncGenerator[Delta, None]:
            if len(self.requests) == 1:
                raise ModelError("It stopped.")
            async for delta in super().stream(request, stop):
                yield delta

    with pytest.raises(ModelError, match="It stopped"):
        await run(queue_of(salt, Failing([ONE])))
    assert texts(salt) == ["", ONE, ""]
