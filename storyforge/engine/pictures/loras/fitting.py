"""Whether a LoRA fits a checkpoint, weight by weight, before any weight is touched."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from storyforge.domain.picture.adapters import LoraUse
from storyforge.domain.picture.orders import Family, PainterNote
from storyforge.engine.faults import EngineFault, Fault, FaultKind
from storyforge.engine.pictures.loras.keeping import Weights
from storyforge.engine.pictures.loras.naming import Place
from storyforge.engine.pictures.loras.pairs import Change
from storyforge.engine.pictures.loras.wholes import Whole
from storyforge.errors import BadInput
from storyforge.i18n import N_
from storyforge.images import heads, lora_keys, loras

Index = Mapping[tuple[str, str], tuple[Place, Any]]


@dataclass(frozen=True, slots=True)
class Fitted:
    """The weights that a LoRA changes."""

    changes: Mapping[Place, Change]
    notes: tuple[PainterNote, ...] = ()


def check_base(use: LoraUse, family: Family) -> None:
    """Refuse a LoRA whose head says that it was made for another family; nothing else is read.

    A file without a head, or with one that cannot be read, passes: it is looked at when it is read.

    Raises:
        EngineFault: it was.
    """
    if use.path.suffix.casefold() != heads.SUFFIX:
        return
    try:
        head = heads.read(use.path)
    except (BadInput, OSError):
        return
    shapes = {name: tensor.shape for name, tensor in head.tensors.items()}
    made_for = lora_keys.family_of(shapes) or loras.family_told(head.metadata)
    _refuse_other(use, made_for, family)


def _refuse_other(use: LoraUse, made_for: Family | None, family: Family) -> None:
    if made_for not in (None, family):
        raise EngineFault(Fault(FaultKind.LORA_OTHER_BASE, use.name, more=str(made_for)))


def fit(use: LoraUse, weights: Weights, index: Index, family: Family) -> Fitted:
    """Each change with the weight it changes; what has none is left out and told.

    Raises:
        EngineFault: none has one, or one has another size.
    """
    _refuse_other(use, weights.family, family)
    found: dict[Place, Change] = {}
    left = 0
    for name, change in weights.changes.items():
        if name not in index:
            left += 1
            continue
        place, module = index[name]
        if not _fits(tuple(getattr(module, place.name).shape), change):
            raise _unfit(use, weights)
        found[place] = change
    if not found:
        raise _unfit(use, weights)
    return Fitted(found, (_left(use, left, len(weights.changes)),) if left else ())


def _unfit(use: LoraUse, weights: Weights) -> EngineFault:
    kind = FaultKind.LORA_UNFIT if weights.base else FaultKind.LORA_OF_NOBODY
    return EngineFault(Fault(kind, use.name, more=weights.base))


def _left(use: LoraUse, left: int, whole: int) -> PainterNote:
    return PainterNote(
        N_("Of the LoRA {name}, {left} of {whole} parts have no place in this checkpoint."),
        {"name": use.name, "left": str(left), "whole": str(whole)},
    )


def _fits(shape: tuple[int, ...], change: Change) -> bool:
    """Whether it has as many rows and numbers as the weight; a bias has no two halves."""
    if len(shape) == 1:
        return isinstance(change, Whole) and change.sides == (shape[0], 1) and change.length is None
    lengths = change.length is None or change.length.numel() == shape[1 if change.by_input else 0]
    return change.sides == (shape[0], math.prod(shape[1:])) and lengths
