"""The other side of the engine's measures: a bare loop over llama-cpp-python's low-level API.

Runs in a process of its own, as the engine does, and times itself inside, so that no pipe is
counted against it: requests come as JSON lines on stdin, timings go out as JSON lines. It keeps the
prefix that two prompts share, reads the rest in one go and writes token by token: nothing less
would give the same text, nothing more is done. `Bare` is the measuring side's handle.
"""

import ctypes
import json
import os
import sys
import time
from dataclasses import asdict, dataclass
from typing import Any

from benchmarks.bare_process import BareProcess
from storyforge.domain.model import ModelSpec
from storyforge.domain.sampling import Sampling


@dataclass(frozen=True, slots=True)
class Timing:
    """One answer of the bare loop.

    Attributes:
        first: seconds from the prompt's text to the first token's bytes.
        rest: seconds from there to the last token.
        reused, read, written: tokens.
    """

    first: float
    rest: float
    reused: int
    read: int
    written: int


class Bare:
    """The bare loop in its own process.

    Args:
        sequences: how many a batch can hold.
    """

    def __init__(self, spec: ModelSpec, sequences: int = 1) -> None:
        told = json.dumps(
            {**asdict(spec), "path": str(spec.path), "sequences": sequences}, default=str
        )
        self._process = BareProcess("benchmarks.bare_llama", told)

    def answer(
        self, prompt: str, max_tokens: int, sampling: Sampling, told: str = "", takes: int = 1
    ) -> Timing:
        """Go on from `prompt`.

        Args:
            told: what it writes behind its first token, whatever it would have drawn.
            takes: so many answers in one batch, each to its last token; the first is timed.
        """
        asked = {
            "prompt": prompt,
            "max_tokens": max_tokens,
            "sampling": asdict(sampling),
            "told": told,
            "takes": takes,
        }
        return Timing(**self._process.ask(asked))

    def close(self) -> None:
        """End the process."""
        self._process.close()


