"""Latents as a small picture, a pixel a latent: a guess of what comes, for almost nothing."""

from typing import TYPE_CHECKING, Any

from storyforge.domain.picture.orders import Family, Raster

if TYPE_CHECKING:
    import torch

# What each of the four channels does to red, green and blue, fitted to decoded pictures; the
# families' VAEs differ, SD 2 has SD 1's.
_SD = (
    (0.298, 0.207, 0.208),
    (0.187, 0.286, 0.173),
    (-0.158, 0.189, 0.264),
    (-0.184, -0.271, -0.473),
)
_COLOURS: dict[Family, tuple[tuple[float, float, float], ...]] = {
    Family.SD1: _SD,
    Family.SD2: _SD,
    Family.SDXL: (
        (0.3448, 0.4168, 0.4395),
        (-0.1953, -0.0290, 0.0250),
        (0.1074, 0.0886, -0.0163),
        (-0.3730, -0.2499, -0.2088),
    ),
}


def preview(latents: "torch.Tensor", family: Family) -> Raster:
    """The picture of `latents`, (1, 4, height, width), as they are without noise."""
    import torch

    colours = torch.tensor(_COLOURS[family], dtype=torch.float32)
    seen = latents[0].detach().to("cpu", torch.float32).permute(1, 2, 0) @ colours
    rgb = seen.add_(1).mul_(127.5).nan_to_num_(0.0).clamp_(0, 255).to(torch.uint8)
    return Raster(rgb.shape[1], rgb.shape[0], rgb.numpy().tobytes())


def without_noise(
    scheduler: Any, told: "torch.Tensor", timestep: Any, latents: "torch.Tensor", *, grown: bool
) -> "torch.Tensor":
    """What the model takes `latents` for, the noise it finds in them left out.

    Args:
        told: what the model said of `latents` at `timestep`.
        grown: they are larger than the model sees them (`samplers.Sampler`).
    """
    levels = scheduler.alphas_cumprod
    at = min(max(round(float(timestep)), 0), len(levels) - 1)
    alpha = float(levels[at])
    kept, noise = alpha**0.5, (1 - alpha) ** 0.5
    seen = latents * kept if grown else latents
    kind = scheduler.config.prediction_type
    if kind == "sample":
        return told
    if kind == "v_prediction":
        return kept * seen - noise * told
    return (seen - noise * told) / max(kept, 1e-3)
