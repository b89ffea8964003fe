"""The weights of a LoRA as what changes one weight each, whatever layout its file has.

A pair changes it by `scale · up @ down`; what LyCORIS does by more than a pair is `wholes`'
business. With a magnitude (DoRA) the sum is brought to that length. Other kinds are named.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from storyforge.engine.pictures.loras import wholes
from storyforge.engine.pictures.loras.naming import BIAS, squeezed
from storyforge.images.lora_keys import other_kind

if TYPE_CHECKING:
    import torch

_DOWN = r"(?:\.lora_down|\.lora_A(?:\.default)?|[._]lora\.down|\.lora_linear_layer\.down)\.weight"
_UP = r"(?:\.lora_up|\.lora_B(?:\.default)?|[._]lora\.up|\.lora_linear_layer\.up)\.weight"
_END = re.compile(
    rf"(?:(?P<down>{_DOWN})|(?P<up>{_UP})|(?P<alpha>\.alpha)|(?P<dora>\.dora_scale)"
    r"|(?P<length>\.lora_magnitude_vector(?:\.default)?(?:\.weight)?)"
    r"|(?P<mid>\.lora_mid\.weight)|(?P<bias>\.diff_b|\.b_norm)|(?P<diff>\.diff|\.w_norm)"
    r"|\.(?P<other>hada_(?:w[12]_[ab]|t[12])|lokr_(?:w[12](?:_[ab])?|t2)))$"
)
# An embedding that was trained along with it.
_BESIDE = "bundle_emb."
#: key of a file's metadata by which diffusers keeps what peft was told
_TOLD = "lora_adapter_metadata"


class NoPairs(Exception):
    """The file is a LoRA of another kind; says which, in its makers' word."""


class Change(Protocol):
    """What changes one weight."""

    @property
    def sides(self) -> tuple[int, int]:
        """Rows and numbers a row of the weight."""
        ...

    @property
    def length(self) -> "torch.Tensor | None":
        """DoRA's magnitudes; None without."""
        ...

    @property
    def by_input(self) -> bool:
        """Whether they are one an input instead of one an output."""
        ...

    def add_to(self, total: "torch.Tensor", by: float) -> None:
        """total += by · what it changes; `total` is float32, rows by numbers."""
        ...


@dataclass(frozen=True, slots=True)
class Pair:
    """What changes one weight.

    Attributes:
        down: (rank, in) or (rank, in, height, width).
        up: (out, rank), with or without two more sides of one.
        scale: alpha / rank.
        length: DoRA's magnitudes; None without.
        by_input: they are one an input (older LyCORIS) instead of one an output.
    """

    down: "torch.Tensor"
    up: "torch.Tensor"
    scale: float
    length: "torch.Tensor | None" = None
    by_input: bool = False

    @property
    def sides(self) -> tuple[int, int]:
        """Rows and numbers a row of the weight."""
        return self.up.shape[0], self.down[0].numel()

    def add_to(self, total: "torch.Tensor", by: float) -> None:
        """total += by · scale · up @ down; `total` is float32, rows by numbers."""
        total.addmm_(*self._halves(total.device), alpha=by * self.scale)

    def put_into(self, weight: "torch.Tensor", start: "torch.Tensor", by: float) -> None:
        """weight = start + by · scale · up @ down, all of them float32, in one pass."""
        import torch

        torch.addmm(start, *self._halves(start.device), alpha=by * self.scale, out=weight)

    def _halves(self, device: "torch.device") -> "tuple[torch.Tensor, torch.Tensor]":
        import torch

        up, down = (each.to(device, torch.float32).flatten(1) for each in (self.up, self.down))
        return up, down


@dataclass(slots=True)
class _Parts:
    """What a file has for one weight."""

    name: str
    tensors: "dict[str, torch.Tensor]" = field(default_factory=dict)


