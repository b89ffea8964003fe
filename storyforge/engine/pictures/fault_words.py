"""The sentences an author reads about faults of painters; `engine.faults` looks into this table."""

from storyforge.engine.fault_kinds import FaultKind
from storyforge.engine.pictures import drawing_words
from storyforge.engine.pictures.controls import words as control_words
from storyforge.engine.pictures.hypernetworks import words as hypernetwork_words
from storyforge.i18n import N_
from storyforge.images import wrong

_TITLE = N_("Painter not loaded")
_LORA = N_("LoRA not usable")
_WITHOUT = N_("Take it out of the prompt, or choose one that was made for this checkpoint.")

#: kind → title, sentence, advice
WORDS: dict[FaultKind, tuple[str, str, str]] = {
    **{
        FaultKind(kind.value): (wrong.TITLES.get(kind, _TITLE), *words)
        for kind, words in wrong.WORDS.items()
    },
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
    FaultKind.NO_REFINER: (
        _TITLE,
        N_("{about} is set as the refiner, but it is none."),
        N_("Choose the refiner of SDXL, or take the setting away."),
    ),
    FaultKind.REFINER_UNFIT: (
        _TITLE,
        N_("A refiner is set ({about}), but the checkpoint is {more}; it finishes SDXL's only."),
        N_("Take the setting away, or choose a checkpoint of SDXL."),
    ),
    FaultKind.NO_SECOND_STAGE: (
        _TITLE,
        N_("{about} is the first stage of DeepFloyd IF; alone it draws 64 pixels a side."),
        N_("Put the folder of the second stage beside it, such as IF-II-L-v1.0."),
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
    FaultKind.LORA_OTHER_BASE: (
        _LORA,
        N_("The LoRA {about} was made for {more}, and the checkpoint is another one."),
        _WITHOUT,
    ),
    FaultKind.LORA_UNFIT: (
        _LORA,
        N_("Nothing in the LoRA {about} fits this checkpoint; it was made for: {more}."),
        _WITHOUT,
    ),
    FaultKind.LORA_OF_NOBODY: (
        _LORA,
        N_("Nothing in the LoRA {about} fits this checkpoint; its file does not tell its base."),
        _WITHOUT,
    ),
    FaultKind.LORA_KIND: (
        _LORA,
        N_("The LoRA {about} is of a kind that cannot be used here: {more}."),
        N_("LoRA, LoCon, DoRA, LoHa, LoKr and full ones can. Take it out, or get one of these."),
    ),
    FaultKind.LORA_DAMAGED: (
        _LORA,
        N_("The LoRA {about} is damaged, or no LoRA: {more} does not fit together."),
        N_("Get it again; no picture was begun."),
    ),
    FaultKind.LORA_UNREAD: (
        _LORA,
        N_("The LoRA {about} cannot be read: {more}."),
        N_("Look whether it is still there and may be read."),
    ),
    FaultKind.NO_LYCORIS: (
        _LORA,
        N_("The LoRA {about} is a {more}, and lycoris-lora, which knows these, is not installed."),
        N_('Install it with `pip install "storyforge[pictures]"`, or take it out of the prompt.'),
    ),
    **drawing_words.WORDS,
    **control_words.WORDS,
    **hypernetwork_words.WORDS,
}
#: whose numbers are bytes
SIZED = frozenset({FaultKind.PAINTER_TOO_LARGE})
#: whose `more` is a word for the author, in the catalogue too
WORDED = frozenset({FaultKind.PAINTER_LACKS})
