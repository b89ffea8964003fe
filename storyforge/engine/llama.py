"""One model in memory and one context over it, by llama-cpp-python's low-level interface.

Owns loading and freeing, the settings that reach llama.cpp, and its log. Runs in the engine process
only: llama_cpp is imported inside. Nothing here knows of pipes or jobs.
"""

import ctypes
import re
import sys
from collections import deque
from collections.abc import Callable
from typing import Any

from storyforge.domain.model import ModelSpec
from storyforge.engine import hardware
from storyforge.engine.faults import EngineFault, Fault, FaultKind
from storyforge.engine.lanes import Kind
from storyforge.engine.memory import TAKES_ROOM
from storyforge.engine.sequence import CachedSequence, Interrupted
from storyforge.engine.states import States
from storyforge.engine.vocabulary import Vocabulary

_DAMAGED = re.compile(r"corrupted or incomplete|not within the file bounds|failed to read", re.I)
_UNKNOWN = re.compile(r"unknown model architecture: '([^']*)'", re.I)


class EngineLog:
    """llama.cpp's log: written to stderr, which is a file in the engine process.

    Attributes:
        errors: the last lines of warnings and errors, for telling why a model was refused.
    """

    # ggml.h; the numbers in llama-cpp-python's own logger are those of an older one.
    _DEBUG, _WARNING, _ERROR, _CONTINUED = 1, 3, 4, 5

    def __init__(self) -> None:
        import llama_cpp.llama_cpp as lib

        self.errors: deque[str] = deque(maxlen=20)
        self._level = 0
        # llama.cpp keeps the pointer for good, so the reference must live as long.
        self._callback: Any = lib.llama_log_callback(self._hear)
        lib.llama_log_set(self._callback, None)

    def _hear(self, level: int, text: bytes, _: Any) -> None:
        self._level = self._level if level == self._CONTINUED else level
        line = text.decode("utf-8", "replace")
        if self._level != self._DEBUG:
            sys.stderr.write(line)
        if self._level in (self._WARNING, self._ERROR):
            self.errors.append(line.strip())


_log: EngineLog | None = None


def engine_log() -> EngineLog:
    """The one log of this process; llama.cpp knows no other."""
    global _log
    if _log is None:
        _log = EngineLog()
    return _log


class LlamaModel:
    """A loaded model.

    Attributes:
        window: the context window in tokens.
        flash_forced: flash attention is on because the KV type needs it.
        gpu: the engine can use a GPU.
        kind: how it remembers.
        params: the context's own settings, as llama.cpp got them.
    """

    def __init__(self, spec: ModelSpec, threads: hardware.Threads, model: Any) -> None:
        import llama_cpp.llama_cpp as lib

        self._lib = lib
        self._model = model
        self._everywhere = hardware.allowed_cpus()
        self._confined: tuple[int, ...] = ()
        self.kind = Kind(
            recurrent=bool(lib.llama_model_is_recurrent(model) or lib.llama_model_is_hybrid(model)),
            sliding=int(lib.llama_model_n_swa(model)) > 0,
        )
        self.spec = spec
        self.threads = threads
        self.gpu = bool(lib.llama_supports_gpu_offload())
        self.flash_forced = spec.kv_type != "f16" and not spec.flash_attention
        self.context: Any = self._open_context(spec, threads)
        trained = int(lib.llama_model_n_ctx_train(model)) or spec.context_tokens
        self._cells = int(lib.llama_n_ctx(self.context))
        self.window = min(self._cells, spec.context_tokens, trained)
        self.vocabulary = Vocabulary(model)
        self.sequence = CachedSequence(self.context, spec.batch_tokens, self.kind)
        self.states = States(self)

    @property
    def on_gpu(self) -> bool:
        """Whether layers may lie on a GPU, where a stop is not heard within an evaluation."""
        return self.gpu and self.spec.gpu_layers != 0

    def takes_at_once(self, prompt: int, limit: int) -> int:
        """How many takes of `limit` tokens can be written in one batch behind `prompt` tokens."""
        room = (self._cells - prompt) // max(1, limit)
        return max(1, min(room, self.kind.takes))

    def turn_to_reading(self) -> None:
        """The threads and processors that a prompt is read with."""
        self._stay_for(self.threads.reading_cpus)
        self._lib.llama_set_n_threads(self.context, self.threads.writing, self.threads.reading)

    def turn_to_writing(self) -> None:
        """The threads and processors that are written with; a batch of takes is writing, too."""
        self._stay_for(self.threads.writing_cpus)
        self._lib.llama_set_n_threads(self.context, self.threads.writing, self.threads.writing)

    def close(self) -> None:
        """Bring what was read to the disk, free model and context."""
        self.states.close()
        self._stay_for(())
        self.sequence.close()
        self._lib.llama_free(self.context)
        self._lib.llama_model_free(self._model)

    def _stay_for(self, cpus: tuple[int, ...]) -> None:
        """Keep the threads on `cpus` from now on; free where it is empty."""
        if cpus != self._confined:
            hardware.confine(cpus, self._everywhere)
            self._confined = cpus

    def _room_for_takes(self, window: int) -> int:
        """Cells beyond `window`, but none where they would change how positions are told apart.

        Some models have two sets of rope factors, and a longer context takes the other one.
        """
        lib, told = self._lib, ctypes.create_string_buffer(32)
        own = "general.architecture"
        if lib.llama_model_meta_val_str(self._model, own.encode(), told, len(told)) > 0:
            own = f"{told.value.decode()}.rope.scaling.original_context_length"
            lib.llama_model_meta_val_str(self._model, own.encode(), told, len(told))
        original = int(told.value) if told.value.isdigit() else 0
        return max(0, min(TAKES_ROOM, original - window)) if original >= window else TAKES_ROOM

    def _open_context(self, spec: ModelSpec, threads: hardware.Threads) -> Any:
        lib = self._lib
        params = lib.llama_context_default_params()
        trained = int(lib.llama_model_n_ctx_train(self._model)) or spec.context_tokens
        window = min(spec.context_tokens, trained)
        params.n_ctx = window + self._room_for_takes(window)
        # One size for both: an aborted call then loses at most this block.
        params.n_batch = params.n_ubatch = max(spec.batch_tokens, self.kind.takes)
        params.n_seq_max = self.kind.sequences
        params.kv_unified = True
        # A sliding window keeps all its cells, else a prefix could not be reused exactly.
        params.swa_full = True
        params.n_threads = threads.writing
        params.n_threads_batch = threads.reading
        params.type_k = params.type_v = {
            "f16": lib.GGML_TYPE_F16,
            "q8_0": lib.GGML_TYPE_Q8_0,
            "q4_0": lib.GGML_TYPE_Q4_0,
        }[spec.kv_type]
        # Off by default: with it, texts differ between 1, 2 and 3 threads. A quantised V needs it.
        flash = spec.flash_attention or self.flash_forced
        params.flash_attn_type = (
            lib.LLAMA_FLASH_ATTN_TYPE_ENABLED if flash else lib.LLAMA_FLASH_ATTN_TYPE_DISABLED
        )
        self.params = params
        log = engine_log()
        log.errors.clear()
        context = lib.llama_init_from_model(self._model, params)
        if not context:
            lib.llama_model_free(self._model)
            raise EngineFault(Fault(FaultKind.NO_CONTEXT, _last_words(log)))
        return context


