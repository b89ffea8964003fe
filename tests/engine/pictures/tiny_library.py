"""Tiny folders of Stable Diffusion 3, FLUX and DeepFloyd IF: the real classes, random weights."""

from pathlib import Path
from typing import Any

from storyforge.engine.pictures.tokenizers import clip_tokenizer

_TEXT, _T5 = 32, 64
_WORDS = ("▁a", "▁red", "▁fox", "▁owl", "▁in", "▁the", "▁snow", "▁grey", "s", "e")


def pieces() -> list[tuple[str, float]]:
    """T5's vocabulary, as small as it can be."""
    first = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("▁", -2.0)]
    return first + [(word, -3.0 - number / 10) for number, word in enumerate(_WORDS)]


def t5_tokenizer() -> Any:
    from transformers import T5Tokenizer

    return T5Tokenizer(vocab=pieces())


def t5_of(width: int = _T5) -> Any:
    from transformers import T5Config, T5EncoderModel

    config = T5Config(
        vocab_size=128,
        d_model=width,
        d_kv=8,
        d_ff=width,
        num_layers=2,
        num_heads=4,
        feed_forward_proj="gated-gelu",
        tie_word_embeddings=False,
    )
    return T5EncoderModel(config).eval()


def _clip(*, projects: bool) -> Any:
    from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

    config = CLIPTextConfig(
        vocab_size=49408,
        hidden_size=_TEXT,
        intermediate_size=_TEXT,
        num_hidden_layers=2,
        num_attention_heads=2,
        max_position_embeddings=77,
        projection_dim=_TEXT,
        bos_token_id=49406,
        eos_token_id=49407,
    )
    return (CLIPTextModelWithProjection if projects else CLIPTextModel)(config).eval()


def _vae(levels: int, **more: Any) -> Any:
    from diffusers import AutoencoderKL

    return AutoencoderKL(
        down_block_types=["DownEncoderBlock2D"] * levels,
        up_block_types=["UpDecoderBlock2D"] * levels,
        block_out_channels=(32,) * levels,
        layers_per_block=1,
        sample_size=128,
        **{"latent_channels": 4, **more},
    ).eval()


def sd3(seed: int = 5) -> Any:
    """Stable Diffusion 3, T5 included."""
    import diffusers
    import torch

    torch.manual_seed(seed)
    transformer = diffusers.SD3Transformer2DModel(
        sample_size=32,
        patch_size=2,
        in_channels=16,
        num_layers=2,
        attention_head_dim=8,
        num_attention_heads=4,
        joint_attention_dim=_T5,
        caption_projection_dim=32,
        pooled_projection_dim=2 * _TEXT,
        out_channels=16,
        pos_embed_max_size=32,
    ).eval()
    return diffusers.StableDiffusion3Pipeline(
        transformer=transformer,
        scheduler=diffusers.FlowMatchEulerDiscreteScheduler(shift=3.0),
        vae=_vae(4, latent_channels=16, scaling_factor=1.5, shift_factor=0.06),
        text_encoder=_clip(projects=True),
        tokenizer=clip_tokenizer(),
        text_encoder_2=_clip(projects=True),
        tokenizer_2=clip_tokenizer("!"),
        text_encoder_3=t5_of(),
        tokenizer_3=t5_tokenizer(),
    )


def flux(seed: int = 5, *, guided: bool = True) -> Any:
    """FLUX; without guidance it is the distilled one."""
    import diffusers
    import torch

    torch.manual_seed(seed)
    transformer = diffusers.FluxTransformer2DModel(
        patch_size=1,
        in_channels=16,
        num_layers=1,
        num_single_layers=1,
        attention_head_dim=16,
        num_attention_heads=2,
        joint_attention_dim=_T5,
        pooled_projection_dim=_TEXT,
        guidance_embeds=guided,
        axes_dims_rope=(4, 4, 8),
    ).eval()
    return diffusers.FluxPipeline(
        transformer=transformer,
        scheduler=diffusers.FlowMatchEulerDiscreteScheduler(
            shift=3.0 if guided else 1.0, use_dynamic_shifting=guided
        ),
        vae=_vae(4, scaling_factor=0.36, shift_factor=0.12),
        text_encoder=_clip(projects=False),
        tokenizer=clip_tokenizer(),
        text_encoder_2=t5_of(),
        tokenizer_2=t5_tokenizer(),
    )


