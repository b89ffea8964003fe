"""A painter that is loaded, as the engine process sees it.

`loading` makes one; `drawing` draws with it.
"""

from collections.abc import Callable
from typing import Protocol

from storyforge.domain.picture.orders import (
    Drawing,
    Drawn,
    Order,
    PainterCard,
    PainterNote,
    PainterSpec,
)

Say = Callable[[Drawing | Drawn | PainterNote], None]


class Painter(Protocol):
    """A checkpoint in memory."""

    @property
    def card(self) -> PainterCard:
        """What to tell the author of it."""
        ...

    @property
    def notes(self) -> tuple[PainterNote, ...]:
        """What to say of how it was loaded."""
        ...

    def paint(self, order: Order, stopped: Callable[[], bool], say: Say) -> None:
        """Draw a picture; the last thing said is `Drawn`, unless it was stopped.

        Raises:
            EngineFault: it cannot be drawn.
            Interrupted: it was stopped; asked at each step.
        """
        ...

    def close(self) -> None:
        """Give the memory back."""
        ...


def load(spec: PainterSpec, progress: Callable[[float], bool]) -> Painter:
    """Make a painter ready.

    Args:
        progress: told a fraction now and then; False stops.

    Raises:
        EngineFault: it cannot be loaded.
        Interrupted: it was stopped.
    """
    from storyforge.engine.pictures.loading import load_painter

    return load_painter(spec, progress)
