"""Prompts as CLIP sees them: the tensors that a pipeline takes instead of words.

A plain prompt of one chunk becomes bit for bit what the pipeline would make of it. Beyond that, as
AUTOMATIC1111 does it: chunks side by side, words weighed without changing the mean, clip skip.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from storyforge.domain.picture.chunks import ROOM, Chunk, chunks
from storyforge.domain.picture.grammar import loras_of, schedule
from storyforge.domain.picture.orders import Family, Order
from storyforge.engine.pictures.inversions import Inversion, called
from storyforge.engine.pictures.loaded import Loaded
from storyforge.engine.sequence import Interrupted

if TYPE_CHECKING:
    import torch

# Encodings kept; one of SDXL's chunks takes a third of a megabyte.
_KEPT = 64
# A mean that is so small a share of the numbers' size is chance: nothing is measured by it.
_NO_MEAN = 1e-3


@dataclass(frozen=True, slots=True)
class _Encoded:
    """A prompt: (1, tokens, width), and what SDXL wants beside it, (1, width)."""

    words: "torch.Tensor"
    pooled: "torch.Tensor | None"


@dataclass(frozen=True, slots=True)
class Words:
    """What a pipeline takes from a step on; the negative ones are None without guidance."""

    prompt: "torch.Tensor"
    negative: "torch.Tensor | None"
    pooled: "torch.Tensor | None"
    negative_pooled: "torch.Tensor | None"


@dataclass(frozen=True, slots=True)
class Course:
    """Words over the steps.

    Attributes:
        parts: (last step of them, counted from 1; the words), in order.
        embeddings: those that they call.
    """

    parts: tuple[tuple[int, Words], ...]
    embeddings: Mapping[str, Inversion]

    def at(self, step: int) -> Words:
        """The words of a step."""
        return next((words for until, words in self.parts if step <= until), self.parts[-1][1])

    @property
    def first(self) -> Words:
        """Those that are drawn first."""
        return self.parts[0][1]


class Encoder:
    """Encodes for one painter, and keeps what it encoded.

    Args:
        pipe: which of its pipelines is encoded for; None for the first.
    """

    def __init__(self, loaded: Loaded, pipe: Any = None) -> None:
        self._loaded = loaded
        self._pipe = pipe or loaded.pipe
        self._stopped: Callable[[], bool] = lambda: False
        self._kept: OrderedDict[tuple[object, ...], _Encoded] = OrderedDict()

    def course(
        self, order: Order, steps: int, digest: str, stopped: Callable[[], bool] = lambda: False
    ) -> Course:
        """The prompts of `order` over the steps that are really taken.

        Args:
            digest: of what LoRAs did to the text encoders.

        Raises:
            EngineFault: an embedding that is called does not fit, or cannot be read.
            Interrupted: it was stopped; asked at each chunk.
        """
        self._stopped = stopped
        prompt, negative = (loras_of(text)[0] for text in (order.prompt, order.negative))
        found = called(f"{prompt}\n{negative}", order.embeddings, self._loaded)
        told = dict(schedule(prompt, steps))
        untold = dict(schedule(negative, steps))
        parts = []
        for until in sorted({*told, *untold}):
            now, never = (next(t for end, t in p.items() if until <= end) for p in (told, untold))
            parts.append((until, self._words(now, never, order, found, digest)))
        return Course(tuple(parts), found)

    def _words(
        self, prompt: str, negative: str, order: Order, found: Mapping[str, Inversion], digest: str
    ) -> Words:
        skip = max(1, order.clip_skip)
        told = self._encode(prompt, skip, found, digest)
        if order.guidance <= 1 or self._pipe.unet.config.time_cond_proj_dim is not None:
            # as the pipelines decide it
            return Words(told.words, None, told.pooled, None)
        empty = not negative.strip()
        if empty and getattr(self._pipe.config, "force_zeros_for_empty_prompt", False):
            return Words(told.words, _zeros(told.words), told.pooled, _zeros(told.pooled))
        untold = self._encode(negative, skip, found, digest)
        words, never = told.words, untold.words
        if words.shape != never.shape:
            blank = self._encode("", skip, {}, digest).words
            most = max(words.shape[1], never.shape[1])
            words, never = (_filled(each, blank, most) for each in (words, never))
        return Words(words, never, told.pooled, untold.pooled)

    def _encode(
        self, prompt: str, skip: int, found: Mapping[str, Inversion], digest: str
    ) -> _Encoded:
        key = (prompt, skip, digest, tuple((word, found[word].digest) for word in sorted(found)))
        if key not in self._kept:
            self._kept[key] = self._fresh(prompt, skip, found)
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return self._kept[key]

    def _fresh(self, prompt: str, skip: int, found: Mapping[str, Inversion]) -> _Encoded:
        import torch

        pipe = self._pipe
        readers = []
        if pipe.text_encoder is not None:  # a refiner has the second one only
            readers.append(_Reader(pipe.tokenizer, pipe.text_encoder, 0, self._loaded))
        if self._loaded.family is Family.SDXL:
            readers.append(_Reader(pipe.tokenizer_2, pipe.text_encoder_2, 1, self._loaded))
        vectors = {word: each.vectors[0].shape[0] for word, each in found.items()}
        # each by its own tokenizer, as the pipeline has it: "!" is a filler for SDXL's second
        cuts = [list(chunks(prompt, reader.tokenise, vectors)) for reader in readers]
        for cut in cuts:
            cut += [Chunk()] * (max(map(len, cuts)) - len(cut))
        with torch.no_grad():
            read = [
                [self._read(reader, chunk, skip, found) for chunk in cut]
                for reader, cut in zip(readers, cuts, strict=True)
            ]
        sides = [torch.cat([words for words, _pooled in side], dim=1) for side in read]
        pooled = read[-1][0][1]
        dtype = readers[-1].encoder.dtype
        return _Encoded(torch.cat(sides, dim=-1).to(dtype), pooled)

    def _read(
        self, reader: "_Reader", chunk: Chunk, skip: int, found: Mapping[str, Inversion]
    ) -> "tuple[torch.Tensor, torch.Tensor | None]":
        # A prompt may have a thousand of them.
        if self._stopped():
            raise Interrupted
        return reader.read(chunk, skip, found)


@dataclass(frozen=True, slots=True)
class _Reader:
    """A tokenizer and its text encoder; `side` is 0 for the first, 1 for SDXL's second."""

    tokenizer: Any
    encoder: Any
    side: int
    loaded: Loaded

    def tokenise(self, text: str) -> list[int]:
        given = self.tokenizer(text, add_special_tokens=False, truncation=False, verbose=False)
        return list(given.input_ids)

    def read(
        self, chunk: Chunk, skip: int, found: Mapping[str, Inversion]
    ) -> "tuple[torch.Tensor, torch.Tensor | None]":
        """A chunk's hidden states, weighed, (1, 77, width), and its pooled one where there is."""
        import torch

        tokenizer, device = self.tokenizer, self.loaded.device
        missing = ROOM - len(chunk.tokens)
        ids = [tokenizer.bos_token_id, *chunk.tokens, tokenizer.eos_token_id]
        ids += [tokenizer.pad_token_id] * missing
        given: dict[str, Any] = {}
        if getattr(self.encoder.config, "use_attention_mask", False):
            mask = [1] * (len(ids) - missing) + [0] * missing
            given["attention_mask"] = torch.tensor([mask], device=device)
        with _embedding(self.encoder, chunk, found, self.side):
            out = self.encoder(
                torch.tensor([ids], device=device), output_hidden_states=True, **given
            )
        wide = self.loaded.family is Family.SDXL
        layer = min(skip, len(out.hidden_states) - 2)
        if wide:  # counted from the layer before the last, which has no norm behind it
            words = out.hidden_states[-(layer + 1)]
        elif layer > 1:
            norm = getattr(self.encoder, "text_model", self.encoder).final_layer_norm
            words = norm(out.hidden_states[-layer])
        else:
            words = out[0]
        return _weighed(words, chunk), out[0] if wide and self.side else None


