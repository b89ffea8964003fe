"""Whether reading ahead may be done, what it is worth, and how long it takes."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from storyforge.backends.llama_cpp import LlamaCppBackend
from storyforge.domain.generation import Cached, Loading, Reading, Take, TakeState, Usage
from storyforge.domain.model import Capabilities, Keeping, ModelCard, ModelSpec
from storyforge.domain.story import Passage
from storyforge.setting_tables import CacheSettings
from storyforge.settings import Settings
from storyforge.store.story_file import StoryFile
from storyforge.studio.prompt.asking import ask
from storyforge.studio.prompt.preparing import (
    Held,
    Pace,
    bring_back,
    may_prepare,
    on_battery,
    read_ahead,
)
from tests.engine.tiny import write_model
from tests.studio.continuation import wish

LOCAL = ModelCard("writer", context_tokens=4096, can=Capabilities(prepares=True))


def take(usage: Usage) -> Take:
    now = datetime.now(UTC)
    return Take("t", "scene", "p", 1, now, "", 0, TakeState.FINISHED, usage=usage)


def test_a_model_s_pace_is_learnt_from_what_tells_something() -> None:
    pace = Pace()
    assert pace.seconds(1000) == 0
    pace.learn(20, 4)  # a single block: it costs the same whatever is in it
    assert pace.seconds(1000) == 0
    pace.learn(400, 2)
    assert pace.seconds(1000) == 5
    pace.learn(400, 4)
    assert pace.speed == 150


def test_what_lies_behind_a_place_is_known_for_the_scene_read_last_only() -> None:
    held = Held()
    here = Cached(40, 41)
    assert held.behind("scene", here) == 0
    assert not held.pays("scene", here)
    held.written(take(Usage(reused=20, read=80, written=20)))
    held.written(take(Usage()))  # of several takes only the first tells
    assert held.behind("scene", here) == 80
    assert held.behind("another", here) == 0
    assert not held.pays("scene", Cached(40, 100))
    assert held.pays("scene", Cached(40, 140))


def test_only_a_model_of_this_machine_that_can_reads_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storyforge.studio.prompt.preparing.on_battery", lambda: False)
    settings = Settings()
    assert may_prepare(settings, LOCAL)
    assert not may_prepare(settings, replace(LOCAL, place="api.example.org"))
    assert not may_prepare(settings, replace(LOCAL, can=Capabilities()))
    assert not may_prepare(Settings(cache=CacheSettings(prepare=False)), LOCAL)
    monkeypatch.setattr("storyforge.studio.prompt.preparing.on_battery", lambda: True)
    assert not may_prepare(settings, LOCAL)
    assert may_prepare(Settings(cache=CacheSettings(prepare_on_battery=True)), LOCAL)


@pytest.mark.parametrize(("plugged", "runs"), [(True, False), (False, True), (None, False)])
def test_a_battery_counts_when_nothing_charges_it(
    monkeypatch: pytest.MonkeyPatch, plugged: bool | None, runs: bool
) -> None:
    battery = SimpleNamespace(power_plugged=plugged)
    monkeypatch.setattr(psutil, "sensors_battery", lambda: battery, raising=False)
    assert on_battery() == runs


def test_a_machine_without_a_battery_or_a_word_of_it_is_on_mains(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(psutil, "sensors_battery", lambda: None, raising=False)
    assert not on_battery()
    monkeypatch.delattr(psutil, "sensors_battery")
    assert not on_battery()


async def through(loading: AsyncGenerator[Loading, None]) -> None:
    async for _step in loading:
        continue


async def test_what_was_read_of_a_scene_is_back_before_anything_is_asked(tmp_path: Path) -> None:
    keeping = Keeping(folder=tmp_path / "states")
    path = write_model(tmp_path / "tiny.gguf")
    spec = ModelSpec(path, context_tokens=2048, threads=1, threads_batch=1, keeping=keeping)
    with StoryFile.create(tmp_path / "salt.forge", title="Salt") as story:
        passage = Passage(story.outline().scenes[0].id, "The tide. " * 60, "")
        first = LlamaCppBackend(spec)
        await through(first.load())
        steps = read_ahead(story, passage, first, wish(), Held(), asyncio.Event(), edited=True)
        last = [step async for step in steps][-1]
        assert isinstance(last, Reading)
        await first.leave(passage.scene_id)
        await first.close()
        again, held = LlamaCppBackend(spec), Held()
        await through(again.load())
        await bring_back(story, passage, again, wish(), held)
        for state in (tmp_path / "states").iterdir():
            state.unlink()
        request, _notes = await ask(story, passage, again, wish().length, wish().sampling)
        cached = await again.cached(request)
        await again.close()
    assert cached == Cached(last.total, last.total + 1)
    assert (held.scene_id, held.tokens) == (passage.scene_id, last.total)