def changes_of(
    tensors: "Mapping[str, torch.Tensor]", metadata: Mapping[str, str]
) -> dict[tuple[str, str], Change]:
    """What a file changes, by part of the pipeline and squeezed name.

    Raises:
        NoPairs: it is made otherwise.
        ValueError: half of it is missing, or its sides do not fit together.
    """
    found: dict[tuple[str, str], _Parts] = {}
    for name, tensor in tensors.items():
        if name.startswith(_BESIDE):
            continue
        end = _END.search(name)
        if end is None:
            raise NoPairs(other_kind([name]) or name)
        base, kind = name[: end.start()], str(end.lastgroup)
        place = squeezed(base)
        if kind == "bias":
            place, kind = (place[0], place[1] + BIAS), "diff"
        parts = found.setdefault(place, _Parts(base))
        parts.tensors[end["other"] or kind] = tensor
    told = _told(metadata)
    return {place: _change(parts, told) for place, parts in found.items()}


def _change(parts: _Parts, told: Mapping[str, Any]) -> Change:
    own = {name: parts.tensors.pop(name, None) for name in ("alpha", "dora", "length")}
    way = wholes.way_of(parts.tensors)
    try:
        if way is None:
            rank = _checked(parts)
        else:
            made, sides, rank = wholes.measured(way, parts.tensors)
    except (LookupError, ValueError):
        raise ValueError(parts.name) from None
    scale = _scale(parts.name, own["alpha"], rank, told) if rank else 1.0
    if way is None:
        down, up = parts.tensors["down"], parts.tensors["up"]
        length, by_input = _length(own, up.shape[0], down.shape[1])
        return Pair(down, up, scale, length, by_input)
    length, by_input = _length(own, *sides)
    return wholes.Whole(way, made, sides, scale, length, by_input)


def _checked(parts: _Parts) -> int:
    """The rank of a pair whose halves belong together."""
    down, up = parts.tensors["down"], parts.tensors["up"]
    if not {down.dim(), up.dim()} <= {2, 4}:
        raise ValueError
    rank = int(down.shape[0])
    if up.shape[1] != rank or tuple(up.shape[2:]) not in ((), (1, 1)):
        raise ValueError
    return rank


def _length(
    own: "Mapping[str, torch.Tensor | None]", out: int, into: int
) -> "tuple[torch.Tensor | None, bool]":
    """DoRA's magnitudes, and whether they are one an input.

    Args:
        into: inputs, or these times the numbers that each has.
    """
    length = own["dora"]
    if length is None:
        return own["length"], False
    # Newer ones have a row for each output; where both are as many, their shape decides.
    by_input = length.dim() > 1 and length.shape[0] == 1 and (out, 1) != tuple(length.shape[:2])
    return length, by_input and into % max(length.numel(), 1) == 0


def _told(metadata: Mapping[str, str]) -> Mapping[str, Any]:
    try:
        told = json.loads(metadata.get(_TOLD, "{}"))
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _scale(name: str, alpha: "torch.Tensor | None", rank: int, told: Mapping[str, Any]) -> float:
    """By alpha, else by what diffusers wrote into the metadata; 1 where nothing is said."""
    if alpha is not None:
        if alpha.numel() != 1:
            raise ValueError(name)
        return float(alpha.item()) / rank
    part, _dot, path = name.partition(".")
    for before, within in ((f"{part}.", path), ("", name)):
        known = _of_pattern(told.get(f"{before}alpha_pattern"), within)
        known = told.get(f"{before}lora_alpha") if known is None else known
        if isinstance(known, int | float) and not isinstance(known, bool):
            rooted = told.get(f"{before}use_rslora") is True
            return float(known) / (rank**0.5 if rooted else rank)
    return 1.0


def _of_pattern(pattern: Any, path: str) -> Any:
    """peft's alpha for one weight: a pattern means all whose path ends with it."""
    for ending, alpha in pattern.items() if isinstance(pattern, dict) else ():
        if path == ending or path.endswith(f".{ending}"):
            return alpha
    return None
