import importlib.util
import platform
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from storyforge.engine.gpu import GpuStatus, built_with_gpu, gpu_status


@pytest.fixture(autouse=True)
def linux(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "system", lambda: "Linux")


def card(root: Path, vendor: str) -> Path:
    file = root / "sys/class/drm/card0/device/vendor"
    file.parent.mkdir(parents=True)
    file.write_text(vendor + "\n")
    return root


@pytest.mark.parametrize(
    ("vendor", "flag"), [("0x10de", "-DGGML_CUDA=on"), ("0x1002", "-DGGML_VULKAN=on")]
)
def test_an_idle_gpu_is_told_with_the_one_command(tmp_path: Path, vendor: str, flag: str) -> None:
    status = gpu_status(card(tmp_path, vendor), usable=False)
    assert status.command == f'CMAKE_ARGS="{flag}" storyforge engine install'
    assert status.command in status.note


def test_nvidia_is_known_by_its_driver(tmp_path: Path) -> None:
    (tmp_path / "dev").mkdir()
    (tmp_path / "dev/nvidiactl").touch()
    assert gpu_status(tmp_path, usable=False).vendor == "NVIDIA"


def test_a_gpu_in_use_needs_no_word(tmp_path: Path) -> None:
    assert gpu_status(card(tmp_path, "0x10de"), usable=True).note == ""


def test_graphics_built_into_a_processor_are_no_gpu(tmp_path: Path) -> None:
    assert gpu_status(card(tmp_path, "0x8086"), usable=False) == GpuStatus("", False)
    assert gpu_status(tmp_path / "none", usable=False).note == ""


def test_a_card_that_cannot_be_read_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "sys/class/drm/card0/device/vendor").mkdir(parents=True)
    assert gpu_status(tmp_path, usable=False).vendor == ""


def test_apple_silicon_has_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "system", lambda: "Darwin")
    monkeypatch.setattr(platform, "machine", lambda: "arm64")
    assert "GGML_METAL" in gpu_status(tmp_path, usable=False).command


def test_windows_gets_its_own_way_of_setting_variables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(platform, "system", lambda: "Windows")
    command = gpu_status(card(tmp_path, "0x10de"), usable=False).command
    assert command.startswith('$env:CMAKE_ARGS="-DGGML_CUDA=on"; ')


def test_the_installed_engine_is_known_by_its_libraries(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "lib").mkdir()
    spec = ModuleSpec("llama_cpp", None, is_package=True)
    spec.submodule_search_locations = [str(tmp_path)]
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: spec)
    (tmp_path / "lib/libggml-cpu.so").touch()
    assert built_with_gpu() is False
    (tmp_path / "lib/libggml-cuda.so").touch()
    assert built_with_gpu() is True
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    assert built_with_gpu() is None
    assert gpu_status(tmp_path).note == ""
