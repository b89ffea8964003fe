"""The habits of people who write all day."""

from storyforge.i18n import N_
from storyforge.tui.action import Action, desk

ACTIONS: tuple[Action, ...] = (
    desk(
        "writing_days",
        N_("Writing days"),
        N_("Sessions, days in a row and words per day; sets the goal of a day."),
    ),
)
