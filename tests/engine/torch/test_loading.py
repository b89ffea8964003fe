"""What is loaded, and what is refused in one clear sentence before anything of it runs."""

import importlib.util
import json
import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import gguf
import pytest

from storyforge.domain.model import ModelSpec, TransformersSpec
from storyforge.engine import llama
from storyforge.engine.faults import EngineFault, FaultKind, to_error
from storyforge.engine.memory import Memory
from storyforge.engine.sequence import Interrupted
from storyforge.engine.torch import loading
from storyforge.engine.torch.preflight import code_of, dtype_of, preflight
from storyforge.errors import ModelError
from tests.engine.conftest import ask
from tests.engine.tiny import write_model
from tests.engine.torch.conftest import Load, spec_of
from tests.engine.torch.folders import write_folder
from tests.engine.watching import apart


@pytest.fixture
def copy(folder: Path, tmp_path: Path) -> Path:
    """A folder to spoil."""
    return Path(shutil.copytree(folder, tmp_path / "Keeper-7.5B"))


def refusal(spec: TransformersSpec) -> ModelError:
    """The sentence, whether it comes before the process or from within it."""
    try:
        preflight(spec)
        loading.load(spec, lambda _: True)
    except ModelError as error:
        return error
    except EngineFault as error:
        return to_error(error.fault)
    raise AssertionError("it was loaded")


def test_a_folder_writes_and_says_how_far_it_is(folder: Path) -> None:
    said: list[float] = []

    def hear(done: float) -> bool:
        said.append(done)
        return True

    model = loading.load(spec_of(folder), hear)
    assert ask(model, "the sea", 5).finish.usage.written > 0
    assert model.window == 512
    assert not model.on_gpu
    assert said == sorted(said)
    assert len(said) > 5
    model.close()


def test_loading_can_be_stopped_within(folder: Path) -> None:
    asked: list[float] = []

    def stop(done: float) -> bool:
        asked.append(done)
        return len(asked) < 3

    with pytest.raises(Interrupted):
        loading.load(spec_of(folder), stop)
    assert len(asked) == 3


@pytest.mark.parametrize("kind", ["llama", "mamba"])
def test_a_gguf_file_is_the_model_that_llama_cpp_reads(
    load: Load, tmp_path: Path, kind: str
) -> None:
    path = write_model(tmp_path / "tiny.gguf", kind)
    ours, theirs = load(path, dtype="float32"), llama.load(ModelSpec(path), lambda _: True)
    tokens = theirs.vocabulary.encode_prompt("the sea, “海”")
    assert ours.vocabulary.encode_prompt("the sea, “海”") == tokens
    assert ours.vocabulary.pieces[:256] == theirs.vocabulary.pieces[:256]
    rows = []
    for model in (ours, theirs):
        model.sequence.read(tokens, lambda: False, lambda _: None)
        rows.append(model.logits(-1))
    assert apart(*rows) < 0.02
    theirs.close()


def test_a_gguf_file_is_read_once_and_says_how_far_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, said = list[str](), list[float]()

    class Reader(gguf.GGUFReader):
        def __init__(self, path: str) -> None:
            read.append(path)
            super().__init__(path)

    def hear(done: float) -> bool:
        said.append(done)
        return True

    monkeypatch.setattr(gguf, "GGUFReader", Reader)
    path = write_model(tmp_path / "tiny.gguf")
    loading.load(spec_of(path), hear).close()
    assert read == [str(path)]
    assert said == sorted(said)
    assert said[0] == 0.3, "what comes before is told by nobody"
    assert len([done for done in said if 0.3 <= done < 0.9]) > 5
    assert len([done for done in said if done >= 0.9]) > 5
    assert gguf.GGUFReader is Reader, "all is put back"
    with pytest.raises(Interrupted):
        loading.load(spec_of(path), lambda done: done < 0.5)


def test_the_window_is_no_larger_than_it_was_trained_on(load: Load, folder: Path) -> None:
    assert load(folder, context_tokens=100_000).window == 512
    assert load(folder, context_tokens=128).window == 128
    with pytest.raises(EngineFault) as caught:
        ask(load(folder, context_tokens=16), "a very long page indeed", 2)
    assert caught.value.fault.kind is FaultKind.TOO_LONG


