"""How the model draws its words."""

from storyforge.i18n import N_
from storyforge.tui.action import Action, desk

ACTIONS: tuple[Action, ...] = (
    desk(
        "sampling",
        N_("How the next word is drawn"),
        N_("Presets, temperature and the other samplers, banned phrases, stop strings."),
        "alt+s",
    ),
)
