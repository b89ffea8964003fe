"""Pickles of weights: read as torch reads them, and nothing in one ever runs."""

import io
import os
import pickle
import struct
import zipfile
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from storyforge.images import pickles
from storyforge.images.pickle_values import Stored
from storyforge.images.wrong import Wrong, WrongFile

RAN = "STORYFORGE_TEST_RAN"
EVAL = f"__import__('os').environ.update({RAN}='1')"


class Runs:
    """What is pickled as a call."""

    def __init__(self, called: Any, *given: Any) -> None:
        self.call = (called, given)

    def __reduce__(self) -> Any:
        return self.call


class Builds:
    """What is pickled as a state that a class of its own would take."""

    def __setstate__(self, state: Any) -> None:
        os.environ[RAN] = "built"

    def __getstate__(self) -> Any:
        return {"word": 1}


def zipped(path: Path, data: bytes, entries: dict[str, bytes] | None = None, **how: Any) -> Path:
    with zipfile.ZipFile(path, "w", **how) as packed:
        packed.writestr("x/data.pkl", data)
        for name, each in (entries or {}).items():
            packed.writestr(f"x/{name}", each)
    return path


def storage(
    kind: str = "FloatStorage", key: bytes = b"0", count: int = 4, of: str = "torch"
) -> bytes:
    """The opcodes of a storage's id."""
    return (
        b"(X\x07\0\0\0storage"
        + f"c{of}\n{kind}\n".encode()
        + b"X" + struct.pack("<I", len(key)) + key
        + b"X\x03\0\0\0cpu"
        + b"I" + str(count).encode() + b"\n"
        + b"tQ"
    )  # fmt: skip


def tensor(store: bytes, *, offset: int = 0, shape: str = "I4\n", strides: str = "I1\n") -> bytes:
    """A whole pickle of one tensor named `a`."""
    return (
        b"\x80\x02}X\x01\0\0\0actorch._utils\n_rebuild_tensor_v2\n("
        + store
        + f"I{offset}\n({shape}t({strides}tI00\nccollections\nOrderedDict\n)Rt".encode()
        + b"Rs."
    )


def refused(path: Path) -> WrongFile:
    with pytest.raises(WrongFile) as caught:
        pickles.read(path)
    assert RAN not in os.environ
    return caught.value


EVIL: dict[str, Callable[[], Any]] = {
    "posix.system|nt.system": lambda: Runs(os.system, f"echo {RAN}"),
    "builtins.eval|__builtin__.eval": lambda: Runs(
        eval, f"__import__('os').environ.update({RAN}='1')"
    ),
    "builtins.getattr|__builtin__.getattr": lambda: Runs(getattr, "", "join"),
    "tests.images.test_pickles.Builds": Builds,
    "pickle.loads|_pickle.loads": lambda: Runs(pickle.loads, pickle.dumps(Runs(os.system, "x"))),
    "torch.storage._load_from_bytes": lambda: _nested(),
    "collections.Counter": lambda: Runs(_counter(), "aab"),
}


def _nested() -> Runs:
    from torch.storage import _load_from_bytes

    return Runs(_load_from_bytes, pickle.dumps(Runs(os.system, "x")))


def _counter() -> Any:
    from collections import Counter

    return Counter


@pytest.mark.parametrize("protocol", range(6))
@pytest.mark.parametrize("named", EVIL)
def test_what_it_would_run_is_named_and_never_run(
    tmp_path: Path, named: str, protocol: int
) -> None:
    data = pickle.dumps({"state_dict": {"a": EVIL[named]()}}, protocol)
    for file in (zipped(tmp_path / "fox.ckpt", data), _plain(tmp_path / "fox.pt", data)):
        error = refused(file)
        if file.suffix == ".pt" and not data.startswith(b"\x80"):
            continue  # of an older protocol, and no file of torch: not even looked into
        assert error.wrong is Wrong.FORBIDDEN_PICKLE
        assert file.name in str(error)
        assert any(each in error.more for each in named.split("|"))


