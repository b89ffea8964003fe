"""The painter, seen from the whole program: one is kept, whichever story it draws for."""

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from storyforge.tui.work import lazily

if TYPE_CHECKING:
    from storyforge.backends.pictures.base import Painter
    from storyforge.studio.pictures.painters import Painters
    from storyforge.tui.app import StoryforgeApp


class Painting:
    """What draws.

    Attributes:
        only: makes the one painter for everything, as a test has it; None goes by the settings.
    """

    def __init__(self, house: "StoryforgeApp") -> None:
        self._house = house
        self.only: Callable[[], Painter] | None = None
        self._painters: Painters | None = None

    @property
    def chooses(self) -> bool:
        """Whether painters go by the settings: not in the demo, nor where a test gives one."""
        return not self._house.demo and self.only is None

    async def painters(self) -> "Painters":
        """All that the settings tell of; they take turns with the language models."""
        room = await lazily("storyforge.studio.pictures.painters")
        models = await self._house.backends()
        if self._painters is None:
            only = self.only
            if self._house.demo and only is None:
                only = room.demo_painter
            made = room.Painters(self._house.ready_settings, only=only, models=models)
            self._painters = cast("Painters", made)
        return self._painters

    async def let_go(self) -> None:
        """Give the painter's memory back."""
        if self._painters is not None:
            painters, self._painters = self._painters, None
            await painters.close()
