"""The cells of llama.cpp's KV cache, where the lanes of a sequence lie. Engine process only."""

from collections.abc import Callable, Sequence
from typing import Any

from storyforge.engine.lanes import Kind
from storyforge.engine.sequence import CachedSequence


class LlamaSequence(CachedSequence):
    """The lanes of a context.

    Args:
        context: a llama_context with kv_unified, and the sequences that `kind` asks for.
        block: a larger batch than the context's n_batch would end the process.
    """

    def __init__(self, context: Any, block: int, kind: Kind) -> None:
        import llama_cpp.llama_cpp as lib

        super().__init__(block, kind)
        self._lib = lib
        self._context = context
        self._memory: Any = lib.llama_get_memory(context)
        self._batch = lib.llama_batch_init(max(block, kind.takes), 0, 1)
        # Kept as long as llama.cpp may call it.
        self._abort: Any = lib.ggml_abort_callback()

    def watch(self, stopped: Callable[[], bool] | None) -> None:
        """Ask `stopped` within an evaluation too, or no longer.

        It answers within 20 ms at 64 tokens a block, but only on the CPU, and costs 2.5 to 6 % of
        writing speed with small models; so it is set while reading, and while writing where a
        single token takes long.
        """
        if stopped is None:
            self._abort = self._lib.ggml_abort_callback()
        else:
            self._abort = self._lib.ggml_abort_callback(lambda _: stopped())
        self._lib.llama_set_abort_callback(self._context, self._abort, None)

    def close(self) -> None:
        """Free the batch; the cache goes with its context."""
        self._lib.llama_batch_free(self._batch)

    def _empty(self) -> None:
        self._lib.llama_memory_clear(self._memory, True)

    def _copy(self, source: int, lane: int) -> None:
        self._lib.llama_memory_seq_cp(self._memory, source, lane, -1, -1)

    def _remove_from(self, lane: int, position: int) -> bool:
        return bool(self._lib.llama_memory_seq_rm(self._memory, lane, position, -1))

    def _first(self, lane: int) -> int:
        return int(self._lib.llama_memory_seq_pos_min(self._memory, lane))

    def _decode(self, rows: Sequence[tuple[int, int, int]], outputs: int) -> int:
        batch = self._batch
        batch.n_tokens = len(rows)
        for at, (lane, position, token) in enumerate(rows):
            batch.token[at] = token
            batch.pos[at] = position
            batch.n_seq_id[at] = 1
            batch.seq_id[at][0] = lane
            batch.logits[at] = at >= len(rows) - outputs
        return int(self._lib.llama_decode(self._context, batch))

    def _why(self, code: int) -> str:
        return f"llama_decode {code}"
