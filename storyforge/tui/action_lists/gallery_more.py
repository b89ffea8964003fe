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
    at(
        Where.GALLERY,
        "gallery_reference",
        N_("Reference of a person"),
        N_(
            "Has somebody of the scene drawn after the marked picture from now on; pressed again, "
            "no more."
        ),
        "b",
    ),
    at(
        Where.GALLERY,
        "gallery_reference_part",
        N_("Reference: only a part"),
        N_("Marks a part of the picture, such as a face, that somebody is drawn after."),
        "alt+m",
    ),
    at(
        Where.GALLERY,
        "gallery_people",
        N_("People of the scene"),
        N_("Says where each of them stands, and whether they are drawn one by one."),
    ),
    at(
        Where.GALLERY,
        "gallery_enlarge",
        N_("Larger"),
        N_("Draws the marked picture over, larger, tile by tile; the picture itself stays."),
        "u",
    ),
    at(
        Where.GALLERY,
        "gallery_faces",
        N_("Faces anew"),
        N_("Finds the faces of the marked picture, and draws each anew at full size."),
    ),
    at(
        Where.GALLERY,
        "gallery_hires",
        N_("Draw with hires fix"),
        N_("Draws what the prompt says, then twice as large all over again, this once."),
    ),
    at(
        Where.GALLERY,
        "gallery_workflow",
        N_("Workflow of ComfyUI"),
        N_("Shows where prompt and settings go in the workflow of the painter in use."),
    ),
)
