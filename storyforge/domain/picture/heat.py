"""Where a picture listened to which word: cross-attention, averaged (DAAM). Values, and areas."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from storyforge.domain.picture.compiled import Part, Role
from storyforge.domain.picture.explaining import Placed, placed

#: so much of the hottest point is heard clearly: the paper's threshold between word and background
CLEAR = 0.4
#: what is heard clearly on less of the picture got no area
LEAST = 0.005
_SEEN = frozenset({Role.CAST, Role.ACTION, Role.PLACE, Role.WEATHER})


@dataclass(frozen=True, slots=True)
class Heat:
    """A word's map.

    Attributes:
        word: as it stands in the prompt.
        start, end: where, in characters of the prompt as it was ordered.
        width, height: of the map.
        grey: a byte a point, row by row; 255 is the hottest of all words' maps.
        share: how much of the picture it got: the mean of its map, of the sum of all words' means.
    """

    word: str
    start: int
    end: int
    width: int
    height: int
    grey: bytes
    share: float


def area(heats: Iterable[Heat], hottest: int = 255) -> float:
    """The part of the picture, 0 to 1, where one of these words was heard clearly.

    Args:
        hottest: the grey that counts as all; 255 is that of all words.
    """
    maps = [heat.grey for heat in heats]
    if not maps:
        return 0.0
    bound = CLEAR * hottest
    heard = sum(1 for point in zip(*maps, strict=True) if max(point) >= bound)
    return heard / len(maps[0])


def unheard(parts: Iterable[Part], prompt: str, heats: Sequence[Heat]) -> tuple[Placed, ...]:
    """The planned people and things that got no area, each where it first stands in the prompt.

    What no longer stands in the prompt, and what cannot be seen as a thing, is passed over.
    """
    spans: dict[Part, list[Placed]] = {}
    for one in placed(prompt, parts):
        if one.part.role in _SEEN:
            spans.setdefault(one.part, []).append(one)
    found = list[Placed]()
    for stands in spans.values():
        words = [
            heat
            for heat in heats
            if any(one.start <= heat.start and heat.end <= one.end for one in stands)
        ]
        if words and area(words) < LEAST:
            found.append(stands[0])
    return tuple(found)
