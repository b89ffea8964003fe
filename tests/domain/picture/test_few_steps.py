"""What draws in few steps is told by the names that such files have."""

import pytest

from storyforge.domain.picture.few_steps import Habit, Quick, of_checkpoint, of_lora
from storyforge.domain.picture.samplers import sampling_of

_TRAILING = "SGM Uniform"


@pytest.mark.parametrize(
    ("name", "habit"),
    [
        ("sd_xl_turbo_1.0_fp16", Habit(Quick.TURBO, "Euler a", _TRAILING, 4, 1.0)),
        ("sd-turbo", Habit(Quick.TURBO, "Euler a", _TRAILING, 4, 1.0)),
        ("dreamshaperXL_v21TurboDPMSDE", Habit(Quick.TURBO, "DPM++ SDE", "Karras", 6, 2.0)),
        ("sdxl_lightning_8step", Habit(Quick.LIGHTNING, "Euler", _TRAILING, 8, 1.0)),
        ("realvisxlV40_v40LightningBakedvae", Habit(Quick.LIGHTNING, "Euler", _TRAILING, 4, 1.0)),
        ("juggernautXL_v9Rdphoto2Lightning", Habit(Quick.LIGHTNING, "Euler", _TRAILING, 4, 1.0)),
        ("LCM_Dreamshaper_v7", Habit(Quick.LCM, "LCM", "Automatic", 4, 1.5)),
        ("dmd2_sdxl_4step_unet", Habit(Quick.DMD, "LCM", "Automatic", 4, 1.0)),
        ("FLUX.1-schnell", Habit(Quick.SCHNELL, "Euler", "Automatic", 4, 1.0)),
        ("FLUX.1-dev", None),
        ("sd_xl_base_1.0", None),
        ("v1-5-pruned", None),
        ("turbulentXL", None),
        ("hyperrealistic_v3", None),
    ],
)
def test_checkpoints(name: str, habit: Habit | None) -> None:
    assert of_checkpoint(name) == habit


@pytest.mark.parametrize(
    ("name", "habit"),
    [
        ("lcm-lora-sdv1-5", Habit(Quick.LCM, "LCM", "Automatic", 4, 1.5)),
        ("LCM_LoRA_Weights_SD15", Habit(Quick.LCM, "LCM", "Automatic", 4, 1.5)),
        ("sdxl_lightning_2step_lora", Habit(Quick.LIGHTNING, "Euler", _TRAILING, 2, 1.0)),
        ("sd_xl_turbo_lora_v1", Habit(Quick.TURBO, "Euler a", _TRAILING, 4, 1.0)),
        ("Hyper-SDXL-8steps-lora", Habit(Quick.HYPER, "Euler", _TRAILING, 8, 1.0)),
        ("Hyper-SDXL-12steps-CFG-lora", Habit(Quick.HYPER, "Euler", _TRAILING, 12, 5.0)),
        ("Hyper-SD15-1step-lora", Habit(Quick.HYPER, "TCD", "Automatic", 1, 1.0)),
        ("TCD-SDXL-LoRA", Habit(Quick.TCD, "TCD", "Automatic", 4, 1.0)),
        ("lightning strike", None),
        ("porsche 911 turbo", None),
        ("hyper_detail", None),
        ("steps_of_stone", None),
    ],
)
def test_loras_of_the_like_but_not_those_of_cars_and_weather(
    name: str, habit: Habit | None
) -> None:
    assert of_lora(name) == habit


def test_their_samplers_are_known_here() -> None:
    for name in ("sdxl-turbo", "lcm", "tcd", "hyper-sdxl-1step", "sdxl-lightning", "dmd2"):
        habit = of_checkpoint(name)
        assert habit is not None
        assert sampling_of(habit.sampler, habit.schedule).unused == ""
