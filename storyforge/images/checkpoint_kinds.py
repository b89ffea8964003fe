"""What a checkpoint is, by the names and shapes of its tensors. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from storyforge.domain.picture.orders import Family
from storyforge.images.heads import Tensors
from storyforge.images.wrong import Wrong

UNET = "model.diffusion_model."
#: The numbers of a U-Net in the families' own checkpoints, and in nearly all made from them.
BY_COUNT: Mapping[int, Family] = {
    859_520_964: Family.SD1,
    865_910_724: Family.SD2,
    2_567_463_684: Family.SDXL,
}
#: the same of SDXL's refiner
OF_REFINER = 2_259_526_660
#: The families that are folders of diffusers' only, by the names of their pipelines.
BY_PIPELINE: Mapping[str, Family] = {
    "StableDiffusion3": Family.SD3,
    "Flux": Family.FLUX,
    "IF": Family.IF,
}
#: what draws on where DeepFloyd IF's first stage ended
SECOND_STAGE, THIRD_STAGE = "IFSuperResolution", "StableDiffusionUpscale"
#: what a word is to the U-Net
BY_WIDTH: Mapping[int, Family] = {768: Family.SD1, 1024: Family.SD2, 2048: Family.SDXL}
# What a refiner is told beside the words: five numbers of 256 each, where a base is told six.
_REFINER_WIDTH, _OF_REFINER = 1280, 5 * 256


class Kind(StrEnum):
    """What a checkpoint is made for; only the first can be drawn with."""

    BASE = "base"
    INPAINTING = "inpainting"
    EDITING = "editing"
    VIDEO = "video"
    REFINER = "refiner"
    STAGE = "stage"
    OTHER = "other"
    NONE = "none"

    @property
    def wrong(self) -> Wrong | None:
        """Why it cannot be drawn with; None where it can."""
        return _WRONG.get(self)


_WRONG = {
    Kind.INPAINTING: Wrong.FOR_INPAINTING,
    Kind.EDITING: Wrong.FOR_EDITING,
    Kind.VIDEO: Wrong.FOR_VIDEO,
    Kind.REFINER: Wrong.REFINER,
    Kind.STAGE: Wrong.STAGE,
    Kind.OTHER: Wrong.OTHER_FAMILY,
    Kind.NONE: Wrong.NO_CHECKPOINT,
}


@dataclass(frozen=True, slots=True)
class What:
    """What was told from the shapes.

    Attributes:
        name: of another family, or of the kind of editing or video; proper names.
        parameters: numbers in its U-Net.
    """

    kind: Kind
    family: Family | None = None
    name: str = ""
    parameters: int = 0


# A part of a tensor's name that only this family has. The first that fits counts.
_VIDEOS = (
    ("time_stack.", "Stable Video Diffusion"),
    ("temporal_transformer_block", "Stable Video Diffusion"),
    ("motion_modules.", "AnimateDiff"),
    ("temp_convs.", "ModelScope"),
    ("individual_token_refiner.", "HunyuanVideo"),
    ("patchify_proj.", "LTX-Video"),
    ("head.modulation", "Wan"),
    ("attn.qkv_x.", "Mochi"),
)
_OTHERS = (
    ("joint_blocks.0.", "Stable Diffusion 3"),
    ("double_blocks.0.img_attn.", "FLUX"),
    ("double_stream_blocks.0.", "HiDream"),
    ("distilled_guidance_layer.", "Chroma"),
    ("double_layers.0.", "AuraFlow"),
    ("cap_embedder.", "Lumina"),
    ("cross_attn.q_linear.", "PixArt, Sana"),
    ("transformer_blocks.0.img_mod.", "Qwen-Image"),
    ("clip_txt_mapper.", "Stable Cascade"),
    ("channelwise.0.", "Stable Cascade"),
    ("control_model.", "ControlNet"),
    ("controlnet_cond_embedding.", "ControlNet"),
    ("edm_mean", "Playground 2.5"),
    # Large models of each kind, named above where their own names are found first.
    ("single_transformer_blocks.0.", "FLUX"),
)
# Channels that a U-Net sees: the noise has four, the others are of a picture.
_CHANNELS = {
    9: Kind.INPAINTING,
    8: Kind.EDITING,
    7: Kind.EDITING,
    5: Kind.EDITING,
}
_EDITORS = {8: "InstructPix2Pix", 7: "Upscaler", 5: "Depth"}


def of_file(tensors: Tensors) -> What:
    """What a single file is."""
    for parts, kind in ((_VIDEOS, Kind.VIDEO), (_OTHERS, Kind.OTHER)):
        for part, name in parts:
            if any(part in each for each in tensors):
                return What(kind, name=name)
    inner = {
        name.removeprefix(UNET): each for name, each in tensors.items() if name.startswith(UNET)
    }
    first = inner.get("input_blocks.0.0.weight")
    return _of_unet(inner, first.shape if first else (), "label_emb.0.0.weight")


def of_unet(tensors: Tensors) -> What:
    """What the U-Net of a folder is."""
    first = tensors.get("conv_in.weight")
    return _of_unet(tensors, first.shape if first else (), "add_embedding.linear_1.weight")


def _of_unet(tensors: Tensors, first: tuple[int, ...], added: str) -> What:
    if len(first) != 4:
        return What(Kind.NONE)
    count = sum(each.count for each in tensors.values())
    channels = first[1]
    if channels in _CHANNELS:
        return What(_CHANNELS[channels], name=_EDITORS.get(channels, ""), parameters=count)
    width = next(
        (each.shape[-1] for name, each in tensors.items() if name.endswith("attn2.to_k.weight")), 0
    )
    told = tensors[added].shape[-1] - width if added in tensors else 0
    if told and (width == _REFINER_WIDTH or told == _OF_REFINER):
        return What(Kind.REFINER, parameters=count)
    family = BY_COUNT.get(count) or BY_WIDTH.get(width) or _by_layout(tensors, added)
    return What(Kind.BASE if family else Kind.NONE, family, parameters=count)


def _by_layout(tensors: Tensors, added: str) -> Family | None:
    """For sizes that no family has: what came with the second is linear, with SDXL more."""
    if added in tensors:
        return Family.SDXL
    for name, each in tensors.items():
        if name.endswith("proj_in.weight"):
            return Family.SD1 if len(each.shape) == 4 else Family.SD2
    return None
