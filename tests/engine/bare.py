"""A model and a context over it, with nothing of ours around them: what a pen is tried out on."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from storyforge.engine.library import engine_log
from storyforge.engine.pen import Back, Pen
from storyforge.engine.vocabulary import Vocabulary

Logits = npt.NDArray[np.float32]


class Bare:
    """One sequence, evaluated token by token where a pen draws."""

    def __init__(self, path: Path, window: int = 512) -> None:
        import llama_cpp.llama_cpp as lib

        self._lib = lib
        engine_log()
        lib.llama_backend_init()
        params = lib.llama_model_default_params()
        self._model: Any = lib.llama_model_load_from_file(str(path).encode(), params)
        assert self._model
        self.window = window
        self.vocabulary = Vocabulary(self._model)
        wished = lib.llama_context_default_params()
        wished.n_ctx = wished.n_batch = window
        wished.n_threads = wished.n_threads_batch = 1
        self.context: Any = lib.llama_init_from_model(self._model, wished)
        self.tokens: list[int] = []

    def read(self, tokens: Sequence[int]) -> None:
        """Evaluate `tokens` behind what was read."""
        array = (self._lib.llama_token * len(tokens))(*tokens)
        assert (
            self._lib.llama_decode(self.context, self._lib.llama_batch_get_one(array, len(tokens)))
            == 0
        )
        self.tokens += tokens

    def drop(self, count: int) -> None:
        """Forget the last `count` tokens."""
        keep = len(self.tokens) - count
        memory = self._lib.llama_get_memory(self.context)
        assert self._lib.llama_memory_seq_rm(memory, 0, keep, -1)
        del self.tokens[keep:]

    def logits(self) -> Logits:
        """The row behind what was read."""
        row = self._lib.llama_get_logits_ith(self.context, -1)
        return np.ctypeslib.as_array(row, (self.vocabulary.size,)).copy()

    def write(self, pen: Pen) -> tuple[str, int]:
        """(all that `pen` writes behind what was read, how often it went back)."""
        text, backs = "", 0
        while pen.reason is None:
            drawn = pen.draw(self.logits())
            text += pen.text()
            if isinstance(drawn, Back):
                backs += 1
                last = self.tokens[-drawn.count - 1]
                self.drop(drawn.count + 1)
                self.read([last])
            elif pen.reason is None:
                self.read([drawn])
        text += pen.rest()
        pen.close()
        return text, backs

    def close(self) -> None:
        """Free both."""
        self._lib.llama_free(self.context)
        self._lib.llama_model_free(self._model)
