"""Which room draws with a checkpoint: ours, or diffusers by itself."""

from collections.abc import Callable
from typing import Protocol

from storyforge.domain.picture.orders import Drawn, Family, Order
from storyforge.engine.pictures.drawing import Drawer
from storyforge.engine.pictures.library.flows import FlowDrawer
from storyforge.engine.pictures.library.stages import StageDrawer
from storyforge.engine.pictures.loaded import Loaded
from storyforge.engine.pictures.painter import Say


class Draws(Protocol):
    """Draws one order with a checkpoint in memory."""

    def draw(self, order: Order, stopped: Callable[[], bool], say: Say) -> Drawn:
        """The picture; notes and steps are said meanwhile.

        Raises:
            EngineFault: it cannot be drawn as it is ordered.
            Interrupted: it was stopped.
        """
        ...

    def let_go(self) -> None:
        """Have the checkpoint as it was loaded: its parts change their places."""
        ...


def drawer_of(loaded: Loaded) -> Draws:
    """What draws with `loaded`."""
    if loaded.family is Family.IF:
        return StageDrawer(loaded)
    if loaded.family in (Family.SD3, Family.FLUX):
        return FlowDrawer(loaded)
    return Drawer(loaded)
