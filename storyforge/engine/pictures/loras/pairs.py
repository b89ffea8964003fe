"""The weights of a LoRA as pairs, whatever layout its file has. Pure but for the tensors.

A pair changes one weight by `scale · up @ down`; with a magnitude (DoRA) the sum is brought to that
length. LoHa, LoKr, Tucker and full differences are no pairs and are named.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from storyforge.engine.pictures.loras.naming import squeezed
from storyforge.images.lora_keys import other_kind

if TYPE_CHECKING:
    import torch

_DOWN = r"(?:\.lora_down|\.lora_A(?:\.default)?|[._]lora\.down|\.lora_linear_layer\.down)\.weight"
_UP = r"(?:\.lora_up|\.lora_B(?:\.default)?|[._]lora\.up|\.lora_linear_layer\.up)\.weight"
_END = re.compile(
    rf"(?:(?P<down>{_DOWN})|(?P<up>{_UP})|(?P<alpha>\.alpha)|(?P<dora>\.dora_scale)"
    r"|(?P<length>\.lora_magnitude_vector(?:\.default)?(?:\.weight)?))$"
)
# An embedding that was trained along with it.
_BESIDE = "bundle_emb."
#: key of a file's metadata by which diffusers keeps what peft was told
_TOLD = "lora_adapter_metadata"


class NoPairs(Exception):
    """The file is a LoRA of another kind; says which, in its makers' word."""


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


@dataclass(slots=True)
class _Parts:
    """What a file has for one weight."""

    name: str
    tensors: "dict[str, torch.Tensor]" = field(default_factory=dict)


def pairs_of(
    tensors: "Mapping[str, torch.Tensor]", metadata: Mapping[str, str]
) -> dict[tuple[str, str], Pair]:
    """The pairs of a file, by part of the pipeline and squeezed name.

    Raises:
        NoPairs: it is made otherwise.
        ValueError: half of a pair is missing, or its sides do not fit together.
    """
    found: dict[tuple[str, str], _Parts] = {}
    for name, tensor in tensors.items():
        if name.startswith(_BESIDE):
            continue
        end = _END.search(name)
        if end is None:
            raise NoPairs(other_kind([name]) or name)
        base = name[: end.start()]
        found.setdefault(squeezed(base), _Parts(base)).tensors[str(end.lastgroup)] = tensor
    told = _told(metadata)
    return {place: _pair(parts, told) for place, parts in found.items()}


def _pair(parts: _Parts, told: Mapping[str, Any]) -> Pair:
    down, up = parts.tensors.get("down"), parts.tensors.get("up")
    if down is None or up is None or down.dim() not in (2, 4) or up.dim() not in (2, 4):
        raise ValueError(parts.name)
    rank = down.shape[0]
    if up.shape[1] != rank or tuple(up.shape[2:]) not in ((), (1, 1)):
        raise ValueError(parts.name)
    alpha = parts.tensors.get("alpha")
    if alpha is not None and alpha.numel() != 1:
        raise ValueError(parts.name)
    scale = float(alpha.item()) / rank if alpha is not None else _scale(parts.name, rank, told)
    length = parts.tensors.get("length")
    by_input = False
    if "dora" in parts.tensors:
        length = parts.tensors["dora"]
        out, into = up.shape[0], down.shape[1]
        # Newer ones have a row for each output; where both are as many, their shape decides.
        by_input = length.dim() > 1 and length.shape[0] == 1 and length.numel() == into
        by_input = by_input and (out, 1) != tuple(length.shape[:2])
    return Pair(down, up, scale, length, by_input)


def _told(metadata: Mapping[str, str]) -> Mapping[str, Any]:
    try:
        told = json.loads(metadata.get(_TOLD, "{}"))
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _scale(name: str, rank: int, told: Mapping[str, Any]) -> float:
    """By what diffusers wrote into the metadata; 1 where it wrote nothing."""
    part, _dot, path = name.partition(".")
    for before, within in ((f"{part}.", path), ("", name)):
        alpha = _of_pattern(told.get(f"{before}alpha_pattern"), within)
        alpha = told.get(f"{before}lora_alpha") if alpha is None else alpha
        if isinstance(alpha, int | float) and not isinstance(alpha, bool):
            rooted = told.get(f"{before}use_rslora") is True
            return float(alpha) / (rank**0.5 if rooted else rank)
    return 1.0


def _of_pattern(pattern: Any, path: str) -> Any:
    """peft's alpha for one weight: a pattern means all whose path ends with it."""
    for ending, alpha in pattern.items() if isinstance(pattern, dict) else ():
        if path == ending or path.endswith(f".{ending}"):
            return alpha
    return None