def _weighed(words: "torch.Tensor", chunk: Chunk) -> "torch.Tensor":
    """Each token times its weight, then all of them by one factor, so that the mean stays."""
    import torch

    if all(weight == 1 for weight in chunk.weights):
        return words
    weights = torch.ones(words.shape[1], dtype=words.dtype)
    weights[1 : len(chunk.weights) + 1] = torch.tensor(chunk.weights, dtype=words.dtype)
    heavier = words * weights.to(words.device)[None, :, None]
    mean, moved = words.float().mean(), heavier.float().mean()
    if abs(moved) < _NO_MEAN * heavier.float().abs().mean():
        return heavier
    return heavier * (mean / moved).to(words.dtype)


@contextmanager
def _embedding(
    encoder: Any, chunk: Chunk, found: Mapping[str, Inversion], side: int
) -> Iterator[None]:
    """Inside, the vectors of embeddings stand where their words do; nothing of it stays."""
    if not chunk.embedded:
        yield
        return

    def put(_layer: Any, _given: Any, rows: "torch.Tensor") -> "torch.Tensor":
        rows = rows.clone()
        for at, word in chunk.embedded:
            own = found[word].vectors[side][:ROOM].to(rows)
            rows[0, at + 1 : at + 1 + own.shape[0]] = own
        return rows

    hook = encoder.get_input_embeddings().register_forward_hook(put)
    try:
        yield
    finally:
        hook.remove()


def _filled(words: "torch.Tensor", blank: "torch.Tensor", length: int) -> "torch.Tensor":
    """`words` with empty chunks behind it, up to `length` tokens."""
    import torch

    missing = (length - words.shape[1]) // blank.shape[1]
    return torch.cat([words, *[blank] * missing], dim=1) if missing else words


def _zeros(words: Any) -> Any:
    import torch

    return None if words is None else torch.zeros_like(words)
