"""A tiny refiner of SDXL: the real class with few and random weights."""

from pathlib import Path
from typing import Any

from storyforge.domain.picture.orders import Family
from tests.engine.pictures import original, tiny

_WIDTHS, _TEXT = (32, 64), 32


def unet_of(seed: int = 11) -> Any:
    """Its U-Net, which reads one encoder and is told how beautiful a picture should be."""
    import torch
    from diffusers import UNet2DConditionModel

    torch.manual_seed(seed)
    unet = UNet2DConditionModel(
        sample_size=16,
        block_out_channels=_WIDTHS,
        layers_per_block=1,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        cross_attention_dim=_TEXT,
        attention_head_dim=[2, 4],
        use_linear_projection=True,
        transformer_layers_per_block=1,
        addition_embed_type="text_time",
        addition_time_embed_dim=256,
        projection_class_embeddings_input_dim=_TEXT + 5 * 256,
    ).eval()
    with torch.no_grad():
        for parameter in unet.conv_out.parameters():
            parameter.mul_(3)
    return unet


def pipe_of(base: Any, seed: int = 11) -> Any:
    """diffusers' pipeline of it, with the second encoder and the VAE of `base`."""
    import diffusers

    return diffusers.StableDiffusionXLImg2ImgPipeline(
        vae=base.vae,
        text_encoder=None,
        tokenizer=None,
        text_encoder_2=base.text_encoder_2,
        tokenizer_2=base.tokenizer_2,
        unet=unet_of(seed),
        scheduler=diffusers.EulerDiscreteScheduler.from_config(base.scheduler.config),
        requires_aesthetics_score=True,
        force_zeros_for_empty_prompt=False,
        add_watermarker=False,
    )


def write_folder(folder: Path) -> Path:
    """A folder as diffusers saves it."""
    pipe_of(tiny.pipe_of(Family.SDXL)).save_pretrained(folder)
    return folder


def write_file(path: Path) -> Path:
    """A single file in the original layout, its YAML beside it."""
    import yaml

    pipe = pipe_of(tiny.pipe_of(Family.SDXL))
    weights = original.unet_weights(pipe.unet)
    weights |= original.open_clip_weights(pipe.text_encoder_2, "conditioner.embedders.0.model.")
    tiny.write_weights(path, {key: each.contiguous().clone() for key, each in weights.items()})
    told = original.configuration(pipe, Family.SDXL)
    path.with_suffix(".yaml").write_text(yaml.safe_dump(told), "utf-8")
    return path