def _plain(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def test_several_are_named_the_worst_first(tmp_path: Path) -> None:
    data = pickle.dumps([Runs(_counter(), "a"), Runs(os.system, "x"), Runs(eval, "1")])
    names = refused(zipped(tmp_path / "x.pt", data)).more.split(", ")
    assert set(names[:2]) == {"builtins.eval", f"{os.name}.system"}
    assert names[2:] == ["collections.Counter"]


@pytest.mark.parametrize(
    "data",
    [
        b"(ios\nsystem\nS'x'\n.",
        b"(cos\nsystem\nS'x'\no.",
        b"\x80\x02cos\nsystem\nX\x01\0\0\0x\x85R.",
        b"\x80\x04\x8c\x02os\x8c\x06system\x93\x8c\x01x\x85R.",
        b"\x80\x02\x82\x01.",
        b"\x80\x02ccollections\nOrderedDict\n)\x81.",
        b"\x80\x02ctorch\nFloatStorage\n)R.",
        b"\x80\x02ctorch\nFloatStorage\n}b.",
        b"\x80\x02]}b.",
        b"\x80\x05\x97.",
    ],
)
def test_every_way_to_make_an_object_is_closed(tmp_path: Path, data: bytes) -> None:
    assert refused(zipped(tmp_path / "x.ckpt", data)).wrong is Wrong.FORBIDDEN_PICKLE


def test_the_magic_of_an_older_file_may_not_be_reckoned(tmp_path: Path) -> None:
    first = pickle.dumps(Runs(eval, "0x1950A86A20F9469CFC6C"), 2)
    assert "eval" in refused(_plain(tmp_path / "x.pt", first + pickle.dumps(1001, 2))).more


@pytest.mark.parametrize(
    "data",
    [
        tensor(storage(count=1 << 61)),
        tensor(storage(count=1 << 40), shape=f"I{1 << 40}\n"),
        tensor(storage(), shape=f"I{1 << 40}\n", strides="I0\n"),
        tensor(storage(), shape="I2\nI4\n", strides="I0\nI1\n"),
        tensor(storage(), shape="I4\n" * 40, strides="I1\n" * 40),
        tensor(storage(), shape="I-4\n"),
        tensor(storage(), shape="I4\n", strides="I-1\n"),
        tensor(storage(), offset=1),
        tensor(storage(), offset=-1),
        tensor(storage(), shape="N"),
        tensor(storage(key=b"9")),
        tensor(storage(kind="OrderedDict", of="collections")),
        tensor(b"X\x01\0\0\0a"),
        tensor(b"(X\x05\0\0\0otherX\x01\0\0\0atQ"),
        tensor(b"NQ"),
        b"\x80\x02(((I1\ntI2\ntI3\nd.",
        b"\x80\x02}(K\x01K\x02K\x03u.",
        b"\x80\x02K\x01K\x02a.",
        b"\x80\x02}]a.",
        b"\x80\x02}K\x01a.",
        b"\x80\x02h\x05.",
        b"\x80\x02\x87.",
        b"\x80\x02u.",
        b"\x80\x02.",
        b"\x80\x02R.",
        b"",
        b"\x80\x02}",
        b"not a pickle",
        b"\x80\x02X\xff\xff\xff\x7fabc.",
        b"\x80\x02c_codecs\nencode\n(]X\x06\0\0\0latin1tR.",
        b"\x80\x02c_codecs\nencode\n(X\x01\0\0\0aX\x06\0\0\0base64tR.",
        b"L" + b"9" * 100_000 + b"L\n.",
    ],
)
def test_what_no_file_of_weights_says_is_damage(tmp_path: Path, data: bytes) -> None:
    file = zipped(tmp_path / "fox.ckpt", data, {"data/0": b"\0" * 16})
    assert refused(file).wrong is Wrong.NOT_WHOLE


def test_a_key_cannot_be_made_of_a_million_tuples(tmp_path: Path) -> None:
    """Each tuple holds the one before twice: reckoning its hash would never end."""
    nested = b"\x80\x02K\x01" + b"q\x00h\x00\x86" * 200
    assert refused(zipped(tmp_path / "x.pt", b"\x80\x02}" + nested[2:] + b"K\x01s.")).wrong
    assert refused(zipped(tmp_path / "y.pt", tensor(nested[2:]))).wrong is Wrong.NOT_WHOLE


def test_packed_data_is_not_unpacked(tmp_path: Path) -> None:
    data = tensor(storage(count=1 << 24))
    bomb = {"data/0": b"\0" * (1 << 26)}
    file = zipped(tmp_path / "x.ckpt", data, bomb, compression=zipfile.ZIP_DEFLATED)
    assert file.stat().st_size < 1 << 20
    assert refused(file).wrong is Wrong.NOT_WHOLE


def test_numbers_written_the_other_way_round_are_refused(tmp_path: Path) -> None:
    file = zipped(tmp_path / "x.pt", tensor(storage()), {"data/0": b"\0" * 16, "byteorder": b"big"})
    assert refused(file).wrong is Wrong.NOT_WHOLE


def good() -> Any:
    """What trainers write."""
    import numpy as np
    import torch

    whole = torch.arange(24, dtype=torch.float32)
    state = OrderedDict(
        whole=whole.reshape(2, 3, 4),
        turned=whole.reshape(4, 6).T,
        slice=whole[5:9],
        half=torch.full((2, 2), 1.5, dtype=torch.float16),
        brain=torch.full((3,), -2.0, dtype=torch.bfloat16),
        ids=torch.arange(3),
        flag=torch.tensor([True, False]),
        one=torch.tensor(7.0),
        none=torch.empty(0, 4),
    )
    state._metadata = OrderedDict([("", {"version": 1})])  # type: ignore[attr-defined]
    return {
        "state_dict": state,
        "epoch": 3,
        "best": np.float64(0.25),
        "string_to_param": torch.nn.ParameterDict({"*": torch.nn.Parameter(whole[:4])}),
        "sizes": torch.Size([1, 2]),
        "some": {1, 2},
        "kind": torch.float16,
        "note": None,
    }


@pytest.mark.parametrize("zipped_format", [True, False])
def test_it_says_what_torch_says(tmp_path: Path, zipped_format: bool) -> None:
    import torch

    file, value = tmp_path / "good.ckpt", good()
    torch.save(value, file, _use_new_zipfile_serialization=zipped_format)
    found = pickles.read(file)
    assert found.value["epoch"] == 3
    assert found.value["some"] == {1, 2}
    assert found.value["sizes"] == (1, 2)
    assert list(found.value["string_to_param"]) == ["*"]
    places = pickles.tensors(found)
    assert list(places) == list(value["state_dict"])
    with file.open("rb") as opened:
        for name, wanted in value["state_dict"].items():
            assert places[name].shape == tuple(wanted.shape)
            start, length = found.place(places[name])
            opened.seek(start)
            if length:
                flat = torch.frombuffer(bytearray(opened.read(length)), dtype=wanted.dtype)
                made = flat.as_strided(places[name].shape, places[name].strides)
                assert torch.equal(made, wanted)


def test_what_lightning_keeps_of_its_training_is_let_be(tmp_path: Path) -> None:
    where = b"cpytorch_lightning.callbacks.model_checkpoint\nModelCheckpoint\n"
    held = b"X\x01\0\0\0a}" + where + b"}X\x01\0\0\0bK\x01ss"
    made = b"X\x01\0\0\0c" + where + b")\x81}b"
    found = pickles.read(zipped(tmp_path / "x.ckpt", b"\x80\x02}(" + held + made + b"u."))
    assert found.value["c"] is None
    assert pickles.tensors(found) == {}


@pytest.mark.parametrize("zipped_format", [True, False])
def test_a_file_that_was_cut_is_named(tmp_path: Path, zipped_format: bool) -> None:
    import torch

    file = tmp_path / "good.ckpt"
    torch.save(good(), file, _use_new_zipfile_serialization=zipped_format)
    whole = file.read_bytes()
    for size in (*range(10, len(whole), 97), len(whole) - 1):
        file.write_bytes(whole[:size])
        assert refused(file).wrong is Wrong.NOT_WHOLE


def test_a_pickle_is_known_by_its_first_bytes(tmp_path: Path) -> None:
    for data, told in (
        (b"PK\x03\x04....", True),
        (b"\x80\x02}....", True),
        (b"\x80\x02\0\0\0\0\0\0{", False),
        (b"", False),
    ):
        assert pickles.is_pickled(_plain(tmp_path / "x", data)) is told


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    at=st.lists(st.integers(0, 400), min_size=1, max_size=4),
    bytes_=st.lists(st.integers(0, 255), min_size=4, max_size=4),
)
@example(at=[1, 153], bytes_=[0, 92, 0, 0])
def test_whatever_stands_in_it_only_these_errors_come(
    tmp_path: Path, at: list[int], bytes_: list[int]
) -> None:
    data = bytearray(tensor(storage()))
    for place, byte in zip(at, bytes_, strict=False):
        data[place % len(data)] = byte
    file = zipped(tmp_path / "x.ckpt", bytes(data), {"data/0": b"\0" * 16})
    try:
        found = pickles.read(file)
    except WrongFile:
        return
    assert all(isinstance(each, Stored) for each in pickles.tensors(found).values())


