"""The head of a GGUF file, against files that the format's own package writes."""

import struct
from contextlib import suppress
from pathlib import Path

import pytest
from gguf.constants import GGML_QUANT_SIZES, LlamaFileType
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storyforge.engine import gguf_header, gguf_types
from storyforge.errors import BadInput
from tests.models import write_model


def test_keys_weights_and_size_are_read(tmp_path: Path) -> None:
    path = write_model(tmp_path / "model.gguf", architecture="qwen2", context=32768)
    header = gguf_header.read(path)
    assert header.version == 3
    assert header.text("general.architecture") == "qwen2"
    assert header.number("qwen2.context_length") == 32768
    assert header.keys["qwen2.rope.freq_base"] == 10000.0
    assert header.keys["tokenizer.ggml.add_bos_token"] is False
    assert "tokenizer.ggml.tokens" not in header.keys
    assert header.weights == 2 * 4 * 8
    assert header.size == path.stat().st_size
    assert header.needed <= header.size


def test_the_languages_are_read(tmp_path: Path) -> None:
    path = write_model(tmp_path / "a.gguf", languages=("en", "ja"))
    assert gguf_header.read(path).languages == ("en", "ja")
    assert gguf_header.read(write_model(tmp_path / "b.gguf")).languages == ()
    many = write_model(tmp_path / "c.gguf", languages=("en",) * 501)
    header = gguf_header.read(many)
    assert (header.languages, header.weights) == ((), 64)


def test_a_key_that_is_missing_or_of_another_kind_gives_the_default(tmp_path: Path) -> None:
    header = gguf_header.read(write_model(tmp_path / "model.gguf"))
    assert header.text("general.file_type") == ""
    assert header.number("general.name", 7) == 7
    assert header.number("tokenizer.ggml.add_bos_token", 7) == 7
    assert header.number("nothing") == 0


def test_a_file_cut_anywhere_is_cut_short(tmp_path: Path) -> None:
    whole = write_model(tmp_path / "model.gguf", tokens=3, tensors=1).read_bytes()
    needed = gguf_header.read(tmp_path / "model.gguf").needed
    cut = tmp_path / "cut.gguf"
    for length in range(8, needed):
        cut.write_bytes(whole[:length])
        with pytest.raises(BadInput, match="cut short or damaged") as caught:
            gguf_header.read(cut)
        assert caught.value.hint
    cut.write_bytes(whole[:needed])
    assert gguf_header.read(cut).weights == 32


@pytest.mark.parametrize("content", [b"", b"GGU", b"PK\x03\x04 a zip file", b"# Chapter one\n"])
def test_what_is_not_gguf_is_called_so(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(content)
    with pytest.raises(BadInput, match="is not a GGUF model"):
        gguf_header.read(path)


@pytest.mark.parametrize("version", [struct.pack("<I", 1), struct.pack("<I", 4), b"\0\0\0\3"])
def test_an_unknown_version_and_a_big_endian_file_are_refused(
    tmp_path: Path, version: bytes
) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(b"GGUF" + version + bytes(64))
    with pytest.raises(BadInput, match="version of GGUF"):
        gguf_header.read(path)


def test_a_missing_file_and_a_folder_each_have_their_sentence(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="There is no file"):
        gguf_header.read(tmp_path / "none.gguf")
    with pytest.raises(BadInput, match="is a folder"):
        gguf_header.read(tmp_path)


def test_a_path_below_a_file_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(BadInput, match="cannot be read"):
        gguf_header.read(tmp_path / "file" / "model.gguf")


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_flipped_bytes_end_in_a_header_or_a_sentence(tmp_path: Path, data: st.DataObject) -> None:
    model = tmp_path / "model.gguf"
    if not model.exists():
        write_model(model, tokens=3, tensors=1)
    damaged = bytearray(model.read_bytes())
    for _each in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path / "damaged.gguf"
    path.write_bytes(damaged)
    with suppress(BadInput):
        gguf_header.read(path)


def test_nested_arrays_are_skipped_and_endless_nesting_is_damage(tmp_path: Path) -> None:
    def string(text: bytes) -> bytes:
        return struct.pack("<Q", len(text)) + text

    def file(array: bytes) -> bytes:
        head = b"GGUF" + struct.pack("<IQQ", 3, 0, 1)
        return head + string(b"key") + struct.pack("<I", 9) + array

    path = tmp_path / "model.gguf"
    inner = struct.pack("<IQ", 0, 2) + b"ab"
    path.write_bytes(file(struct.pack("<IQ", 9, 2) + inner + inner))
    assert gguf_header.read(path).keys == {}
    path.write_bytes(file(struct.pack("<IQ", 9, 1) * 40))
    with pytest.raises(BadInput, match="damaged"):
        gguf_header.read(path)


def test_the_tables_agree_with_the_formats_own() -> None:
    theirs = {int(kind): size for kind, size in GGML_QUANT_SIZES.items()}
    assert {kind: theirs[kind] for kind in gguf_types.BLOCKS} == dict(gguf_types.BLOCKS)
    names = {
        int(kind): kind.name.removeprefix("MOSTLY_").removeprefix("ALL_") for kind in LlamaFileType
    }
    assert {kind: names[kind] for kind in gguf_types.FILE_TYPES} == dict(gguf_types.FILE_TYPES)
