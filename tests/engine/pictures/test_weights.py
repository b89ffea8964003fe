"""Tensors and values out of files, whichever kind they are of."""

import pickle
import zipfile
from pathlib import Path
from typing import Any

import pytest

from storyforge.domain.picture.orders import Family
from storyforge.engine.faults import EngineFault, FaultKind
from storyforge.engine.pictures import devices
from storyforge.engine.pictures.pickles import read_pickle
from storyforge.engine.pictures.weights import read_tensors
from tests.engine.pictures import tiny


def packed(path: Path, data: bytes) -> Path:
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("x/data.pkl", data)
    return path


def test_a_pickled_embedding_comes_as_it_was_written(tmp_path: Path) -> None:
    import torch

    vectors = torch.nn.Parameter(torch.rand(2, 8))
    value = {
        "string_to_token": {"*": 265},
        "string_to_param": torch.nn.ParameterDict({"*": vectors}),
        "name": "fox",
        "list": [vectors.data, (3, None)],
        "none": torch.empty(0, 4),
    }
    for older in (False, True):
        torch.save(value, tmp_path / "fox.pt", _use_new_zipfile_serialization=not older)
        found = read_pickle(tmp_path / "fox.pt")
        assert found["string_to_token"] == {"*": 265}
        assert torch.equal(found["string_to_param"]["*"], vectors)
        assert torch.equal(found["list"][0], vectors)
        assert found["list"][1] == (3, None)
        assert found["none"].shape == (0, 4)


def test_what_holds_itself_ends_and_what_never_ends_is_damage(tmp_path: Path) -> None:
    own: dict[str, Any] = {"a": 1}
    own["self"] = own
    assert read_pickle(packed(tmp_path / "a.pt", pickle.dumps(own))) == {"a": 1, "self": None}
    deep = b"\x80\x02" + b"]" * 100_000 + b"a" * 99_999 + b"."
    with pytest.raises(EngineFault) as caught:
        read_pickle(packed(tmp_path / "b.pt", deep))
    assert caught.value.fault.kind is FaultKind.NOT_WHOLE


def test_only_what_is_wanted_is_read_in_the_numbers_that_are_wanted(tmp_path: Path) -> None:
    import torch

    weights = {"a": torch.rand(2, 3).T.contiguous(), "b": torch.arange(4), "c": torch.rand(5)}
    for name in ("x.safetensors", "x.ckpt"):
        told: list[int] = []
        file = tiny.write_weights(tmp_path / name, weights)
        found = read_tensors(file, ["a", "b"], dtype=torch.float16, told=told.append)
        assert list(found) == ["a", "b"]
        assert torch.equal(found["a"], weights["a"].half())
        assert torch.equal(found["b"], weights["b"])
        assert told == [24, 32]
        # In memory of their own: the file may go.
        file.unlink()
        assert found["b"].sum() == 6


def test_a_file_that_cannot_be_read_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(EngineFault) as caught:
        read_tensors(tmp_path / "fox.ckpt")
    assert caught.value.fault.kind is FaultKind.PAINTER_NOT_LOADED
    assert caught.value.fault.about == "fox.ckpt"


@pytest.mark.parametrize(
    ("device", "family", "dtype"),
    [
        ("cpu", Family.SD1, "float32"),
        ("mps", Family.SD2, "float16"),
        ("xpu", Family.SD1, "float16"),
        ("xpu", Family.SD2, "bfloat16"),
    ],
)
def test_the_numbers_follow_from_the_device(device: str, family: Family, dtype: str) -> None:
    import torch

    assert devices.dtype_of("auto", torch.device(device), family) is getattr(torch, dtype)
    assert devices.dtype_of("float32", torch.device(device), family) is torch.float32


def test_a_machine_without_a_gpu_calculates_itself() -> None:
    import torch

    assert devices.device_of("cpu") == torch.device("cpu")
    if not torch.accelerator.is_available():
        assert devices.device_of("auto") == torch.device("cpu")