def test_an_older_file_may_name_a_part_of_a_storage(tmp_path: Path) -> None:
    import torch

    file = tmp_path / "x.pt"
    pair = torch.arange(8.0)
    torch.save({"a": pair[2:6], "b": pair}, file, _use_new_zipfile_serialization=False)
    found = pickles.tensors(pickles.read(file))
    assert (found["a"].offset, found["a"].span, found["b"].span) == (2, 4, 8)


def test_a_file_without_tensors_has_none(tmp_path: Path) -> None:
    values: tuple[Any, ...] = ([], 3, {"state_dict": {"state_dict": 3}}, {"a": "b"})
    for value in values:
        assert pickles.tensors(pickles.read(zipped(tmp_path / "x", pickle.dumps(value)))) == {}


def test_a_zip_without_a_pickle_is_damage(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as made:
        made.writestr("readme.txt", "hello")
    assert refused(_plain(tmp_path / "x.ckpt", packed.getvalue())).wrong is Wrong.NOT_WHOLE


def test_a_directory_that_points_before_the_file_is_damage(tmp_path: Path) -> None:
    file = zipped(tmp_path / "x.ckpt", tensor(storage()), {"data/0": b"\0" * 16})
    data = bytearray(file.read_bytes())
    (start,) = struct.unpack_from("<L", data, len(data) - 6)
    struct.pack_into("<L", data, len(data) - 6, start + 10_000)
    assert refused(_plain(file, bytes(data))).wrong is Wrong.NOT_WHOLE


def test_a_thousand_tensors_in_one_place_are_a_trap(tmp_path: Path) -> None:
    one = tensor(storage(count=1 << 16), shape=f"I{1 << 16}\n")
    start, end = one.index(b"ctorch"), one.rindex(b"s.")
    many = b"\x80\x02](" + one[start:end] * 50 + b"e."
    file = zipped(tmp_path / "x.pt", many, {"data/0": b"\0" * (4 << 16)})
    assert refused(file).wrong is Wrong.NOT_WHOLE
    few = b"\x80\x02](" + one[start:end] * 3 + b"e."
    assert len(pickles.read(zipped(file, few, {"data/0": b"\0" * (4 << 16)})).value) == 3