def load(spec: ModelSpec, progress: Callable[[float], bool]) -> LlamaModel:
    """Load the model of `spec`.

    Args:
        progress: hears the fraction loaded, often; False ends the loading.

    Raises:
        Interrupted: `progress` said False.
        EngineFault: llama.cpp refused the file, or is not there.
    """
    lib = _library()
    threads = hardware.choose_threads(
        hardware.find_cores(),
        writing=spec.threads,
        reading=spec.threads_batch,
        pin=spec.pin_threads,
    )
    going = True

    def report(fraction: float, _: Any) -> bool:
        nonlocal going
        going = going and progress(fraction)
        return going

    params = lib.llama_model_default_params()
    if spec.gpu_layers is not None:
        params.n_gpu_layers = spec.gpu_layers
    params.load_mode = {
        (True, True): lib.LLAMA_LOAD_MODE_MMAP_MLOCK,
        (True, False): lib.LLAMA_LOAD_MODE_MMAP,
        (False, True): lib.LLAMA_LOAD_MODE_MLOCK,
        (False, False): lib.LLAMA_LOAD_MODE_NONE,
    }[spec.mmap, spec.mlock]
    callback = lib.llama_progress_callback(report)
    params.progress_callback = callback
    log = engine_log()
    log.errors.clear()
    model = lib.llama_model_load_from_file(_path_bytes(spec), params)
    if not going:
        if model:
            lib.llama_model_free(model)
        raise Interrupted
    if not model:
        raise EngineFault(_why_refused(spec.path.name, log))
    return LlamaModel(spec, threads, model)


def _library() -> Any:
    """llama.cpp, with its log under control."""
    try:
        import llama_cpp.llama_cpp as lib
    except ModuleNotFoundError as error:
        if error.name and error.name.partition(".")[0] == "llama_cpp":
            raise EngineFault(Fault(FaultKind.NO_ENGINE)) from error
        raise EngineFault(Fault(FaultKind.ENGINE_UNUSABLE, str(error))) from error
    except (ImportError, OSError, RuntimeError) as error:
        # llama-cpp-python wraps what the dynamic loader says in a RuntimeError.
        raise EngineFault(Fault(FaultKind.ENGINE_UNUSABLE, str(error))) from error
    engine_log()
    lib.llama_backend_init()
    return lib


def _path_bytes(spec: ModelSpec) -> bytes:
    """llama.cpp takes UTF-8 on Windows and the file system's own bytes elsewhere."""
    return str(spec.path).encode("utf-8", "surrogateescape")


def _why_refused(name: str, log: EngineLog) -> Fault:
    said = "\n".join(log.errors)
    if unknown := _UNKNOWN.search(said):
        return Fault(FaultKind.UNKNOWN_ARCHITECTURE, unknown[1])
    if _DAMAGED.search(said):
        return Fault(FaultKind.TRUNCATED, name)
    return Fault(FaultKind.NOT_LOADED, _last_words(log))


def _last_words(log: EngineLog) -> str:
    """The most telling line llama.cpp left: the first error is the cause, later ones its wake."""
    line = next(iter(log.errors), "llama.cpp gave no reason")
    return line.partition(": ")[2] or line
