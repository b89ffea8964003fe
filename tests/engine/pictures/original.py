"""Weights of diffusers under the names that the original programs gave them, and their YAML.

The way back from `diffusers.loaders.single_file_utils`: a single file here is what an author has.
"""

from typing import Any

from storyforge.domain.picture.orders import Family

Weights = dict[str, Any]

_RESNET = (
    ("norm1", "in_layers.0"),
    ("conv1", "in_layers.2"),
    ("norm2", "out_layers.0"),
    ("conv2", "out_layers.3"),
    ("time_emb_proj", "emb_layers.1"),
    ("conv_shortcut", "skip_connection"),
)
_UNET_ENDS = (
    ("time_embedding.linear_1", "time_embed.0"),
    ("time_embedding.linear_2", "time_embed.2"),
    ("conv_in", "input_blocks.0.0"),
    ("conv_norm_out", "out.0"),
    ("conv_out", "out.2"),
    ("add_embedding.linear_1", "label_emb.0.0"),
    ("add_embedding.linear_2", "label_emb.0.2"),
)
_VAE_ATTENTION = (
    ("group_norm", "norm"),
    ("to_q", "q"),
    ("to_k", "k"),
    ("to_v", "v"),
    ("to_out.0", "proj_out"),
)


def _renamed(weights: Weights, old: str, new: str, names: Any = ()) -> Weights:
    """What lies under `old`, as lying under `new`; parts of names replaced by `names`."""
    found = {}
    for key, value in weights.items():
        if key.startswith(old + "."):
            rest = key.removeprefix(old)
            for ours, theirs in names:
                if rest.startswith(f".{ours}."):
                    rest = f".{theirs}." + rest.removeprefix(f".{ours}.")
            found[new + rest] = value
    return found


def _way_down(half: Any, mine: Weights) -> Weights:
    """The half of a U-Net that leads down, which a ControlNet has, too."""
    made: Weights = {}
    for ours, theirs in _UNET_ENDS:
        made |= _renamed(mine, ours, theirs)
    at = 1
    for block in range(len(half.down_blocks)):
        here = f"down_blocks.{block}"
        for layer in range(half.config.layers_per_block):
            made |= _renamed(mine, f"{here}.resnets.{layer}", f"input_blocks.{at}.0", _RESNET)
            made |= _renamed(mine, f"{here}.attentions.{layer}", f"input_blocks.{at}.1")
            at += 1
        if down := _renamed(mine, f"{here}.downsamplers.0.conv", f"input_blocks.{at}.0.op"):
            made |= down
            at += 1
    for layer in (0, 1):
        old, new = f"mid_block.resnets.{layer}", f"middle_block.{2 * layer}"
        made |= _renamed(mine, old, new, _RESNET)
    made |= _renamed(mine, "mid_block.attentions.0", "middle_block.1")
    return made


def unet_weights(unet: Any) -> Weights:
    """A U-Net's, as `model.diffusion_model.` has them."""
    mine = unet.state_dict()
    made = _way_down(unet, mine)
    at = 0
    for block in range(len(unet.up_blocks)):
        here = f"up_blocks.{block}"
        for layer in range(unet.config.layers_per_block + 1):
            made |= _renamed(mine, f"{here}.resnets.{layer}", f"output_blocks.{at}.0", _RESNET)
            attends = _renamed(mine, f"{here}.attentions.{layer}", f"output_blocks.{at}.1")
            made |= attends
            if layer == unet.config.layers_per_block:
                place = 2 if attends else 1
                old, new = f"{here}.upsamplers.0.conv", f"output_blocks.{at}.{place}.conv"
                made |= _renamed(mine, old, new)
            at += 1
    return {f"model.diffusion_model.{key}": value for key, value in made.items()}


