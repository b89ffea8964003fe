"""The families that diffusers draws by itself, a row each. No class is imported here."""

from collections.abc import Mapping
from dataclasses import dataclass

from storyforge.domain.picture.orders import Ability, Family

# What changes a checkpoint's words or weights, or begins from noise of its own making.
_NEVER = frozenset(
    (
        Ability.SAMPLER, Ability.VARIATION, Ability.LORA, Ability.EMBEDDING, Ability.HYPERNETWORK,
        Ability.REFERENCE, Ability.CONTROL, Ability.PEOPLE, Ability.HEAT, Ability.FREEU,
    )
)  # fmt: skip
_AGAIN = frozenset(
    (Ability.REDRAW, Ability.MASK, Ability.HIRES, Ability.FACES, Ability.LARGER)
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kind:
    """A family.

    Attributes:
        size: pixels of a side that it was trained on.
        steps, guidance: as its makers advise.
        sampler: the name of its own among AUTOMATIC1111's, or the nearest.
        grid: pixels that sides are multiples of.
        lacks: what it cannot do.
    """

    size: int
    steps: int
    guidance: float
    sampler: str
    grid: int
    lacks: frozenset[Ability]


KINDS: Mapping[Family, Kind] = {
    Family.SD3: Kind(1024, 28, 7.0, "Euler", 16, _NEVER),
    Family.FLUX: Kind(1024, 28, 3.5, "Euler", 16, _NEVER | {Ability.NEGATIVE}),
    Family.IF: Kind(1024, 100, 7.0, "Euler a", 128, _NEVER | _AGAIN),
}


def lacks_of(family: Family | None) -> frozenset[Ability]:
    """What painters of a family cannot do; nothing where the family is ours or not known."""
    kind = KINDS.get(family) if family is not None else None
    return frozenset() if kind is None else kind.lacks
