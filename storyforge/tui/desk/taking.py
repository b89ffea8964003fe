"""What is more than one plain continuation, area by area."""

from typing import TYPE_CHECKING

from storyforge.tui.desk.area import Area
from storyforge.tui.desk.late import Late

if TYPE_CHECKING:
    from storyforge.domain.generation import Asked
    from storyforge.domain.origin import Place
    from storyforge.tui.screens.desk import DeskScreen


def taking(desk: "DeskScreen") -> tuple[Area, ...]:
    """These areas, for the desk's own list."""
    sides = Late(desk, _sides, "several", "wish", "infill", "rewrite", "takes_count")

    def verb_again(place: "Place", asked: "Asked", original: str) -> None:
        from storyforge.tui.desk.takes.sides import Sides

        if isinstance(sides.area, Sides):
            sides.area.again(place, asked, original)

    desk.continuing.verb_again = verb_again
    return (
        sides,
        Late(desk, _choosing, "alternatives"),
        Late(desk, _tree, "take_tree", "bookmarks"),
    )


def _sides(desk: "DeskScreen") -> Area:
    """Several takes at once, wishes, verbs on a selection."""
    from storyforge.tui.desk.takes.sides import Sides

    return Sides(desk)


def _choosing(desk: "DeskScreen") -> Area:
    """Other words for one."""
    from storyforge.tui.desk.takes.choosing import Choosing

    return Choosing(desk)


def _tree(desk: "DeskScreen") -> Area:
    """The tree of all takes."""
    from storyforge.tui.desk.takes.tree import TreeDesk

    return TreeDesk(desk)
