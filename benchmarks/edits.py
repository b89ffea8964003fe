"""What authors do to a story, at random but the same for each seed. Pure: it asks no model."""

import random
from dataclasses import dataclass
from enum import Enum, auto

MEMORY = "She was the keeper of the light, and she was never late. " * 2
_LINES = ("Nobody answered. ", "The rope was wet. ", "She listened to the wind. ")
_LONG = "The oars lay crossed in the bottom of the boat, as if put away for the winter. " * 2


class Deed(Enum):
    """What happens to the engine before a continuation is asked for."""

    NOTHING = auto()
    #: the new text is read ahead, and stopped within
    STOPPED_AHEAD = auto()
    #: takes of another preset are written in one batch
    OTHER_TAKES = auto()
    #: the beginning only is asked about
    GLANCE = auto()


@dataclass(frozen=True, slots=True)
class Step:
    """One thing done, and where the author stands then.

    Attributes:
        before: the prompt that `deed` is done with.
        prompt: what is gone on from.
    """

    deed: Deed
    scene: str
    before: str
    prompt: str


class Author:
    """Three scenes under one memory, and a hand that appends, edits, cuts and turns pages."""

    def __init__(self, seed: int) -> None:
        self._draw = random.Random(seed)
        self._scenes = {name: f"{MEMORY}{name * 3} came in. " for name in "abc"}
        self._scene = "a"

    def step(self) -> Step:
        """Do the next thing."""
        draw, text, deed = self._draw, self._scenes[self._scene], Deed.NOTHING
        at = draw.randrange(len(text) // 2, len(text))
        before = text
        match draw.randrange(7):
            case 0:
                text += draw.choice(_LINES)
            case 1:
                text = text[:at] + draw.choice("xyz ") + text[at + draw.randrange(4) :]
            case 2:
                self._scene = draw.choice("abc")
                text = self._scenes[self._scene]
            case 3:
                text += _LONG
                deed, before = Deed.STOPPED_AHEAD, text
            case 4:
                deed = Deed.OTHER_TAKES
            case 5:
                deed, before = Deed.GLANCE, text[:at]
        self._scenes[self._scene] = text
        return Step(deed, self._scene, before, text)

    def read(self, answer: str) -> None:
        """Let `answer` stand, or not."""
        if self._draw.random() < 0.5:
            self._scenes[self._scene] += answer

    def takes(self) -> int:
        """How many answers to ask for this time."""
        return self._draw.choice((1, 1, 2))