def control_weights(net: Any) -> Weights:
    """A ControlNet's, as `control_model.` has them."""
    mine = net.state_dict()
    made = _way_down(net, mine)
    for at in range(len(net.controlnet_down_blocks)):
        made |= _renamed(mine, f"controlnet_down_blocks.{at}", f"zero_convs.{at}.0")
    made |= _renamed(mine, "controlnet_mid_block", "middle_block_out.0")
    hints = len(net.controlnet_cond_embedding.blocks)
    made |= _renamed(mine, "controlnet_cond_embedding.conv_in", "input_hint_block.0")
    for at in range(hints):
        old = f"controlnet_cond_embedding.blocks.{at}"
        made |= _renamed(mine, old, f"input_hint_block.{2 * at + 2}")
    old, last = "controlnet_cond_embedding.conv_out", f"input_hint_block.{2 * hints + 2}"
    made |= _renamed(mine, old, last)
    return {key: value.contiguous().clone() for key, value in made.items()}


def vae_weights(vae: Any, prefix: str = "first_stage_model.") -> Weights:
    """A VAE's, as a checkpoint has them, or alone with an empty `prefix`."""
    mine = vae.state_dict()
    shortcut = (("conv_shortcut", "nin_shortcut"),)
    made: Weights = {}
    for name in ("quant_conv", "post_quant_conv"):
        made |= _renamed(mine, name, name)
    for half, blocks, way, back in (
        ("encoder", len(vae.encoder.down_blocks), "down", False),
        ("decoder", len(vae.decoder.up_blocks), "up", True),
    ):
        for name in ("conv_in", "conv_out"):
            made |= _renamed(mine, f"{half}.{name}", f"{half}.{name}")
        made |= _renamed(mine, f"{half}.conv_norm_out", f"{half}.norm_out")
        for layer in (0, 1):
            old, new = f"{half}.mid_block.resnets.{layer}", f"{half}.mid.block_{layer + 1}"
            made |= _renamed(mine, old, new, shortcut)
        old = f"{half}.mid_block.attentions.0"
        for key, value in _renamed(mine, old, f"{half}.mid.attn_1", _VAE_ATTENTION).items():
            is_matrix = value.dim() == 2
            made[key] = value[:, :, None, None] if is_matrix else value
        for block in range(blocks):
            here = f"{half}.{way}_blocks.{block}"
            there = f"{half}.{way}.{blocks - 1 - block if back else block}"
            for layer in range(vae.config.layers_per_block + back):
                old, new = f"{here}.resnets.{layer}", f"{there}.block.{layer}"
                made |= _renamed(mine, old, new, shortcut)
            for ours, theirs in (("downsamplers.0", "downsample"), ("upsamplers.0", "upsample")):
                made |= _renamed(mine, f"{here}.{ours}", f"{there}.{theirs}")
    return {prefix + key: value for key, value in made.items()}


def clip_weights(encoder: Any, prefix: str) -> Weights:
    """OpenAI's CLIP's: under the names of transformers as it was then."""
    return {
        f"{prefix}text_model.{key.removeprefix('text_model.')}": value
        for key, value in encoder.state_dict().items()
    }


def open_clip_weights(encoder: Any, prefix: str, *, more: int = 0) -> Weights:
    """OpenCLIP's: query, key and value in one, its projection the other way round.

    Args:
        more: layers behind those that are used: one in Stable Diffusion 2.
    """
    import torch

    mine = {key.removeprefix("text_model."): each for key, each in encoder.state_dict().items()}
    width = encoder.config.hidden_size
    made: Weights = {
        "positional_embedding": mine["embeddings.position_embedding.weight"],
        "token_embedding.weight": mine["embeddings.token_embedding.weight"],
        "ln_final.weight": mine["final_layer_norm.weight"],
        "ln_final.bias": mine["final_layer_norm.bias"],
        "text_projection": mine.get("text_projection.weight", torch.eye(width)).T.contiguous(),
        "logit_scale": torch.tensor(4.6),
    }
    names = {"layer_norm1": "ln_1", "layer_norm2": "ln_2"}
    names |= {"mlp.fc1": "mlp.c_fc", "mlp.fc2": "mlp.c_proj"}
    for layer in range(encoder.config.num_hidden_layers):
        here, there = f"encoder.layers.{layer}", f"transformer.resblocks.{layer}"
        for ours, theirs in names.items():
            made |= _renamed(mine, f"{here}.{ours}", f"{there}.{theirs}")
        made |= _renamed(mine, f"{here}.self_attn.out_proj", f"{there}.attn.out_proj")
        for kind in ("weight", "bias"):
            three = [mine[f"{here}.self_attn.{each}_proj.{kind}"] for each in "qkv"]
            made[f"{there}.attn.in_proj_{kind}"] = torch.cat(three)
    for layer in range(more):
        last, there = encoder.config.num_hidden_layers - 1, "transformer.resblocks"
        old, new = f"{there}.{last}", f"{there}.{last + 1 + layer}"
        made |= {key: value + 1 for key, value in _renamed(made, old, new).items()}
    return {prefix + key: value for key, value in made.items()}


