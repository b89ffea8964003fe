"""How many numbers a checkpoint's parts have, by the shapes of its tensors. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from storyforge.images.checkpoint_kinds import UNET
from storyforge.images.heads import Tensors

VAE = ("first_stage_model.", "vae.")
TEXT = ("cond_stage_model.", "conditioner.embedders.")
_TEXT_PARTS = ("text_encoder", "text_encoder_2", "text_encoder_3")
# What lies in a transformer, by which its width is known: SD 3's and FLUX's.
_EMBEDDERS = ("pos_embed.proj.weight", "x_embedder.weight")
# A picture of IF's has sixteen times as many latents in its last stage as one of Stable Diffusion.
_OF_STAGES = 4


@dataclass(frozen=True, slots=True)
class Sizes:
    """Numbers that are loaded; what a trainer kept beside them is not among them.

    Attributes:
        text: in the encoders of the prompt.
        other: in a safety checker.
        unet_width, vae_width: channels at the full size of latents and of the picture: what is
            calculated grows with them.
        hidden: what a transformer makes of four latents; 0 where it is a U-Net.
    """

    unet: int = 0
    text: int = 0
    vae: int = 0
    other: int = 0
    unet_width: int = 320
    vae_width: int = 256
    hidden: int = 0

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
    transformer = parts.get("transformer", {})
    first = max((name for name in vae if _is_widest(name)), default="")
    embedder = next((name for name in _EMBEDDERS if name in transformer), "")
    return Sizes(
        counts.get("unet", 0) + counts.get("transformer", 0),
        text,
        counts.get("vae", 0),
        counts.get("safety_checker", 0),
        _first(unet, "conv_in.weight", 320),
        _first(vae, first, 256),
        _first(transformer, embedder, 0),
    )


def of_stages(first: Sizes, later: Iterable[Sizes]) -> Sizes:
    """Of DeepFloyd IF: the largest U-Net counts as the U-Net, the others wait beside it."""
    all_ = (first, *later)
    unet = max(each.unet for each in all_)
    rest = sum(each.unet for each in all_) - unet
    width = max(each.unet_width for each in all_[1:]) if len(all_) > 1 else first.unet_width
    last = all_[-1]
    text = first.text + (last.text if last.vae else 0)
    other = first.other + rest
    return Sizes(unet, text, last.vae, other, width * _OF_STAGES, last.vae_width)


def _is_widest(name: str) -> bool:
    """Whether it belongs to the first layer of a decoder's blocks, the last of which is meant."""
    return name.startswith("decoder.up_blocks.") and name.endswith(".resnets.0.norm1.weight")


def _first(tensors: Tensors, name: str, usual: int) -> int:
    found = tensors.get(name)
    return found.shape[0] if found is not None and found.shape else usual
