"""Areas that hear nothing of the page: imported and made when the author first asks for one.

Their modules and dialogs take longer than Textual's own start allows for; a first asking takes some
10 ms of it. Areas that hear something are made with the desk.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from storyforge.tui.desk.area import Area

if TYPE_CHECKING:
    from storyforge.tui.screens.desk import DeskScreen


class Late(Area):
    """Stands for an area until one of its actions is asked for, and hands them on.

    Args:
        make: imports the area and makes it.
        actions: what its `verbs` will be.
    """

    def __init__(
        self, desk: "DeskScreen", make: "Callable[[DeskScreen], Area]", *actions: str
    ) -> None:
        super().__init__(desk)
        self._make = make
        self._actions = actions
        self._made: Area | None = None

    def verbs(self) -> Mapping[str, Callable[[], object]]:
        """The actions of the area."""
        return {action: partial(self._carry_out, action) for action in self._actions}

    @property
    def area(self) -> Area:
        """The area itself; made where it is not there yet."""
        if self._made is None:
            self._made = self._make(self.desk)
        return self._made

    def _carry_out(self, action: str) -> object:
        return self.area.verbs()[action]()


def keeping(desk: "DeskScreen") -> Area:
    """Snapshots under a name."""
    from storyforge.tui.desk.keeping import Keeping

    return Keeping(desk)


def wishes(desk: "DeskScreen") -> Area:
    """Small settings."""
    from storyforge.tui.desk.wishes import Wishes

    return Wishes(desk)


def story(desk: "DeskScreen") -> Area:
    """The story's facts."""
    from storyforge.tui.desk.story import StoryDesk

    return StoryDesk(desk)


def exporting(desk: "DeskScreen") -> Area:
    """The story's way out."""
    from storyforge.tui.desk.exporting import Exporting

    return Exporting(desk)


def menus(desk: "DeskScreen") -> Area:
    """What binder and comments can do."""
    from storyforge.tui.desk.menus import Menus

    return Menus(desk)


def jumping(desk: "DeskScreen") -> Area:
    """Another scene by a few letters."""
    from storyforge.tui.desk.jumping import Jumping

    return Jumping(desk)


def tidying(desk: "DeskScreen") -> Area:
    """The scene by the customs of its language."""
    from storyforge.tui.desk.tidying import TidyDesk

    return TidyDesk(desk)


def clipping(desk: "DeskScreen") -> Area:
    """The chapter's way out without a file."""
    from storyforge.tui.desk.clipping import Clipping

    return Clipping(desk)


def looking_back(desk: "DeskScreen") -> Area:
    """Earlier versions."""
    from storyforge.tui.desk.looking_back import LookingBack

    return LookingBack(desk)


def trashing(desk: "DeskScreen") -> Area:
    """What was deleted."""
    from storyforge.tui.desk.trashing import Trashing

    return Trashing(desk)


def foldering(desk: "DeskScreen") -> Area:
    """The story as a folder."""
    from storyforge.tui.desk.foldering import Foldering

    return Foldering(desk)
