"""The contract of an addition to a drawing."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol

from storyforge.domain.picture.heat import Heat
from storyforge.domain.picture.orders import Order
from storyforge.engine.pictures.canvases import Canvas
from storyforge.engine.pictures.encoding import Course
from storyforge.engine.pictures.painter import Say
from storyforge.engine.pictures.samplers import Sampler


@dataclass(frozen=True, slots=True)
class Asked:
    """What an addition may look at.

    Attributes:
        canvas: what the picture begins from; None for noise.
        steps: that are really taken.
    """

    order: Order
    sampler: Sampler
    canvas: Canvas | None
    course: Course
    steps: int
    stopped: Callable[[], bool]
    say: Say


@dataclass(frozen=True, slots=True)
class Added:
    """What it changes of a drawing, while it is put in.

    Attributes:
        pipelines: diffusers' classes in the place of the family's: from words, from a picture, with
            a mask; None keeps them.
        parts: what those are made of beside the checkpoint's parts.
        given: further arguments of the pipeline's call; they go before the usual ones.
        facts: for `Drawn.facts`.
        heat: asked once the picture is drawn.
    """

    pipelines: tuple[str, str, str] | None = None
    parts: Mapping[str, Any] = field(default_factory=dict)
    given: Mapping[str, Any] = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)
    heat: Callable[[], tuple[Heat, ...]] | None = None


class Addition(Protocol):
    """Something that can be added to a drawing, and is gone behind it."""

    def wanted(self, order: Order) -> bool:
        """Whether an order asks for it."""
        ...

    def put(self, asked: Asked) -> AbstractContextManager[Added]:
        """Inside, the checkpoint's parts do what is asked; behind it they are as they were.

        Raises:
            EngineFault: it cannot be had, or does not fit; nothing is changed then.
            Interrupted: it was stopped.
        """
        ...

    def let_go(self) -> None:
        """Forget what is kept for the next order: the parts change their places."""
        ...
