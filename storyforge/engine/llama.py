"""One model in memory and one context over it, by llama-cpp-python's low-level interface.

Owns loading and freeing, and the settings that reach llama.cpp. Runs in the engine process
only: llama_cpp is imported inside. Nothing here knows of pipes or jobs.
"""

import ctypes
import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from storyforge.domain.model import ModelSpec
from storyforge.domain.sampling import Sampling
from storyforge.engine import hardware
from storyforge.engine.cells import LlamaSequence
from storyforge.engine.crew import Crews
from storyforge.engine.faults import EngineFault, Fault, FaultKind
from storyforge.engine.fitting import Plan
from storyforge.engine.grammar import Grammar
from storyforge.engine.lanes import Kind
from storyforge.engine.library import EngineLog, engine_log, library
from storyforge.engine.memory import TAKES_ROOM
from storyforge.engine.placing import place
from storyforge.engine.sampling import Sampler
from storyforge.engine.sequence import CachedSequence, Interrupted
from storyforge.engine.states import States
from storyforge.engine.vocabulary import Vocabulary

if TYPE_CHECKING:
    from storyforge.engine.loaded import Logits

_DAMAGED = re.compile(r"corrupted or incomplete|not within the file bounds|failed to read", re.I)
_UNKNOWN = re.compile(r"unknown model architecture: '([^']*)'", re.I)


class LlamaModel:
    """A loaded model.

    Attributes:
        window: the context window in tokens.
        flash_forced: flash attention is on because the KV type needs it.
        gpu: the engine can use a GPU.
        plan: where its layers lie; None where the engine has no GPU.
        kind: how it remembers.
        params: the context's own settings, as llama.cpp got them.
    """

    def __init__(
        self, spec: ModelSpec, threads: hardware.Threads, model: Any, plan: Plan | None = None
    ) -> None:
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
        self._crews = Crews(threads, self._use, give_way=spec.give_way)
        self.plan = plan
        self.gpu = bool(lib.llama_supports_gpu_offload())
        self.flash_forced = spec.kv_type != "f16" and not spec.flash_attention
        self.context: Any = self._open_context(spec, threads)
        trained = int(lib.llama_model_n_ctx_train(model)) or spec.context_tokens
        self._cells = int(lib.llama_n_ctx(self.context))
        self.window = min(self._cells, spec.context_tokens, trained)
        self.vocabulary = Vocabulary(model)
        self.sequence: CachedSequence = LlamaSequence(self.context, spec.batch_tokens, self.kind)
        self.states = States(self)

    @property
    def on_gpu(self) -> bool:
        """Whether layers may lie on a GPU, where a stop is not heard within an evaluation."""
        return self.plan is not None and self.plan.gpu_layers > 0

    def takes_at_once(self, prompt: int, limit: int) -> int:
        """How many takes of `limit` tokens can be written in one batch behind `prompt` tokens."""
        room = (self._cells - prompt) // max(1, limit)
        return max(1, min(room, self.kind.takes))

    def turn_to_reading(self, *, exactly: bool = False) -> None:
        """The threads and processors that a prompt is read with."""
        self._stay_for(self.threads.reading_cpus)
        self._crews.turn_to_reading(exactly=exactly)

    def turn_to_writing(self, *, exactly: bool = False) -> None:
        """The threads and processors that are written with; a batch of takes is writing, too."""
        self._stay_for(self.threads.writing_cpus)
        self._crews.turn_to_writing(exactly=exactly)

    def give_way(self) -> None:
        """Work with fewer threads while other programs want their processors."""
        self._crews.look()

    def logits(self, row: int) -> "Logits":
        """A copy of a row that the last evaluation made; -1 for the last."""
        import numpy as np

        pointer = self._lib.llama_get_logits_ith(self.context, row)
        return np.ctypeslib.as_array(pointer, shape=(self.vocabulary.size,)).copy()

    def sampler(self, sampling: Sampling, story: Sequence[int]) -> Sampler:
        """Draws as `sampling` asks, whose seed is settled, behind the tokens of `story`.

        Raises:
            EngineFault: llama.cpp refused a sampler.
        """
        return Sampler(sampling, self.vocabulary, self.window, story)

    def grammar(self, schema: str, begun: str) -> Grammar:
        """Holds an answer to a JSON Schema, of which `begun` stands there.

        Raises:
            EngineFault: the schema cannot be held.
        """
        return Grammar(schema, begun, self.vocabulary)

    def close(self) -> None:
        """Bring what was read to the disk, free model and context."""
        self.states.close()
        self._stay_for(())
        self.sequence.close()
        self._lib.llama_free(self.context)
        self._lib.llama_model_free(self._model)

    def _use(self, count: int) -> None:
        self._lib.llama_set_n_threads(self.context, min(count, self.threads.writing), count)

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
    lib = library()
    threads = hardware.choose_threads(
        hardware.find_cores(),
        writing=spec.threads,
        reading=spec.threads_batch,
        pin=spec.pin_threads,
        writing_on=spec.writing_on,
        reading_on=spec.reading_on,
    )
    going = True

    def report(fraction: float, _: Any) -> bool:
        nonlocal going
        going = going and progress(fraction)
        return going

    params = lib.llama_model_default_params()
    plan = place(spec)
    if plan is not None:
        params.n_gpu_layers = plan.gpu_layers
        split = (ctypes.c_float * lib.llama_max_devices())(*plan.split)
        if any(plan.split):
            params.tensor_split = split
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
    return LlamaModel(spec, threads, model, plan)


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
