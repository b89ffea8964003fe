"""What is refused before the engine process touches a file, and what memory has to do with it."""

import os
from pathlib import Path

import psutil
import pytest

from storyforge.domain.model import ModelSpec
from storyforge.engine import cgroups, gguf_header
from storyforge.engine.memory import Memory, cache_bytes, find_memory, size_on_disk
from storyforge.engine.preflight import preflight
from storyforge.errors import ModelError

GIGABYTE = 10**9


def refused(spec: ModelSpec, memory: Memory | None = None) -> ModelError:
    find = find_memory if memory is None else lambda: memory
    with pytest.raises(ModelError) as caught:
        preflight(spec, find)
    assert caught.value.title
    assert caught.value.hint
    return caught.value


def test_a_sound_model_passes(smollm2: Path) -> None:
    preflight(ModelSpec(smollm2))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    assert "gone.gguf" in refused(ModelSpec(tmp_path / "gone.gguf")).message


def test_a_folder_is_no_model(tmp_path: Path) -> None:
    assert "folder" in refused(ModelSpec(tmp_path)).message


def test_a_file_of_words_is_no_model(tmp_path: Path) -> None:
    path = tmp_path / "story.gguf"
    path.write_text("It was a dark and stormy night.")
    assert "not a GGUF" in refused(ModelSpec(path)).message


def test_an_empty_file_is_no_model(tmp_path: Path) -> None:
    path = tmp_path / "empty.gguf"
    path.touch()
    refused(ModelSpec(path))


@pytest.mark.parametrize("share", [0.001, 0.01, 0.5, 0.999])
def test_a_truncated_model_is_refused(smollm2: Path, tmp_path: Path, share: float) -> None:
    path = tmp_path / "cut.gguf"
    with smollm2.open("rb") as whole:
        path.write_bytes(whole.read(int(smollm2.stat().st_size * share)))
    assert "cut short or damaged" in refused(ModelSpec(path)).message


def test_a_model_larger_than_all_memory_names_both_numbers(tmp_path: Path, smollm2: Path) -> None:
    # A sparse file: its head is that of a model, its end is half a terabyte away.
    path = tmp_path / "huge.gguf"
    path.write_bytes(smollm2.read_bytes()[:3_000_000])
    os.truncate(path, 500 * GIGABYTE)
    message = refused(ModelSpec(path), Memory(16 * GIGABYTE, 8 * GIGABYTE)).message
    assert "huge.gguf needs 500.2 GB" in message
    assert "16.0 GB" in message


def test_a_cache_larger_than_free_memory_is_refused(smollm2: Path) -> None:
    memory = Memory(16 * GIGABYTE, 100_000_000)
    assert "212 MB" in refused(ModelSpec(smollm2), memory).message
    preflight(ModelSpec(smollm2, context_tokens=2048), lambda: memory)
    preflight(ModelSpec(smollm2, kv_type="q4_0"), lambda: memory)


def test_without_mapping_the_weights_must_fit_into_free_memory(smollm2: Path) -> None:
    memory = Memory(16 * GIGABYTE, 80_000_000)
    preflight(ModelSpec(smollm2, context_tokens=512), lambda: memory)
    for spec in (
        ModelSpec(smollm2, context_tokens=512, mmap=False),
        ModelSpec(smollm2, context_tokens=512, mlock=True),
    ):
        refused(spec, memory)


def test_the_cache_estimate_is_that_of_llama(smollm2: Path) -> None:
    header = gguf_header.read(smollm2)
    # 30 layers × 3 heads × (64 + 64) × 8192 × 2 bytes: what llama.cpp's log says, 180 MiB.
    assert cache_bytes(header, 8192, "f16") == 180 * 2**20


def test_the_parts_of_a_split_model_are_added(tmp_path: Path, smollm2: Path) -> None:
    for part in (1, 2):
        (tmp_path / f"big-0000{part}-of-00002.gguf").write_bytes(bytes(100 * part))
    assert size_on_disk(tmp_path / "big-00001-of-00002.gguf") == 300
    first = tmp_path / "some-00001-of-00003.gguf"
    first.symlink_to(smollm2)
    assert "part" in refused(ModelSpec(first)).message


def test_a_container_limits_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    group = tmp_path / "sys/fs/cgroup/box"
    group.mkdir(parents=True)
    (tmp_path / "proc/self").mkdir(parents=True)
    (tmp_path / "proc/self/cgroup").write_text("0::/box\n")
    (group / "memory.max").write_text("4000\n")
    (group / "memory.current").write_text("3500\n")
    (group / "memory.stat").write_text("anon 1000\ninactive_file 2500\n")
    assert cgroups.memory(tmp_path) == (4000, 3000)
    assert find_memory(tmp_path) == Memory(4000, 3000)
    (group / "memory.max").write_text("max\n")
    assert cgroups.memory(tmp_path) is None
    assert find_memory(tmp_path).total == psutil.virtual_memory().total


def test_an_old_container_limits_memory_too(tmp_path: Path) -> None:
    group = tmp_path / "sys/fs/cgroup/memory/box"
    group.mkdir(parents=True)
    (tmp_path / "proc/self").mkdir(parents=True)
    (tmp_path / "proc/self/cgroup").write_text("9:memory:/box\n")
    (group / "memory.limit_in_bytes").write_text("5000\n")
    (group / "memory.usage_in_bytes").write_text("1000\n")
    top = group.parent / "memory.limit_in_bytes"
    top.write_text(f"{2**63 - 4096}\n")
    assert cgroups.memory(tmp_path) == (5000, 4000)
