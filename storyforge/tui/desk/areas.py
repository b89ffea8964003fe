"""The desk's areas, for the screen's own list."""

from typing import TYPE_CHECKING

from storyforge.tui.desk import late
from storyforge.tui.desk.area import Area
from storyforge.tui.desk.by_plan import by_plan
from storyforge.tui.desk.context import context
from storyforge.tui.desk.drawing import Drawing
from storyforge.tui.desk.every_day import every_day
from storyforge.tui.desk.history import history
from storyforge.tui.desk.late import Late
from storyforge.tui.desk.reading_modes import ReadingModes
from storyforge.tui.desk.summing import Summing
from storyforge.tui.desk.syncing import syncing
from storyforge.tui.desk.taking import taking
from storyforge.tui.desk.texts import texts

if TYPE_CHECKING:
    from storyforge.tui.screens.desk import DeskScreen


def areas(desk: "DeskScreen") -> tuple[Area, ...]:
    """All but those that the screen knows by name."""
    return (
        Late(desk, late.keeping, "snapshot", "break_paragraph"),
        Late(desk, late.wishes, "length", "trim", "origin"),
        Late(desk, late.story, "details"),
        Late(desk, late.exporting, "export"),
        Drawing(desk),
        Summing(desk),
        *taking(desk),
        *context(desk),
        *every_day(desk),
        *texts(desk),
        *history(desk),
        Late(desk, late.menus, "binder_menu", "comments_menu"),
        ReadingModes(desk),
        *by_plan(desk),
        *syncing(desk),
    )
