"""What the keys and shapes of a LoRA's tensors say: its family, kind and rank. Pure.

kohya's names join a module's path by underscores, diffusers' by dots; which of the two a file has
does not matter here.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

from storyforge.domain.picture.orders import Family
from storyforge.i18n import _
from storyforge.images.checkpoint_kinds import BY_WIDTH

Shapes = Mapping[str, Sequence[int]]


class Kind(StrEnum):
    """How it is made."""

    LORA = "LoRA"
    #: convolutions of 3×3 too
    LOCON = "LoCon"
    DORA = "DoRA"
    LOHA = "LoHa"
    LOKR = "LoKr"
    #: a LoCon with a core between its halves
    TUCKER = "LoCon (Tucker)"
    #: whole differences
    FULL = "LyCORIS full"
    #: OFT, GLoRA, IA3: not used here
    LYCORIS = "LyCORIS"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        """For a reader; all but one are names."""
        return _("unknown") if self is Kind.UNKNOWN else self.value


#: of a U-Net's cross attention, how wide the text is that it hears
_DOWN = (".lora_down.weight", ".lora_A.weight", ".lora_A.default.weight", ".lora.down.weight")
#: whose second side is what the weight takes
_WIDE = (*_DOWN, ".hada_w1_b", ".diff")
#: whose first side is the rank
_RANKED = (*_DOWN, ".hada_w1_b", ".lokr_w1_b", ".lokr_w2_b")
_HEARS_TEXT = re.compile(r"attn2[._](?:processor[._])?to[._][kv]")
_TEXT_ENCODER = re.compile(r"^(?:lora_te_|text_encoder\.)")
_SECOND_ENCODER = re.compile(r"^(?:lora_te2_|text_encoder_2\.)")
_TAKES_HIDDEN = re.compile(r"(?:self_attn[._](?:to_)?[qkv]|mlp[._]fc1)")
# What names end with, and what the makers of such files call them: of those that are used, …
_WHOLES = (
    (re.compile(r"\.hada_"), Kind.LOHA),
    (re.compile(r"\.lokr_"), Kind.LOKR),
    (re.compile(r"\.lora_mid\."), Kind.TUCKER),
)
_ANY_WHOLE = re.compile("|".join(end.pattern for end, _kind in _WHOLES))
# … and of those that are not.
_OTHERS = (
    (re.compile(r"\.b?oft_"), "OFT"),
    (re.compile(r"\.[ab][12]\.weight$"), "GLoRA"),
    (re.compile(r"\.on_input$"), "IA3"),
)
# A file has thousands of names: one search for all of them.
_ANY_OTHER = re.compile("|".join(end.pattern for end, _kind in _OTHERS))
#: of weights that lie beside the pair of a LoRA
_DORA = (".dora_scale", ".lora_magnitude_vector", ".lora_magnitude_vector.weight")


def family_of(shapes: Shapes) -> Family | None:
    """The family that it fits, by the width of the texts it was made for.

    None where it has no such weights: another kind of model's, or too few.
    """
    for name in shapes:
        if _HEARS_TEXT.search(name) and (width := _width(name, shapes)):
            return BY_WIDTH.get(width)
    # `lora_te1_` says nothing: one of diffusers' converters calls the only encoder so.
    if any(_SECOND_ENCODER.match(name) for name in shapes):
        return Family.SDXL
    for name in shapes:
        if (
            _TEXT_ENCODER.match(name)
            and _TAKES_HIDDEN.search(name)
            and (width := _width(name, shapes))
        ):
            return BY_WIDTH.get(width)
    return None


def _width(name: str, shapes: Shapes) -> int:
    """How many numbers the weight takes that the tensor `name` is for; 0 where it does not say."""
    shape = shapes[name]
    if len(shape) < 2:
        return 0
    if name.endswith(_WIDE):
        return shape[1]
    base, sign, end = name.rpartition(".lokr_w1")
    if not sign or end not in ("", "_b"):
        return 0
    other = shapes.get(f"{base}.lokr_w2") or shapes.get(f"{base}.lokr_w2_b") or ()
    return shape[1] * other[1] if len(other) == 2 else 0


def kind_of(shapes: Shapes) -> Kind:
    """How it is made."""
    if other_kind(shapes):
        return Kind.LYCORIS
    whole = next((name for name in shapes if _ANY_WHOLE.search(name)), "")
    if whole:
        return next(kind for end, kind in _WHOLES if end.search(whole))
    downs = [shape for name, shape in shapes.items() if name.endswith(_DOWN)]
    if not downs:
        full = any(name.endswith(".diff") for name in shapes)
        return Kind.FULL if full else Kind.UNKNOWN
    if any(name.endswith(_DORA) for name in shapes):
        return Kind.DORA
    wide = any(len(shape) == 4 and tuple(shape[2:]) != (1, 1) for shape in downs)
    return Kind.LOCON if wide else Kind.LORA


def other_kind(names: Iterable[str]) -> str:
    """What its makers call a file of a kind that is not used here; empty for one that is."""
    found = next((name for name in names if _ANY_OTHER.search(name)), "")
    return next((kind for end, kind in _OTHERS if end.search(found)), "")


def rank_of(shapes: Shapes) -> int:
    """The largest rank in it; 0 where it has none."""
    return max(
        (shape[0] for name, shape in shapes.items() if name.endswith(_RANKED) and shape), default=0
    )
