"""The models, seen from the whole program: which one writes, the switch, and their screen."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from storyforge.tui.work import launch

if TYPE_CHECKING:
    from storyforge.tui.app import StoryforgeApp


class Modelling:
    """What the actions of the models do; they work on every screen."""

    def __init__(self, house: "StoryforgeApp") -> None:
        self.house = house

    def verbs(self) -> Mapping[str, Callable[[], object]]:
        """The actions it carries out."""
        return {
            "model": lambda: launch(self.house, self.show(), group="model", exclusive=True),
            "profile": lambda: launch(self.house, self.choose(), group="model", exclusive=True),
            "local_model": lambda: launch(self.house, self.turn(), group="model", exclusive=True),
        }

    async def show(self) -> None:
        """The screen of the models."""

    async def choose(self) -> None:
        """Another profile."""

    async def turn(self) -> None:
        """The local model, or back."""
