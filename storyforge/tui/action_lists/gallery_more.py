"""The pictures: what comes from one picture to others."""

from storyforge.i18n import N_
from storyforge.tui.action import Action, Where, at

ACTIONS: tuple[Action, ...] = (
    at(
        Where.GALLERY,
        "gallery_staging",
        N_("Keep its staging"),
        N_(
            "Has the scene's next pictures keep how people stand in the marked one, its depth, or "
            "its lines; or lets go of what is kept."
        ),
        "j",
    ),
)