def _if_unet(**more: Any) -> Any:
    from diffusers import UNet2DConditionModel

    usual = {
        "sample_size": 8,
        "layers_per_block": 1,
        "block_out_channels": [32, 64],
        "down_block_types": ["ResnetDownsampleBlock2D", "SimpleCrossAttnDownBlock2D"],
        "mid_block_type": "UNetMidBlock2DSimpleCrossAttn",
        "up_block_types": ["SimpleCrossAttnUpBlock2D", "ResnetUpsampleBlock2D"],
        "in_channels": 3,
        "out_channels": 6,
        "cross_attention_dim": 32,
        "encoder_hid_dim": 32,
        "attention_head_dim": 8,
        "addition_embed_type": "text",
        "addition_embed_type_num_heads": 2,
        "cross_attention_norm": "group_norm",
        "resnet_time_scale_shift": "scale_shift",
        "act_fn": "gelu",
    }
    return UNet2DConditionModel(**{**usual, **more}).eval()


def _ddpm(**more: Any) -> Any:
    from diffusers import DDPMScheduler

    usual = {"beta_schedule": "squaredcos_cap_v2", "beta_start": 0.0001, "beta_end": 0.02}
    return DDPMScheduler(**{**usual, **more})


def if_stages(seed: int = 5) -> tuple[Any, Any, Any]:
    """The three stages of DeepFloyd IF, the first with T5."""
    import diffusers
    import torch

    torch.manual_seed(seed)
    learned = {
        "thresholding": True,
        "dynamic_thresholding_ratio": 0.95,
        "sample_max_value": 1.0,
        "variance_type": "learned_range",
    }
    none = {"safety_checker": None, "feature_extractor": None, "watermarker": None}
    first = diffusers.IFPipeline(
        tokenizer=t5_tokenizer(),
        text_encoder=t5_of(32),
        unet=_if_unet(),
        scheduler=_ddpm(**learned),
        requires_safety_checker=False,
        **none,
    )
    second = diffusers.IFSuperResolutionPipeline(
        tokenizer=None,
        text_encoder=None,
        unet=_if_unet(
            in_channels=6,
            sample_size=32,
            class_embed_type="timestep",
            mid_block_scale_factor=1.414,
            time_embedding_act_fn="gelu",
            only_cross_attention=[True, False],
        ),
        scheduler=_ddpm(**learned),
        image_noising_scheduler=_ddpm(),
        requires_safety_checker=False,
        **none,
    )
    third = diffusers.StableDiffusionUpscalePipeline(
        vae=_vae(3, scaling_factor=0.08333),
        text_encoder=_clip(projects=False),
        tokenizer=clip_tokenizer("!"),
        unet=diffusers.UNet2DConditionModel(
            block_out_channels=(32, 32),
            layers_per_block=1,
            sample_size=32,
            in_channels=7,
            out_channels=4,
            down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
            up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
            cross_attention_dim=_TEXT,
            attention_head_dim=8,
            use_linear_projection=True,
            num_class_embeds=1000,
        ).eval(),
        low_res_scheduler=_ddpm(),
        scheduler=diffusers.DDIMScheduler(
            beta_schedule="scaled_linear",
            beta_start=0.0001,
            beta_end=0.02,
            prediction_type="v_prediction",
            clip_sample=False,
            set_alpha_to_one=False,
        ),
    )
    return first, second, third


def write_stages(where: Path, stages: int = 3) -> Path:
    """Folders of the stages side by side; gives the first one's."""
    for pipe, name in zip(if_stages()[:stages], ("first", "second", "third"), strict=False):
        pipe.save_pretrained(where / name)
    return where / "first"


def write_checker(folder: Path, *, strict: bool) -> None:
    """Give the first stage in `folder` a safety checker; a strict one finds fault with anything."""
    import torch
    from diffusers import IFPipeline
    from diffusers.pipelines.deepfloyd_if.safety_checker import IFSafetyChecker
    from transformers import CLIPConfig, CLIPImageProcessor, CLIPTextConfig, CLIPVisionConfig

    sizes = {"hidden_size": 32, "intermediate_size": 32, "num_hidden_layers": 1}
    seeing = CLIPVisionConfig(
        **sizes, num_attention_heads=2, image_size=32, patch_size=8, projection_dim=16
    )
    config = CLIPConfig(
        text_config=CLIPTextConfig(**sizes, num_attention_heads=2, vocab_size=64),
        vision_config=seeing,
        projection_dim=16,
    )
    checker = IFSafetyChecker(config).eval()
    with torch.no_grad():
        checker.p_head.bias.fill_(100.0 if strict else -100.0)
        checker.w_head.bias.fill_(-100.0)
    eyes = CLIPImageProcessor(size={"shortest_edge": 32}, crop_size={"height": 32, "width": 32})
    plain = IFPipeline.from_pretrained(folder)
    parts = {**plain.components, "safety_checker": checker, "feature_extractor": eyes}
    IFPipeline(**parts).save_pretrained(folder)
