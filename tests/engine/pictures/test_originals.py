"""Single files of the families' own sizes, without their numbers: what ships fits them all."""

from typing import Any

import pytest

from storyforge.domain.picture.orders import Family
from storyforge.engine.pictures import originals, parts, vae
from storyforge.engine.pictures.families import ROWS
from storyforge.images import checkpoint_kinds, checkpoint_sizes, heads
from tests.engine.pictures import original


def whole(family: Family) -> tuple[dict[str, Any], dict[str, Any]]:
    """(the parts of a checkpoint of real size, its single file's tensors) on the meta device."""
    import torch
    import transformers
    from diffusers import AutoencoderKL, UNet2DConditionModel

    made: dict[str, Any] = {}
    with torch.device("meta"):
        made["unet"] = UNet2DConditionModel.from_config(originals.shipped(family, "unet"))
        made["vae"] = AutoencoderKL.from_config(originals.shipped(family, "vae"))
        for part in ("text_encoder", "text_encoder_2")[: 1 + (family is Family.SDXL)]:
            config = originals.shipped(family, part)
            kind = getattr(transformers, config["architectures"][0])
            made[part] = kind(transformers.CLIPTextConfig.from_dict(config))
        file = original.checkpoint(_Pipe(made), family)
    return made, file


class _Pipe:
    """What `original.checkpoint` asks of a pipeline."""

    def __init__(self, made: dict[str, Any]) -> None:
        self.__dict__.update(made)


def shapes(module: Any) -> dict[str, Any]:
    return {name: each.shape for name, each in module.state_dict().items()}


@pytest.mark.parametrize("family", ROWS)
def test_a_single_file_of_real_size_needs_no_configuration(family: Family) -> None:
    import transformers
    from diffusers import UNet2DConditionModel

    made, file = whole(family)
    head = {name: heads.Tensor("F32", tuple(each.shape), 0) for name, each in file.items()}
    assert checkpoint_kinds.of_file(head).family is family
    sizes = checkpoint_sizes.of_file(head)
    assert (sizes.unet_width, sizes.vae_width) == (320, 256)

    unet, text, own = ({name: file[name] for name in names} for names in originals.wanted(file))
    config = originals.unet_config(family, unet, None, None)
    weights = originals.unet_weights(unet, config, "x")
    built = parts.build(UNet2DConditionModel, config, weights, "x")
    assert shapes(built) == shapes(made["unet"])
    assert shapes(vae.build(family, own, "x")) == shapes(made["vae"])
    for part, (config, mine) in originals.encoders(family, text).items():
        assert config == originals.shipped(family, part)
        kind = getattr(transformers, config["architectures"][0])
        assert shapes(parts.build(kind, config, mine, "x")) == shapes(made[part])


@pytest.mark.parametrize("start", ["conditioner.embedders.0.transformer.", "bare"])
def test_early_and_late_names_of_the_only_encoder_are_known(start: str) -> None:
    made, file = whole(Family.SD1)
    usual = "cond_stage_model.transformer."
    _, text, _ = originals.wanted(file)
    renamed = {}
    for name in text:
        rest = name.removeprefix(usual)
        bare = usual + rest.removeprefix("text_model.")
        renamed[bare if start == "bare" else start + rest] = file[name]
    ((config, mine),) = originals.encoders(Family.SD1, renamed).values()
    assert config == originals.shipped(Family.SD1, "text_encoder")
    assert {name.removeprefix("text_model.") for name in mine} == set(
        made["text_encoder"].state_dict()
    )


def test_what_an_original_configuration_predicts_is_read() -> None:
    def told(params: dict[str, Any]) -> str:
        return originals.prediction_of({"model": {"params": params}})

    assert told({"parameterization": "v"}) == "v_prediction"
    assert told({"parameterization": "eps"}) == "epsilon"
    assert told({"denoiser_config": {"target": "…EpsScaling"}}) == "epsilon"
    assert told({"denoiser_config": {"target": "…VScaling"}}) == "v_prediction"
    assert told({}) == ""


def test_a_scale_of_latents_may_be_said() -> None:
    assert vae.scale_of({"model": {"params": {"scale_factor": 0.5}}}) == 0.5
    assert vae.scale_of({"model": {"params": {"scale_factor": "0.5"}}}) is None
    assert vae.scale_of({"model": {"params": {}}}) is None
