"""Loading, and every way it is refused."""

import struct
from pathlib import Path

import gguf
import pytest

from storyforge.domain.model import ModelSpec
from storyforge.engine import llama
from storyforge.engine.faults import EngineFault, FaultKind
from storyforge.engine.sequence import Interrupted
from tests.engine.conftest import ask
from tests.engine.tiny import write_model


def refused(path: Path) -> EngineFault:
    with pytest.raises(EngineFault) as caught:
        llama.load(ModelSpec(path, context_tokens=256), lambda _: True)
    return caught.value


def test_loading_tells_how_far_it_is(smollm2: Path) -> None:
    told: list[float] = []

    def progress(fraction: float) -> bool:
        told.append(fraction)
        return True

    model = llama.load(ModelSpec(smollm2, context_tokens=256), progress)
    model.close()
    assert told == sorted(told)
    assert told[-1] == pytest.approx(1.0)
    assert len(told) > 10


@pytest.mark.parametrize("mmap", [True, False])
def test_loading_ends_when_it_is_told_to(smollm2: Path, mmap: bool) -> None:
    asked = 0

    def progress(_: float) -> bool:
        nonlocal asked
        asked += 1
        return asked < 3

    with pytest.raises(Interrupted):
        llama.load(ModelSpec(smollm2, mmap=mmap), progress)
    assert asked == 3


def test_an_unknown_architecture_is_named(tmp_path: Path) -> None:
    fault = refused(write_model(tmp_path / "new.gguf", "hyperloom")).fault
    assert (fault.kind, fault.about) == (FaultKind.UNKNOWN_ARCHITECTURE, "hyperloom")


def test_missing_weights_are_told_as_damage(tmp_path: Path) -> None:
    path = write_model(tmp_path / "cut.gguf")
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    assert refused(path).fault.kind is FaultKind.TRUNCATED


def test_a_model_that_lacks_its_numbers_is_refused_with_the_reason(tmp_path: Path) -> None:
    writer = gguf.GGUFWriter(tmp_path / "bare.gguf", "llama")
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    fault = refused(tmp_path / "bare.gguf").fault
    assert fault.kind is FaultKind.NOT_LOADED
    assert "context_length" in fault.about or "key not found" in fault.about


def test_a_head_of_nonsense_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "nonsense.gguf"
    path.write_bytes(b"GGUF" + struct.pack("<IQQ", 3, 2**40, 2**40) + b"\xff" * 100)
    assert refused(path).fault.kind in (FaultKind.NOT_LOADED, FaultKind.TRUNCATED)


def test_the_window_is_never_larger_than_trained(tmp_path: Path) -> None:
    path = write_model(tmp_path / "short.gguf", context=300)
    model = llama.load(ModelSpec(path, context_tokens=8192), lambda _: True)
    try:
        assert model.window == 300
        assert ask(model, "x" * 250, 400).finish.usage.written <= 300 - 250
    finally:
        model.close()


def test_settings_reach_the_model(tiny_path: Path) -> None:
    spec = ModelSpec(
        tiny_path,
        context_tokens=256,
        threads=1,
        threads_batch=3,
        gpu_layers=0,
        flash_attention=True,
        mmap=False,
        mlock=True,
        batch_tokens=16,
        pin_threads=False,
    )
    model = llama.load(spec, lambda _: True)
    try:
        assert (model.threads.writing, model.threads.reading) == (1, 3)
        assert model.threads.writing_cpus == ()
        assert not model.flash_forced
        assert ask(model, "x" * 50, 3).finish.usage.read >= 50
    finally:
        model.close()


def test_a_context_that_cannot_be_made_is_one_fault(tmp_path: Path) -> None:
    # A KV cache in q8_0 stores blocks of 32; this model's heads are 8 wide.
    path = write_model(tmp_path / "narrow.gguf")
    with pytest.raises(EngineFault) as caught:
        llama.load(ModelSpec(path, context_tokens=256, kv_type="q8_0"), lambda _: True)
    assert caught.value.fault.kind is FaultKind.NO_CONTEXT