def test_numbers_are_chosen_by_what_the_processor_can() -> None:
    plenty, short = Memory(64 << 30, 60 << 30), Memory(16 << 30, 15 << 30)
    size = 14 << 30
    for stored, memory, native, chosen in (
        ("bfloat16", plenty, True, "bfloat16"),
        ("bfloat16", plenty, False, "float32"),
        ("float16", plenty, True, "float32"),
        ("float16", short, True, "bfloat16"),
        ("float32", plenty, True, "float32"),
        ("bfloat16", short, False, "bfloat16"),
    ):
        assert loading.choose_dtype(stored, size, memory, native=native) == chosen


def test_wished_numbers_are_used(load: Load, folder: Path, tmp_path: Path) -> None:
    import torch

    assert load(folder, dtype="bfloat16")._model.dtype is torch.bfloat16
    stored = write_folder(tmp_path / "bf16", dtype="bfloat16")
    assert dtype_of(stored) == "bfloat16"
    assert load(stored, dtype="float32")._model.dtype is torch.float32
    assert ask(load(stored), "the sea", 3).finish.usage.written > 0


def test_where_there_is_a_gpu_accelerate_spreads_the_layers(
    load: Load, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Believing in one that is not there, it puts all of them on the processor."""
    import torch

    monkeypatch.setattr(torch.accelerator, "is_available", lambda: True)
    model = load(folder)
    assert model.gpu
    assert not model.on_gpu
    assert ask(model, "the sea", 3).finish.usage.written > 0


def test_bits_are_asked_of_bitsandbytes(folder: Path) -> None:
    import torch
    import transformers

    told = loading._how(transformers, replace(spec_of(folder), quantise="4bit"), gguf=False)
    assert told["quantization_config"].load_in_4bit
    assert told["quantization_config"].bnb_4bit_compute_dtype is torch.bfloat16
    told = loading._how(transformers, replace(spec_of(folder), quantise="8bit"), gguf=False)
    assert told["quantization_config"].load_in_8bit


def test_the_engine_process_asks_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, str] = {}
    monkeypatch.setattr(os, "environ", seen)
    loading.keep_to_itself()
    assert seen["HF_HUB_OFFLINE"] == "1"
    assert seen["GOMP_SPINCOUNT"] == "300"
    seen.clear()
    seen["OMP_WAIT_POLICY"] = "active"
    loading.keep_to_itself()
    assert "GOMP_SPINCOUNT" not in seen, "the author has said something of it"


def _no_config(folder: Path) -> None:
    (folder / "config.json").unlink()


def _no_object(folder: Path) -> None:
    (folder / "config.json").write_text("[]")


def _cut(folder: Path) -> None:
    file = folder / "model.safetensors"
    os.truncate(file, file.stat().st_size - 100)


def _no_head(folder: Path) -> None:
    (folder / "model.safetensors").write_bytes(b"\xff" * 40)


def _gone(folder: Path) -> None:
    (folder / "model.safetensors").unlink()


def _pickled(folder: Path) -> None:
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")


def _a_part_gone(folder: Path) -> None:
    _gone(folder)
    parts = {"weight_map": {"a": "model-00001-of-00002.safetensors"}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(parts))


def _spoilt_index(folder: Path) -> None:
    _gone(folder)
    (folder / "model.safetensors.index.json").write_text("{}")


def _of_another(folder: Path) -> None:
    from safetensors.torch import load_file, save_file

    weights = load_file(folder / "model.safetensors")
    del weights["model.layers.1.mlp.up_proj.weight"]
    save_file(weights, folder / "model.safetensors", {"format": "pt"})


def _unknown(folder: Path) -> None:
    _tell(folder, model_type="hyperloom")


def _with_code(folder: Path) -> None:
    _tell(
        folder,
        model_type="hyperloom",
        auto_map={
            "AutoConfig": "configuration_loom.LoomConfig",
            "AutoModelForCausalLM": "weaver/loom--modeling_loom.Loom",
        },
    )


def _no_words(folder: Path) -> None:
    (folder / "tokenizer.json").write_text("{}")


def _tell(folder: Path, **told: object) -> None:
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, **told}))


@pytest.mark.parametrize(
    ("spoil", "part"),
    [
        (_no_config, "no config.json"),
        (_no_object, "no config.json"),
        (_cut, "not whole"),
        (_no_head, "not whole"),
        (_gone, "model.safetensors is not in its folder"),
        (_pickled, "pickled (pytorch_model.bin)"),
        (_a_part_gone, "model-00001-of-00002.safetensors is not in its folder"),
        (_spoilt_index, "model.safetensors.index.json is not whole"),
        (_of_another, "Keeper-7.5B is not whole"),
        (_unknown, "“hyperloom”"),
        (_with_code, "configuration_loom.py, weaver/loom/modeling_loom.py"),
        (_no_words, "tokenizer"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_a_spoilt_folder_is_refused_in_one_sentence(
    copy: Path, spoil: Callable[[Path], None], part: str
) -> None:
    spoil(copy)
    error = refusal(spec_of(copy))
    assert part in error.message
    assert "\n" not in error.message
    assert error.hint


def test_models_that_only_read_are_refused(tmp_path: Path) -> None:
    error = refusal(spec_of(write_folder(tmp_path / "reader", "bert")))
    assert "“distilbert” do not go on with a text" in error.message


def test_code_of_a_model_runs_only_after_a_yes(
    copy: Path, load: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The code leaves a file behind, so that it would be noticed."""
    from transformers import dynamic_module_utils

    monkeypatch.setattr(dynamic_module_utils, "HF_MODULES_CACHE", str(copy.parent / "modules"))
    trace = copy / "it-ran"
    (copy / "modeling_loom.py").write_text(
        "from pathlib import Path\n"
        "from transformers import LlamaConfig, LlamaForCausalLM\n"
        f"Path({str(trace)!r}).touch()\n"
        "class LoomConfig(LlamaConfig):\n    model_type = 'hyperloom'\n"
        "class Loom(LlamaForCausalLM):\n    config_class = LoomConfig\n"
    )
    code = {"AutoConfig": "modeling_loom.LoomConfig", "AutoModelForCausalLM": "modeling_loom.Loom"}
    _tell(copy, model_type="hyperloom", auto_map=code)
    error = refusal(spec_of(copy))
    assert "modeling_loom.py" in error.message
    assert "trust_code" in error.hint
    assert not trace.exists()
    assert code_of(copy) == ("modeling_loom.py",)
    model = load(copy, trust_code=True)
    assert trace.exists()
    assert ask(model, "the sea", 3).finish.usage.written > 0


def test_code_beside_a_known_model_is_not_run(copy: Path, load: Load) -> None:
    trace = copy / "it-ran"
    (copy / "modeling_loom.py").write_text(f"open({str(trace)!r}, 'w').close()\n")
    _tell(copy, auto_map={"AutoModelForCausalLM": "modeling_loom.Loom"})
    assert ask(load(copy), "the sea", 3).finish.usage.written > 0
    assert not trace.exists()


def test_what_is_not_there_is_said(
    copy: Path, smollm2: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "cannot be read" in refusal(spec_of(tmp_path / "none")).message
    words = tmp_path / "words.gguf"
    words.write_text("Once upon a time")
    assert "not a GGUF" in refusal(spec_of(words)).message
    new = write_model(tmp_path / "new.gguf", "hyperloom")
    error = refusal(spec_of(new))
    assert "hyperloom" in error.message
    assert "llama.cpp" in error.hint
    assert "“cuda:7”" in refusal(replace(spec_of(copy), device="cuda:7")).message
    assert "“tea”" in refusal(replace(spec_of(copy), device="tea")).message
    assert "own number of bits" in refusal(replace(spec_of(smollm2), quantise="4bit")).message
    with monkeypatch.context() as hidden:
        hidden.setattr(importlib.util, "find_spec", lambda name: None)
        assert "pip install" in refusal(spec_of(copy)).hint
        found = {"torch": True, "transformers": True}
        hidden.setattr(importlib.util, "find_spec", found.get)
        assert "bitsandbytes" in refusal(replace(spec_of(copy), quantise="8bit")).hint


def test_a_library_that_does_not_start_is_said(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "transformers", None)
    with pytest.raises(EngineFault) as caught:
        loading.load(spec_of(folder), lambda _: True)
    assert caught.value.fault.kind is FaultKind.NO_TRANSFORMERS


def test_a_model_larger_than_all_memory_is_not_begun(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "find_memory", lambda: Memory(10_000, 5_000))
    error = refusal(spec_of(folder))
    assert "needs" in error.message
