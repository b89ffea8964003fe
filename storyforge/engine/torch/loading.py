"""Loading a model with transformers: which numbers, which device, and what is never done.

Nothing is asked of the hub, no pickle is opened, and no code of a model's own runs without the
author's yes. Runs in the engine process only.
"""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from storyforge.domain.model import TransformersSpec
from storyforge.engine import hardware, torch_devices
from storyforge.engine.faults import EngineFault, Fault, FaultKind
from storyforge.engine.memory import Memory, find_memory
from storyforge.engine.sequence import Interrupted
from storyforge.engine.torch import preflight
from storyforge.engine.torch.model import TorchModel
from storyforge.engine.torch.pasts import out_of_memory
from storyforge.engine.torch.telling import Progress, told

# Before transformers is imported: it reads them then.
_QUIET = {
    "HF_HUB_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "TRANSFORMERS_VERBOSITY": "error",
    "DIFFUSERS_VERBOSITY": "error",
    "TOKENIZERS_PARALLELISM": "true",
    "TQDM_DISABLE": "1",
}
# Kept back for the texts to read and the rest of the machine, beside the weights.
_RESERVE = 512 << 20


def keep_to_itself() -> None:
    """Tell the libraries, which are not imported yet, to ask nobody and to draw nothing.

    For the engine process only: it holds for all that is imported later.
    """
    os.environ.update(_QUIET)
    # It tells each layer's every cast of numbers.
    logging.getLogger("bitsandbytes").setLevel(logging.ERROR)
    # A token is hundreds of short stretches for all threads. Beside another busy process, threads
    # that spin between them write a fifth as fast as threads that sleep soon.
    if "OMP_WAIT_POLICY" not in os.environ:
        os.environ.setdefault("GOMP_SPINCOUNT", "300")


def load(spec: TransformersSpec, progress: Progress) -> TorchModel:
    """Load the model of `spec`.

    Args:
        progress: hears the fraction loaded, often; False ends the loading.

    Raises:
        Interrupted: `progress` said False.
        EngineFault: transformers refused the files, or is not there.
    """
    transformers = _library()
    gguf = preflight.is_gguf(spec.path)
    where = spec.path.parent if gguf else spec.path
    what = {
        "local_files_only": True,
        "trust_remote_code": spec.trust_code,
        **({"gguf_file": spec.path.name} if gguf else {}),
    }
    threads = hardware.choose_threads(
        hardware.find_cores(), writing=spec.threads, reading=spec.threads_batch, pin=False
    )
    with told(transformers, progress, gguf=gguf), _explained(spec.path):
        _check_kind(transformers, spec, gguf=gguf)
        model, about = transformers.AutoModelForCausalLM.from_pretrained(
            where,
            use_safetensors=True,
            output_loading_info=True,
            **what,
            **_how(transformers, spec, gguf=gguf),
        )
        _check_complete(about, spec.path.name)
        tokenizer = _tokenizer(transformers, where, what)
    model.eval()
    model.requires_grad_(False)
    return TorchModel(spec, threads, model, tokenizer)


def choose_dtype(stored: str, size: int, memory: Memory, *, native: bool) -> str:
    """What the processor works with: as stored where it can, else the fastest that fits.

    Half precision is ten times as slow as float32 on processors without it. bfloat16 is as fast or
    faster where they have it, and half as large everywhere.

    Args:
        size: bytes of the weights as bfloat16.
        native: the processor calculates with bfloat16 itself.
    """
    if stored == "bfloat16" and native:
        return "bfloat16"
    fits = 2 * size + _RESERVE <= memory.free
    return "float32" if fits else "bfloat16"


def _library() -> Any:
    """transformers."""
    try:
        import torch  # noqa: F401
        import transformers
    except ModuleNotFoundError as error:
        raise EngineFault(Fault(FaultKind.NO_TRANSFORMERS)) from error
    except (ImportError, OSError, RuntimeError) as error:
        raise EngineFault(Fault(FaultKind.TRANSFORMERS_UNUSABLE, _first_line(error))) from error
    return transformers