class _Loop:
    """One model, one context, one sequence."""

    def __init__(self, spec: dict[str, Any]) -> None:
        import llama_cpp

        self._c = llama_cpp
        self._quiet = llama_cpp.llama_log_callback(lambda _level, _text, _data: None)
        llama_cpp.llama_log_set(self._quiet, ctypes.c_void_p(0))
        llama_cpp.llama_backend_init()
        model_params = llama_cpp.llama_model_default_params()
        model_params.use_mmap = spec["mmap"]
        self._model = llama_cpp.llama_model_load_from_file(spec["path"].encode(), model_params)
        params = llama_cpp.llama_context_default_params()
        params.n_ctx = spec["context_tokens"]
        params.n_threads = spec["threads"]
        params.n_threads_batch = spec["threads_batch"]
        params.flash_attn_type = llama_cpp.LLAMA_FLASH_ATTN_TYPE_DISABLED
        params.no_perf = True
        params.n_seq_max = spec["sequences"]
        params.kv_unified = spec["sequences"] > 1
        self._context = llama_cpp.llama_init_from_model(self._model, params)
        self._vocab = llama_cpp.llama_model_get_vocab(self._model)
        self._batch = int(params.n_batch)
        self._known: list[int] = []

    def answer(
        self, prompt: str, max_tokens: int, sampling: dict[str, Any], told: str, takes: int
    ) -> Timing:
        c, vocab = self._c, self._vocab
        began = time.perf_counter()
        tokens = self._tokenize(prompt.encode())
        reused = self._read(tokens)
        chain = self._chain(sampling, tokens)
        if takes > 1:
            chains = [chain, *(self._chain(sampling, tokens) for _ in range(takes - 1))]
            return self._batch_of(chains, began, reused, len(tokens), max_tokens)
        script = self._tokenize((prompt + told).encode())[len(tokens) :] if told else []
        piece = ctypes.create_string_buffer(256)
        out = bytearray()
        first = 0.0
        written = 0
        one = (c.llama_token * 1)()
        while written < max_tokens:
            token = c.llama_sampler_sample(chain, self._context, -1)
            if c.llama_vocab_is_eog(vocab, token) and not told:
                break
            length = c.llama_token_to_piece(vocab, token, piece, 256, 0, False)
            out += piece.raw[:length]
            written += 1
            if written == 1:
                first = time.perf_counter()
            if told:
                if written > len(script):
                    break
                token = script[written - 1]
            if written < max_tokens or told:
                one[0] = token
                c.llama_decode(self._context, c.llama_batch_get_one(one, 1))
                self._known.append(token)
        ended = time.perf_counter()
        c.llama_sampler_free(chain)
        first = first or ended
        return Timing(first - began, ended - first, reused, len(tokens) - reused, written)

    def _read(self, tokens: list[int]) -> int:
        """Keep the prefix that is there and read the rest; how many tokens were kept."""
        c = self._c
        reused = 0
        for old, new in zip(self._known, tokens[:-1], strict=False):
            if old != new:
                break
            reused += 1
        c.llama_memory_seq_rm(c.llama_get_memory(self._context), 0, reused, -1)
        for at in range(reused, len(tokens), self._batch):
            self._decode(tokens[at : at + self._batch])
        self._known = list(tokens)
        return reused

    def _batch_of(
        self, chains: list[Any], began: float, reused: int, prompt: int, max_tokens: int
    ) -> Timing:
        """A token for each take, then all of them in one call, to the last."""
        c, takes = self._c, len(chains)
        memory = c.llama_get_memory(self._context)
        for take in range(1, takes):
            c.llama_memory_seq_cp(memory, 0, take, -1, -1)
        batch = c.llama_batch_init(takes, 0, 1)
        piece = ctypes.create_string_buffer(256)
        rows, first = [-1] * takes, 0.0
        for step in range(max_tokens):
            drawn = [
                c.llama_sampler_sample(chain, self._context, row)
                for chain, row in zip(chains, rows, strict=True)
            ]
            for token in drawn:
                c.llama_token_to_piece(self._vocab, token, piece, 256, 0, False)
            first = first or time.perf_counter()
            if step == max_tokens - 1:
                break
            batch.n_tokens = takes
            for take, token in enumerate(drawn):
                batch.token[take] = token
                batch.pos[take] = prompt + step
                batch.n_seq_id[take] = 1
                batch.seq_id[take][0] = take
                batch.logits[take] = True
            c.llama_decode(self._context, batch)
            rows = list(range(takes))
        ended = time.perf_counter()
        c.llama_batch_free(batch)
        for chain in chains:
            c.llama_sampler_free(chain)
        for take in range(takes):
            c.llama_memory_seq_rm(memory, take, prompt if take == 0 else 0, -1)
        self._known = self._known[:prompt]
        return Timing(first - began, ended - first, reused, prompt - reused, max_tokens)

    def _tokenize(self, text: bytes) -> list[int]:
        c = self._c
        room = (c.llama_token * (len(text) + 8))()
        count = c.llama_tokenize(self._vocab, text, len(text), room, len(room), True, False)
        return list(room[:count])

    def _decode(self, tokens: list[int]) -> None:
        c = self._c
        block = (c.llama_token * len(tokens))(*tokens)
        if c.llama_decode(self._context, c.llama_batch_get_one(block, len(tokens))):
            raise RuntimeError("llama_decode refused the prompt")

    def _chain(self, sampling: dict[str, Any], tokens: list[int]) -> Any:
        """llama.cpp's own order; primed with the tail of the prompt, as the engine is."""
        c = self._c
        chain = c.llama_sampler_chain_init(c.llama_sampler_chain_default_params())
        reach = sampling["repeat_range"]
        words = c.llama_vocab_n_tokens(self._vocab)
        penalties = c.llama_sampler_init_penalties(
            words, reach, sampling["repeat_penalty"], 0.0, 0.0
        )
        for sampler in (
            penalties,
            c.llama_sampler_init_top_k(sampling["top_k"]),
            c.llama_sampler_init_top_p(sampling["top_p"], 1),
            c.llama_sampler_init_min_p(sampling["min_p"], 1),
            c.llama_sampler_init_temp(sampling["temperature"]),
            c.llama_sampler_init_dist(sampling["seed"]),
        ):
            c.llama_sampler_chain_add(chain, sampler)
        for token in tokens[-reach:]:
            c.llama_sampler_accept(penalties, token)
        return chain


def _serve() -> None:
    loop = _Loop(json.loads(sys.argv[1]))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in sys.stdin:
        asked = json.loads(line)
        timing = loop.answer(**asked)
        sys.stdout.write(json.dumps(asdict(timing)) + "\n")
        sys.stdout.flush()
    # llama.cpp's own teardown at interpreter exit is nothing to wait for.
    os._exit(0)


if __name__ == "__main__":
    _serve()
