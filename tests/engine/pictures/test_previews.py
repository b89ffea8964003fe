"""A preview shows what comes: the latents without the noise that is still in them."""

import pytest

from storyforge.domain.picture.orders import Family
from storyforge.engine.pictures.previews import preview, without_noise
from storyforge.engine.pictures.samplers import sampler_of
from tests.engine.pictures.easel import drawer


def test_a_pixel_a_latent() -> None:
    import torch

    seen = preview(torch.zeros(1, 4, 5, 7), Family.SD1)
    assert (seen.width, seen.height) == (7, 5)
    assert set(seen.rgb) == {127}
    bright = preview(torch.full((1, 4, 2, 2), 50.0), Family.SDXL)
    assert len(bright.rgb) == 12
    assert preview(torch.full((1, 4, 1, 1), torch.nan), Family.SD2).rgb == b"\0\0\0"


@pytest.mark.parametrize("sampler", ["Euler", "Euler a", "Heun", "DPM++ 2M", "DDIM", "UniPC"])
@pytest.mark.parametrize("kind", ["epsilon", "v_prediction"])
def test_the_noise_is_left_out(sampler: str, kind: str) -> None:
    import torch

    base = drawer(Family.SD1).loaded.pipe.scheduler
    found = sampler_of(sampler, "Automatic", base)
    scheduler = found.scheduler
    scheduler.register_to_config(prediction_type=kind)
    scheduler.set_timesteps(10)
    source = torch.Generator().manual_seed(1)
    clear, noise = (torch.randn(1, 4, 8, 8, generator=source) for _ in range(2))
    time = scheduler.timesteps[3]
    latents = scheduler.add_noise(clear, noise, time.reshape(1))
    alpha = scheduler.alphas_cumprod[round(float(time))]
    told = noise if kind == "epsilon" else alpha.sqrt() * noise - (1 - alpha).sqrt() * clear
    seen = without_noise(scheduler, told, time, latents, grown=found.grown)
    assert torch.allclose(seen, clear, atol=0.02)
