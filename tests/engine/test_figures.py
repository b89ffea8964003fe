"""A model's sizes as its file tells them, against what llama.cpp says it takes."""

import subprocess
import sys
from pathlib import Path

import pytest
from gguf import GGUFWriter

from storyforge.domain.model import ModelSpec
from storyforge.engine import figures, gguf_header
from storyforge.engine.fitting import buffers, plan
from storyforge.engine.memory import TAKES_ROOM, cache_elements
from storyforge.errors import BadInput
from tests.engine.tiny import write_model

MIB = 1 << 20

_LOAD = """
import sys
from pathlib import Path
from storyforge.domain.model import ModelSpec
from storyforge.engine import llama
spec = ModelSpec(Path(sys.argv[1]), int(sys.argv[2]), 1, 1, batch_tokens=int(sys.argv[3]))
llama.load(spec, lambda _: True).close()
"""


def said(path: Path, window: int, batch: int) -> dict[str, float]:
    """What llama.cpp's log says of its buffers, in MiB by their names."""
    arguments = [sys.executable, "-c", _LOAD, str(path), str(window), str(batch)]
    log = subprocess.run(arguments, capture_output=True, text=True, check=True).stderr
    found = {}
    for line in log.splitlines():
        head, is_size, size = line.partition("buffer size =")
        if is_size:
            found[head.split(":")[-1].split()[-1]] = float(size.split()[0])
    return found


@pytest.mark.parametrize(("window", "batch"), [(1024, 64), (8192, 64), (8192, 512)])
def test_what_a_model_takes_is_what_llama_says(smollm2: Path, window: int, batch: int) -> None:
    log = said(smollm2, window, batch)
    spec = ModelSpec(smollm2, window, batch_tokens=batch)
    sizes = figures.read(smollm2)
    made = plan(sizes, spec)
    assert made.machine.weights / MIB == pytest.approx(log["model"], abs=0.2)
    assert made.cache / MIB == pytest.approx(log["KV"], abs=0.1)
    taken = buffers(sizes, spec, window + TAKES_ROOM) / MIB
    assert log["compute"] <= taken <= log["compute"] * 1.2 + 10


def test_the_figures_of_a_small_model(tmp_path: Path) -> None:
    sizes = figures.read(write_model(tmp_path / "tiny.gguf"))
    assert (sizes.heads, sizes.width, sizes.inner, sizes.trained) == (4, 32, 64, 4096)
    assert sizes.vocabulary == 262
    assert sizes.cache == (64, 64)
    # Two norms, four squares and three matrices of 32 by 64, all in float32.
    assert sizes.layers == (4 * (2 * 32 + 4 * 32 * 32 + 3 * 32 * 64),) * 2
    assert sizes.largest == 4 * 32 * 64
    assert not sizes.tied
    assert sizes.output == 4 * (262 * 32 + 32)
    assert sizes.rest == 4 * 262 * 32


def test_recurrent_layers_keep_nothing_by_token(tmp_path: Path) -> None:
    assert sum(figures.read(write_model(tmp_path / "m.gguf", "mamba")).cache) == 0


def header(path: Path, heads: list[int], shared: int = 0) -> gguf_header.Header:
    writer = GGUFWriter(path, "llama")
    writer.add_block_count(4)
    writer.add_head_count(8)
    writer.add_head_count_kv(heads)
    writer.add_key_length(16)
    writer.add_value_length(16)
    writer.add_uint32("llama.attention.shared_kv_layers", shared)
    writer.add_array("tokenizer.ggml.token_type", [1] * 2000)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return gguf_header.read(path)


def test_layers_differ_where_the_file_says_so(tmp_path: Path) -> None:
    assert cache_elements(header(tmp_path / "a.gguf", [2, 0, 4, 1])) == (64, 0, 128, 32)
    assert cache_elements(header(tmp_path / "b.gguf", [2, 2, 2, 2], 2)) == (64, 64, 0, 0)


def test_a_vocabulary_is_no_array_by_layer(tmp_path: Path) -> None:
    assert list(header(tmp_path / "a.gguf", [1, 2, 3, 4]).arrays) == [
        "llama.attention.head_count_kv"
    ]


def test_a_part_that_is_missing_is_named(tmp_path: Path) -> None:
    first = write_model(tmp_path / "big-00001-of-00002.gguf")
    with pytest.raises(BadInput, match=r"big-00002-of-00002"):
        figures.read(first)
    write_model(tmp_path / "big-00002-of-00002.gguf")
    assert figures.read(first).layers == figures.read(write_model(tmp_path / "one.gguf")).layers
