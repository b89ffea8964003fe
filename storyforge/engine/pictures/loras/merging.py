"""LoRAs in a painter's weights: put in for an order, taken out exactly.

What a weight was before is kept and every sum begins there, so nothing drifts, however often and in
whatever order LoRAs come and go; taking a LoRA out by subtraction would drift even in float32. The
sums are made in float32, whatever the weights are.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from storyforge.domain.picture.adapters import LoraUse
from storyforge.domain.picture.orders import PainterNote
from storyforge.engine.pictures.loaded import Loaded
from storyforge.engine.pictures.loras import fitting
from storyforge.engine.pictures.loras.keeping import Kept
from storyforge.engine.pictures.loras.naming import UNET, Place, index
from storyforge.engine.pictures.loras.pairs import Change, Pair
from storyforge.engine.sequence import Interrupted

if TYPE_CHECKING:
    import torch

# Below it a row of weights is zero, and no length can be given to it.
_TINY = 1e-12


@dataclass(frozen=True, slots=True)
class Fact:
    """A LoRA as it was used, for a picture's metadata.

    Attributes:
        hash: twelve hex digits of its weights' SHA-256.
    """

    name: str
    hash: str
    weight: float
    text_weight: float


@dataclass(frozen=True, slots=True)
class Applied:
    """What is in the weights now.

    Attributes:
        facts: one a LoRA, in their order.
        text_digest: of what was done to the text encoders: encodings made under another one are
            not the same; empty where nothing was done.
        notes: what of the LoRAs was left out.
    """

    facts: tuple[Fact, ...] = ()
    text_digest: str = ""
    notes: tuple[PainterNote, ...] = ()


#: (change, how much of it) for one weight, in the order of the LoRAs
_Changes = tuple[tuple[Change, float], ...]


@dataclass(slots=True)
class _Touched:
    """A weight that was changed: how it was, in main memory, and what it was changed by."""

    original: "torch.Tensor"
    changes: _Changes = ()


class Loras:
    """The LoRAs of one painter."""

    def __init__(self, loaded: Loaded, kept: Kept | None = None) -> None:
        self._loaded = loaded
        self._kept = kept or Kept()
        self._index = index(loaded.pipe)
        self._modules = dict(self._index.values())
        self._touched: dict[Place, _Touched] = {}

    def apply(
        self, uses: Sequence[LoraUse], stopped: Callable[[], bool] = lambda: False
    ) -> Applied:
        """Have exactly these LoRAs in the weights.

        All of them are looked at before the first weight is touched. The same one named twice
        counts with the sum of its weights.

        Raises:
            EngineFault: one cannot be used with this checkpoint; nothing is changed.
            Interrupted: it was stopped; no LoRA is half in the weights.
        """
        facts: list[Fact] = []
        notes: list[PainterNote] = []
        wished: dict[Place, list[tuple[Change, float]]] = {}
        texts: list[tuple[str, float]] = []
        for use in together(uses):
            if stopped():
                raise Interrupted
            fitting.check_base(use, self._loaded.family)
            kept = self._kept.get(use)
            fitted = fitting.fit(use, kept, self._index, self._loaded.family)
            text_weight = use.weight if use.text_weight is None else use.text_weight
            for place, change in fitted.changes.items():
                weight = use.weight if place.part == UNET else text_weight
                if weight:
                    wished.setdefault(place, []).append((change, weight))
            if text_weight and any(place.part != UNET for place in fitted.changes):
                texts.append((kept.hash, text_weight))
            facts.append(Fact(use.name, kept.hash, use.weight, text_weight))
            notes += fitted.notes
        self._merge({place: tuple(changes) for place, changes in wished.items()}, stopped)
        digest = hashlib.sha256(repr(texts).encode()).hexdigest()[:16] if texts else ""
        return Applied(tuple(facts), digest, tuple(notes))

    def remove(self) -> None:
        """Have every weight as the checkpoint has it, bit for bit."""
        for place in [*self._touched]:
            self._restore(place)

    def _merge(self, wished: dict[Place, _Changes], stopped: Callable[[], bool]) -> None:
        try:
            for place in [place for place in self._touched if place not in wished]:
                self._restore(place)
            for place, changes in wished.items():
                if stopped():
                    raise Interrupted
                self._change(place, changes)
        except BaseException:  # out of memory, or a stop in the middle: none is better than half
            self.remove()
            raise

    def _change(self, place: Place, changes: _Changes) -> None:
        touched = self._touched.get(place)
        if touched is not None and _same(touched.changes, changes):
            return
        weight = weight_of(self._modules[place], place.name)
        if touched is None:
            touched = self._touched[place] = _Touched(weight.to("cpu", copy=True))
        touched.changes = ()
        merge_into(weight, touched.original, changes)
        touched.changes = changes

    def _restore(self, place: Place) -> None:
        weight = weight_of(self._modules[place], place.name)
        weight.copy_(self._touched[place].original)
        del self._touched[place]


def together(uses: Iterable[LoraUse]) -> tuple[LoraUse, ...]:
    """Each file once, with the sum of its weights; those that come to nothing are left out."""
    found: dict[object, LoraUse] = {}
    for use in uses:
        text_weight = use.weight if use.text_weight is None else use.text_weight
        other = found.get(use.path)
        if other is not None:
            text_weight += other.text_weight or 0.0
            use = replace(other, weight=other.weight + use.weight)
        found[use.path] = replace(use, text_weight=text_weight)
    return tuple(use for use in found.values() if use.weight or use.text_weight)


def _same(old: _Changes, new: _Changes) -> bool:
    """Whether it is the same changes in memory, by the same weights."""
    return len(old) == len(new) and all(
        one is other and weight == now for (one, weight), (other, now) in zip(old, new, strict=True)
    )


def weight_of(module: Any, name: str = "weight") -> "torch.Tensor":
    """A module's weight (or bias) where its numbers really lie.

    With sequential offloading accelerate keeps them in main memory and leaves an empty shell in the
    module until it is used.
    """
    weight: torch.Tensor = getattr(module, name).detach()
    if weight.device.type != "meta":
        return weight
    hook = module._hf_hook
    for each in (hook, *getattr(hook, "hooks", ())):
        if getattr(each, "weights_map", None) is not None:
            kept: torch.Tensor = each.weights_map[name]
            return kept
    raise RuntimeError("a weight lies on no device")


def merge_into(weight: "torch.Tensor", original: "torch.Tensor", changes: _Changes) -> None:
    """weight = original + Σ weight · change, in float32."""
    import torch

    with torch.no_grad():
        start = original.to(weight.device, torch.float32)
        start = start.reshape(start.shape[0], -1)
        if len(changes) == 1 and changes[0][0].length is None and _is_plain(weight):
            # What is usual: one pass over the weight, no copy of it.
            ((change, by),) = changes
            if isinstance(change, Pair):
                change.put_into(weight.flatten(1), start, by)
                return
        total = start.clone()
        for change, by in changes:
            if change.length is None:
                change.add_to(total, by)
            else:
                total.add_(_turned(start, change) - start, alpha=by)
        weight.copy_(total.view(original.shape))


def _is_plain(weight: "torch.Tensor") -> bool:
    import torch

    return bool(weight.dtype == torch.float32 and weight.is_contiguous())


def _turned(start: "torch.Tensor", change: Change) -> "torch.Tensor":
    """A weight as DoRA has it: its direction changed, its length given.

    The paper (arXiv 2402.09353) and peft give a length to each output; older LyCORIS to each input.
    """
    import torch

    whole = start.clone()
    change.add_to(whole, 1.0)
    assert change.length is not None
    length = change.length.to(start.device, torch.float32).flatten()
    if not change.by_input:
        norms = whole.norm(dim=1).clamp_min(_TINY)
        return whole * (length / norms)[:, None]
    by_input = whole.view(whole.shape[0], length.numel(), -1)
    norms = by_input.norm(dim=(0, 2)).clamp_min(_TINY)
    return (by_input * (length / norms)[None, :, None]).flatten(1)