def checkpoint(pipe: Any, family: Family) -> Weights:
    """All the weights of a pipeline in one file's layout."""
    made = unet_weights(pipe.unet) | vae_weights(pipe.vae)
    match family:
        case Family.SD1:
            made |= clip_weights(pipe.text_encoder, "cond_stage_model.transformer.")
        case Family.SD2:
            made |= open_clip_weights(pipe.text_encoder, "cond_stage_model.model.", more=1)
        case Family.SDXL:
            made |= clip_weights(pipe.text_encoder, "conditioner.embedders.0.transformer.")
            made |= open_clip_weights(pipe.text_encoder_2, "conditioner.embedders.1.model.")
    return {key: value.contiguous().clone() for key, value in made.items()}


def configuration(pipe: Any, family: Family) -> dict[str, Any]:
    """What NAME.yaml says of it, by the original programs' layout."""
    unet, vae = pipe.unet.config, pipe.vae.config
    wide = family is Family.SDXL
    widths, layers = unet.block_out_channels, unet.transformer_layers_per_block
    steps = [2**at for at, kind in enumerate(unet.down_block_types) if kind.startswith("Cross")]
    inner: dict[str, Any] = {
        "in_channels": unet.in_channels,
        "out_channels": unet.out_channels,
        "model_channels": widths[0],
        "attention_resolutions": steps,
        "num_res_blocks": unet.layers_per_block,
        "channel_mult": [width // widths[0] for width in widths],
        "transformer_depth": layers if isinstance(layers, int) else list(layers),
        "context_dim": unet.cross_attention_dim,
        "use_linear_in_transformer": unet.use_linear_projection,
    }
    if family is Family.SD1:
        inner["num_heads"] = unet.attention_head_dim
    else:
        inner["num_head_channels"] = widths[0] // unet.attention_head_dim[0]
    if wide:
        classes = unet.projection_class_embeddings_input_dim
        inner |= {"num_classes": "sequential", "adm_in_channels": classes}
    params: dict[str, Any] = {
        "scale_factor": vae.scaling_factor,
        "network_config" if wide else "unet_config": {"params": inner},
        "first_stage_config": {
            "params": {
                "ddconfig": {
                    "z_channels": vae.latent_channels,
                    "in_channels": vae.in_channels,
                    "out_ch": vae.out_channels,
                    "ch": vae.block_out_channels[0],
                    "ch_mult": [
                        each // vae.block_out_channels[0] for each in vae.block_out_channels
                    ],
                    "num_res_blocks": vae.layers_per_block,
                }
            }
        },
    }
    velocity = pipe.scheduler.config.prediction_type == "v_prediction"
    if wide:
        kind = "VScaling" if velocity else "EpsScaling"
        target = f"sgm.modules.diffusionmodules.denoiser_scaling.{kind}"
        params["denoiser_config"] = {"params": {"scaling_config": {"target": target}}}
    else:
        params["parameterization"] = "v" if velocity else "eps"
    return {"model": {"params": params}}
