"""Tiny checkpoints: the real classes with few and random weights, drawn on a processor in a second.

As a folder of diffusers, and as a single file in the original layout with its YAML beside it.
"""

from pathlib import Path
from typing import Any

from storyforge.domain.picture.orders import Family, PainterSpec
from storyforge.engine.pictures.families import ROWS
from storyforge.engine.pictures.tokenizers import clip_tokenizer
from tests.engine.pictures import original

_WIDTHS = (32, 64)
# What an encoder makes of a token; two of them lie side by side in SDXL.
_TEXT = 32
_FIRST, _SECOND = ("CrossAttnDownBlock2D", "DownBlock2D"), ("DownBlock2D", "CrossAttnDownBlock2D")


def spec_of(path: Path, **settings: Any) -> PainterSpec:
    """Loaded as tests want it: threads that wait for each other cost more than a tiny model."""
    return PainterSpec(path, **{"threads": 1, **settings})


def _unet(family: Family, channels: int) -> Any:
    from diffusers import UNet2DConditionModel

    wide = family is Family.SDXL
    down = _SECOND if wide else _FIRST
    more: dict[str, Any] = {"attention_head_dim": 4}
    if family is not Family.SD1:
        more = {"attention_head_dim": [2, 4], "use_linear_projection": True}
    if wide:
        more |= {
            "transformer_layers_per_block": [1, 2],
            "addition_embed_type": "text_time",
            "addition_time_embed_dim": 256,
            "projection_class_embeddings_input_dim": _TEXT + 6 * 256,
        }
    return UNet2DConditionModel(
        sample_size=16,
        in_channels=channels,
        block_out_channels=_WIDTHS,
        layers_per_block=1,
        down_block_types=down,
        up_block_types=[each.replace("Down", "Up") for each in reversed(down)],
        cross_attention_dim=2 * _TEXT if wide else _TEXT,
        **more,
    )


def vae_of(family: Family, seed: int = 3) -> Any:
    """A VAE that makes eight pixels a side of each latent."""
    import torch
    from diffusers import AutoencoderKL

    torch.manual_seed(seed)
    wide = family is Family.SDXL
    return AutoencoderKL(
        down_block_types=["DownEncoderBlock2D"] * 4,
        up_block_types=["UpDecoderBlock2D"] * 4,
        block_out_channels=(32, 32, 32, 64),
        layers_per_block=1,
        latent_channels=4,
        sample_size=128,
        scaling_factor=0.13025 if wide else 0.18215,
        force_upcast=wide,
    ).eval()


def _encoder(family: Family, *, second: bool = False) -> Any:
    from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

    openai = not second and family is not Family.SD2
    config = CLIPTextConfig(
        vocab_size=49408,
        hidden_size=_TEXT,
        intermediate_size=2 * _TEXT,
        num_hidden_layers=3,
        num_attention_heads=1,
        max_position_embeddings=77,
        hidden_act="quick_gelu" if openai else "gelu",
        projection_dim=_TEXT,
        bos_token_id=49406,
        eos_token_id=49407,
    )
    return (CLIPTextModelWithProjection if second else CLIPTextModel)(config).eval()


def pipe_of(
    family: Family, *, seed: int = 7, prediction: str = "epsilon", channels: int = 4
) -> Any:
    """A pipeline with random weights: always the same for a seed.

    Args:
        channels: that the U-Net sees: 9 in a model for inpainting, 8 in one for editing.
    """
    import diffusers
    import torch

    torch.manual_seed(seed)
    unet = _unet(family, channels).eval()
    with torch.no_grad():
        for parameter in unet.conv_out.parameters():
            parameter.mul_(3)
    scheduler = diffusers.PNDMScheduler.from_config(
        diffusers.PNDMScheduler.load_config(ROWS[Family.SD1].config, subfolder="scheduler"),
        prediction_type=prediction,
    )
    parts = {
        "unet": unet,
        "text_encoder": _encoder(family),
        "vae": vae_of(family, seed),
        "tokenizer": clip_tokenizer("!") if family is Family.SD2 else clip_tokenizer(),
        "scheduler": scheduler,
    }
    if family is Family.SDXL:
        more = {"text_encoder_2": _encoder(family, second=True), "tokenizer_2": clip_tokenizer("!")}
        return diffusers.StableDiffusionXLPipeline(**parts, **more, add_watermarker=False)
    return diffusers.StableDiffusionPipeline(
        **parts, safety_checker=None, feature_extractor=None, requires_safety_checker=False
    )


def write_folder(
    folder: Path, family: Family, *, dtype: str = "float32", pickled: bool = False, **made: Any
) -> Path:
    """A folder as diffusers saves it.

    Args:
        pickled: as .bin files, which are pickles, instead of safetensors.
        made: as for `pipe_of`.
    """
    import torch

    pipe = pipe_of(family, **made).to(getattr(torch, dtype))
    pipe.save_pretrained(folder, safe_serialization=not pickled)
    return folder


def write_file(
    path: Path, family: Family, *, dtype: str = "float32", configured: bool = True, **made: Any
) -> Path:
    """A single file in the original layout, .safetensors or .ckpt by its name; its YAML beside it.

    Args:
        configured: with the YAML.
        made: as for `pipe_of`.
    """
    import torch
    import yaml

    path.parent.mkdir(parents=True, exist_ok=True)
    pipe = pipe_of(family, **made)
    weights = original.checkpoint(pipe, family)
    write_weights(path, {key: each.to(getattr(torch, dtype)) for key, each in weights.items()})
    if configured:
        told = original.configuration(pipe, family)
        path.with_suffix(".yaml").write_text(yaml.safe_dump(told), "utf-8")
    return path


def write_weights(path: Path, weights: dict[str, Any]) -> Path:
    """Tensors as .safetensors or, by Lightning's habit, as .ckpt."""
    import torch
    from safetensors.torch import save_file

    if path.suffix == ".safetensors":
        save_file(weights, path, metadata={"format": "pt"})
    else:
        torch.save({"state_dict": weights, "global_step": 1000, "epoch": 1}, path)
    return path


def write_vae(path: Path, family: Family, *, seed: int = 3) -> Path:
    """A VAE alone: a single file in the original layout, or a folder where no suffix is given."""
    vae = vae_of(family, seed)
    if not path.suffix:
        vae.save_pretrained(path)
        return path
    weights = original.vae_weights(vae, "")
    return write_weights(path, {key: each.contiguous().clone() for key, each in weights.items()})
