"""The tokens of a Hugging Face tokenizer: from text to tokens and back to bytes.

Runs in the engine process only; what it is given was loaded by `loading`.
"""

import json
from collections.abc import Callable, Iterable
from functools import cache, cached_property
from typing import Any

from storyforge.engine.faults import EngineFault, Fault, FaultKind

# Tokens by which models end their turn, whatever their settings call the end of a text.
_TURNS = (
    "<|im_end|>", "<|eot_id|>", "<|end_of_text|>", "<|endoftext|>", "<|end|>", "<|eom_id|>",
    "<end_of_turn>", "<|return|>", "<|END_OF_TURN_TOKEN|>", "<EOT>", "</s>",
)  # fmt: skip
_SPACE = "\u2581"
# What models call the tokens before a text, before what stands behind its gap, and before what is
# to fill it; llama.cpp knows them by these names, too.
_GAPS = (
    ("<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>"),
    ("<fim_prefix>", "<fim_suffix>", "<fim_middle>"),
    ("<fim-prefix>", "<fim-suffix>", "<fim-middle>"),
    ("<｜fim▁begin｜>", "<｜fim▁hole｜>", "<｜fim▁end｜>"),
    ("<|code_prefix|>", "<|code_suffix|>", "<|code_middle|>"),
    ("<PRE>", "<SUF>", "<MID>"),
    ("▁<PRE>", "▁<SUF>", "▁<MID>"),
)


class HubVocabulary:
    """The vocabulary of a loaded model.

    Text of a story is only ever text: what looks like a control token in it (`<|im_end|>`) is read
    as the characters it is made of, and control tokens of the model are never rendered.

    Args:
        tokenizer: one that the tokenizers library does the work of.
        size: how many logits the model gives.
        ends: the tokens that the model's own settings call the end.

    Raises:
        EngineFault: the tokenizer is of another make.
    """

    def __init__(self, tokenizer: Any, size: int, ends: Iterable[int]) -> None:
        backend = getattr(tokenizer, "backend_tokenizer", None)
        if backend is None:
            raise EngineFault(Fault(FaultKind.NO_TOKENIZER, type(tokenizer).__name__))
        self.size = size
        self._backend: Any = backend
        self._backend.encode_special_tokens = True
        self._backend.no_truncation()
        added = tokenizer.added_tokens_decoder
        self._added = {
            number: b"" if token.special else token.content.encode()
            for number, token in added.items()
        }
        decoder = self._backend.decoder
        told = {} if decoder is None else json.loads(decoder.__getstate__())
        self._render = renderer(told)
        named = {self._backend.token_to_id(turn) for turn in _TURNS} - {None}
        self._ends = frozenset({*ends, *named, tokenizer.eos_token_id} - {None})
        opening = tokenizer.bos_token_id
        self._opening: int | None = opening
        self._opens = opening is not None and self._backend.encode("").ids[:1] == [opening]
        gaps = ([self._backend.token_to_id(name) for name in names] for names in _GAPS)
        self._gap: list[int] | None = next((gap for gap in gaps if None not in gap), None)

    @cached_property
    def endings(self) -> tuple[int, ...]:
        """Every token by which the model says that its text is at an end."""
        return tuple(sorted(token for token in self._ends if token < self.size))

    @cached_property
    def pieces(self) -> tuple[bytes, ...]:
        """The bytes of every token; looked up once a model, a twentieth of a second for 50,000."""
        return tuple(self.piece(token) for token in range(self.size))

    def encode(self, text: str) -> list[int]:
        """The tokens of `text`, without one that only opens a prompt."""
        whole = text.encode("utf-8", "replace").decode()
        return list(self._backend.encode(whole, add_special_tokens=False).ids)

    def encode_prompt(self, text: str) -> list[int]:
        """The tokens of a prompt: opened as the model was trained to, and never none at all."""
        tokens = self.encode(text)
        if self._opening is not None and (self._opens or not tokens):
            return [self._opening, *tokens]
        return tokens or self.encode("\n")

    @property
    def infills(self) -> bool:
        """Whether the model has tokens for a text that stands behind its answer."""
        return self._gap is not None

    def encode_gap(self, text: str, suffix: str) -> list[int]:
        """The tokens of a prompt whose answer stands between `text` and `suffix`.

        In the order that models are trained in (prefix, suffix, middle); text is only text.
        """
        assert self._gap is not None
        before, behind, middle = self._gap
        head = [self._opening] if self._opening is not None and self._opens else []
        return [*head, before, *self.encode(text), behind, *self.encode(suffix), middle]

    def ends_text(self, token: int) -> bool:
        """Whether the model says by `token` that its text is at an end."""
        return token in self._ends

    def piece(self, token: int) -> bytes:
        """The bytes of `token`, perhaps half a character; nothing for a control token."""
        added = self._added.get(token)
        if added is not None:
            return added
        written = self._backend.id_to_token(token)
        return b"" if written is None else self._render(written)


def renderer(decoder: dict[str, Any]) -> Callable[[str], bytes]:
    """How the tokens that `decoder` joins become bytes; it is a tokenizer.json's own description.

    Raises:
        EngineFault: it joins them in a way we do not know.
    """
    steps = decoder.get("decoders", [decoder]) if decoder else []
    kinds = {step["type"] for step in steps}
    if unknown := kinds - {
        "ByteLevel", "ByteFallback", "Replace", "Fuse", "Strip", "Metaspace", "BPEDecoder",
    }:  # fmt: skip
        raise EngineFault(Fault(FaultKind.NO_TOKENIZER, ", ".join(sorted(unknown))))
    if "ByteLevel" in kinds:
        return _from_letters
    for step in steps:
        if step["type"] == "BPEDecoder":
            ending = str(step["suffix"])
            return lambda written: written.replace(ending, " ").encode()
    return _from_pieces


def _from_pieces(written: str) -> bytes:
    """SentencePiece's: a mark for a space, and bytes by their numbers."""
    if len(written) == 6 and written.startswith("<0x") and written.endswith(">"):
        return bytes([int(written[3:5], 16)])
    return written.replace(_SPACE, " ").encode()


def _from_letters(written: str) -> bytes:
    """GPT-2's: each byte is a letter; what is none of them stands for itself."""
    letters = _letters()
    if all(letter in letters for letter in written):
        return bytes(letters[letter] for letter in written)
    return written.encode()


@cache
def _letters() -> dict[str, int]:
    """Letter → byte: printable ones are themselves, the others follow behind 255."""
    plain = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in plain]
    found = {chr(byte): byte for byte in plain}
    return found | {chr(256 + at): byte for at, byte in enumerate(others)}
