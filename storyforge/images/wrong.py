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
    STAGE = "later stage of DeepFloyd IF"
    PICKLED_FOLDER = "folder of pickled weights"
    OTHER_FAMILY = "checkpoint of another family"
    NO_ADAPTER = "no IP-Adapter"
    ADAPTER_KIND = "IP-Adapter of a kind that cannot be used"
    ADAPTER_OTHER_BASE = "IP-Adapter for another base"
    NO_IMAGE_ENCODER = "no image encoder"
    NO_ENCODER_THERE = "IP-Adapter without its image encoder"
    ENCODER_UNFIT = "image encoder of another IP-Adapter"


_ANOTHER = N_("Choose another checkpoint for this painter.")
_REFERENCE = N_("Reference not usable")

#: of what is no checkpoint
TITLES: dict[Wrong, str] = {
    Wrong.NO_ADAPTER: _REFERENCE,
    Wrong.ADAPTER_KIND: _REFERENCE,
    Wrong.ADAPTER_OTHER_BASE: _REFERENCE,
    Wrong.NO_IMAGE_ENCODER: _REFERENCE,
    Wrong.NO_ENCODER_THERE: _REFERENCE,
    Wrong.ENCODER_UNFIT: _REFERENCE,
}

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
        N_(
            "Choose the base checkpoint of SDXL that it belongs to, and set this one as its "
            "refiner: `storyforge painters set NAME refiner=FILE`."
        ),
    ),
    Wrong.STAGE: (
        N_("{about} is the second stage of DeepFloyd IF: it only enlarges what the first draws."),
        N_("Choose the folder of the first stage, and leave this one beside it."),
    ),
    Wrong.PICKLED_FOLDER: (
        N_("The folder {about} has pickled weights only, which models of its kind do not need."),
        N_("Get it again with its files of safetensors; nothing of it was run."),
    ),
    Wrong.OTHER_FAMILY: (
        N_("{about} is a model of another family: {more}."),
        N_(
            "Choose a checkpoint of Stable Diffusion 1, 2 or XL, or a folder of diffusers with "
            "Stable Diffusion 3, FLUX or DeepFloyd IF."
        ),
    ),
    Wrong.NO_ADAPTER: (
        N_("{about} is no IP-Adapter."),
        N_("Choose one, or draw without a reference."),
    ),
    Wrong.ADAPTER_KIND: (
        N_("{about} is an IP-Adapter of the kind {more}, which cannot be used here."),
        N_("Choose a plain one, a “plus” or a “full face” one."),
    ),
    Wrong.ADAPTER_OTHER_BASE: (
        N_("The IP-Adapter {about} was made for {more}, and the painter is another one."),
        N_("Choose one that was made for this painter's family."),
    ),
    Wrong.NO_IMAGE_ENCODER: (
        N_("{about} is no image encoder that is known here."),
        N_("Get the folder image_encoder from where the IP-Adapter comes from."),
    ),
    Wrong.NO_ENCODER_THERE: (
        N_("The IP-Adapter {about} ({more}) has no image encoder that fits, so it sees nothing."),
        N_("Get the folder image_encoder from where it comes from, and put it beside it."),
    ),
    Wrong.ENCODER_UNFIT: (
        N_("The image encoder {about} does not go together with the IP-Adapter {more}."),
        N_("Choose the one that it was made with, or leave image_encoder open."),
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
        title = _(TITLES[wrong]) if wrong in TITLES else ""
        super().__init__(_(sentence).format(about=about, more=more), title=title, hint=_(advice))
        self.wrong = wrong
        self.about = about
        self.more = more