def _check_kind(transformers: Any, spec: TransformersSpec, *, gguf: bool) -> None:
    """Refuse a model that this transformers has no code for, but for code that was trusted."""
    if gguf:
        return
    kind = str(preflight.read_config(spec.path).get("model_type", ""))
    code = preflight.code_of(spec.path)
    if spec.trust_code and code:
        return
    configs = transformers.models.auto.configuration_auto.CONFIG_MAPPING
    if kind not in configs:
        if code:
            raise EngineFault(Fault(FaultKind.FOREIGN_CODE, ", ".join(code)))
        raise EngineFault(Fault(FaultKind.UNKNOWN_KIND, kind))
    writers = transformers.models.auto.modeling_auto.MODEL_FOR_CAUSAL_LM_MAPPING
    if configs[kind] not in writers:
        raise EngineFault(Fault(FaultKind.NO_WRITER, kind))


def _how(transformers: Any, spec: TransformersSpec, *, gguf: bool) -> dict[str, Any]:
    """In which numbers and where the weights shall lie."""
    import torch

    found: dict[str, Any] = {}
    wanted = spec.device
    if wanted == "auto":
        wanted = "spread" if torch.accelerator.is_available() else "cpu"
    if wanted == "spread":
        found["device_map"] = "auto"
    else:
        found["device_map"] = {"": torch_devices.named(wanted)}
    on_cpu = wanted == "cpu"
    if spec.dtype != "auto":
        found["dtype"] = getattr(torch, spec.dtype)
    elif on_cpu:
        found["dtype"] = getattr(torch, _auto_dtype(spec, gguf=gguf))
    else:
        found["dtype"] = torch.bfloat16 if gguf else "auto"
    if on_cpu:
        _check_fits(spec, found["dtype"].itemsize)
    if spec.quantise != "none":
        bits: dict[str, Any] = {f"load_in_{spec.quantise}": True}
        if spec.quantise == "4bit":
            bits |= {"bnb_4bit_quant_type": "nf4", "bnb_4bit_compute_dtype": torch.bfloat16}
        found["quantization_config"] = transformers.BitsAndBytesConfig(**bits)
    return found


def _auto_dtype(spec: TransformersSpec, *, gguf: bool) -> str:
    """`choose_dtype` for these files and this processor."""
    import torch

    # What a GGUF file's few bits become is nothing that bfloat16 could not hold.
    stored = "bfloat16" if gguf else preflight.dtype_of(spec.path)
    native = bool(torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported())
    return choose_dtype(stored, 2 * preflight.count_of(spec.path), find_memory(), native=native)


def _check_fits(spec: TransformersSpec, width: int) -> None:
    """Refuse what is larger than all memory, before the system must kill something."""
    bits = preflight.QUANTISED.get(spec.quantise, float(width))
    needed, memory = int(preflight.count_of(spec.path) * bits), find_memory()
    if needed > memory.total:
        fault = Fault(FaultKind.LARGER_THAN_MEMORY, spec.path.name, needed, memory.total)
        raise EngineFault(fault)


def _tokenizer(transformers: Any, where: Path, what: dict[str, Any]) -> Any:
    try:
        return transformers.AutoTokenizer.from_pretrained(where, **what)
    except (OSError, ValueError, ImportError, KeyError, TypeError, AttributeError) as error:
        raise EngineFault(Fault(FaultKind.NO_TOKENIZER, _first_line(error))) from error


def _check_complete(about: dict[str, Any], name: str) -> None:
    """Weights that are not in the files would be drawn at random, without a word."""
    missing = about.get("missing_keys") or about.get("mismatched_keys")
    if missing:
        raise EngineFault(Fault(FaultKind.TRUNCATED, name))


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """What transformers raises, as faults."""
    try:
        yield
    except (EngineFault, Interrupted):
        raise
    except ImportError as error:
        raise EngineFault(Fault(FaultKind.TRANSFORMERS_UNUSABLE, _first_line(error))) from error
    except (OSError, ValueError, KeyError, RuntimeError, MemoryError, TypeError) as error:
        if out_of_memory(error):
            raise EngineFault(Fault(FaultKind.NO_MEMORY)) from error
        said = _first_line(error)
        if preflight.is_gguf(path) and "GGUF" in said:
            raise EngineFault(Fault(FaultKind.GGUF_NOT_FOR_TRANSFORMERS, said)) from error
        raise EngineFault(Fault(FaultKind.NOT_LOADED, said)) from error


def _first_line(error: BaseException) -> str:
    """What a library says, as a part of a sentence."""
    return str(error).strip().partition("\n")[0].rstrip(".") or type(error).__name__
