"""The sentences an author reads when a picture cannot be drawn; `fault_words` holds this table."""

from storyforge.engine.fault_kinds import FaultKind
from storyforge.i18n import N_

_TITLE = N_("Picture not drawn")

#: kind → title, sentence, advice
WORDS: dict[FaultKind, tuple[str, str, str]] = {
    FaultKind.NO_SAMPLER: (
        N_("Sampler not known"),
        N_("No sampler and no schedule is called “{about}” here; the nearest is “{more}”."),
        N_("Choose that one, or another that the painter's settings offer."),
    ),
    FaultKind.NO_SOURCE: (
        _TITLE,
        N_("The picture that should be redrawn, or its mask, is damaged or no picture at all."),
        N_("Choose one as PNG, JPEG or WebP."),
    ),
    FaultKind.MASK_UNFIT: (
        _TITLE,
        N_("The mask has {about} pixels, but the picture has {more}."),
        N_("Make the mask on a copy of the picture, so that both have the same size."),
    ),
    FaultKind.MASK_EMPTY: (
        _TITLE,
        N_("Nothing of the picture is marked to be redrawn."),
        N_("Mark a region within the picture, or paint it white in the mask."),
    ),
    FaultKind.NO_FACE: (
        _TITLE,
        N_("No face was found in the picture that would gain by being drawn larger."),
        N_("Mark the face by hand, and have that part drawn anew."),
    ),
    FaultKind.NO_FACE_FINDER: (
        _TITLE,
        N_("Faces cannot be looked for: scikit-image is missing or does not start ({about})."),
        N_(
            'Install it with `pip install --upgrade "storyforge[pictures]"`, or mark the face by '
            "hand and have that part drawn anew."
        ),
    ),
    FaultKind.EMBEDDING_UNREADABLE: (
        _TITLE,
        N_("The embedding {about} cannot be read: it is missing, damaged, or of another kind."),
        N_("Get it again, as .safetensors if there is a choice, or take its word out."),
    ),
    FaultKind.EMBEDDING_UNFIT: (
        _TITLE,
        N_("The embedding {about} was made for another family of checkpoints than {more}."),
        N_("Take its word out of the prompt, or choose a checkpoint that it was made for."),
    ),
    FaultKind.NO_REFERENCE: (
        _TITLE,
        N_("The reference picture is damaged or no picture at all."),
        N_("Choose one as PNG, JPEG or WebP, or draw without a reference."),
    ),
    FaultKind.REFERENCE_UNREAD: (
        _TITLE,
        N_("{about}, which references are drawn with, cannot be read: {more}."),
        N_("Look whether it is still there and may be read; nothing was drawn."),
    ),
    FaultKind.PAINTER_LACKS: (
        N_("Not with this painter"),
        N_("Painters of {about} cannot do this: {more}."),
        N_("Leave it out, or draw with another painter; nothing was drawn."),
    ),
    FaultKind.NO_MEMORY_TO_DRAW: (
        N_("Not enough memory"),
        N_("There is too little memory to draw {about} pixels; the saving mode was “{more}”."),
        N_(
            "Draw a smaller picture, or close other programs. On a GPU "
            'saving = "sequential" in the settings of the painter takes least.'
        ),
    ),
    FaultKind.NOT_DRAWN: (
        _TITLE,
        N_("The picture could not be drawn: {about}."),
        N_("The log of the engine says more; `storyforge doctor` tells where it lies."),
    ),
}
