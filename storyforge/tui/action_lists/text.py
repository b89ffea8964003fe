"""The text by the customs of its language: tidied, measured, copied."""

from storyforge.i18n import N_
from storyforge.tui.action import Action, desk

ACTIONS: tuple[Action, ...] = (
    desk(
        "tidy",
        N_("Tidy up this scene"),
        N_("Indents, ellipses, dashes, digits or quotes by custom; shows every change first."),
    ),
    desk(
        "measure",
        N_("How long it is"),
        N_("Counts the words of scene, chapter and story; Japanese characters and pages, too."),
    ),
    desk(
        "copy_chapter",
        N_("Copy this chapter"),
        N_("To the clipboard, readings spelled as the site reads them where you paste it."),
    ),
)
