"""A model's tokens: from text to tokens and back to bytes. Runs in the engine process only."""

import ctypes
from functools import cached_property
from typing import Any

# Longer than nearly every token; a longer one is asked for again.
_PIECE = 64


class Vocabulary:
    """The vocabulary of a loaded model.

    Text of a story is only ever text: what looks like a control token in it (`<|im_end|>`) is read
    as the characters it is made of, and control tokens of the model are never rendered.
    """

    def __init__(self, model: Any) -> None:
        import llama_cpp.llama_cpp as lib

        self._lib = lib
        self._vocab: Any = lib.llama_model_get_vocab(model)
        self.size = int(lib.llama_vocab_n_tokens(self._vocab))
        self._opens = bool(lib.llama_vocab_get_add_bos(self._vocab))
        # Before the text, before what stands behind the gap, before what is to fill it.
        self._gap = tuple(
            int(ask(self._vocab))
            for ask in (lib.llama_vocab_fim_pre, lib.llama_vocab_fim_suf, lib.llama_vocab_fim_mid)
        )
        self._buffer = ctypes.create_string_buffer(_PIECE)

    @property
    def pointer(self) -> Any:
        """llama.cpp's own vocabulary, for what has to be told of it."""
        return self._vocab

    @cached_property
    def endings(self) -> tuple[int, ...]:
        """Every token by which the model says that its text is at an end."""
        return tuple(token for token in range(self.size) if self.ends_text(token))

    @cached_property
    def pieces(self) -> tuple[bytes, ...]:
        """The bytes of every token; looked up once a model, a tenth of a second for 50,000."""
        return tuple(self.piece(token) for token in range(self.size))

    def encode(self, text: str) -> list[int]:
        """The tokens of `text`, without one that only opens a prompt."""
        data = text.encode("utf-8", "replace")
        room = len(data) + 8  # no tokenizer makes more tokens than bytes, but for added marks
        tokens = (self._lib.llama_token * room)()
        count = self._lib.llama_tokenize(self._vocab, data, len(data), tokens, room, False, False)
        return list(tokens[: max(0, count)])

    def encode_prompt(self, text: str) -> list[int]:
        """The tokens of a prompt: opened as the model was trained to, and never none at all."""
        tokens = self.encode(text)
        opening = int(self._lib.llama_vocab_bos(self._vocab))
        if opening >= 0 and (self._opens or not tokens):
            return [opening, *tokens]
        return tokens or self.encode("\n")

    @property
    def infills(self) -> bool:
        """Whether the model has tokens for a text that stands behind its answer."""
        return min(self._gap) >= 0

    def encode_gap(self, text: str, suffix: str) -> list[int]:
        """The tokens of a prompt whose answer stands between `text` and `suffix`.

        In the order that models are trained in (prefix, suffix, middle); text is only text.
        """
        before, behind, middle = self._gap
        opening = int(self._lib.llama_vocab_bos(self._vocab))
        head = [opening] if opening >= 0 and self._opens else []
        return [*head, before, *self.encode(text), behind, *self.encode(suffix), middle]

    def ends_text(self, token: int) -> bool:
        """Whether the model says by `token` that its text is at an end."""
        return bool(self._lib.llama_vocab_is_eog(self._vocab, token))

    def piece(self, token: int) -> bytes:
        """The bytes of `token`, perhaps half a character; nothing for a control token."""
        length = self._render(token)
        if length < 0:
            self._buffer = ctypes.create_string_buffer(-length)
            length = self._render(token)
        return self._buffer.raw[: max(0, length)]

    def _render(self, token: int) -> int:
        return int(
            self._lib.llama_token_to_piece(
                self._vocab, token, self._buffer, len(self._buffer), 0, False
            )
        )
