"""What of a model takes memory, by the figures in its own file. Reads heads only.

What lies where, and whether it fits, is `fitting`'s.
"""

from dataclasses import dataclass
from pathlib import Path

from storyforge.engine import gguf_header
from storyforge.engine.gguf_header import EMBEDDING, Header
from storyforge.engine.memory import cache_elements, files_of

_LAYER = "blk."


@dataclass(frozen=True, slots=True)
class Figures:
    """A model's sizes.

    Attributes:
        layers: bytes of each layer's weights.
        cache: numbers that each layer keeps of a token.
        output: bytes behind the last layer; they move to a GPU with it.
        tied: the embeddings serve as the output, too; only a GPU gets a copy.
        rest: bytes that stay in the machine's memory: the embeddings, most of all.
        largest: bytes of the largest tensor of a layer.
        heads, width, inner, vocabulary: for what evaluating takes.
        trained: tokens of the window it was trained on.
    """

    layers: tuple[int, ...]
    cache: tuple[int, ...]
    output: int
    tied: bool
    rest: int
    largest: int
    heads: int
    width: int
    inner: int
    vocabulary: int
    trained: int


def read(path: Path) -> Figures:
    """The figures of the model at `path`, all its parts together.

    Raises:
        BadInput: a part is missing, unreadable, or no GGUF.
    """
    headers = [gguf_header.read(part) for part in files_of(path)]
    tensors: dict[str, int] = {}
    for header in headers:
        tensors |= header.tensors
    return of(headers[0], tensors)


def of(header: Header, tensors: dict[str, int] | None = None) -> Figures:
    """The figures that `header` has.

    Args:
        tensors: bytes by name, where the model has more parts than this one.
    """
    found = dict(header.tensors) if tensors is None else tensors
    own = header.text("general.architecture")
    cache = cache_elements(header)
    layers = [0] * len(cache)
    outside = {}
    for name, size in found.items():
        number = name.removeprefix(_LAYER).partition(".")[0]
        if name.startswith(_LAYER) and number.isdecimal() and int(number) < len(layers):
            layers[int(number)] += size
        else:
            outside[name] = size
    tied = "output.weight" not in outside
    output = sum(size for name, size in outside.items() if name.startswith("output"))
    if tied:
        output += outside.get(EMBEDDING, 0)
    inner = header.arrays.get(f"{own}.feed_forward_length", ())
    return Figures(
        layers=tuple(layers),
        cache=cache,
        output=output,
        tied=tied,
        rest=sum(size for name, size in outside.items() if not name.startswith("output")),
        largest=max((s for name, s in found.items() if name.startswith(_LAYER)), default=0),
        heads=max(header.arrays.get(f"{own}.attention.head_count", (0,)))
        or header.number(f"{own}.attention.head_count"),
        width=header.number(f"{own}.embedding_length"),
        inner=max(inner, default=header.number(f"{own}.feed_forward_length")),
        vocabulary=header.vocabulary,
        trained=header.number(f"{own}.context_length"),
    )
