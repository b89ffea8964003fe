"""What lies beside checkpoints, and is put around a prompt: LoRAs, embeddings, styles."""

from storyforge.i18n import N_
from storyforge.tui.action import Action, Where, at

ACTIONS: tuple[Action, ...] = (
    at(
        Where.GALLERY,
        "gallery_loras",
        N_("LoRAs"),
        N_("Lists the LoRAs in your folders, for this prompt, a character or the whole book."),
        "f5",
        "l",
    ),
    at(
        Where.GALLERY,
        "gallery_hypernetworks",
        N_("Hypernetworks"),
        N_("Lists the hypernetworks in your folders, and puts one into the prompt."),
    ),
    at(
        Where.GALLERY,
        "gallery_negatives",
        N_("Embeddings for the negative prompt"),
        N_(
            "Puts embeddings of your folders that fit the painter and say what should not be "
            "seen into the negative prompt."
        ),
        "z",
        "alt+n",
    ),
    at(
        Where.GALLERY,
        "gallery_styles",
        N_("Styles"),
        N_("Puts the words of a style of your styles.csv around the prompt."),
        "y",
    ),
)
