"""What a model that transformers runs takes of this machine, told before it is loaded.

Heads of files and settings say it. What a GPU has room for only torch knows, and is not asked.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from storyforge.domain.model import TransformersSpec
from storyforge.engine import gguf_header
from storyforge.engine.fit_words import gib
from storyforge.engine.gpu import gpu_status
from storyforge.engine.memory import WINDOW_STEP, Memory, cache_elements, find_memory
from storyforge.engine.torch import preflight
from storyforge.i18n import _, sentences

# Bytes of a number; what “auto” chooses goes by the processor.
_WIDTHS = {"float32": (4, 4), "bfloat16": (2, 2), "float16": (2, 2), "auto": (2, 4)}


@dataclass(frozen=True, slots=True)
class Needed:
    """What it takes, in bytes: at the least and at the most.

    Attributes:
        weights: of them all.
        token: what is kept of each token that was read.
        window: tokens.
    """

    weights: tuple[int, int]
    token: tuple[int, int]
    window: int

    @property
    def all(self) -> tuple[int, int]:
        """With a window that is full."""
        least, most = (
            weights + token * self.window
            for weights, token in zip(self.weights, self.token, strict=True)
        )
        return least, most

    def largest(self, memory: Memory) -> int:
        """The largest window that may fit; 0 where none does."""
        room = memory.total - self.weights[0]
        return max(0, room // max(1, self.token[0])) // WINDOW_STEP * WINDOW_STEP


def takes(spec: TransformersSpec) -> tuple[str, ...]:
    """What it takes, and a warning where it will not fit; a sentence or two.

    Raises:
        ModelError: the files cannot be used.
    """
    preflight.preflight(spec)
    return told(needed(spec), find_memory(), gpu=bool(gpu_status().vendor))


def needed(spec: TransformersSpec) -> Needed:
    """The numbers, by the heads of the files.

    Raises:
        EngineFault: they are not there, or not whole.
        BadInput: it is no GGUF file.
    """
    count = preflight.count_of(spec.path)
    least, most = _WIDTHS[spec.dtype]
    bits = preflight.QUANTISED.get(spec.quantise)
    weights = (count * least, count * most) if bits is None else (int(count * bits),) * 2
    if preflight.is_gguf(spec.path):
        header = gguf_header.read(spec.path)
        kept = sum(cache_elements(header))
        trained = header.number(f"{header.text('general.architecture')}.context_length")
    else:
        config = preflight.read_config(spec.path)
        config = config.get("text_config", config)
        kept, trained = _kept(config), _whole(config, "max_position_embeddings")
    window = min(spec.context_tokens, trained or spec.context_tokens)
    return Needed(weights, (kept * least, kept * most), window)


def told(found: Needed, memory: Memory, *, gpu: bool) -> tuple[str, ...]:
    """The sentences; with a `gpu` it may lie there, so nothing is said of the machine's memory."""
    least, most = map(gib, found.all)
    takes = _("It takes about {size} GiB of memory with a window of {tokens:,} tokens.")
    if least != most:
        takes = _(
            "It takes {size} GiB of memory as bfloat16 and {most} as float32, with a window of "
            "{tokens:,} tokens."
        )
    said = takes.format(size=least, most=most, tokens=found.window)
    if gpu or found.all[0] <= memory.total:
        return (said,)
    short = _("It will not fit: {needed} GiB are needed, {given} can be had.")
    short = short.format(needed=least, given=gib(memory.total))
    way = _("A smaller model would fit, or this one as GGUF file.")
    if largest := found.largest(memory):
        way = _("With a window of {tokens:,} tokens it fits.").format(tokens=largest)
    return said, sentences((short, way))


def _kept(config: Mapping[str, Any]) -> int:
    """Numbers that are kept of a token; 0 where the model does not say, or keeps a state alone."""
    heads = _whole(config, "num_attention_heads")
    width = _whole(config, "head_dim") or (_whole(config, "hidden_size") // heads if heads else 0)
    pairs = _whole(config, "num_key_value_heads") or heads
    return 2 * _whole(config, "num_hidden_layers") * pairs * width


def _whole(config: Mapping[str, Any], name: str) -> int:
    value = config.get(name)
    return value if isinstance(value, int) else 0
