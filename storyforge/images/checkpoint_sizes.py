"""How many numbers a checkpoint's parts have, by the shapes of its tensors. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from storyforge.images.checkpoint_kinds import UNET
from storyforge.images.heads import Tensors

VAE = ("first_stage_model.", "vae.")
TEXT = ("cond_stage_model.", "conditioner.embedders.")
_TEXT_PARTS = ("text_encoder", "text_encoder_2")


@dataclass(frozen=True, slots=True)
class Sizes:
    """Numbers that are loaded; what a trainer kept beside them is not among them.

    Attributes:
        text: in the encoders of the prompt.
        other: in a safety checker.
        unet_width, vae_width: channels at the full size of latents and of the picture: what is
            calculated grows with them.
    """

    unet: int = 0
    text: int = 0
    vae: int = 0
    other: int = 0
    unet_width: int = 320
    vae_width: int = 256

    @property
    def whole(self) -> int:
        """All of them."""
        return self.unet + self.text + self.vae + self.other


def of_file(tensors: Tensors) -> Sizes:
    """Of a single file."""

    def counted(*prefixes: str) -> int:
        return sum(each.count for name, each in tensors.items() if name.startswith(prefixes))

    return Sizes(
        counted(UNET),
        counted(*TEXT),
        counted(*VAE),
        0,
        _first(tensors, UNET + "input_blocks.0.0.weight", 320),
        _first(tensors, VAE[0] + "decoder.up.0.block.0.norm1.weight", 256),
    )


def of_parts(parts: Mapping[str, Tensors]) -> Sizes:
    """Of a folder of diffusers, by its parts."""
    counts = {part: sum(each.count for each in held.values()) for part, held in parts.items()}
    text = sum(counts.get(part, 0) for part in _TEXT_PARTS)
    unet, vae = parts.get("unet", {}), parts.get("vae", {})
    first = max((name for name in vae if _is_widest(name)), default="")
    return Sizes(
        counts.get("unet", 0),
        text,
        counts.get("vae", 0),
        counts.get("safety_checker", 0),
        _first(unet, "conv_in.weight", 320),
        _first(vae, first, 256),
    )


def _is_widest(name: str) -> bool:
    """Whether it belongs to the first layer of a decoder's blocks, the last of which is meant."""
    return name.startswith("decoder.up_blocks.") and name.endswith(".resnets.0.norm1.weight")


def _first(tensors: Tensors, name: str, usual: int) -> int:
    found = tensors.get(name)
    return found.shape[0] if found is not None and found.shape else usual
