"""Measured for real with a tiny model, kept, and used by the loader."""

import asyncio
import json
from contextlib import aclosing
from pathlib import Path

import pytest

from storyforge import paths, settings
from storyforge.domain.model import ModelSpec
from storyforge.engine import hardware, llama
from storyforge.engine.fitting import Device
from storyforge.engine.hardware import Cores
from storyforge.engine.sequence import Interrupted
from storyforge.engine.trying import try_speed
from storyforge.errors import BadInput, ModelError
from storyforge.studio.models import model_spec
from storyforge.studio.tuning import kept, running
from storyforge.studio.tuning.running import Effort
from storyforge.studio.tuning.trials import Best, Machine, Sample, Trial
from tests.engine.machines import LAPTOP
from tests.engine.tiny import write_model

SHORT = Effort(seconds=0.2, rounds=1, quick=True)
BEST = Best(3, "physical", 5, "all", 128, None, 20.0, 200.0)


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return write_model(tmp_path / "tiny.gguf")


async def test_each_setting_is_measured_in_a_process_of_its_own(model: Path) -> None:
    steps = [
        step
        async for step in running.tune(
            ModelSpec(model), Machine(performance=1), SHORT, asyncio.Event()
        )
    ]
    assert [step.sample.trial for step in steps] == [Trial(1), Trial(1, batch=256)]
    assert all(step.sample.reading > step.sample.writing > 0 for step in steps)
    assert [step.left for step in steps] == [1, 0]
    assert steps[0].seconds > steps[1].seconds == 0


async def test_a_stop_ends_the_trial_in_hand(model: Path) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().call_later(0.05, stop.set)
    steps = running.tune(ModelSpec(model), Machine(performance=1), SHORT, stop)
    async with aclosing(steps):
        assert [step async for step in steps] == []


async def test_a_setting_that_does_not_work_is_passed_over(
    model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    measure = running.measure

    async def failing(spec: ModelSpec, trial: Trial, effort: Effort) -> Sample:
        spec = spec if trial.batch == 64 else ModelSpec(Path("gone.gguf"))
        return await measure(spec, trial, effort)

    monkeypatch.setattr(running, "measure", failing)
    machine = Machine(performance=1)
    steps = [s async for s in running.tune(ModelSpec(model), machine, SHORT, asyncio.Event())]
    assert [bool(step.sample.writing) for step in steps] == [True, False]


async def test_a_model_that_cannot_be_used_is_said(tmp_path: Path, model: Path) -> None:
    machine, stop = Machine(performance=1), asyncio.Event()
    unknown = write_model(tmp_path / "new.gguf", "hyperloom")
    for path in (tmp_path / "none.gguf", unknown):
        with pytest.raises(ModelError):
            await anext(running.tune(ModelSpec(path), machine, SHORT, stop))
    with pytest.raises(BadInput):
        await running.machine_of(ModelSpec(tmp_path / "none.gguf"))
    assert (await running.machine_of(ModelSpec(model))).layers == 2


@pytest.mark.parametrize(
    ("quota", "counts"), [(None, (4, 4, 4)), (12.0, (4, 4, 4)), (6.0, (4, 0, 0)), (2.5, (2, 0, 0))]
)
async def test_what_a_container_does_not_give_is_not_tried(
    model: Path,
    monkeypatch: pytest.MonkeyPatch,
    quota: float | None,
    counts: tuple[int, int, int],
) -> None:
    cores = Cores((0, 2, 4, 6), 4, quota, efficiency=(8, 9, 10, 11), siblings=(1, 3, 5, 7))
    monkeypatch.setattr(hardware, "find_cores", lambda: cores)
    machine = await running.machine_of(ModelSpec(model))
    assert (machine.performance, machine.efficiency, machine.siblings) == counts


async def test_layers_are_varied_where_there_is_a_gpu(
    model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def one() -> tuple[Device, ...]:
        return (LAPTOP,)

    monkeypatch.setattr(running, "devices", one)
    machine = await running.machine_of(ModelSpec(model, gpu_layers=0))
    assert (machine.layers, machine.fitting) == (2, 3)


def test_speed_is_measured_in_rounds_that_end(model: Path) -> None:
    loaded = llama.load(ModelSpec(model, 512, 1, 1), lambda _: True)
    try:
        reading, writing = try_speed(loaded, 64, 0.05, 2, lambda: False)
        assert len(reading) == len(writing) == 2
        assert min(*reading, *writing) > 0
        with pytest.raises(Interrupted):
            try_speed(loaded, 64, 0.05, 2, lambda: True)
    finally:
        loaded.close()


def test_what_was_best_is_used_but_for_what_the_settings_say(model: Path) -> None:
    assert kept.known(model) is None
    kept.keep(model, BEST)
    assert kept.known(model) == BEST
    spec = model_spec(settings.load(), str(model))
    assert (spec.threads, spec.writing_on) == (3, "physical")
    assert (spec.threads_batch, spec.reading_on) == (5, "all")
    assert (spec.batch_tokens, spec.gpu_layers) == (128, None)
    settings.update({"model.threads": 2, "model.batch_tokens": 64, "model.gpu_layers": 7})
    spec = model_spec(settings.load(), str(model))
    assert (spec.threads, spec.writing_on) == (2, "performance")
    assert (spec.threads_batch, spec.batch_tokens, spec.gpu_layers) == (5, 64, 7)


def test_it_is_the_model_s_and_the_machine_s(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept.keep(model, BEST)
    other = write_model(tmp_path / "other.gguf", seed=8)
    kept.keep(other, Best(1, "performance", 1, "performance", 64, 0, 1.0, 1.0))
    assert kept.known(model) == BEST
    assert kept.forget(other)
    assert not kept.forget(other)
    assert kept.known(other) is None
    monkeypatch.setattr("platform.node", lambda: "another-machine")
    assert kept.known(model) is None


@pytest.mark.parametrize("text", ["no JSON", "[]", '{"a": 1}', ""])
def test_a_file_that_is_not_ours_is_as_none(model: Path, text: str) -> None:
    kept.keep(model, BEST)
    file = paths.data_dir() / "tuning.json"
    told = json.loads(file.read_text())
    file.write_text(text)
    assert kept.known(model) is None
    assert not kept.forget(model)
    file.write_text(json.dumps({name: {"threads": 1} for name in told}))
    assert kept.known(model) is None
    kept.keep(model, BEST)
    assert kept.known(model) == BEST
