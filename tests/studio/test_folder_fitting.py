"""What is said of a model for transformers before it is loaded."""

from pathlib import Path

import pytest

from storyforge.domain.model import TransformersSpec
from storyforge.engine.memory import Memory
from storyforge.errors import ModelError
from storyforge.studio.folder_fitting import Needed, needed, takes, told
from tests.engine.tiny import write_model
from tests.models import write_folder

GIB = 1 << 30
CONFIG = {
    "num_hidden_layers": 24,
    "num_attention_heads": 16,
    "num_key_value_heads": 4,
    "hidden_size": 2048,
    "max_position_embeddings": 4096,
}


def test_the_numbers_are_those_of_the_files_and_the_settings(tmp_path: Path) -> None:
    path = write_folder(tmp_path / "loom", CONFIG)
    found = needed(TransformersSpec(path))
    token = 2 * 24 * 4 * 128
    assert found == Needed((16_000, 32_000), (2 * token, 4 * token), 4096)
    exact = needed(TransformersSpec(path, context_tokens=1024, dtype="bfloat16"))
    assert exact == Needed((16_000, 16_000), (2 * token, 2 * token), 1024)
    assert needed(TransformersSpec(path, quantise="4bit")).weights == (4800, 4800)


def test_a_model_within_another_and_one_with_a_state_alone_are_told_too(tmp_path: Path) -> None:
    nested = write_folder(tmp_path / "seer", {"text_config": CONFIG, "vision_config": {}})
    assert needed(TransformersSpec(nested)).window == 4096
    state = write_folder(tmp_path / "mamba", {"num_hidden_layers": 24, "hidden_size": 2048})
    assert needed(TransformersSpec(state)).token == (0, 0)


def test_a_gguf_file_tells_its_own(tmp_path: Path) -> None:
    path = write_model(tmp_path / "tiny.gguf")
    found = needed(TransformersSpec(path, dtype="float32"))
    assert found.weights[0] == found.weights[1] > 0
    assert found.token[0] > 0
    [said] = takes(TransformersSpec(path))
    assert "GiB of memory" in said


def test_what_will_not_fit_names_the_window_that_does() -> None:
    found = Needed((14 * GIB, 28 * GIB), (1 << 20, 1 << 21), 8192)
    plenty, short, none = (Memory(size * GIB, size * GIB) for size in (64, 16, 8))
    assert told(found, plenty, gpu=False) == (
        "It takes 22.0 GiB of memory as bfloat16 and 44.0 as float32, with a window of 8,192 "
        "tokens.",
    )
    assert told(found, short, gpu=False)[1] == (
        "It will not fit: 22.0 GiB are needed, 16.0 can be had. "
        "With a window of 2,048 tokens it fits."
    )
    assert told(found, none, gpu=False)[1].endswith("or this one as GGUF file.")
    assert len(told(found, none, gpu=True)) == 1, "it may lie there"


def test_files_that_cannot_be_used_are_said(tmp_path: Path) -> None:
    path = write_folder(tmp_path / "loom", CONFIG)
    (path / "model.safetensors").unlink()
    with pytest.raises(ModelError, match=r"model\.safetensors is not in its folder"):
        takes(TransformersSpec(path))
