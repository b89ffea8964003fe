"""Whoever paints the page waits for no disk: what asks a model reads in other threads."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from storyforge.backends.scripted import ScriptedBackend
from storyforge.backends.sharing import Shared
from storyforge.domain.sampling import Sampling
from storyforge.prompting import library
from storyforge.prompting.verbs import Verb
from storyforge.store.database import Database
from storyforge.store.story_file import StoryFile
from storyforge.studio.summaries.queue import SummaryQueue
from storyforge.studio.takes.rewording import Order, Selected, reword
from tests.studio.continuation import RAIN, continued, write

LONG = "The tide came in over the stones, and nobody was on the slip to see it. " * 20


@pytest.fixture
def readers(monkeypatch: pytest.MonkeyPatch) -> set[threading.Thread]:
    """The threads that read a template or the story."""
    found: set[threading.Thread] = set()
    session, read = Database._session, library._source

    @contextmanager
    def in_session(database: Database, *told: Any) -> Iterator[Any]:
        found.add(threading.current_thread())
        with session(database, *told) as opened:
            yield opened

    def reading(file: Path) -> str:
        found.add(threading.current_thread())
        return read(file)

    monkeypatch.setattr(Database, "_session", in_session)
    monkeypatch.setattr(library, "_source", reading)
    return found


async def heard(events: AsyncIterator[object]) -> None:
    async for _event in events:
        continue


async def test_a_continuation_reads_elsewhere(
    story: StoryFile, readers: set[threading.Thread]
) -> None:
    passage = write(story, "Wet.")
    readers.clear()
    await heard(continued(story, passage, ScriptedBackend([RAIN])))
    assert readers
    assert threading.current_thread() not in readers


async def test_a_queue_of_summaries_reads_elsewhere(
    story: StoryFile, readers: set[threading.Thread]
) -> None:
    write(story, LONG)
    shared = Shared(ScriptedBackend(["Nobody saw the tide come in over the stones."]), rest=0)
    readers.clear()
    await heard(SummaryQueue(story, shared).run())
    assert readers
    assert threading.current_thread() not in readers


async def test_a_verb_reads_elsewhere(story: StoryFile, readers: set[threading.Thread]) -> None:
    passage = write(story, "Wet. The light was lit.")
    selected = Selected(passage.scene_id, "Wet. ", "The light was lit.", "")
    order = Order(Verb("shorten", "Shorten"))
    readers.clear()
    backend = ScriptedBackend(["Light."])
    await heard(reword(story, selected, "place", backend, order, Sampling(seed=1), asyncio.Event()))
    assert readers
    assert threading.current_thread() not in readers
