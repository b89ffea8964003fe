"""Where a picture listened to which word: cross-attention, averaged (DAAM). Values."""

from dataclasses import dataclass


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
