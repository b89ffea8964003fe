"""How far one continuation goes. Pure values."""

from dataclasses import dataclass
from enum import StrEnum


class LengthUnit(StrEnum):
    """What a continuation's length is measured in."""

    SENTENCE = "sentence"
    PARAGRAPH = "paragraph"
    TOKENS = "tokens"


@dataclass(frozen=True, slots=True)
class Length:
    """How far one continuation goes.

    Attributes:
        tokens: the most tokens it may take, whatever the unit.
    """

    unit: LengthUnit = LengthUnit.TOKENS
    tokens: int = 120
