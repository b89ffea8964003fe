"""Models for tests, written by the formats' own packages: real heads, a handful of weights."""

import json
from collections.abc import Mapping
from pathlib import Path

import numpy
import safetensors.numpy
from gguf import GGUFWriter, LlamaFileType


def write_model(
    path: Path,
    *,
    architecture: str = "llama",
    context: int = 4096,
    kind: str = "model",
    template: str = "",
    tokens: int = 40,
    tensors: int = 2,
    parts: int = 1,
    languages: tuple[str, ...] = (),
) -> Path:
    """A file that says of itself what a model says; `tensors` of 4 x 8 float32 weights each."""
    path.parent.mkdir(parents=True, exist_ok=True)
    writer = GGUFWriter(path, architecture)
    writer.add_type(kind)
    writer.add_name("A training run's name")
    writer.add_context_length(context)
    writer.add_file_type(LlamaFileType.MOSTLY_Q4_K_M)
    writer.add_array("tokenizer.ggml.tokens", [f"token {number}" for number in range(tokens)])
    writer.add_array("tokenizer.ggml.scores", [float(number) for number in range(tokens)])
    writer.add_bool("tokenizer.ggml.add_bos_token", False)
    writer.add_float32(f"{architecture}.rope.freq_base", 10000.0)
    if parts > 1:
        writer.add_uint16("split.count", parts)
    if languages:
        writer.add_languages(list(languages))
    if template:
        writer.add_chat_template(template)
    for number in range(tensors):
        writer.add_tensor(f"blk.{number}.weight", numpy.ones((4, 8), dtype=numpy.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def write_folder(path: Path, config: Mapping[str, object]) -> Path:
    """A folder for transformers that says of itself `config`, with 8,000 weights of two bytes."""
    path.mkdir()
    (path / "config.json").write_text(json.dumps(config), "utf-8")
    weights = {"model.embed": numpy.zeros((1000, 8), dtype=numpy.float16)}
    safetensors.numpy.save_file(weights, path / "model.safetensors")
    return path
