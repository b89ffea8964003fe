"""Whether reading ahead may be done, what it is worth, and how long it takes."""

from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace

import psutil
import pytest

from storyforge.domain.generation import Cached, Take, TakeState, Usage
from storyforge.domain.model import Capabilities, ModelCard
from storyforge.settings import CacheSettings, Settings
from storyforge.studio.prompt.preparing import Held, Pace, may_prepare, on_battery

LOCAL = ModelCard("writer", context_tokens=4096, can=Capabilities(prepares=True))


def take(**usage: int) -> Take:
    now = datetime.now(UTC)
    return Take("t", "scene", "p", 1, now, "", 0, TakeState.FINISHED, usage=Usage(**usage))


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
    held.written(take(reused=20, read=80, written=20))
    held.written(take())  # of several takes only the first tells
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
