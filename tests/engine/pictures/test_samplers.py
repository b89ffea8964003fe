"""A sampler's schedule is diffusers' own, and its noise the seed's."""

from itertools import pairwise
from typing import Any

import pytest

from storyforge.domain.picture.orders import Family
from storyforge.domain.picture.samplers import SAMPLERS, SCHEDULES
from storyforge.engine.pictures.samplers import Sampler, sampler_of
from tests.engine.pictures import tiny
from tests.engine.pictures.easel import drawer


def made(sampler: str, schedule: str = "Automatic", steps: int = 8) -> Sampler:
    found = sampler_of(sampler, schedule, drawer(Family.SD1).loaded.pipe.scheduler)
    found.scheduler.set_timesteps(steps)
    return found


def levels(found: Sampler) -> list[float]:
    return [round(float(sigma), 3) for sigma in found.scheduler.sigmas]


@pytest.mark.parametrize("sampler", SAMPLERS)
@pytest.mark.parametrize("schedule", SCHEDULES)
def test_every_pair_can_be_calculated(sampler: str, schedule: str) -> None:
    found = made(sampler, schedule)
    times = [float(time) for time in found.scheduler.timesteps]
    falls = all(later < time + 1 for time, later in pairwise(times))
    assert falls or sampler == "PLMS"  # which asks twice at one of them
    assert 0 <= times[-1] < times[0] <= 999


@pytest.mark.parametrize("schedule", ["Uniform", "Karras", "Exponential", "Beta", "SGM Uniform"])
def test_euler_a_takes_the_steps_of_euler(schedule: str) -> None:
    assert levels(made("Euler a", schedule)) == levels(made("Euler", schedule))


def test_the_schedules_are_not_the_same() -> None:
    told = {
        tuple(levels(made("Euler", each)))
        for each in ("Uniform", "Karras", "Exponential", "Beta", "SGM Uniform", "DDIM")
    }
    assert len(told) == 6
    assert levels(made("DPM++ 2M")) == levels(made("DPM++ 2M", "Karras"))


def test_a_schedule_that_is_not_used_is_noted() -> None:
    assert made("DDIM", "Karras").notes
    assert made("DPM++ SDE", "DDIM").notes
    assert not made("DPM++ SDE", "SGM Uniform").notes
    assert not made("DDIM").notes


@pytest.mark.parametrize("sampler", ["LCM", "TCD"])
def test_distilled_ones_take_as_many_steps_as_are_asked_for(sampler: str) -> None:
    for steps in (1, 4, 50, 51, 400):
        assert len(made(sampler, steps=steps).scheduler.timesteps) == steps


def test_tcd_is_diffusers_own_with_its_makers_noise() -> None:
    import diffusers
    import torch

    pipe = drawer(Family.SD1).loaded.pipe
    own = diffusers.TCDScheduler.from_config(
        pipe.scheduler.config, clip_sample=False, set_alpha_to_one=False
    )
    bare = diffusers.StableDiffusionPipeline(**{**pipe.components, "scheduler": own})
    asked: dict[str, Any] = {"num_inference_steps": 4, "output_type": "latent", "height": 64}
    asked |= {"prompt": "a fox", "width": 64, "guidance_scale": 1.0}
    bare.set_progress_bar_config(disable=True)
    theirs = bare(**asked, eta=0.3, generator=torch.Generator().manual_seed(3)).images
    bare.scheduler = sampler_of("TCD", "Automatic", pipe.scheduler).scheduler
    mine = bare(**asked, generator=torch.Generator().manual_seed(3)).images
    assert torch.equal(mine, theirs)


def test_what_the_checkpoint_predicts_is_kept() -> None:
    import diffusers

    base: Any = tiny.pipe_of(Family.SD2, prediction="v_prediction").scheduler
    for sampler in SAMPLERS:
        scheduler = sampler_of(sampler, "Automatic", base).scheduler
        assert scheduler.config.prediction_type == "v_prediction"
        assert scheduler.config.beta_schedule == "scaled_linear"
    assert isinstance(base, diffusers.PNDMScheduler)


def test_a_checkpoint_that_begins_at_pure_noise_is_given_it() -> None:
    import diffusers

    base = diffusers.EulerDiscreteScheduler(
        beta_schedule="scaled_linear", rescale_betas_zero_snr=True, timestep_spacing="trailing"
    )
    scheduler = sampler_of("Euler", "Automatic", base).scheduler
    scheduler.set_timesteps(5)
    assert scheduler.timesteps[0] == 999
    assert scheduler.config.timestep_spacing == "trailing"
