"""What writing every day needs of the desk, area by area."""

from typing import TYPE_CHECKING

from storyforge.tui.desk.area import Area
from storyforge.tui.desk.carding import Carding
from storyforge.tui.desk.carrying import Carrying
from storyforge.tui.desk.commenting import Commenting
from storyforge.tui.desk.counting import Counting
from storyforge.tui.desk.late import Late, jumping
from storyforge.tui.desk.outside_editor import OutsideEditor
from storyforge.tui.desk.preparing import Preparing
from storyforge.tui.desk.spelling import Spelling
from storyforge.tui.desk.splitting import Splitting

if TYPE_CHECKING:
    from storyforge.tui.screens.desk import DeskScreen


def every_day(desk: "DeskScreen") -> tuple[Area, ...]:
    """These areas, for the desk's own list."""
    cards, comments, counts = Carding(desk), Commenting(desk), Counting(desk)
    return (
        cards,
        comments,
        counts,
        Spelling(desk),
        Splitting(desk, cards, comments, counts),
        Carrying(desk),
        Late(desk, jumping, "jump"),
        OutsideEditor(desk),
        Preparing(desk),
    )
