"""Heads of safetensors files: read, and refused where the file is not what it says."""

import json
import struct
from pathlib import Path
from typing import Any

import pytest

from storyforge.images import heads
from storyforge.images.wrong import Wrong, WrongFile


def written(path: Path, told: Any, size: int = 0) -> Path:
    head = told if isinstance(told, bytes) else json.dumps(told).encode()
    path.write_bytes(struct.pack("<Q", len(head)) + head + b"\0" * size)
    return path


def tensor(*shape: int, dtype: str = "F16", begin: int = 0, end: int = 0) -> dict[str, Any]:
    return {"dtype": dtype, "shape": list(shape), "data_offsets": [begin, end]}


def test_a_head_says_names_shapes_and_what_was_written(tmp_path: Path) -> None:
    told = {
        "__metadata__": {"title": "Fox", "odd": 3},
        "a": tensor(2, 3, end=12),
        "b": tensor(begin=12, end=14),
    }
    head = heads.read(written(tmp_path / "x.safetensors", told, 14))
    assert head.tensors == {"a": heads.Tensor("F16", (2, 3), 12), "b": heads.Tensor("F16", (), 2)}
    assert [each.count for each in head.tensors.values()] == [6, 1]
    assert head.metadata == {"title": "Fox"}
    assert head.end == head.start + 14


def test_numbers_of_a_kind_we_do_not_know_are_let_be(tmp_path: Path) -> None:
    told = {"a": tensor(5, dtype="F6_NEW", end=4)}
    assert heads.read(written(tmp_path / "x", told, 4)).tensors["a"].size == 4


def test_a_missing_end_is_named_and_its_head_can_still_be_read(tmp_path: Path) -> None:
    file = written(tmp_path / "fox.safetensors", {"a": tensor(4, end=8)}, 7)
    with pytest.raises(WrongFile, match=r"fox\.safetensors is not whole") as caught:
        heads.read(file)
    assert caught.value.wrong is Wrong.NOT_WHOLE
    assert list(heads.peek(file).tensors) == ["a"]


@pytest.mark.parametrize(
    "told",
    [
        b"",
        b"{",
        b"[]",
        b"\xff\xff",
        b"[" * 50_000,
        {"a": 3},
        {"a": {"dtype": "F16", "shape": [2]}},
        {"a": tensor(2, end=3)},
        {"a": tensor(-2, end=4)},
        {"a": tensor(2, begin=8, end=4)},
        {"a": {"dtype": "F16", "shape": [2], "data_offsets": ["0", "4"]}},
        {"a": {"dtype": ["F16"], "shape": [2], "data_offsets": [0, 4]}},
        {"a": tensor(2, end=1 << 70)},
    ],
)
def test_a_damaged_head_is_refused(tmp_path: Path, told: Any) -> None:
    with pytest.raises(WrongFile):
        heads.read(written(tmp_path / "x.safetensors", told, 16))


@pytest.mark.parametrize("data", [b"", b"\x01\0", struct.pack("<Q", 1 << 40) + b"{}"])
def test_what_is_no_file_of_this_kind_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "x").write_bytes(data)
    with pytest.raises(WrongFile):
        heads.read(tmp_path / "x")
