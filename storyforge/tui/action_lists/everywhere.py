"""What works on every screen."""

from storyforge.i18n import N_
from storyforge.tui.action import Action, Where

ACTIONS: tuple[Action, ...] = (
    Action(
        "palette",
        N_("All actions"),
        N_("Finds every action by its name."),
        Where.EVERYWHERE,
        ("ctrl+p",),
        N_("all actions"),
        priority=True,
    ),
    Action(
        "help",
        N_("Help"),
        N_("Lists the keys and what they do."),
        Where.EVERYWHERE,
        ("f1",),
        N_("help"),
        priority=True,
    ),
    Action(
        "theme",
        N_("Light or dark"),
        N_("Changes between the light and the dark theme."),
        Where.EVERYWHERE,
    ),
    Action(
        "quit",
        N_("Leave"),
        N_("Saves and leaves the program."),
        Where.EVERYWHERE,
        ("ctrl+q",),
        priority=True,
    ),
)
