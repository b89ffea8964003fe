"""What the screens share."""

from typing import TYPE_CHECKING, ClassVar, cast

from textual import on
from textual.screen import Screen

from storyforge.tui.actions import Where
from storyforge.tui.composing import WholeCompositor
from storyforge.tui.widgets.bars import Bar

if TYPE_CHECKING:
    from storyforge.tui.app import StoryforgeApp


class HouseScreen(Screen[None]):
    """A screen of the program; characters of two cells stay whole on it.

    Attributes:
        PLACES: those whose keys may work on it, the usual one first.
    """

    PLACES: ClassVar[tuple[Where, ...]] = ()

    def __init__(self) -> None:
        super().__init__()
        self._compositor = WholeCompositor()

    @property
    def house(self) -> "StoryforgeApp":
        """The app, by its own type."""
        return cast("StoryforgeApp", self.app)

    @on(Bar.Asked)
    def part_clicked(self, event: Bar.Asked) -> None:
        """A click on a word of a bar is its action."""
        self.house.do(event.action)
