"""Loading by a plan: GPUs asked of llama.cpp itself, or played where this machine has none."""

from pathlib import Path

import pytest

from storyforge.domain.model import ModelSpec
from storyforge.engine import devices, llama, placing
from storyforge.engine.faults import EngineFault, FaultKind, to_error
from storyforge.engine.library import library
from storyforge.engine.memory import Memory
from tests.engine.machines import GIB, LAPTOP


@pytest.fixture
def laptop(monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine with the GPU of a laptop; llama.cpp itself knows of none and uses none."""
    monkeypatch.setattr(placing, "survey", lambda: (LAPTOP,))


def test_llama_tells_the_memory_of_its_devices() -> None:
    library()
    found = devices.all_devices()
    (processor,) = [device for kind, device in found if kind == 0]
    assert processor.name == "CPU"
    assert 0 < processor.free <= processor.total
    assert len(placing.survey()) == len([kind for kind, _device in found if kind in (1, 2)])


def test_integrated_gpus_count_where_there_is_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "all_devices", lambda: [(0, LAPTOP), (2, LAPTOP)])
    assert devices.find_devices() == (LAPTOP,)
    monkeypatch.setattr(devices, "all_devices", lambda: [(2, LAPTOP), (1, LAPTOP), (1, LAPTOP)])
    assert devices.find_devices() == (LAPTOP, LAPTOP)


def test_without_a_gpu_there_is_no_plan(tiny: llama.LlamaModel) -> None:
    assert tiny.plan is None
    assert not tiny.on_gpu


@pytest.mark.usefixtures("laptop")
@pytest.mark.parametrize(("asked", "layers"), [(None, 3), (0, 0), (1, 1), (-1, 3)])
def test_the_model_is_loaded_by_its_plan(tiny_path: Path, asked: int | None, layers: int) -> None:
    spec = ModelSpec(tiny_path, 512, 1, 1, gpu_layers=asked)
    model = llama.load(spec, lambda _: True)
    try:
        assert model.plan is not None
        assert model.plan.gpu_layers == layers
        assert model.on_gpu is (layers > 0)
    finally:
        model.close()


@pytest.mark.usefixtures("laptop")
def test_what_stays_in_memory_must_fit_there(
    tiny_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(placing, "find_memory", lambda: Memory(GIB, 12_000_000))
    with pytest.raises(EngineFault) as caught:
        placing.place(ModelSpec(tiny_path, 4096, gpu_layers=0, kv_type="f16"))
    assert caught.value.fault.kind is FaultKind.LARGER_THAN_MEMORY
    assert caught.value.fault.largest > 0
    hint = to_error(caught.value.fault).hint
    assert f"model.context_tokens to {caught.value.fault.largest} or less" in hint


@pytest.mark.usefixtures("laptop")
def test_a_file_that_is_no_model_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "a.gguf").write_text("no model")
    with pytest.raises(EngineFault) as caught:
        placing.place(ModelSpec(tmp_path / "a.gguf"))
    assert "not a GGUF" in to_error(caught.value.fault).message
