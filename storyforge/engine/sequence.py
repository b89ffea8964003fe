"""What the model has read: one sequence in the KV cache, and an exact record of its tokens.

Only what changed since the longest common prefix is evaluated. A reused prefix differs from a cold
one in the last bits (reading in blocks and writing token by token round differently): the total
variation of the next token is 0.02 on average. Runs in the engine process only.
"""

from collections.abc import Callable, Sequence
from typing import Any

from storyforge.engine.faults import EngineFault, Fault, FaultKind

_ABORTED = 2


class Interrupted(Exception):
    """The work was stopped on purpose, between two evaluations or within one."""


class CachedSequence:
    """Sequence 0 of a context.

    Invariant: the cache holds exactly `tokens`, at positions 0 … len(tokens) − 1.

    Args:
        context: a llama_context with kv_unified.
        block: tokens evaluated in one call; a larger batch than the context's n_batch would end
            the process.
    """

    def __init__(self, context: Any, block: int) -> None:
        import llama_cpp.llama_cpp as lib

        self._lib = lib
        self._context = context
        self._memory: Any = lib.llama_get_memory(context)
        self._block = block
        self._batch = lib.llama_batch_init(block, 0, 1)
        # Kept as long as llama.cpp may call it.
        self._abort: Any = lib.ggml_abort_callback()
        self.tokens: list[int] = []

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

    def keep_prefix(self, wanted: Sequence[int]) -> int:
        """Drop what is not a beginning of `wanted`; the tokens that remain.

        The last token of `wanted` never remains: it is evaluated again for its logits. Recurrent
        models cannot drop a tail; they start from empty then.
        """
        most = min(len(self.tokens), len(wanted) - 1)
        same = 0
        while same < most and self.tokens[same] == wanted[same]:
            same += 1
        if same < len(self.tokens):
            self._cut(same)
        return len(self.tokens)

    def read(
        self, wanted: Sequence[int], stopped: Callable[[], bool], say: Callable[[int], None]
    ) -> None:
        """Evaluate `wanted` from where the cache ends; logits of the last token are ready then.

        Args:
            say: hears after each block how many tokens of `wanted` are in the cache.

        Raises:
            Interrupted: `stopped` said so; whole blocks stay in the cache.
            EngineFault: llama.cpp refused; the cache is empty then.
        """
        while len(self.tokens) < len(wanted):
            if stopped():
                raise Interrupted
            start = len(self.tokens)
            self.evaluate(wanted[start : start + self._block])
            say(len(self.tokens))

    def evaluate(self, tokens: Sequence[int]) -> None:
        """Evaluate at most a block of `tokens` behind the cache's end.

        Raises:
            Interrupted: the watcher stopped it; these tokens are not in the cache.
            EngineFault: llama.cpp refused; the cache is empty then.
        """
        code = self._decode(tokens, len(self.tokens))
        if code == 0:
            self.tokens.extend(tokens)
            return
        if code == _ABORTED:
            self._cut(len(self.tokens))
            raise Interrupted
        self.clear()
        raise EngineFault(Fault(FaultKind.NOT_READ, f"llama_decode {code}"))

    def clear(self) -> None:
        """Forget everything that was read."""
        self._empty()
        self.tokens.clear()

    def close(self) -> None:
        """Free the batch; the cache goes with its context."""
        self._lib.llama_batch_free(self._batch)

    def _cut(self, length: int) -> None:
        """Leave the first `length` tokens in the cache, or none where the model cannot do that."""
        if length and self._remove_from(length):
            del self.tokens[length:]
        else:
            self.clear()

    def _empty(self) -> None:
        self._lib.llama_memory_clear(self._memory, True)

    def _remove_from(self, position: int) -> bool:
        return bool(self._lib.llama_memory_seq_rm(self._memory, 0, position, -1))

    def _decode(self, tokens: Sequence[int], position: int) -> int:
        batch = self._batch
        batch.n_tokens = len(tokens)
        for at, token in enumerate(tokens):
            batch.token[at] = token
            batch.pos[at] = position + at
            batch.n_seq_id[at] = 1
            batch.seq_id[at][0] = 0
            batch.logits[at] = 0
        batch.logits[len(tokens) - 1] = 1
        return int(self._lib.llama_decode(self._context, batch))
