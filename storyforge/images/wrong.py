"""What is wrong with a file that somebody wants to draw with, and the sentence that says so."""

from enum import StrEnum

from storyforge.errors import BadInput
from storyforge.i18n import N_, _


class Wrong(StrEnum):
    """What keeps a file from being used; the engine's faults of that name say the same."""

    NOT_WHOLE = "file of weights not whole"
    FORBIDDEN_PICKLE = "pickle that would run something"
    NO_CHECKPOINT = "no checkpoint"
    FOR_INPAINTING = "checkpoint for inpainting only"
    FOR_EDITING = "checkpoint for editing pictures only"
    FOR_VIDEO = "checkpoint for video"
    REFINER = "refiner"
    OTHER_FAMILY = "checkpoint of another family"


_ANOTHER = N_("Choose another checkpoint for this painter.")

#: sentence, advice; the places are for the file's name and for what more is known
WORDS: dict[Wrong, tuple[str, str]] = {
    Wrong.NOT_WHOLE: (
        N_("The file {about} is not whole: a part of it is missing or damaged."),
        N_("Get it again; nothing of it was used."),
    ),
    Wrong.FORBIDDEN_PICKLE: (
        N_("The file {about} was not loaded: opened as it asks, it would run {more}."),
        N_("Do not use it. Get it as .safetensors from its maker; nothing of it was run."),
    ),
    Wrong.NO_CHECKPOINT: (
        N_("{about} is no checkpoint that pictures can be drawn with."),
        _ANOTHER,
    ),
    Wrong.FOR_INPAINTING: (
        N_("{about} is a checkpoint for inpainting: it only fills gaps in pictures."),
        N_("Choose the ordinary checkpoint of the same kind; it redraws regions too."),
    ),
    Wrong.FOR_EDITING: (
        N_("{about} needs a picture beside the words ({more}); it cannot draw from words alone."),
        _ANOTHER,
    ),
    Wrong.FOR_VIDEO: (
        N_("{about} is a model for video ({more}); it draws no single pictures."),
        _ANOTHER,
    ),
    Wrong.REFINER: (
        N_("{about} is a refiner: it only finishes pictures that another model began."),
        N_("Choose the base checkpoint of SDXL that it belongs to."),
    ),
    Wrong.OTHER_FAMILY: (
        N_("{about} is a model of another family: {more}."),
        N_("Choose a checkpoint of Stable Diffusion 1, 2 or XL."),
    ),
}


class WrongFile(BadInput):
    """A file that cannot be used.

    Attributes:
        about: its name.
        more: what it would run, or what it is; may be empty.
    """

    def __init__(self, wrong: Wrong, about: str, more: str = "") -> None:
        sentence, advice = WORDS[wrong]
        super().__init__(_(sentence).format(about=about, more=more), hint=_(advice))
        self.wrong = wrong
        self.about = about
        self.more = more
