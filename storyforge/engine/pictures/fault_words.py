"""The sentences an author reads about faults of painters; `engine.faults` looks into this table."""

from storyforge.engine.fault_kinds import FaultKind
from storyforge.i18n import N_

_TITLE = N_("Painter not loaded")
_ANOTHER = N_("Choose another with `storyforge painters set NAME --model PATH`.")

#: kind → title, sentence, advice
WORDS: dict[FaultKind, tuple[str, str, str]] = {
    FaultKind.NO_PICTURES: (
        N_("Pictures are not installed"),
        N_("torch and diffusers, which draw pictures, are not installed."),
        N_('Install them with `pip install "storyforge[pictures]"`; you can write meanwhile.'),
    ),
    FaultKind.PICTURES_UNUSABLE: (
        N_("diffusers is not usable"),
        N_("torch and diffusers do not start on this machine: {about}."),
        N_('Install them again with `pip install --upgrade "storyforge[pictures]"`.'),
    ),
    FaultKind.NOT_WHOLE: (
        _TITLE,
        N_("The file {about} is not whole: a part of it is missing or damaged."),
        N_("Get it again; nothing of it was used."),
    ),
    FaultKind.FORBIDDEN_PICKLE: (
        N_("A file that would run programs"),
        N_("The file {about} was not loaded: opened as it asks, it would run {more}."),
        N_("Do not use it. Get it as .safetensors from its maker; nothing of it was run."),
    ),
    FaultKind.NO_CHECKPOINT: (
        _TITLE,
        N_("{about} is no checkpoint that pictures can be drawn with."),
        _ANOTHER,
    ),
    FaultKind.FOR_INPAINTING: (
        _TITLE,
        N_("{about} is a checkpoint for inpainting: it only fills gaps in pictures."),
        N_("Choose the ordinary checkpoint of the same kind; it redraws regions too."),
    ),
    FaultKind.FOR_EDITING: (
        _TITLE,
        N_("{about} needs a picture beside the words ({more}); it cannot draw from words alone."),
        _ANOTHER,
    ),
    FaultKind.FOR_VIDEO: (
        _TITLE,
        N_("{about} is a model for video ({more}); it draws no single pictures."),
        _ANOTHER,
    ),
    FaultKind.REFINER: (
        _TITLE,
        N_("{about} is a refiner: it only finishes pictures that another model began."),
        N_("Choose the base checkpoint of SDXL that it belongs to."),
    ),
    FaultKind.OTHER_FAMILY: (
        _TITLE,
        N_("{about} is a model of another family: {more}."),
        N_("Choose a checkpoint of Stable Diffusion 1, 2 or XL."),
    ),
    FaultKind.CHECKPOINT_LACKS: (
        _TITLE,
        N_("{about} lacks weights that its family needs, among them {more}."),
        N_("Get the whole checkpoint; one that was trimmed for another use does not do."),
    ),
    FaultKind.UNUSUAL_SIZES: (
        _TITLE,
        N_("The weights of {about} have other sizes than its family's ({more})."),
        N_("Put the configuration that its maker gives beside it, as NAME.yaml."),
    ),
    FaultKind.BAD_CONFIGURATION: (
        _TITLE,
        N_("The configuration {about} does not fit: {more}."),
        N_("Get the one that belongs to the checkpoint, or take it away."),
    ),
    FaultKind.NO_VAE: (
        _TITLE,
        N_("{about} brings no VAE, which makes the picture in the end."),
        N_("Put one beside it as NAME.vae.safetensors, or set vae in the painter's settings."),
    ),
    FaultKind.VAE_UNFIT: (
        _TITLE,
        N_("The VAE {about} does not fit: {more}."),
        N_("Choose one that was made for checkpoints of the same family."),
    ),
    FaultKind.PAINTER_TOO_LARGE: (
        N_("Painter larger than memory"),
        N_("The checkpoint {about} needs {needed} of memory, but {given} can be had."),
        N_("Choose a smaller one, or close other programs; your text is untouched."),
    ),
    FaultKind.PAINTER_NOT_LOADED: (
        _TITLE,
        N_("The checkpoint {about} could not be loaded: {more}."),
        N_("The log of the engine says more; `storyforge doctor` tells where it lies."),
    ),
}
#: whose numbers are bytes
SIZED = frozenset({FaultKind.PAINTER_TOO_LARGE})
