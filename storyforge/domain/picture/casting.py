"""Who is in a picture, and by what each of them is drawn beside words. Pure.

A dated look may bring LoRAs, embeddings and a reference of its own: they come to those before, or,
where the look is all that is seen, in their place. What such a look leaves empty stays: another
dress is no other face.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from storyforge.domain.picture.adapters import Share
from storyforge.domain.picture.seeds import SEEDS
from storyforge.domain.plan.items import Item, lines, whole_number
from storyforge.domain.plan.looks import WHOLE

#: a line of the plan that names a LoRA or an embedding
LINE = re.compile(r"<?(?:lora:)?(?P<name>[^<>]+?)(?::(?P<weight>-?\d*\.?\d+))?>?\Z")
#: the field of the plan with the picture that somebody is drawn after
REFERENCE = "reference"
#: how much a reference counts where the plan says nothing, as a part of one
USUAL_WEIGHT = 0.6


class Company(StrEnum):
    """How several people get into one picture."""

    #: apart where two or more of them have LoRAs or embeddings, else together
    AUTO = "auto"
    #: each in a pass of their own
    APART = "apart"
    TOGETHER = "together"


@dataclass(frozen=True, slots=True)
class Casting:
    """Somebody in a picture.

    Attributes:
        who: the plan's item.
        name: as the author calls them; never sent.
        prompt: of a picture of them alone there, LoRAs and embeddings left out; empty for somebody
            who is drawn by words only.
        loras: (name, weight).
        embeddings: words of a prompt.
        reference: a digest; empty without one.
        reference_of: the item that brings it.
        weight: how much it counts, 0 to 1.
        seed: of their own noise.
    """

    who: str
    name: str
    prompt: str = ""
    loras: tuple[tuple[str, float], ...] = ()
    embeddings: tuple[str, ...] = ()
    reference: str = ""
    reference_of: str = ""
    weight: float = USUAL_WEIGHT
    seed: int | None = None

    @property
    def blends(self) -> bool:
        """Whether what they are drawn by would change everybody in the picture."""
        return bool(self.loras or self.embeddings)

    @property
    def has_own(self) -> bool:
        """Whether they are drawn by anything beside words."""
        return self.blends or bool(self.reference) or self.seed is not None


def casting(person: Item, dated: Sequence[Item]) -> Casting:
    """By what somebody is drawn.

    Args:
        dated: their looks that have come, the first one first.
    """
    seed = whole_number(person.fact("noise_seed"))
    with_one = [one for one in (person, *dated) if one.fact(REFERENCE)]
    bringer = with_one[-1] if with_one else None
    return Casting(
        person.id,
        person.name,
        loras=tuple(_named(_gathered("loras", person, dated))),
        embeddings=tuple(
            name if weight == 1.0 else f"({name}:{weight:g})"
            for name, weight in _named(_gathered("embeddings", person, dated))
        ),
        reference=bringer.fact(REFERENCE) if bringer is not None else "",
        reference_of=bringer.id if bringer is not None else "",
        weight=_weight(bringer) if bringer is not None else USUAL_WEIGHT,
        seed=None if seed is None else seed % SEEDS,
    )


def loras_named(value: str) -> Iterator[tuple[str, float]]:
    """The LoRAs of a field's lines, each once."""
    return _named(lines(value))


def side_by_side(count: int) -> tuple[Share, ...]:
    """Where so many people stand where nobody said it: from left to right, each as wide."""
    return tuple((at / count, 0.0, (at + 1) / count, 1.0) for at in range(count))


def _gathered(field: str, person: Item, dated: Iterable[Item]) -> Iterable[str]:
    found = person.list(field)
    for look in dated:
        if told := look.list(field):
            found = told if look.fact("instead") == WHOLE else (*found, *told)
    return found


def _named(told: Iterable[str]) -> Iterator[tuple[str, float]]:
    """The last weight of a name counts, and its first place."""
    found = dict[str, float]()
    for line in told:
        if one := LINE.fullmatch(line):
            found[one["name"]] = float(one["weight"] or 1.0)
    yield from found.items()


def _weight(bringer: Item) -> float:
    percent = whole_number(bringer.fact("reference_weight"))
    return USUAL_WEIGHT if percent is None else min(percent, 100) / 100
