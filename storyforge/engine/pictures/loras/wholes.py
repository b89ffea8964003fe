"""LyCORIS: what changes a weight by a whole difference, made by that library's functions.

A LoHa multiplies two pairs number by number, a LoKr lays one small weight out over another, a LoCon
may have a core between its halves (Tucker), a full one is the difference itself. They are made in
float32 and plain torch. `merge_to` of lycoris-lora 4.1 scales LoHa and LoKr twice where alpha is
not the rank; here they count as they were trained, which is its `forward`.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

_PLAIN = "torch"

Tensors = Mapping[str, "torch.Tensor"]


class Way(Enum):
    """How the difference is made."""

    LOHA = "LoHa"
    LOKR = "LoKr"
    TUCKER = "Tucker"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Whole:
    """What changes one weight or bias.

    Attributes:
        tensors: by the library's names, those of one weight.
        sides: rows and numbers a row of the weight it was made for.
        scale: alpha / rank.
        length: DoRA's magnitudes; None without.
        by_input: they are one an input instead of one an output.
    """

    way: Way
    tensors: Tensors
    sides: tuple[int, int]
    scale: float = 1.0
    length: "torch.Tensor | None" = None
    by_input: bool = False

    def add_to(self, total: "torch.Tensor", by: float) -> None:
        """total += by · difference; `total` is float32, rows by numbers."""
        total.add_(self._difference(total.device).reshape(total.shape), alpha=by * self.scale)

    def _difference(self, device: "torch.device") -> "torch.Tensor":
        import torch

        of = {name: each.to(device, torch.float32) for name, each in self.tensors.items()}
        if self.way is Way.FULL:
            return of["diff"]
        from lycoris.functional import locon, loha, lokr
        from lycoris.functional.general import rebuild_tucker

        made: torch.Tensor
        if self.way is Way.TUCKER:
            made = locon.diff_weight(of["down"], of["up"], of["mid"], backend=_PLAIN)
        elif self.way is Way.LOHA:
            halves = map(of.get, ("w1_b", "w1_a", "w2_b", "w2_a", "t1", "t2"))
            made = loha.diff_weight(*halves, gamma=torch.ones((), device=device), backend=_PLAIN)
        else:
            if (core := of.pop("t2", None)) is not None:
                # The library's own strides are such that torch cannot lay out a core of 1×1.
                whole = rebuild_tucker(core, of.pop("w2_a"), of.pop("w2_b"))
                of["w2"] = whole.clone(memory_format=torch.contiguous_format)
            both = map(of.get, ("w1", "w1_a", "w1_b", "w2", "w2_a", "w2_b"))
            made = lokr.kron_weight(*both, backend=_PLAIN)
        return made


@dataclass(frozen=True, slots=True)
class _Shapes:
    """The shapes of what a file has for one weight; those that do not fit together are an error."""

    of: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    def product(self, up: str, down: str, core: str | None = None) -> tuple[int, int, int]:
        """Rows, numbers a row, and rank of what two halves, or two around a core, make."""
        one, other = self.of[up], self.of[down]
        if core is None or core not in self.of:
            _agree(len(one) == 2, len(other) in (2, 4), one[1] == other[0])
            return one[0], math.prod(other[1:]), other[0]
        middle = self.of[core]
        _agree(len(one) == len(other) == 2, len(middle) == 4)
        _agree(middle[:2] == (one[0], other[0]))
        return one[1], other[1] * math.prod(middle[2:]), other[0]

    def are_flat(self, *names: str) -> bool:
        """Whether those of them that are there have two sides."""
        return all(len(self.of[name]) == 2 for name in names if name in self.of)

    def laid(self, name: str, core: str | None = None) -> tuple[int, int, int]:
        """The same of one of a LoKr's two weights, which may be whole: rank 0 then."""
        if name not in self.of:
            return self.product(f"{name}_a", f"{name}_b", core)
        whole = self.of[name]
        _agree(len(whole) in (2, 4))
        return whole[0], math.prod(whole[1:]), 0


def _agree(*told: bool) -> None:
    if not all(told):
        raise ValueError


def way_of(names: Mapping[str, object]) -> Way | None:
    """Which way the tensors of one weight are made; None for a plain pair."""
    if "mid" in names:
        return Way.TUCKER
    if "diff" in names:
        return Way.FULL
    if any(name.startswith("hada_") for name in names):
        return Way.LOHA
    return Way.LOKR if any(name.startswith("lokr_") for name in names) else None


def library_for(change: object) -> Way | None:
    """The way of a change that only the library can make; None for what is made without it."""
    way = change.way if isinstance(change, Whole) else None
    return None if way is Way.FULL else way


def measured(way: Way, tensors: Tensors) -> tuple[Tensors, tuple[int, int], int]:
    """The tensors that make the difference, its sides, and the rank that alpha is divided by.

    The rank is 0 where alpha does not count.

    Raises:
        LookupError: one is missing.
        ValueError: they do not fit together.
    """
    prefix = {Way.LOHA: "hada_", Way.LOKR: "lokr_"}.get(way, "")
    own = {name.removeprefix(prefix): each for name, each in tensors.items()}
    shapes = _Shapes({name: tuple(each.shape) for name, each in own.items()})
    if way is Way.FULL:
        whole = shapes.of["diff"]
        _agree(len(whole) in (1, 2, 4))
        return own, (whole[0], math.prod(whole[1:])), 0
    if way is Way.TUCKER:
        return own, *_tucker(shapes)
    if way is Way.LOHA:
        rows, numbers, rank = shapes.product("w1_a", "w1_b", "t1")
        _agree(("t1" in own) == ("t2" in own), shapes.are_flat("w1_b", "w2_b"))
        _agree(shapes.product("w2_a", "w2_b", "t2")[:2] == (rows, numbers))
        return own, (rows, numbers), rank
    one, other = shapes.laid("w1"), shapes.laid("w2", "t2")
    _agree(shapes.are_flat("w1", "w1_b"), not {"w2", "t2"} <= own.keys())
    return own, (one[0] * other[0], one[1] * other[1]), one[2] or other[2]


def _tucker(shapes: _Shapes) -> tuple[tuple[int, int], int]:
    up, down, mid = (shapes.of[name] for name in ("up", "down", "mid"))
    _agree(len(up) >= 2, len(down) >= 2, len(mid) == 4, set(up[2:]) | set(down[2:]) <= {1})
    _agree(mid[:2] == (up[1], down[0]))
    return (up[0], down[1] * math.prod(mid[2:])), down[0]
